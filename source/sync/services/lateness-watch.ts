import {every} from '../every.js';
import type {Hub} from '../hub.js';
import {isScheduled} from '../judge.js';
import {recordMissed} from '../outcomes.js';
import {loadCron, type NextTime} from '../schedule/cron.js';
import {missedOf} from '../schedule/lateness.js';

/** Milliseconds between two looks. */
const lookMs = 2000;
/** Distance of two looks, in milliseconds, above which the machine slept. */
const jumpMs = 10_000;
/** Milliseconds that whoever keeps the schedule is given after a start or a wake-up. */
const graceMs = 60_000;

/** What the watch takes. */
export interface LatenessWatchOptions {
	/** Ends it; the hub's own unless given. */
	readonly signal?: AbortSignal;
	/** Milliseconds between two looks, 2,000 unless told. */
	readonly everyMs?: number;
}

/**
 * Looks, while another process keeps the hub, whether it does: one that hangs still holds its lease, and nobody but those
 * who stand by can tell that its syncs are missed. Says so once. Keeps no process alive.
 */
export function startLatenessWatch(hub: Hub, {signal = hub.signal, everyMs = lookMs}: LatenessWatchOptions = {}): void {
	let awakeSince = hub.clock.now();
	let lookedAt = awakeSince;
	let cron: {readonly zone: string | undefined; readonly next: NextTime} | undefined;

	const look = async () => {
		const now = hub.clock.now();
		if (Math.abs(now - lookedAt) > jumpMs) awakeSince = now;
		lookedAt = now;
		const {keeper, config, spokes} = hub.state;
		if (keeper === undefined || keeper.isUs || now - awakeSince < graceMs) return;
		const {timeZone} = config.tui;
		if (cron?.zone !== timeZone || cron === undefined) cron = {zone: timeZone, next: (await loadCron(timeZone)).next};
		if (signal.aborted) return;
		for (const spoke of spokes) {
			if (spoke.facts.isMissedSaid || !isScheduled(spoke)) continue;
			const missed = missedOf(spoke, config, keeper, now, cron.next);
			if (missed) recordMissed(hub, spoke.config.name, missed);
		}
	};

	every(everyMs, () => void look(), signal);
}
