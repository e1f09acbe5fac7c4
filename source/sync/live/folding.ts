import type {Hub} from '../hub.js';

/** Milliseconds until a folder that another run has is tried again. */
const againMs = 5000;
/** The same after a failure (a full disk), doubling from one to the next up to ten minutes. */
const failedMs = 30_000;
const longestMs = 600_000;
/** Milliseconds without rest after which a folder is entered as it is: hours of work must not wait for their end. */
const restlessMs = 60_000;

/** Enters and protects what something else brought into a folder, also while nobody watched; that says what is new. */
export class Folding {
	readonly #hub: Hub;
	readonly #signal: AbortSignal;
	readonly #isKeeper: () => boolean;
	/** Spokes whose folder waits to be entered: one wait serves everything that arrives meanwhile. */
	readonly #waiting = new Set<string>();
	/** The same, until this process keeps the hub. */
	readonly #later = new Set<string>();
	/** Since when a folder has not rested, or was entered all the same. */
	readonly #restless = new Map<string, number>();

	/**
	 * @param signal ends every wait, and the runs that were started
	 * @param isKeeper of several processes on a hub only one enters
	 */
	constructor(hub: Hub, signal: AbortSignal, isKeeper: () => boolean) {
		this.#hub = hub;
		this.#signal = signal;
		this.#isKeeper = isKeeper;
		const forget = hub.observe(event => {
			if (event.type === 'keeper') this.#catchUp();
		});
		signal.addEventListener('abort', forget, {once: true});
	}

	/** Something may have arrived in a spoke's folder; does nothing for folders that are not filled by others. */
	enter(name: string): void {
		if (!this.#isKeeper()) this.#later.add(name);
		else if (!this.#waiting.has(name)) void this.#enter(name);
	}

	/**
	 * Something is being written in a spoke's folder, or is no longer.
	 * @param isResting nothing in it has changed for as long as it takes to settle
	 */
	growing(name: string, isResting: boolean): void {
		const now = this.#hub.clock.now();
		const since = this.#restless.get(name);
		if (isResting) this.#restless.delete(name);
		// A clock that was set back begins anew.
		else if (since === undefined || since > now) this.#restless.set(name, now);
		else if (now - since >= restlessMs) {
			this.#restless.set(name, now);
			this.enter(name);
		}
	}

	#catchUp(): void {
		if (!this.#isKeeper()) return;
		const names = [...this.#later];
		this.#later.clear();
		for (const name of names) this.enter(name);
	}

	async #enter(name: string): Promise<void> {
		const {clock} = this.#hub;
		this.#waiting.add(name);
		try {
			for (let failures = 0; ; ) {
				const spoke = this.#hub.spoke(name);
				if (!spoke?.config.enabled || spoke.undriven !== undefined || spoke.config.source !== undefined) return;
				// A run that is under way may have passed this file already, so it gets one of its own.
				const [report] = spoke.job ? [] : await this.#hub.sync([name], {isArrival: true, signal: this.#signal});
				if (report?.result === 'done') return;
				if (report?.result === 'failed') failures++;
				const pauseMs = failures === 0 ? againMs : Math.min(longestMs, failedMs * 2 ** (failures - 1));
				await clock.sleep(pauseMs, this.#signal);
			}
		} catch (error) {
			if (!this.#signal.aborted) {
				this.#hub.log('WARN', name, `the folder of '${name}' could not be entered: ${String(error)}`);
			}
		} finally {
			this.#waiting.delete(name);
		}
	}
}
