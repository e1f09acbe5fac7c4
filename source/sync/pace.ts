import type {Progress} from './methods/types.js';

/** How fast a transfer goes, smoothed so that it can be read. */
export interface Pace {
	/** Milliseconds since the epoch of the first and the latest progress. */
	readonly since: number;
	readonly at: number;
	/** Bytes per second, averaged over about five seconds; undefined while nothing can be said. */
	readonly rate: number | undefined;
	/** Milliseconds until it is done; undefined for the first three seconds and while the rate jumps about. */
	readonly etaMs: number | undefined;
	/** The rate over the last second: how far the average can be trusted. */
	readonly recentRate: number | undefined;
	/** Bytes so far at `at`. */
	readonly bytes: number;
	/** When bytes last came. */
	readonly movedAt: number;
}

/** Milliseconds that the average forgets in: after them, what was before counts for a third. */
const averageMs = 5000;
const recentMs = 1000;

/** Milliseconds before anything is said of the end. */
const settlingMs = 3000;

/** Milliseconds without a byte after which a transfer stands still. */
const stillMs = 5000;

/** The pace after one more progress. Bytes that go back, as in a second attempt, begin it anew. */
export function nextPace(before: Pace | undefined, progress: Progress, at: number): Pace {
	const {bytes} = progress;
	if (before === undefined || bytes < before.bytes || at < before.at) {
		// rsync's own rate is that of a moment: good enough until there are two moments of ours.
		const {rate} = progress;
		return {since: at, at, rate, etaMs: undefined, recentRate: rate, bytes, movedAt: at};
	}

	// Two at one time: the bytes count with the next.
	if (at === before.at) return before;
	const passedMs = at - before.at;
	const now = ((bytes - before.bytes) * 1000) / passedMs;
	const rate = blend(before.rate, now, passedMs, averageMs);
	const recentRate = blend(before.recentRate, now, passedMs, recentMs);
	const {since} = before;
	const movedAt = bytes > before.bytes ? at : before.movedAt;
	const isSettled = at - since >= settlingMs && at - movedAt < stillMs && isSteady(rate, recentRate);
	const etaMs = isSettled ? remainingMs(progress, rate) : undefined;
	return {since, at, rate, etaMs, recentRate, bytes, movedAt};
}

/**
 * The pace as it is to be read at a time: of a transfer that tells nothing any more, nothing is known.
 * @param now milliseconds since the epoch
 */
export function paceAt(pace: Pace, now: number): Pace {
	return now - pace.movedAt < stillMs ? pace : {...pace, rate: undefined, etaMs: undefined};
}

/** Exponentially weighted by time, so that it does not matter how often progress is told. */
function blend(before: number | undefined, now: number, passedMs: number, overMs: number): number {
	if (before === undefined) return now;
	return before + (1 - Math.exp(-passedMs / overMs)) * (now - before);
}

function isSteady(rate: number, recent: number): boolean {
	return rate > 0 && recent >= rate / 2 && recent <= rate * 2;
}

function remainingMs({percent, bytes}: Progress, rate: number): number | undefined {
	if (percent === undefined || percent <= 0 || percent > 100) return undefined;
	const ms = ((bytes * (100 - percent)) / percent / rate) * 1000;
	return Number.isFinite(ms) ? Math.round(ms) : undefined;
}
