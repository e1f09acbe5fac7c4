import type {HubConfig} from '../config/types.js';
import type {Keeper, SpokeState} from '../state.js';
import type {NextTime} from './cron.js';

/** Scheduled times that may pass without a run before somebody is told. */
const patience = 2;
/** Missed times are counted this far. */
const countedMost = 20;
/** Milliseconds after which nothing is ascribed to a start or a wake-up any more. */
const graceMs = 60_000;
/** A keeper asks each spoke, even one that sleeps, within this many probe intervals. */
const silentIntervals = 6;

/**
 * Due: a scheduled time has passed and nothing ran since. For those who look without a scheduler of their own, as
 * `sync status` does.
 * @param lastRunAt start of the last run in milliseconds since the epoch; undefined: it never ran, and is due
 */
export function isDue(
	schedule: string | undefined,
	lastRunAt: number | undefined,
	now: number,
	next: NextTime,
): boolean {
	if (schedule === undefined) return false;
	if (lastRunAt === undefined) return next(schedule, now) !== undefined;
	const at = next(schedule, lastRunAt);
	return at !== undefined && at <= now;
}

/**
 * Late: no contact for too long. A spoke that was never seen is not late but `never`.
 * @param lastSeen milliseconds since the epoch; undefined: never
 * @param staleAfterMs as `SpokeConfig.staleAfterMs`
 */
export function isLate(lastSeen: number | undefined, now: number, staleAfterMs: number): boolean {
	return lastSeen !== undefined && now - lastSeen >= staleAfterMs;
}

/** Scheduled times that passed although nothing was in the way, and whose fault it is. */
export interface Missed {
	/** 2 or more; one above 20 stands for all above. */
	readonly count: number;
	/** Who keeps the schedule but runs nothing; undefined: nobody keeps it. */
	readonly keeper: Keeper | undefined;
}

/**
 * How many of a spoke's scheduled syncs nobody ran: undefined while fewer than two, and while somebody sees to it. A
 * run that failed is no missed one, its failure says more. The keeper of this very process plans, waits and backs off on
 * purpose; that of another is taken to be at work while it asks the spoke.
 * @param keeper as `HubState.keeper`
 * @param now milliseconds since the epoch
 */
export function missedOf(
	spoke: SpokeState,
	{tui}: Pick<HubConfig, 'tui'>,
	keeper: Keeper | undefined,
	now: number,
	next: NextTime,
): Missed | undefined {
	const {config, facts, job} = spoke;
	const ended = lastEnded(spoke);
	if (config.schedule === undefined || ended === undefined || job || keeper?.isUs) return undefined;
	if (keeper) {
		const lookedAt = Math.max(facts.checkedAt ?? 0, facts.lastSeen ?? 0);
		if (now - keeper.since < graceMs && keeper.since <= now) return undefined;
		if (now - lookedAt <= silentIntervals * tui.probeIntervalMs) return undefined;
	}

	const count = countMissed(config.schedule, ended, now, next);
	return count < patience ? undefined : {count, keeper};
}

/** A run takes a moment to begin: the last time counts when a minute, or as long as the schedule's step, has passed. */
function countMissed(schedule: string, since: number, now: number, next: NextTime): number {
	const first = next(schedule, since);
	if (first === undefined || first > now) return 0;
	const step = (next(schedule, first) ?? Number.POSITIVE_INFINITY) - first;
	const until = now - Math.min(graceMs, step);
	let count = 0;
	for (let at: number | undefined = first; at !== undefined && at <= until; at = next(schedule, at)) {
		count++;
		if (count > countedMost) break;
	}

	return count;
}

/** When a run of a spoke last came to an end of its own, good or bad; milliseconds since the epoch. */
function lastEnded({facts, lastRun}: SpokeState): number | undefined {
	const hasOutcome = lastRun?.result === 'done' || lastRun?.result === 'failed';
	const ends = [facts.lastSynced, facts.failure?.at, hasOutcome ? lastRun.startedAt + lastRun.tookMs : undefined];
	const known = ends.filter(at => at !== undefined);
	return known.length === 0 ? undefined : Math.max(...known);
}

/** `3 scheduled syncs missed: nobody ran them`. */
export function missedText({count, keeper}: Missed): string {
	const times = count > countedMost ? `more than ${countedMost}` : String(count);
	const who =
		keeper === undefined
			? 'nobody ran them'
			: `process ${keeper.pid ?? 'unknown'} keeps the schedule but does not run it`;
	return `${times} scheduled syncs missed: ${who}`;
}

/**
 * A spoke that nobody has asked since it was last seen is not known to be silent: whoever keeps the schedule in this
 * process has only just started or slept, and is about to ask.
 */
export function isYetToBeAsked({facts}: Pick<SpokeState, 'facts'>, keeper: Keeper | undefined): boolean {
	const {checkedAt, lastSeen} = facts;
	return keeper?.isUs === true && lastSeen !== undefined && (checkedAt ?? 0) <= lastSeen;
}
