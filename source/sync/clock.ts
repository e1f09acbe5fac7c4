import {setTimeout as delay} from 'node:timers/promises';

/** Time as the engine sees it; tests hand in their own. */
export interface Clock {
	/** Milliseconds since the Unix epoch. */
	now(): number;
	/**
	 * Waits.
	 * @param ms milliseconds; zero or less returns on the next turn of the loop
	 * @throws the signal's reason when it aborts first
	 */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own clock. */
export const systemClock: Clock = {
	now: () => Date.now(),
	async sleep(ms, signal) {
		await delay(Math.max(0, ms), undefined, {signal});
	},
};
