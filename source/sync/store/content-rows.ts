import type {DatabaseSync, StatementSync} from 'node:sqlite';
import type {Integrity} from '../verify/integrity.js';
import {toColumn} from './path-column.js';

/** Which bytes were looked at, and by whom. */
export interface Looked {
	/** Path of the session. */
	readonly path: string;
	/** Lower-case hex SHA-256 of all of it. */
	readonly sha256: string;
	/** Version of the program: another one may see more. */
	readonly reader: string;
}

/** What the lines of each session's current version show. */
export class ContentRows {
	readonly #get: StatementSync;
	readonly #put: StatementSync;

	constructor(database: DatabaseSync) {
		this.#get = database.prepare(
			'SELECT value FROM contents WHERE spoke = ? AND path = ? AND sha256 = ? AND reader = ?',
		);
		this.#put = database.prepare(
			`INSERT INTO contents (spoke, path, sha256, reader, value)
			SELECT spoke, path, sha256, ?4, ?5 FROM ledger WHERE spoke = ?1 AND path = ?2 AND sha256 = ?3
			ON CONFLICT (spoke, path) DO UPDATE SET sha256 = excluded.sha256, reader = excluded.reader, value = excluded.value`,
		);
	}

	/** What these very bytes showed to this very reader; undefined when it has not looked at them. */
	get(spoke: string, {path, sha256, reader}: Looked): Integrity | undefined {
		const row = this.#get.get(spoke, toColumn(path), sha256, reader) as {value: string} | undefined;
		if (!row) return undefined;
		try {
			const {lines, marks, header, lastEntryAt} = JSON.parse(row.value) as Integrity;
			return {lines, marks, header, lastEntryAt};
		} catch {
			// Damaged where SQLite does not notice: the lines tell it again.
			return undefined;
		}
	}

	/** Notes what they showed, unless the ledger speaks of other bytes by now. Call inside a transaction. */
	put(spoke: string, {path, sha256, reader}: Looked, {lines, marks, header, lastEntryAt}: Integrity): void {
		this.#put.run(spoke, toColumn(path), sha256, reader, JSON.stringify({lines, marks, header, lastEntryAt}));
	}
}
