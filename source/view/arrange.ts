import {isFault, rowFilter} from './filter.js';
import {hubRow, type SortColumn, type TableRow, type UiState} from './types.js';

/** What of the screen's state decides which rows there are, and their order. */
export type Arrangement = Pick<UiState, 'sort' | 'filter' | 'isFaultsOnly'>;

/** The latest arrangement of each list of rows: keys ask for it far more often than rows change. */
const known = new WeakMap<readonly TableRow[], {readonly key: string; readonly arranged: readonly TableRow[]}>();

/**
 * The rows as the table shows them: the hub first, then the spokes in the order asked for, without what the filter leaves
 * out; the hub stays under a filter only when it matches.
 * @param rows all of them; the same list with the same arrangement gives the very same result
 */
export function arrange(rows: readonly TableRow[], {sort, filter, isFaultsOnly}: Arrangement): readonly TableRow[] {
	const key = JSON.stringify([sort.column, sort.isReversed, filter, isFaultsOnly]);
	const before = known.get(rows);
	if (before?.key === key) return before.arranged;
	const isWanted = rowFilter(filter);
	const left = rows.filter(row => (!isWanted || isWanted(row)) && (!isFaultsOnly || isFault(row)));
	const hub = left.filter(({id}) => id === hubRow);
	const spokes = left.filter(({id}) => id !== hubRow).toSorted(comparison(sort.column, sort.isReversed));
	const arranged = [...hub, ...spokes];
	known.set(rows, {key, arranged});
	return arranged;
}

/** What rows are ordered by, the least first; undefined: nothing is known, which comes last either way round. */
const keys: Readonly<Record<Exclude<SortColumn, 'name'>, (row: TableRow) => number | undefined>> = {
	state: row => row.severity,
	// Those in touch were all seen now: their order must not change with every probe.
	seen: row => (row.isConnected ? Number.NEGATIVE_INFINITY : most(row.seenAt)),
	synced: row => most(row.syncedAt),
	newest: row => most(row.newestAt),
	sessions: row => most(row.sessions),
	added: row => most(row.added),
	size: row => most(row.bytes),
	errors: row => most(row.errors),
};

/** The latest and the largest come first. */
function most(value: number | undefined): number | undefined {
	return value === undefined ? undefined : -value;
}

function comparison(column: SortColumn, isReversed: boolean): (one: TableRow, other: TableRow) => number {
	const sign = isReversed ? -1 : 1;
	if (column === 'name') return (one, other) => sign * byName(one, other);
	const key = keys[column];
	return (one, other) => {
		const left = key(one);
		const right = key(other);
		if (left === right) return byName(one, other);
		if (left === undefined) return 1;
		if (right === undefined) return -1;
		return sign * (left < right ? -1 : 1);
	};
}

function byName(one: TableRow, other: TableRow): number {
	const left = one.name.toLowerCase();
	const right = other.name.toLowerCase();
	return left === right ? 0 : left < right ? -1 : 1;
}
