import type {Clock} from '../clock.js';
import type {Store} from '../store/store.js';
import type {Totals} from './folder-totals.js';

/** Milliseconds between two writes of one root: a session that grows is counted twice a second. */
const rememberMs = 10_000;

/** Writes down what the session roots hold, so that the next start can show it before it has looked. */
export class RememberedTotals {
	readonly #store: Store;
	readonly #clock: Clock;
	readonly #waiting = new Map<string, Totals>();
	/** When each root was last written by this process. */
	readonly #writtenAt = new Map<string, number>();
	/** What the store holds or is about to; read when it is first needed. */
	#known: Map<string, Totals> | undefined;

	constructor(store: Store, clock: Clock) {
		this.#store = store;
		this.#clock = clock;
	}

	/**
	 * Takes over what a root was counted to hold; it reaches the store at the latest with the next count or `flush`.
	 * @param root absolute path
	 */
	note(root: string, totals: Totals & {readonly unread?: number}): void {
		// Files whose first line is unread count as sessions, which not all of them turn out to be.
		if (totals.unread) return;
		this.#known ??= this.#store.sessions.totals();
		const before = this.#known.get(root);
		if (before && isSame(before, totals)) {
			this.#waiting.delete(root);
			return;
		}

		this.#waiting.set(root, totals);
		const now = this.#clock.now();
		const passed = now - (this.#writtenAt.get(root) ?? Number.NEGATIVE_INFINITY);
		// Less than nothing: the clock was set back.
		if (passed >= rememberMs || passed < 0) this.#write(root, totals, now);
	}

	/** Queues what has waited; to be called before the store writes for the last time. */
	flush(): void {
		for (const [root, totals] of this.#waiting) this.#write(root, totals, this.#clock.now());
	}

	#write(root: string, totals: Totals, at: number): void {
		this.#waiting.delete(root);
		this.#writtenAt.set(root, at);
		this.#known?.set(root, totals);
		this.#store.later(() => this.#store.sessions.putTotals(root, totals));
	}
}

/** What is kept of the counts. */
const keys = ['sessions', 'others', 'conflictCopies', 'empty', 'bytes', 'newestMtimeMs'] as const;

function isSame(one: Totals, other: Totals): boolean {
	return keys.every(key => one[key] === other[key]);
}
