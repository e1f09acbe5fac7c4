/** Milliseconds from a change to its snapshot: ten snapshots a second however much happens. */
const publishMs = 100;

/** The same where nothing but progress was made: a screen at the end of a slow line is not to be flooded with numbers. */
const progressMs = 500;

/** Hands out snapshots of a state that changes more often than anybody can look at it. */
export class Publisher<State> {
	readonly #listeners = new Set<() => void>();
	#latest: State;
	#published: State;
	#timer: NodeJS.Timeout | undefined;
	/** When the timer goes off, in milliseconds of `performance.now()`. */
	#due = Number.POSITIVE_INFINITY;

	/** @param state published from the beginning */
	constructor(state: State) {
		this.#latest = state;
		this.#published = state;
	}

	/** The latest published state; the same object until something changed. */
	readonly snapshot = (): State => this.#published;

	/** @returns the function that ends the subscription */
	readonly subscribe = (listener: () => void): (() => void) => {
		// Wrapped, so that one function subscribed twice is two subscriptions.
		const own = () => listener();
		this.#listeners.add(own);
		return () => {
			this.#listeners.delete(own);
		};
	};

	/**
	 * Takes over a state; listeners hear of it within a tenth of a second.
	 * @param isProgress it differs from the one before by nothing but how far a transfer is: half a second will do
	 */
	take(state: State, isProgress: boolean): void {
		this.#latest = state;
		const waitMs = isProgress ? progressMs : publishMs;
		const due = performance.now() + waitMs;
		if (due >= this.#due) return;
		clearTimeout(this.#timer);
		this.#due = due;
		this.#timer = setTimeout(() => this.publish(), waitMs);
	}

	/** Publishes what is new, now. */
	publish(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#due = Number.POSITIVE_INFINITY;
		if (this.#published === this.#latest) return;
		this.#published = this.#latest;
		for (const listener of [...this.#listeners]) {
			// Whoever was unsubscribed by an earlier one is gone from the screen.
			if (this.#listeners.has(listener)) listener();
		}
	}

	/** Publishes what is new and forgets every listener. */
	close(): void {
		this.publish();
		this.#listeners.clear();
	}
}
