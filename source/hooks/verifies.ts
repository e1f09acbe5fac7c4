import type {Hub} from '../sync/hub.js';
import type {Holder} from '../sync/schedule/lease.js';
import type {RepairReport} from '../sync/services/repairing.js';
import type {Verifying} from '../sync/services/verifying.js';
import type {VerifyReport} from '../sync/verify/types.js';
import {hubRow, type RowId} from '../view/types.js';

/** What verifies need. */
export interface VerifiesParts {
	readonly hub: Hub;
	/** Nothing is started before. */
	readonly confirmed: Promise<void>;
}

/**
 * The verifies of a dashboard. What they are made of is loaded with the first one; how far they are and what they found
 * is in the hub's state.
 */
export class Verifies {
	readonly #parts: VerifiesParts;
	#service: Promise<Verifying> | undefined;

	constructor(parts: VerifiesParts) {
		this.#parts = parts;
	}

	/** Verifies rows; those of which one runs already are left alone. */
	async run(ids: readonly RowId[], isDeep: boolean): Promise<readonly VerifyReport[]> {
		const service = await this.#open();
		return service.run(ids.map(nameOf), {isDeep, by: this.#parts.hub.by});
	}

	/** Ends what runs of rows. */
	async cancel(ids: readonly RowId[]): Promise<void> {
		// What was never loaded runs nothing.
		const service = await this.#service;
		for (const id of ids) service?.cancel(nameOf(id));
	}

	/**
	 * Brings the true bytes of damaged sessions back.
	 * @param spoke its name: no ledger answers for the hub's own
	 * @returns what was done, or who holds the spoke: nothing was done then
	 */
	async repair(spoke: string, paths: readonly string[]): Promise<RepairReport | {readonly heldBy: Holder}> {
		const service = await this.#open();
		return service.repair(spoke, paths);
	}

	async #open(): Promise<Verifying> {
		const {hub, confirmed} = this.#parts;
		this.#service ??= (async () => {
			await confirmed;
			const {startVerifying} = await import('../sync/services/verifying.js');
			return startVerifying(hub);
		})();
		// What could not be loaded may be tried again.
		this.#service.catch(() => {
			this.#service = undefined;
		});
		return this.#service;
	}
}

function nameOf(id: RowId): string | undefined {
	return id === hubRow ? undefined : id;
}
