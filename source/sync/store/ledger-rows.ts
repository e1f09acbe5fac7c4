import type {DatabaseSync, StatementSync} from 'node:sqlite';
import type {KnownChunks} from '../guard/chunks.js';
import {ChunkRows} from './chunk-rows.js';
import {type LedgerRow, type ObservationRow, toEntry, toGeneration, toObservation} from './ledger-columns.js';
import {fromColumn, toColumn} from './path-column.js';

/** What the hub answers for: the first `length` bytes of the current version, and their hash. */
export interface LedgerEntry {
	readonly path: string;
	readonly length: number;
	/** Lower-case hex SHA-256 of those bytes. */
	readonly sha256: string;
	/** Milliseconds since the epoch. */
	readonly firstAt: number;
	readonly lastAt: number;
	/** Size and mtime at the source when it was taken; undefined for what was found on the hub. */
	readonly sourceSize: number | undefined;
	readonly sourceMtimeMs: number | undefined;
	/** Set when the entry was made from what lay on the hub's disk, not from a pull: proved only since then. */
	readonly since: number | undefined;
}

/**
 * Why an earlier version was kept. `protected` is the hub's own copy of a file that something else writes, `conflict-copy`
 * that of a conflict copy for as long as it stands in its folder; `replaced` was current until a person brought another
 * version back.
 */
export type GenerationWhy = 'rewritten' | 'damaged' | 'spoke-version' | 'protected' | 'conflict-copy' | 'replaced';

/** A kept earlier version: a plain file of its own. */
export interface Generation {
	readonly path: string;
	/** Absolute path. */
	readonly file: string;
	readonly length: number;
	readonly sha256: string;
	readonly at: number;
	readonly why: GenerationWhy;
}

/** What kind of difference the spoke last showed for a session. */
export type ObservationKind = 'shrunk' | 'rewritten' | 'retyped' | 'gone' | 'damaged';

/** The spoke's last version of a session that did not become current. */
export interface Observation {
	readonly path: string;
	readonly kind: ObservationKind;
	readonly size: number;
	readonly mtimeMs: number;
	/** Hash of the spoke's version; empty where there is no content (retyped, gone). */
	readonly sha256: string;
	readonly firstAt: number;
	readonly lastAt: number;
	/** Seen in two looks at least two seconds apart. */
	readonly isConfirmed: boolean;
	/** A person looked at it and kept the hub's copy. */
	readonly isReleased: boolean;
}

/** What the ledger can answer for, of one spoke; `Proof` says what a verify made of it. */
export interface ProofTotals {
	readonly sessions: number;
	readonly bytes: number;
	readonly generations: number;
	readonly generationBytes: number;
	readonly rebuilt: number;
	/** Milliseconds since the epoch. */
	readonly since: number | undefined;
}

/** A difference that waits for a person. */
const isHeld = "(kind <> 'gone' AND kind <> 'rewritten' AND is_released = 0)";

/** Ledger entries, kept versions and observations of the spokes. */
export class LedgerRows {
	readonly #database: DatabaseSync;
	readonly #get: StatementSync;
	readonly #all: StatementSync;
	readonly #paths: StatementSync;
	readonly #put: StatementSync;
	readonly #drop: StatementSync;
	readonly #totals: StatementSync;
	readonly #proof: StatementSync;
	readonly #chunks: ChunkRows;
	readonly #generations: StatementSync;
	readonly #putGeneration: StatementSync;
	readonly #dropGeneration: StatementSync;
	readonly #observations: StatementSync;
	readonly #putObservation: StatementSync;
	readonly #dropObservation: StatementSync;
	readonly #holdCounts: StatementSync;
	readonly #held: StatementSync;
	readonly #latestGenerations: StatementSync;
	readonly #generationCount: StatementSync;

	constructor(database: DatabaseSync) {
		this.#database = database;
		this.#get = database.prepare('SELECT * FROM ledger WHERE spoke = ? AND path = ?');
		this.#all = database.prepare('SELECT * FROM ledger WHERE spoke = ?');
		this.#paths = database.prepare('SELECT path FROM ledger WHERE spoke = ?');
		this.#put = database.prepare(
			`INSERT INTO ledger (spoke, path, length, sha256, first_at, last_at, source_size, source_mtime, since)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (spoke, path) DO UPDATE SET length = excluded.length, sha256 = excluded.sha256,
			last_at = excluded.last_at, source_size = excluded.source_size, source_mtime = excluded.source_mtime, since = excluded.since`,
		);
		this.#drop = database.prepare('DELETE FROM ledger WHERE spoke = ? AND path = ?');
		this.#totals = database.prepare(
			'SELECT COUNT(*) AS sessions, COALESCE(SUM(length), 0) AS bytes FROM ledger WHERE spoke = ?',
		);
		this.#proof = database.prepare(
			`SELECT sessions, bytes, rebuilt, since, COUNT(kept.id) AS generations, COALESCE(SUM(kept.length), 0) AS generationBytes
			FROM (
				SELECT ?1 AS spoke, COUNT(*) AS sessions, COALESCE(SUM(length), 0) AS bytes, COUNT(since) AS rebuilt, MAX(since) AS since
				FROM ledger WHERE spoke = ?1
			) LEFT JOIN generations AS kept ON kept.spoke = ?1 AND kept.why <> 'conflict-copy' AND NOT (kept.why = 'protected' AND EXISTS (
				SELECT 1 FROM ledger WHERE spoke = ?1 AND path = kept.path AND sha256 = kept.sha256
			))`,
		);
		this.#chunks = new ChunkRows(database);
		this.#generations = database.prepare('SELECT * FROM generations WHERE spoke = ? ORDER BY id');
		this.#putGeneration = database.prepare(
			`INSERT INTO generations (spoke, path, file, length, sha256, at, why) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (file) DO UPDATE SET length = excluded.length, sha256 = excluded.sha256, at = excluded.at, why = excluded.why`,
		);
		this.#dropGeneration = database.prepare('DELETE FROM generations WHERE file = ?');
		this.#observations = database.prepare('SELECT * FROM observations WHERE spoke = ?');
		this.#putObservation = database.prepare(
			`INSERT INTO observations (spoke, path, kind, size, mtime, sha256, first_at, last_at, is_confirmed, is_released)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (spoke, path) DO UPDATE SET kind = excluded.kind, size = excluded.size,
			mtime = excluded.mtime, sha256 = excluded.sha256, first_at = excluded.first_at, last_at = excluded.last_at,
			is_confirmed = excluded.is_confirmed, is_released = excluded.is_released`,
		);
		this.#dropObservation = database.prepare('DELETE FROM observations WHERE spoke = ? AND path = ?');
		this.#holdCounts = database.prepare(
			`SELECT spoke, SUM(${isHeld}) AS holds, SUM(kind = 'gone') AS gone
			FROM observations WHERE is_confirmed = 1 GROUP BY spoke`,
		);
		this.#held = database.prepare(
			`SELECT * FROM observations WHERE spoke = ? AND is_confirmed = 1 AND ${isHeld} ORDER BY last_at DESC, path LIMIT ?`,
		);
		this.#latestGenerations = database.prepare(
			`SELECT * FROM generations WHERE spoke = ? AND why <> 'conflict-copy' ORDER BY at DESC, id DESC LIMIT ?`,
		);
		this.#generationCount = database.prepare(
			`SELECT COUNT(*) AS count FROM generations WHERE spoke = ? AND why <> 'conflict-copy'`,
		);
	}

	/** One entry. */
	get(spoke: string, path: string): LedgerEntry | undefined {
		const row = this.#get.get(spoke, toColumn(path)) as LedgerRow | undefined;
		return row && toEntry(row);
	}

	/** Paths of every entry of a spoke: a fifth of what reading the entries costs. */
	paths(spoke: string): Set<string> {
		return new Set((this.#paths.all(spoke) as unknown as LedgerRow[]).map(({path}) => fromColumn(path)));
	}

	/** Every entry of a spoke, by path. */
	all(spoke: string): Map<string, LedgerEntry> {
		const entries = (this.#all.all(spoke) as unknown as LedgerRow[]).map(toEntry);
		return new Map(entries.map(entry => [entry.path, entry]));
	}

	/** Adds or replaces entries; `firstAt` of an entry that exists is kept. Call inside a transaction. */
	put(spoke: string, entries: Iterable<LedgerEntry>): void {
		for (const entry of entries) {
			this.#put.run(
				spoke,
				toColumn(entry.path),
				entry.length,
				entry.sha256,
				entry.firstAt,
				entry.lastAt,
				entry.sourceSize ?? null,
				entry.sourceMtimeMs ?? null,
				entry.since ?? null,
			);
		}
	}

	/** Forgets entries, when the spoke's path was changed. Call inside a transaction. */
	drop(spoke: string, paths: Iterable<string>): void {
		for (const path of paths) this.#drop.run(spoke, toColumn(path));
	}

	/** How much the hub answers for. */
	totals(spoke: string): {readonly sessions: number; readonly bytes: number} {
		return this.#totals.get(spoke) as {sessions: number; bytes: number};
	}

	/**
	 * What the ledger can answer for. The hub's own copy of what something else still has current is no earlier version; of
	 * entries made from what lay on the disk, `rebuilt` says how many there are and `since` the latest moment of one.
	 */
	proofTotals(spoke: string): ProofTotals {
		const {since, ...counts} = this.#proof.get(spoke) as unknown as Omit<ProofTotals, 'since'> & {since: number | null};
		return {...counts, since: since ?? undefined};
	}

	/**
	 * Hashes of the chunks of a session's current version (`guard/chunks.ts`).
	 * @returns undefined when there is no entry, or none knows its chunks
	 */
	chunks(spoke: string, path: string): KnownChunks | undefined {
		return this.#chunks.get(spoke, path);
	}

	/**
	 * Notes the chunks of the version whose entry was put just before, in the same transaction. Another version of the
	 * entry takes them away.
	 * @param length bytes of that version; one that fits a chunk needs no row
	 */
	putChunks(spoke: string, path: string, length: number, hashes: Uint8Array): void {
		this.#chunks.put(spoke, path, length, hashes);
	}

	/** Kept versions of a spoke's sessions, oldest first. */
	generations(spoke: string): Generation[] {
		return (this.#generations.all(spoke) as unknown as Generation[]).map(toGeneration);
	}

	/** The kept versions that were made last, newest first, and how many there are; those of standing conflict copies apart. */
	latestGenerations(spoke: string, limit: number): {readonly latest: Generation[]; readonly total: number} {
		const rows = this.#latestGenerations.all(spoke, limit) as unknown as Generation[];
		const {count} = this.#generationCount.get(spoke) as {count: number};
		return {latest: rows.map(toGeneration), total: count};
	}

	/** Adds a kept version, or updates the one of the same file. */
	putGeneration(spoke: string, generation: Generation): void {
		const {path, file, length, sha256, at, why} = generation;
		this.#putGeneration.run(spoke, toColumn(path), toColumn(file), length, sha256, at, why);
	}

	/** Forgets a kept version's row, when its file has taken another name. */
	dropGeneration(file: string): void {
		this.#dropGeneration.run(toColumn(file));
	}

	/** Observations of a spoke, by path. */
	observations(spoke: string): Map<string, Observation> {
		const rows = this.#observations.all(spoke) as unknown as ObservationRow[];
		return new Map(rows.map(row => [fromColumn(row.path), toObservation(row)]));
	}

	/** Adds or replaces an observation. */
	putObservation(spoke: string, seen: Observation): void {
		this.#putObservation.run(
			spoke,
			toColumn(seen.path),
			seen.kind,
			seen.size,
			seen.mtimeMs,
			seen.sha256,
			seen.firstAt,
			seen.lastAt,
			Number(seen.isConfirmed),
			Number(seen.isReleased),
		);
	}

	/** Forgets an observation. */
	dropObservation(spoke: string, path: string): void {
		this.#dropObservation.run(spoke, toColumn(path));
	}

	/** Held and gone sessions of each spoke that has any. */
	holdCounts(): Map<string, {readonly holds: number; readonly gone: number}> {
		const rows = this.#holdCounts.all() as unknown as Array<{spoke: string; holds: number; gone: number}>;
		return new Map(rows.map(({spoke, holds, gone}) => [spoke, {holds, gone}]));
	}

	/** What `holdCounts` counts as held, the latest first. */
	held(spoke: string, limit: number): Observation[] {
		return (this.#held.all(spoke, limit) as unknown as ObservationRow[]).map(toObservation);
	}

	/** Runs several writes as one; either all of them hold or none. */
	transaction(write: () => void): void {
		this.#database.exec('BEGIN IMMEDIATE');
		try {
			write();
			this.#database.exec('COMMIT');
		} catch (error) {
			try {
				this.#database.exec('ROLLBACK');
			} catch {
				// On a full disk SQLite has rolled back already; what it then says would hide the reason.
			}

			throw error;
		}
	}
}
