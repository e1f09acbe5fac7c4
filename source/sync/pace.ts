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
}

/** The pace after one more progress. */
export function nextPace(before: Pace | undefined, progress: Progress, at: number): Pace {
	return {since: before?.since ?? at, at, rate: progress.rate ?? before?.rate, etaMs: undefined};
}
