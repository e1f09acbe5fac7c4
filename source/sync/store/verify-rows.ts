import type {DatabaseSync, StatementSync} from 'node:sqlite';
import type {VerifyReport} from '../verify/types.js';
import {fromColumn, toColumn} from './path-column.js';

/** Findings of a stored report: more is what the verify itself tells, and `counts` counts them all. */
export const keptFindings = 1000;

/**
 * What a ledger entry says of a file: its path, its bytes, and its time at the source when it was taken, in milliseconds
 * since the epoch (null: found on the hub, not taken). Of a hundred thousand rows an object for each costs as much as
 * reading them.
 */
export type Answered = readonly [path: string, length: number, mtimeMs: number | null];

/** Entries that are read in one go: some milliseconds. */
const pageRows = 4096;

/** A kept version of a session: its absolute path, and its bytes. */
export interface Kept {
	readonly file: string;
	readonly length: number;
}

/** What the last verify of each spoke, and of the hub's own sessions, came to. */
export class VerifyRows {
	readonly #put: StatementSync;
	readonly #get: StatementSync;
	readonly #at: StatementSync;
	readonly #firstEntry: StatementSync;
	readonly #answered: StatementSync;
	readonly #kept: StatementSync;

	constructor(database: DatabaseSync) {
		this.#put = database.prepare(
			`INSERT INTO verify_reports (spoke, at, report) VALUES (?, ?, ?)
			ON CONFLICT (spoke) DO UPDATE SET at = excluded.at, report = excluded.report`,
		);
		this.#get = database.prepare('SELECT report FROM verify_reports WHERE spoke = ?');
		this.#at = database.prepare('SELECT spoke, at FROM verify_reports');
		this.#firstEntry = database.prepare('SELECT MIN(first_at) AS at FROM ledger WHERE spoke = ?');
		this.#answered = database.prepare(
			'SELECT path, length, source_mtime FROM ledger WHERE spoke = ? AND path > ? ORDER BY path LIMIT ?',
		);
		this.#answered.setReturnArrays(true);
		this.#kept = database.prepare(
			'SELECT file, length FROM generations WHERE spoke = ? AND path = ? AND sha256 = ? ORDER BY id',
		);
	}

	/** Replaces a spoke's report; of its latest findings beyond `keptFindings` only where damage is, is stored. */
	put(report: VerifyReport): void {
		const unnamed = report.findings
			.slice(keptFindings)
			.filter(({severity}) => severity === 'damage')
			.map(({path, generation}) => ({path, ...(generation === undefined ? {} : {generation})}));
		const unnamedDamage = [...(report.unnamedDamage ?? []), ...unnamed];
		const kept = {
			...report,
			findings: report.findings.slice(0, keptFindings),
			...(unnamedDamage.length === 0 ? {} : {unnamedDamage}),
		};
		this.#put.run(report.spoke ?? '', report.startedAt, JSON.stringify(kept));
	}

	/**
	 * A spoke's last report.
	 * @param spoke undefined: of the hub's own sessions
	 */
	get(spoke: string | undefined): VerifyReport | undefined {
		const row = this.#get.get(spoke ?? '') as {report: string} | undefined;
		if (!row) return undefined;
		return JSON.parse(row.report) as VerifyReport;
	}

	/** When each of the last reports was begun, milliseconds since the epoch, by spoke. */
	times(): Map<string | undefined, number> {
		const rows = this.#at.all() as unknown as Array<{spoke: string; at: number}>;
		return new Map(rows.map(({spoke, at}) => [spoke === '' ? undefined : spoke, at]));
	}

	/** Everything a spoke's ledger answers for, page by page: what a quick verify asks of an entry. */
	*answered(spoke: string): Generator<readonly Answered[]> {
		for (let after = ''; ; ) {
			const rows = this.#answered.all(spoke, after, pageRows) as unknown as Array<[string, number, number | null]>;
			const last = rows.at(-1);
			if (!last) return;
			after = last[0];
			for (const row of rows) row[0] = fromColumn(row[0]);
			yield rows;
		}
	}

	/** Kept versions of a session that hold these bytes, as their rows say. */
	keptCopies(spoke: string, path: string, sha256: string): Kept[] {
		const rows = this.#kept.all(spoke, toColumn(path), sha256) as unknown as Kept[];
		return rows.map(({file, length}) => ({file: fromColumn(file), length}));
	}

	/** When the first session of a spoke was entered in the ledger. */
	firstEntryAt(spoke: string): number | undefined {
		return (this.#firstEntry.get(spoke) as {at: number | null}).at ?? undefined;
	}
}
