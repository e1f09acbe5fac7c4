import {isScheduled} from '../sync/judge.js';
import type {HubState} from '../sync/state.js';
import type {RunBy} from '../sync/store/runs.js';

/** Who keeps the schedule, in words. */
export interface KeeperText {
	/** `this dashboard`, `sync watch (pid 4711)`, `cron`, `nobody`. */
	readonly text: string;
	/** The same without the process. */
	readonly short: string;
	/** Something is scheduled and nobody runs it. */
	readonly isNobody: boolean;
}

const programs: Readonly<Record<RunBy, string>> = {
	dashboard: 'another dashboard',
	watch: 'sync watch',
	cron: 'cron',
	command: 'sync run',
};

/** Says who runs the schedule of this hub; undefined when nothing is scheduled, or nobody has looked yet. */
export function keeperText({keeper, isKeeperKnown, spokes}: HubState): KeeperText | undefined {
	if (!isKeeperKnown || !spokes.some(isScheduled)) return undefined;
	if (keeper?.isUs) return {text: 'this dashboard', short: 'this dashboard', isNobody: false};
	if (keeper) {
		const short = programs[keeper.by];
		return {text: keeper.pid === undefined ? short : `${short} (pid ${keeper.pid})`, short, isNobody: false};
	}

	const kinds = new Set(spokes.flatMap(({ownWriters}) => ownWriters.map(({kind}) => kind)));
	const other = kinds.has('systemd') ? 'a timer' : kinds.has('crontab') ? 'cron' : undefined;
	return {text: other ?? 'nobody', short: other ?? 'nobody', isNobody: other === undefined};
}
