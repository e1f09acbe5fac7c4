import type {Generation, LedgerEntry, Observation, ObservationKind} from './ledger-rows.js';
import {fromColumn} from './path-column.js';

/** A row of `ledger`. */
export interface LedgerRow {
	path: string;
	length: number;
	sha256: string;
	first_at: number;
	last_at: number;
	source_size: number | null;
	source_mtime: number | null;
	since: number | null;
}

/** A row of `observations`. */
export interface ObservationRow {
	path: string;
	kind: ObservationKind;
	size: number;
	mtime: number;
	sha256: string;
	first_at: number;
	last_at: number;
	is_confirmed: number;
	is_released: number;
}

/** The entry of a row. */
export function toEntry(row: LedgerRow): LedgerEntry {
	return {
		path: fromColumn(row.path),
		length: row.length,
		sha256: row.sha256,
		firstAt: row.first_at,
		lastAt: row.last_at,
		sourceSize: row.source_size ?? undefined,
		sourceMtimeMs: row.source_mtime ?? undefined,
		since: row.since ?? undefined,
	};
}

/** The kept version of a row, whose columns are named as its fields are. */
export function toGeneration({path, file, length, sha256, at, why}: Generation): Generation {
	return {path: fromColumn(path), file: fromColumn(file), length, sha256, at, why};
}

/** The observation of a row. */
export function toObservation(row: ObservationRow): Observation {
	return {
		path: fromColumn(row.path),
		kind: row.kind,
		size: row.size,
		mtimeMs: row.mtime,
		sha256: row.sha256,
		firstAt: row.first_at,
		lastAt: row.last_at,
		isConfirmed: row.is_confirmed === 1,
		isReleased: row.is_released === 1,
	};
}
