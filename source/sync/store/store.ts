import {mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {DatabaseSync} from 'node:sqlite';
import {openDatabase} from '../sqlite.js';
import {FactRows} from './facts.js';
import {LedgerRows} from './ledger-rows.js';
import {RunRows} from './runs.js';
import {prepare} from './schema.js';
import {SessionRows} from './session-rows.js';

/** Milliseconds that writes which can wait are gathered before they go to disk in one transaction. */
const batchMs = 250;

/** What outlives the process: one SQLite file that any number of processes share. */
export class Store {
	readonly facts: FactRows;
	readonly runs: RunRows;
	readonly ledger: LedgerRows;
	readonly sessions: SessionRows;
	readonly #database: DatabaseSync;
	readonly #waiting: Array<() => void> = [];
	#timer: NodeJS.Timeout | undefined;

	private constructor(database: DatabaseSync) {
		this.#database = database;
		this.facts = new FactRows(database);
		this.runs = new RunRows(database);
		this.ledger = new LedgerRows(database);
		this.sessions = new SessionRows(database);
	}

	/**
	 * Opens or creates the file.
	 * @param file absolute path of `sync.db`
	 * @throws Error when it cannot be opened or was written by a newer version
	 */
	static async open(file: string): Promise<Store> {
		await mkdir(dirname(file), {recursive: true, mode: 0o700});
		const database = openDatabase(file);
		prepare(database, file);
		return new Store(database);
	}

	/**
	 * Queues a write that may be lost in a crash (history, index): all that are queued within a quarter of a second go to
	 * disk together, so that nothing on the drawing path waits for the disk.
	 */
	later(write: () => void): void {
		this.#waiting.push(write);
		this.#timer ??= setTimeout(() => this.flush(), batchMs);
	}

	/** Writes everything queued, now. */
	flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		const writes = this.#waiting.splice(0);
		if (writes.length === 0) return;
		this.ledger.transaction(() => {
			for (const write of writes) write();
		});
	}

	/** Runs several writes as one, at once. */
	transaction(write: () => void): void {
		this.ledger.transaction(write);
	}

	/** Writes what is queued and closes the file. */
	close(): void {
		this.flush();
		this.#database.close();
	}
}
