import {clean} from '../../text/clean.js';
import {ApiError} from './request.js';

/** A setup that is not made, or was taken back; config.yaml is as it was. */
export class SetupRefusal extends Error {
	override readonly name = 'SetupRefusal';
	/** What to do next, one thing a line. */
	readonly next: readonly string[];
	constructor(message: string, next: readonly string[], options?: ErrorOptions) {
		super(message, options);
		this.next = next;
	}
}

interface Done {
	/** What is left where it cannot be taken back. */
	readonly left: string;
	readonly undo: () => Promise<void>;
}

/** What a setup has made so far, so that nothing of it is left half-done. */
export class Undo {
	readonly #done: Done[] = [];

	/**
	 * Does something that can be taken back.
	 * @param left names what stays behind when it cannot be
	 */
	async make(left: string, make: () => Promise<void>, undo: () => Promise<void>): Promise<void> {
		// Before it is tried: a request whose answer never came may have been carried out.
		this.#done.push({left, undo});
		await make();
	}

	/**
	 * Takes everything back, the last first. Never rejects.
	 * @returns what could not be taken back, with the reason
	 */
	async takeBack(): Promise<string[]> {
		const left: string[] = [];
		for (const {left: what, undo} of this.#done.splice(0).reverse()) {
			try {
				await undo();
			} catch (error) {
				// What was never made is not there to be removed.
				if (error instanceof ApiError && error.status === 404) continue;
				left.push(`${what} stays: ${clean((error as Error).message)}`);
			}
		}

		return left;
	}
}
