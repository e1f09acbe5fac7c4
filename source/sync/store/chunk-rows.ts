import type {DatabaseSync, StatementSync} from 'node:sqlite';
import {chunkBytes, chunkCount, chunkHashBytes, type KnownChunks, singleChunk} from '../guard/chunks.js';
import {toColumn} from './path-column.js';

interface ChunkRow {
	readonly length: number;
	readonly sha256: string;
	readonly hashes: Uint8Array | null;
}

/** Hashes of the chunks of each session's current version; one that fits a chunk has no row, for its own hash is the chunk's. */
export class ChunkRows {
	readonly #get: StatementSync;
	readonly #put: StatementSync;

	constructor(database: DatabaseSync) {
		this.#get = database.prepare(
			`SELECT ledger.length, ledger.sha256, hashes FROM ledger
			LEFT JOIN chunks ON chunks.spoke = ledger.spoke AND chunks.path = ledger.path AND chunks.length = ledger.length
			WHERE ledger.spoke = ? AND ledger.path = ?`,
		);
		this.#put = database.prepare(
			`INSERT INTO chunks (spoke, path, length, hashes) VALUES (?, ?, ?, ?)
			ON CONFLICT (spoke, path) DO UPDATE SET length = excluded.length, hashes = excluded.hashes`,
		);
	}

	/** Chunks of the version the ledger's entry names; undefined when there is no entry, or none knows its chunks. */
	get(spoke: string, path: string): KnownChunks | undefined {
		const row = this.#get.get(spoke, toColumn(path)) as unknown as ChunkRow | undefined;
		if (!row) return undefined;
		const {length, sha256} = row;
		const hashes = singleChunk(length, sha256) ?? row.hashes;
		return hashes?.length === chunkCount(length) * chunkHashBytes ? {length, sha256, hashes} : undefined;
	}

	/** Adds or replaces those of a version. */
	put(spoke: string, path: string, length: number, hashes: Uint8Array): void {
		if (length > chunkBytes) this.#put.run(spoke, toColumn(path), length, hashes);
	}
}
