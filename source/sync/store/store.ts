import {type Stats, statSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {DatabaseSync} from 'node:sqlite';
import {openDatabase} from '../sqlite.js';
import {ContentRows} from './content-rows.js';
import {isDamage, watchDamage} from './damage.js';
import {FactRows} from './facts.js';
import {forgetSpoke} from './forget.js';
import {LedgerRows} from './ledger-rows.js';
import {News} from './news.js';
import {PairRows} from './pair-rows.js';
import {RunRows} from './runs.js';
import {prepare} from './schema.js';
import {SessionRows} from './session-rows.js';
import {isSuspect, setAsideIfDamaged} from './set-aside.js';
import {VerifyRows} from './verify-rows.js';
import {VersionRows} from './version-rows.js';

/** Milliseconds that writes which can wait are gathered before they go to disk in one transaction. */
const batchMs = 250;

/** Most writes that wait for a disk that takes none: the oldest are let go of first. */
const mostWaiting = 10_000;

/** SQLite's codes for a disk that may take the same write later: busy, locked, read-only, I/O error, full, cannot open. */
const passing: ReadonlySet<number> = new Set([5, 6, 8, 10, 13, 14]);

/** SQLITE_IOERR_SHMSIZE: a full disk has no room for the index that processes share, and none has the file open. */
const noSharedIndex = 4874;

/** How often a file that turns out to be damaged is opened. */
const openAttempts = 3;

/** What outlives the process: one SQLite file that any number of processes share. */
export class Store {
	readonly facts: FactRows;
	readonly runs: RunRows;
	readonly ledger: LedgerRows;
	readonly sessions: SessionRows;
	/** Kept versions as people look at them. */
	readonly versions: VersionRows;
	/** Same session, several places. */
	readonly pairs: PairRows;
	/** What other processes write into the same file. */
	readonly news: News;
	/** The file that a damaged database is now, when this very start has set it aside. */
	readonly setAside: string | undefined;
	#verifies: VerifyRows | undefined;
	#contents: ContentRows | undefined;
	readonly #database: DatabaseSync;
	readonly #file: string;
	readonly #opened: Stats | undefined;
	/** Told of a failure to write, once until a write goes through again. */
	onProblem: ((error: unknown) => void) | undefined;
	#problem: string | undefined;
	#waiting: Array<() => void> = [];
	#timer: NodeJS.Timeout | undefined;

	private constructor(database: DatabaseSync, file: string, setAside: string | undefined) {
		watchDamage(database, file);
		this.#database = database;
		this.#file = file;
		this.#opened = statSync(file, {throwIfNoEntry: false});
		this.setAside = setAside;
		this.facts = new FactRows(database);
		this.runs = new RunRows(database);
		this.ledger = new LedgerRows(database);
		this.sessions = new SessionRows(database);
		this.versions = new VersionRows(database);
		this.pairs = new PairRows(database);
		this.news = new News(database);
	}

	/**
	 * Opens or creates the file. One that is damaged, or something else, is moved aside (`setAside`) and a new one made: the
	 * ledger is read again from its plain copy by whoever works on a spoke next.
	 * @param file absolute path of `sync.db`
	 * @throws Error when it cannot be opened, or moved, or was written by a newer version
	 */
	static async open(file: string): Promise<Store> {
		await mkdir(dirname(file), {recursive: true, mode: 0o700});
		let setAside: string | undefined;
		if (isSuspect(file)) {
			// What is really wrong, opening it says.
			setAside = await setAsideIfDamaged(file, () => lookAtAll(file)).catch(() => undefined);
		}

		for (let attempt = 1; ; attempt++) {
			try {
				return Store.#make(file, setAside);
			} catch (error) {
				if (!isDamage(error) || attempt === openAttempts) throw error;
				const {message} = error as Error;
				setAside = await setAsideIfDamaged(file, () => lookAtAll(file)).catch((reason: Error) => {
					throw Object.assign(error as Error, {message: `${message}; it cannot be moved aside: ${reason.message}`});
				});
			}
		}
	}

	static #make(file: string, setAside: string | undefined): Store {
		const database = openPrepared(file);
		try {
			return new Store(database, file, setAside);
		} catch (error) {
			database.close();
			throw error;
		}
	}

	/** What verifies found; made when it is first asked for, because no start needs it. */
	get verifies(): VerifyRows {
		this.#verifies ??= new VerifyRows(this.#database);
		return this.#verifies;
	}

	/** What sessions were seen to hold; made when it is first asked for, as `verifies`. */
	get contents(): ContentRows {
		this.#contents ??= new ContentRows(this.#database);
		return this.#contents;
	}

	/**
	 * Queues a write that may be lost in a crash (history, index): all that are queued within a quarter of a second go to
	 * disk together, so that nothing on the drawing path waits for the disk.
	 */
	later(write: () => void): void {
		this.#waiting.push(write);
		this.#timer ??= setTimeout(() => this.flush(), batchMs);
	}

	/** Says that something could not be written; the same words are said once until a queued write goes through. */
	complain(error: unknown): void {
		const text = String((error as Error).message ?? error);
		if (text === this.#problem) return;
		this.#problem = text;
		this.onProblem?.(error);
	}

	/** Writes everything queued, now. Never throws: what a full disk does not take waits for the next batch. */
	flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		const writes = this.#waiting.splice(0);
		if (writes.length === 0) return;
		try {
			this.ledger.transaction(() => {
				for (const write of writes) write();
			});
			this.#problem = undefined;
		} catch (error) {
			const isPassing = passing.has(((error as {errcode?: number}).errcode ?? 0) % 256);
			// A write that can never work would keep all others waiting.
			if (isPassing) this.#waiting = [...writes, ...this.#waiting].slice(-mostWaiting);
			this.complain(error);
		}
	}

	/** True once its file was removed or another put in its place: what is written here then, no other process sees. */
	isReplaced(): boolean {
		const now = statSync(this.#file, {throwIfNoEntry: false});
		return now?.ino !== this.#opened?.ino || now?.dev !== this.#opened?.dev;
	}

	/** Runs several writes as one, at once. */
	transaction(write: () => void): void {
		this.ledger.transaction(write);
	}

	/**
	 * Forgets a spoke: ledger, kept versions, history, index. Only for a purge, under the spoke's lease.
	 * @param root absolute path of its sessions
	 */
	forget(spoke: string, root: string): void {
		this.transaction(() => forgetSpoke(this.#database, spoke, root));
	}

	/** Writes what is queued, as far as the disk takes it, and closes the file. */
	close(): void {
		this.flush();
		this.#database.close();
	}
}

function openPrepared(file: string): DatabaseSync {
	const database = openDatabase(file);
	try {
		prepare(database, file);
		return database;
	} catch (error) {
		database.close();
		if ((error as {errcode?: number}).errcode !== noSharedIndex) throw error;
	}

	// Alone, SQLite needs no shared index: what is known can be read, and a write says what is wrong.
	const alone = openDatabase(file);
	alone.exec('PRAGMA locking_mode = EXCLUSIVE');
	prepare(alone, file);
	return alone;
}

/** Reads every page; @throws where one is damaged. */
function lookAtAll(file: string): void {
	const database = openPrepared(file);
	try {
		const {quick_check: found} = database.prepare('PRAGMA quick_check(1)').get() as {quick_check: string};
		if (found !== 'ok') throw Object.assign(new Error(found), {errcode: 11});
	} finally {
		database.close();
	}
}
