import {randomUUID} from 'node:crypto';
import type {DatabaseSync, StatementSync} from 'node:sqlite';
import type {Totals} from '../sessions/folder-totals.js';
import type {FileKind, SessionFile} from '../sessions/types.js';
import {forgetAlone} from './pair-rows.js';
import {fromColumn, toColumn} from './path-column.js';

/** A remembered file with the one fact that costs more than its header. */
export interface RememberedFile extends SessionFile {
	/** Time of the last complete entry, milliseconds since the epoch; null: read and none found; undefined: not read. */
	readonly lastEntryAt: number | null | undefined;
}

interface Row {
	path: string;
	size: number;
	mtime: number;
	inode: number;
	kind: FileKind;
	id: string | null;
	version: number | null;
	cwd: string | null;
	started_at: number | null;
	last_entry_at: number | null;
}

/** SQLite hands out a new string for each row; of these few words one is enough. */
const kinds: Readonly<Record<FileKind, FileKind>> = {
	session: 'session',
	empty: 'empty',
	other: 'other',
	'conflict-copy': 'conflict-copy',
	temporary: 'temporary',
};

/** -1 in `last_entry_at`: the file was read and holds no entry with a time. */
const none = -1;

/** The index of what lies under each session root, so that a restart reads no header twice. */
export class SessionRows {
	readonly #all: StatementSync;
	readonly #page: StatementSync;
	readonly #one: StatementSync;
	readonly #put: StatementSync;
	readonly #forgetAlone: StatementSync;
	readonly #drop: StatementSync;
	readonly #folders: StatementSync;
	readonly #putFolder: StatementSync;
	readonly #dropFolder: StatementSync;
	readonly #totals: StatementSync;
	readonly #putTotals: StatementSync;
	readonly #whole: StatementSync;
	readonly #beginWhole: StatementSync;
	readonly #endWhole: StatementSync;

	constructor(database: DatabaseSync) {
		this.#all = database.prepare('SELECT * FROM sessions WHERE root = ?');
		this.#page = database.prepare('SELECT * FROM sessions WHERE root = ? AND path > ? ORDER BY path LIMIT ?');
		this.#one = database.prepare('SELECT * FROM sessions WHERE root = ? AND path = ?');
		this.#put = database.prepare(
			`INSERT INTO sessions (root, path, size, mtime, inode, kind, id, version, cwd, started_at, last_entry_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (root, path) DO UPDATE SET size = excluded.size, mtime = excluded.mtime,
			inode = excluded.inode, kind = excluded.kind, id = excluded.id, version = excluded.version, cwd = excluded.cwd,
			started_at = excluded.started_at, last_entry_at = CASE WHEN excluded.last_entry_at IS NULL AND size = excluded.size
			AND mtime = excluded.mtime AND inode = excluded.inode THEN last_entry_at ELSE excluded.last_entry_at END`,
		);
		this.#forgetAlone = database.prepare(forgetAlone);
		this.#drop = database.prepare('DELETE FROM sessions WHERE root = ? AND path = ?');
		this.#folders = database.prepare('SELECT folder, value FROM folders WHERE root = ?');
		this.#putFolder = database.prepare(
			'INSERT INTO folders (root, folder, value) VALUES (?, ?, ?) ON CONFLICT (root, folder) DO UPDATE SET value = excluded.value',
		);
		this.#dropFolder = database.prepare('DELETE FROM folders WHERE root = ? AND folder = ?');
		this.#totals = database.prepare('SELECT * FROM totals');
		this.#putTotals = database.prepare(
			`INSERT INTO totals (root, sessions, others, conflict_copies, empty, bytes, newest) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (root) DO UPDATE SET sessions = excluded.sessions, others = excluded.others,
			conflict_copies = excluded.conflict_copies, empty = excluded.empty, bytes = excluded.bytes, newest = excluded.newest`,
		);
		this.#whole = database.prepare('SELECT patterns FROM whole_roots WHERE root = ?');
		this.#beginWhole = database.prepare(
			'INSERT INTO whole_roots (root, patterns) VALUES (?, ?) ON CONFLICT (root) DO UPDATE SET patterns = excluded.patterns',
		);
		this.#endWhole = database.prepare('UPDATE whole_roots SET patterns = ? WHERE root = ? AND patterns = ?');
	}

	/** Everything remembered of a root (its absolute path). */
	all(root: string): RememberedFile[] {
		return (this.#all.all(root) as unknown as Row[]).map(toFile);
	}

	/**
	 * A part of what is remembered of a root, in the order of the column. To be read to its end at once: a query that
	 * stays open over a turn of the event loop holds an old view of the file, on which no write can begin once another
	 * process has written.
	 * @param after the last path of the part before
	 */
	*page(root: string, after: string | undefined, limit: number): IterableIterator<RememberedFile> {
		const rows = this.#page.iterate(root, after === undefined ? '' : toColumn(after), limit);
		for (const row of rows) yield toFile(row as unknown as Row);
	}

	/** True when every file of a root has been stored, as far as just these patterns let it be. */
	isWhole(root: string, patterns: readonly string[]): boolean {
		const row = this.#whole.get(root) as {patterns: string} | undefined;
		return row?.patterns === JSON.stringify(patterns);
	}

	/**
	 * Takes the mark of a complete root away, and leaves one that the storing has begun.
	 * @returns what `endWhole` asks for
	 */
	beginWhole(root: string): string {
		const token = `storing ${randomUUID()}`;
		this.#beginWhole.run(root, token);
		return token;
	}

	/**
	 * Marks a root as stored completely, unless its rows were dropped or another storing began since `beginWhole`.
	 * @param patterns what was left out
	 */
	endWhole(root: string, token: string, patterns: readonly string[]): void {
		this.#endWhole.run(JSON.stringify(patterns), root, token);
	}

	/** One remembered file. */
	get(root: string, path: string): RememberedFile | undefined {
		const row = this.#one.get(root, toColumn(path)) as Row | undefined;
		return row && toFile(row);
	}

	/** Remembers files; a last entry that is not told stays known while the file is the same. Call inside a transaction. */
	put(root: string, files: Iterable<RememberedFile>): void {
		let isAny = false;
		for (const file of files) {
			isAny = true;
			this.#put.run(
				root,
				toColumn(file.path),
				file.size,
				file.mtimeMs,
				file.inode,
				file.kind,
				file.header?.id ?? null,
				file.header?.version ?? null,
				file.header?.cwd ?? null,
				file.header?.startedAt ?? null,
				file.lastEntryAt === null ? none : (file.lastEntryAt ?? null),
			);
		}

		// Last: whoever notes that no id is another's has seen these rows, or the note goes.
		if (isAny) this.#forgetAlone.run();
	}

	/** Forgets files that are no longer there. */
	drop(root: string, paths: Iterable<string>): void {
		for (const path of paths) this.#drop.run(root, toColumn(path));
	}

	/** Cached totals of the folders of a root, by folder. */
	folders(root: string): Map<string, unknown> {
		const rows = this.#folders.all(root) as unknown as Array<{folder: string; value: string}>;
		return new Map(rows.map(({folder, value}) => [fromColumn(folder), JSON.parse(value)]));
	}

	/** Caches totals of folders; undefined forgets one. */
	putFolders(root: string, folders: Iterable<readonly [string, unknown]>): void {
		for (const [folder, value] of folders) {
			if (value === undefined) this.#dropFolder.run(root, toColumn(folder));
			else this.#putFolder.run(root, toColumn(folder), JSON.stringify(value));
		}
	}

	/** What every root held when it was last counted, by its absolute path. */
	totals(): Map<string, Totals> {
		const rows = this.#totals.all() as unknown as TotalsRow[];
		return new Map(rows.map(row => [row.root, toTotals(row)]));
	}

	/** Remembers what a root holds. */
	putTotals(root: string, {sessions, others, conflictCopies, empty, bytes, newestMtimeMs}: Totals): void {
		this.#putTotals.run(root, sessions, others, conflictCopies, empty, bytes, newestMtimeMs ?? null);
	}
}

interface TotalsRow {
	root: string;
	sessions: number;
	others: number;
	conflict_copies: number;
	empty: number;
	bytes: number;
	newest: number | null;
}

function toTotals({sessions, others, conflict_copies: conflictCopies, empty, bytes, newest}: TotalsRow): Totals {
	return {sessions, others, conflictCopies, empty, bytes, newestMtimeMs: newest ?? undefined};
}

function toFile(row: Row): RememberedFile {
	return {
		path: fromColumn(row.path),
		size: row.size,
		mtimeMs: row.mtime,
		inode: row.inode,
		kind: kinds[row.kind],
		header:
			row.id === null
				? undefined
				: {
						id: row.id,
						version: row.version ?? 1,
						cwd: row.cwd ?? undefined,
						startedAt: row.started_at ?? undefined,
					},
		lastEntryAt: row.last_entry_at === none ? null : (row.last_entry_at ?? undefined),
	};
}
