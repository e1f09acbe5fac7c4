/** A limited number of places for jobs; whoever finds none waits. */
export class Places {
	readonly #waiting = new Set<() => void>();
	#taken = 0;

	/**
	 * Waits for a place; an aborted signal ends the wait, and the job that then runs ends at once by itself.
	 * @param limit how many places there are now: it may change while jobs wait
	 * @returns the function that gives the place back
	 */
	async enter(limit: () => number, signal: AbortSignal): Promise<() => void> {
		while (this.#taken >= limit() && !signal.aborted) await this.#change(signal);
		this.#taken++;
		return () => {
			this.#taken--;
			// All of them look again, first come first: one that was cancelled must not keep a place from the next.
			for (const wake of this.#waiting) wake();
		};
	}

	async #change(signal: AbortSignal): Promise<void> {
		const {promise, resolve} = Promise.withResolvers<void>();
		const onAbort = () => resolve();
		this.#waiting.add(resolve);
		signal.addEventListener('abort', onAbort);
		await promise;
		this.#waiting.delete(resolve);
		// Node keeps a combined signal for as long as somebody listens to it.
		signal.removeEventListener('abort', onAbort);
	}
}
