import type {HubConfig} from '../config/types.js';
import type {Hub} from '../hub.js';
import {explain, type ForeignWriter, findForeignWriters, isOwnSchedule} from '../schedule/foreign.js';
import {systemSources} from '../schedule/foreign-sources.js';

/** Milliseconds between two searches. */
const everyMs = 10 * 60_000;

/** What the search takes. */
export interface ForeignWatchOptions {
	/** Absolute path of the user's home. */
	readonly home: string;
	/** Ends it; the hub's own unless given. */
	readonly signal?: AbortSignal;
}

/**
 * Programs other than ours that write into the folders we pull into. Folders that are meant to be filled by others are
 * not looked at.
 * @param home absolute path of the user's home
 */
export async function foreignWritersOf(config: HubConfig, home: string, signal: AbortSignal): Promise<ForeignWriter[]> {
	return (await writersOf(config, home, signal)).filter(({isSelf}) => !isSelf);
}

async function writersOf({spokes}: HubConfig, home: string, signal: AbortSignal): Promise<ForeignWriter[]> {
	const paths = spokes
		.filter(({enabled, invalid, source}) => enabled && invalid === undefined && source !== undefined)
		.map(({name, path}) => ({spoke: name, path}));
	return paths.length === 0 ? [] : findForeignWriters({paths, sources: systemSources(home), signal});
}

/** Finds who else writes into the spokes' folders, and says so once; and which crontab lines and timers are our own. */
export function startForeignWatch(hub: Hub, {home, signal = hub.signal}: ForeignWatchOptions): void {
	const said = new Set<string>();
	const search = async () => {
		const found = Map.groupBy(await writersOf(hub.state.config, home, signal), ({spoke}) => spoke);
		if (signal.aborted) return;
		for (const {config, foreignWriters, ownWriters} of hub.state.spokes) {
			const spoke = config.name;
			const writers = found.get(spoke)?.filter(({isSelf}) => !isSelf) ?? [];
			const own = found.get(spoke)?.filter(isOwnSchedule) ?? [];
			if (!isSame(writers, foreignWriters) || !isSame(own, ownWriters)) {
				hub.emit({type: 'foreign', spoke, writers, own});
			}

			for (const writer of writers) {
				const key = `${spoke}\n${writer.where}`;
				if (said.has(key)) continue;
				said.add(key);
				for (const line of explain(writer)) hub.log('WARN', spoke, line);
			}
		}
	};

	const go = () => {
		search().catch((error: unknown) => {
			if (!signal.aborted) hub.log('WARN', undefined, `foreign writers could not be looked for: ${String(error)}`);
		});
	};

	go();
	const timer = setInterval(go, everyMs);
	timer.unref();
	signal.addEventListener('abort', () => clearInterval(timer), {once: true});
}

function isSame(one: readonly ForeignWriter[], other: readonly ForeignWriter[]): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}
