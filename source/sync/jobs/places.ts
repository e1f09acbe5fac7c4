/** A limited number of places for jobs; whoever finds none waits in line. */
export class Places {
	readonly #waiting: Array<() => void> = [];
	#taken = 0;

	/**
	 * Waits for a place; an aborted signal ends the wait, and the job that then runs ends at once by itself.
	 * @param limit how many places there are now: it may change while jobs wait
	 * @returns the function that gives the place back
	 */
	async enter(limit: () => number, signal: AbortSignal): Promise<() => void> {
		while (this.#taken >= limit() && !signal.aborted) {
			await new Promise<void>(resolve => {
				this.#waiting.push(resolve);
				signal.addEventListener('abort', () => resolve(), {once: true});
			});
		}

		this.#taken++;
		return () => {
			this.#taken--;
			this.#waiting.shift()?.();
		};
	}
}
