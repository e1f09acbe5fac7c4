import type {NextTime} from './cron.js';

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
