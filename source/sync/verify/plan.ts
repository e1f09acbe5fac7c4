import type {NextTime} from '../schedule/cron.js';

/** What is known of one spoke's deep verifies. Times in milliseconds since the epoch. */
export interface Verified {
	/** When the last one began; undefined: there was none. */
	readonly deepAt: number | undefined;
	/** Since when there is something to verify; undefined: nothing yet. */
	readonly since: number | undefined;
}

/**
 * Whether a spoke's scheduled deep verify is due. One that was missed while nothing ran is made up for; one that somebody
 * made within half a period before is not made again.
 * @param next as a cron table tells
 * @param now milliseconds since the epoch
 */
export function isVerifyDue({deepAt, since}: Verified, expression: string, next: NextTime, now: number): boolean {
	if (since === undefined) return false;
	const after = deepAt ?? since;
	const first = next(expression, after);
	if (first === undefined || first > now) return false;
	const second = next(expression, first);
	const isRecent = deepAt !== undefined && second !== undefined && first - deepAt < (second - first) / 2;
	// That one counts for the time it was close to.
	return !isRecent || (second !== undefined && second <= now);
}
