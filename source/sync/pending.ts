import type {Clock} from './clock.js';

/** What is under way and should be given its chance before the program ends. */
export class Pending {
	readonly #all = new Set<Promise<void>>();

	/** Takes one that never rejects. */
	add(one: Promise<void>): void {
		this.#all.add(one);
		void one.finally(() => this.#all.delete(one));
	}

	get isEmpty(): boolean {
		return this.#all.size === 0;
	}

	/** Waits for all of them, at most so many milliseconds and until the signal aborts. */
	async settle(clock: Clock, limitMs: number, signal?: AbortSignal): Promise<void> {
		const over = new AbortController();
		const ends = signal ? AbortSignal.any([over.signal, signal]) : over.signal;
		const limit = clock.sleep(limitMs, ends).catch(() => {});
		await Promise.race([Promise.all(this.#all), limit]);
		over.abort();
	}
}
