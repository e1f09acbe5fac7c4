import {join} from 'node:path';
import type {Clock} from '../clock.js';
import {leaseHolder} from '../schedule/lease.js';
import type {Due} from '../schedule/planner.js';
import type {HubState, SpokeState} from '../state.js';
import type {RunBy, RunRecord} from '../store/runs.js';
import type {Store} from '../store/store.js';

const minuteMs = 60_000;

/** What the question needs of the hub. */
export interface Asked {
	readonly store: Store;
	readonly clock: Clock;
	readonly state: HubState;
	readonly by: RunBy;
	spoke(name: string): SpokeState | undefined;
}

/**
 * Has somebody else made this run already: cron, a timer, a person, the keeper before us? A run counts when it began at
 * the scheduled time or later, and one that goes on when it began up to a minute before: two clocks that mean the same
 * minute do not start in the same second.
 */
export async function isCovered(hub: Asked, due: Due): Promise<boolean> {
	const {spoke, at} = due;
	const {lastRun} = hub.spoke(spoke) ?? {};
	// What this process wrote in the last quarter of a second is not in the store yet.
	const runs = [...hub.store.runs.startedSince(spoke, at - minuteMs), ...(lastRun ? [lastRun] : [])];
	if (runs.some(run => isRunOf(due, run, hub))) return true;
	const holder = await leaseHolder(join(hub.state.config.folder, 'run'), spoke);
	return holder !== undefined && holder.pid !== process.pid && holder.since >= at - minuteMs;
}

function isRunOf({at, reason}: Due, {startedAt, result, by}: RunRecord, hub: Asked): boolean {
	const hasOutcome = result === 'done' || result === 'failed';
	// From before the clock was put back.
	const isFuture = startedAt > hub.clock.now();
	if (!hasOutcome || isFuture) return false;
	// cron knows no seconds: its run at the beginning of the minute is the one that we have planned within it.
	const isOnTheMinute = reason === 'schedule' && by !== hub.by;
	return startedAt >= (isOnTheMinute ? at - (at % minuteMs) : at);
}
