import type {HubConfig} from './config/types.js';
import type {NextTime} from './schedule/cron.js';
import {isDue, isYetToBeAsked, missedOf} from './schedule/lateness.js';
import type {HubState, Keeper, SpokeState} from './state.js';
import {isConnected, type Verdict, verdictOf} from './status.js';

/** A spoke and what is said of it now. */
export interface JudgedSpoke {
	readonly spoke: SpokeState;
	readonly verdict: Verdict;
	readonly isConnected: boolean;
	/** Milliseconds since the epoch; undefined when nothing is scheduled. */
	readonly nextRun: number | undefined;
}

/** Milliseconds a scheduler is given to start a run before the row says that one is due. */
const graceMs = 60_000;

/**
 * Judges every spoke.
 * @param next next time of a cron expression after a given one
 */
export function judge(state: HubState, now: number, next: NextTime): JudgedSpoke[] {
	return state.spokes.map(spoke => judgeSpoke(spoke, state.config, now, next, keeperOf(state)));
}

/**
 * Judges one spoke, the same for the table of the dashboard and for `sync status`.
 * @param now milliseconds since the epoch
 * @param next undefined: cron expressions cannot be read yet, so nothing is due
 * @param keeper as `keeperOf` gives it
 */
export function judgeSpoke(
	spoke: SpokeState,
	config: HubConfig,
	now: number,
	next: NextTime | undefined,
	keeper: Keeper | undefined,
): JudgedSpoke {
	const {schedule} = spoke.config;
	const isPlanned = schedule !== undefined && isScheduled(spoke);
	const due = isPlanned && next !== undefined && isDue(schedule, spoke.lastRun?.startedAt, now - graceMs, next);
	return {
		spoke,
		verdict: verdictOf(spoke, now, due, {
			missed: isPlanned && next ? missedOf(spoke, config, keeper, now, next) : undefined,
			isYetToBeAsked: isYetToBeAsked(spoke, keeper),
		}),
		isConnected: isConnected(spoke, config, now),
		nextRun: isPlanned ? (spoke.nextRun ?? next?.(schedule, now)) : undefined,
	};
}

/** While nobody has looked who keeps the schedule, nothing is anybody's fault. */
const expected: Keeper = {by: 'dashboard', pid: undefined, since: 0, isUs: true};

/** Who is judged by: the keeper, or whoever is about to become it. */
export function keeperOf({keeper, isKeeperKnown}: HubState): Keeper | undefined {
	return isKeeperKnown ? keeper : expected;
}

/** Somebody who keeps the schedule would run it. */
export function isScheduled({config, undriven}: SpokeState): boolean {
	return config.enabled && config.invalid === undefined && undriven === undefined && config.schedule !== undefined;
}
