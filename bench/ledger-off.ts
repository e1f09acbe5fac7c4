import {Chunker as RealChunker} from '../source/sync/guard/chunks.js';
import {LedgerFile as RealFile} from '../source/sync/guard/ledger-file.js';
import type {LedgerEntry} from '../source/sync/store/ledger-rows.js';
import {LedgerRows as RealRows} from '../source/sync/store/ledger-rows.js';

// Stands in the place of the three modules in an engine that is bundled without a ledger; nothing of it is in the product.
export * from '../source/sync/guard/chunks.js';

/** A plain ledger that takes every line and writes none. */
export const LedgerFile = {
	path: RealFile.path,
	open: async () => ({size: 0, append: async () => {}, read: async () => 0, close() {}}),
};

/** Hashes no chunk. */
export class Chunker extends RealChunker {
	constructor() {
		super(0);
	}

	override add(): void {}

	override hashes(): undefined {
		return undefined;
	}
}

/** Remembers, for as long as the engine runs, which sessions were entered, and nothing of them. */
export class LedgerRows extends RealRows {
	readonly #paths = new Set<string>();

	override get(): undefined {
		return undefined;
	}

	override chunks(): undefined {
		return undefined;
	}

	override putChunks(): void {}

	override put(_: string, entries: Iterable<LedgerEntry>): void {
		for (const {path} of entries) this.#paths.add(path);
	}

	override paths(): Set<string> {
		return this.#paths;
	}

	override totals(): {readonly sessions: number; readonly bytes: number} {
		return {sessions: this.#paths.size, bytes: 0};
	}
}
