import type {NextTime} from '../schedule/cron.js';

/** What is known of one spoke's deep verifies. Times in milliseconds since the epoch. */
export interface Verified {
	/** When the last one began; undefined: there was none. */
	readonly deepAt: number | undefined;
	/** Since when there is something to verify; undefined: nothing yet. */
	readonly since: number | undefined;
}

/**
 * When a spoke's scheduled deep verify is due. One that was missed while nothing ran is made up for: the time has passed
 * then. One that somebody made within half a period before is not made again.
 * @param next as a cron table tells
 * @returns milliseconds since the epoch; undefined: never
 */
export function verifyDueAt({deepAt, since}: Verified, expression: string, next: NextTime): number | undefined {
	if (since === undefined) return undefined;
	const first = next(expression, deepAt ?? since);
	if (first === undefined || deepAt === undefined) return first;
	const second = next(expression, first);
	const isRecent = second !== undefined && first - deepAt < (second - first) / 2;
	// That one counts for the time it was close to.
	return isRecent ? second : first;
}
