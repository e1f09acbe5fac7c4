import type {DatabaseSync, StatementSync} from 'node:sqlite';
import {toGeneration} from './ledger-columns.js';
import type {Generation} from './ledger-rows.js';
import {toColumn} from './path-column.js';

/** Files and bytes of kept versions. */
interface Sum {
	readonly files: number;
	readonly bytes: number;
}

/** Kept versions as people look at them: the hub's own copies apart from earlier versions. */
export class VersionRows {
	readonly #earlier: StatementSync;
	readonly #byFile: StatementSync;
	readonly #conflictCopies: StatementSync;
	readonly #sums: StatementSync;

	constructor(database: DatabaseSync) {
		// A hub's own copy of what lies in its folder unchanged is no earlier version; once the folder's file is gone it is.
		this.#earlier = database.prepare(
			`SELECT g.* FROM generations g LEFT JOIN ledger l ON l.spoke = g.spoke AND l.path = g.path
			WHERE g.spoke = ?1 AND (?2 IS NULL OR g.path = ?2) AND g.why <> 'conflict-copy' AND NOT (
				g.why = 'protected' AND l.sha256 IS g.sha256 AND l.length IS g.length AND NOT EXISTS (
					SELECT 1 FROM observations o WHERE o.spoke = g.spoke AND o.path = g.path AND o.kind IN ('gone', 'retyped')
				)
			) ORDER BY g.at DESC, g.id DESC`,
		);
		this.#byFile = database.prepare('SELECT * FROM generations WHERE spoke = ? AND file = ?');
		this.#conflictCopies = database.prepare(
			`SELECT * FROM generations WHERE spoke = ? AND why = 'conflict-copy' ORDER BY id`,
		);
		this.#sums = database.prepare(
			`SELECT why IN ('protected', 'conflict-copy') AS isSnapshot, COUNT(*) AS files, SUM(length) AS bytes
			FROM generations WHERE spoke = ? GROUP BY 1`,
		);
	}

	/**
	 * Earlier versions, newest first.
	 * @param path one session only
	 */
	earlier(spoke: string, path?: string): Generation[] {
		const rows = this.#earlier.all(spoke, path === undefined ? null : toColumn(path)) as unknown as Generation[];
		return rows.map(toGeneration);
	}

	/** The kept version that is in a file, by its absolute path. */
	byFile(spoke: string, file: string): Generation | undefined {
		const row = this.#byFile.get(spoke, toColumn(file)) as Generation | undefined;
		return row && toGeneration(row);
	}

	/** What is kept of the conflict copies that stand in a spoke's folder. */
	conflictCopies(spoke: string): Generation[] {
		return (this.#conflictCopies.all(spoke) as unknown as Generation[]).map(toGeneration);
	}

	/** How much is kept: earlier versions, and the hub's own copies of files that others write. */
	sums(spoke: string): {readonly generations: Sum; readonly snapshots: Sum} {
		const rows = this.#sums.all(spoke) as unknown as Array<Sum & {isSnapshot: number}>;
		const of = (isSnapshot: number): Sum => {
			const row = rows.find(one => one.isSnapshot === isSnapshot);
			return {files: row?.files ?? 0, bytes: row?.bytes ?? 0};
		};

		return {generations: of(0), snapshots: of(1)};
	}
}
