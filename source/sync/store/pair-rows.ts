import type {DatabaseSync, StatementSync} from 'node:sqlite';
import {fromColumn} from './path-column.js';

/** A file of the index that bears the same session id as another one, or that is Syncthing's conflict copy. */
export interface PlacedRow {
	/** Of its header; undefined for a conflict copy, whose first line the index does not read. */
	readonly id: string | undefined;
	/** Absolute path of its session root. */
	readonly root: string;
	/** Below the root, spelled as in `text/names.ts`. */
	readonly path: string;
	readonly bytes: number;
	/** Milliseconds since the epoch. */
	readonly mtimeMs: number;
	/** Time of its last entry; undefined: not read yet, or it names none. */
	readonly lastEntryAt: number | undefined;
}

/** How many sessions lie in more than one place. */
export interface PairCounts {
	/** Session ids found more than once. */
	readonly pairs: number;
	/** Of them, those on more than one computer. */
	readonly acrossComputers: number;
	/** Files beyond the first of each id: what a sum over all places counts too much. */
	readonly surplus: number;
	/** Ids that a spoke has a part in, by its name; spokes without any are absent. */
	readonly bySpoke: Readonly<Record<string, number>>;
}

interface Row {
	id: string | null;
	root: string;
	path: string;
	size: number;
	mtime: number;
	last_entry_at: number | null;
}

/** Where the counts are kept among the facts: no spoke can have this name. */
const holder = '(pairs)';

/** A row that stands while no id of the index is another's too and nothing in it is a conflict copy. */
const alone = `spoke = '${holder}' AND key = 'alone'`;

/** What ends that: to be run with whatever puts a row into the index. */
export const forgetAlone = `DELETE FROM facts WHERE ${alone}`;

const twinIds = "SELECT id FROM sessions WHERE kind = 'session' AND id IS NOT NULL GROUP BY id HAVING COUNT(*) > 1";

/** Same session, several places: what the index of the session roots knows of it. */
export class PairRows {
	readonly #database: DatabaseSync;
	/** Prepared when first asked: a start needs none of them. */
	#ids: StatementSync | undefined;
	#twins: StatementSync | undefined;
	#copies: StatementSync | undefined;

	constructor(database: DatabaseSync) {
		this.#database = database;
	}

	/**
	 * Every session whose id another one bears too, in the order of ids. One pass over the whole index, two where there are
	 * any (0.06 s each at 100,000 sessions): an index on the ids would be half as large again as the table.
	 * @param roots absolute paths of the session roots that count; an id may be left with a single row in them
	 */
	twins(roots: readonly string[]): PlacedRow[] {
		if (this.isAlone()) return [];
		this.#ids ??= this.#database.prepare(twinIds);
		const ids = (this.#ids.all() as unknown as Array<{id: string}>).map(({id}) => id);
		if (ids.length === 0) return [];
		this.#twins ??= this.#database.prepare(
			`SELECT id, root, path, size, mtime, last_entry_at FROM sessions
			WHERE kind = 'session' AND id IN (SELECT value FROM json_each(?)) AND root IN (SELECT value FROM json_each(?))
			ORDER BY id, root, path`,
		);
		return (this.#twins.all(JSON.stringify(ids), JSON.stringify(roots)) as unknown as Row[]).map(toPlaced);
	}

	/** Every conflict copy below the roots. */
	copies(roots: readonly string[]): PlacedRow[] {
		if (this.isAlone()) return [];
		this.#copies ??= this.#database.prepare(
			`SELECT NULL AS id, root, path, size, mtime, last_entry_at FROM sessions
			WHERE kind = 'conflict-copy' AND root IN (SELECT value FROM json_each(?1)) ORDER BY root, path`,
		);
		return (this.#copies.all(JSON.stringify(roots)) as unknown as Row[]).map(toPlaced);
	}

	/**
	 * Notes, where it is so, that there is neither a pair nor a conflict copy, so that nobody looks the whole index through
	 * before something is put into it. Call inside a transaction: nothing may come between the look and the note.
	 */
	rememberAlone(): void {
		if (this.isAlone()) return;
		this.#database
			.prepare(
				`INSERT INTO facts (spoke, key, value) SELECT '${holder}', 'alone', 'true'
				WHERE NOT EXISTS (SELECT 1 FROM sessions WHERE kind = 'conflict-copy') AND NOT EXISTS (${twinIds})`,
			)
			.run();
	}

	/** True when there is known to be neither a pair nor a conflict copy in the whole index. */
	isAlone(): boolean {
		return this.#database.prepare(`SELECT 1 FROM facts WHERE ${alone}`).get() !== undefined;
	}

	/**
	 * What was counted last.
	 * @param roots as they are now; counts of other roots are not told
	 * @returns undefined: never counted for these
	 */
	counts(roots: readonly string[]): PairCounts | undefined {
		const row = this.#database.prepare('SELECT value FROM facts WHERE spoke = ? AND key = ?').get(holder, 'counts');
		if (!row) return undefined;
		const known = JSON.parse((row as {value: string}).value) as {roots: readonly string[]; counts: PairCounts};
		return JSON.stringify(known.roots) === JSON.stringify(roots) ? known.counts : undefined;
	}

	/** Keeps the counts for whoever starts next. */
	putCounts(roots: readonly string[], counts: PairCounts): void {
		this.#database
			.prepare(
				'INSERT INTO facts (spoke, key, value) VALUES (?, ?, ?) ON CONFLICT (spoke, key) DO UPDATE SET value = excluded.value',
			)
			.run(holder, 'counts', JSON.stringify({roots, counts}));
	}
}

function toPlaced({id, root, path, size, mtime, last_entry_at: last}: Row): PlacedRow {
	return {
		id: id ?? undefined,
		root,
		path: fromColumn(path),
		bytes: size,
		mtimeMs: mtime,
		// -1: the file was read and holds no entry with a time.
		lastEntryAt: last === null || last < 0 ? undefined : last,
	};
}
