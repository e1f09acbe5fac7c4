import {hubRow, type RowId, type SortColumn, sortColumns, type TableRow, type UiState, type ViewName} from './types.js';

/** What can happen to the table. `rows` are always those on the screen, arranged; `page` how many of them it shows. */
export type TableAction =
	/** The rows are others, or in another order. */
	| {
			readonly type: 'arranged';
			/** Rows the table had before: tells what is nearest to one that is gone. */
			readonly before: readonly TableRow[];
			readonly rows: readonly TableRow[];
			/** Every spoke there is, also those that a filter hides. */
			readonly names: readonly string[];
			readonly page: number;
	  }
	| {readonly type: 'move'; readonly rows: readonly TableRow[]; readonly page: number; readonly by: Step}
	/** Selects a row by name, wherever it is. */
	| {readonly type: 'select'; readonly id: RowId}
	/** Marks a spoke, or takes its mark away. */
	| {readonly type: 'mark'; readonly id: RowId}
	/** Marks every spoke of the rows; takes the marks away when all of them have one. */
	| {readonly type: 'mark-all'; readonly rows: readonly TableRow[]}
	| {readonly type: 'unmark'}
	/** The given column; undefined: the next one. */
	| {readonly type: 'sort'; readonly column?: SortColumn}
	| {readonly type: 'reverse'}
	| {readonly type: 'filter'; readonly text: string}
	| {readonly type: 'faults'; readonly isFaultsOnly: boolean}
	| {readonly type: 'wide'};

/** How far: lines, or to an end. */
export type Step = number | 'top' | 'bottom';

const types: ReadonlySet<string> = new Set<TableAction['type']>([
	'arranged',
	'move',
	'select',
	'mark',
	'mark-all',
	'unmark',
	'sort',
	'reverse',
	'filter',
	'faults',
	'wide',
]);

/** Whether this part of the reducer minds it. */
export function isTableAction(action: {readonly type: string}): action is TableAction {
	return types.has(action.type);
}

/** The part of the reducer that minds rows, marks and order. */
export function reduceTable(ui: UiState, action: TableAction): UiState {
	switch (action.type) {
		case 'arranged': {
			return arranged(ui, action);
		}

		case 'move': {
			return moved(ui, action);
		}

		case 'select': {
			return selected(ui, action.id);
		}

		case 'mark': {
			if (action.id === hubRow) return ui;
			const marks = new Set(ui.marks);
			if (!marks.delete(action.id)) marks.add(action.id);
			return {...ui, marks};
		}

		case 'mark-all': {
			const ids = action.rows.filter(({spoke}) => spoke !== undefined).map(({id}) => id);
			const hasAll = ids.every(id => ui.marks.has(id));
			return {...ui, marks: new Set([...ui.marks].filter(id => !ids.includes(id)).concat(hasAll ? [] : ids))};
		}

		case 'unmark': {
			return ui.marks.size === 0 ? ui : {...ui, marks: new Set()};
		}

		case 'sort': {
			const next = sortColumns[(sortColumns.indexOf(ui.sort.column) + 1) % sortColumns.length]!;
			return {...ui, sort: {column: action.column ?? next, isReversed: false}};
		}

		case 'reverse': {
			return {...ui, sort: {...ui.sort, isReversed: !ui.sort.isReversed}};
		}

		case 'filter': {
			return ui.filter === action.text ? ui : {...ui, filter: action.text};
		}

		case 'faults': {
			return ui.isFaultsOnly === action.isFaultsOnly ? ui : {...ui, isFaultsOnly: action.isFaultsOnly};
		}

		case 'wide': {
			return {...ui, isWide: !ui.isWide};
		}
	}
}

/** Views of the selected row alone. */
const ofRow: ReadonlySet<ViewName> = new Set(['detail', 'diagnose', 'verify', 'versions']);

function arranged(ui: UiState, {before, rows, names, page}: Extract<TableAction, {type: 'arranged'}>): UiState {
	const marks = left(ui.marks, names);
	const isGone = ui.selected !== hubRow && !names.includes(ui.selected);
	// What is open of a spoke stays open when a filter hides its row, and closes with the spoke.
	const views = isGone ? ui.views.filter(view => !ofRow.has(view)) : ui.views;
	const isOpen = !isGone && ui.views.some(view => ofRow.has(view));
	const id = isOpen ? ui.selected : (nearestId(ui.selected, before, rows) ?? (isGone ? hubRow : ui.selected));
	const next = selected(ui, id);
	const top = topFor(ui.top, rowOf(rows, id), rows.length, page);
	if (next === ui && top === ui.top && marks === ui.marks && views.length === ui.views.length) return ui;
	return {...next, top, marks, views: views.length === ui.views.length ? ui.views : views};
}

/** The marks of spokes there are; the very same set when all of them are. */
function left(marks: ReadonlySet<string>, names: readonly string[]): ReadonlySet<string> {
	if (marks.size === 0) return marks;
	const known = new Set(names);
	const kept = [...marks].filter(id => known.has(id));
	return kept.length === marks.size ? marks : new Set(kept);
}

/** The row itself, else the one below it that is left, else the one above; undefined without rows. */
function nearestId(id: RowId, before: readonly TableRow[], rows: readonly TableRow[]): RowId | undefined {
	if (rowOf(rows, id) !== -1) return id;
	const ids = new Set(rows.map(row => row.id));
	const at = rowOf(before, id);
	const below = before.slice(at + 1).find(row => ids.has(row.id));
	const above = before.slice(0, Math.max(0, at)).findLast(row => ids.has(row.id));
	return (at === -1 ? undefined : (below ?? above)?.id) ?? rows[0]?.id;
}

function moved(ui: UiState, {rows, page, by}: Extract<TableAction, {type: 'move'}>): UiState {
	if (rows.length === 0) return ui;
	const last = rows.length - 1;
	const at = Math.max(0, rowOf(rows, ui.selected));
	const to = by === 'top' ? 0 : by === 'bottom' ? last : Math.max(0, Math.min(last, at + by));
	const next = selected(ui, rows[to]!.id);
	const top = topFor(ui.top, to, rows.length, page);
	return top === next.top ? next : {...next, top};
}

function selected(ui: UiState, id: RowId): UiState {
	if (id === ui.selected) return ui;
	// Another spoke's detail is read from its beginning.
	return {...ui, selected: id, offsets: {...ui.offsets, detail: 0}};
}

/** The first row on the screen: as it was, unless the selected row would be outside or lines would stay empty. */
function topFor(top: number, selectedAt: number, total: number, page: number): number {
	const height = Math.max(1, page);
	const least = selectedAt === -1 ? 0 : selectedAt - height + 1;
	const most = Math.min(selectedAt === -1 ? top : selectedAt, total - height);
	return Math.max(0, Math.min(Math.max(top, least), most));
}

function rowOf(rows: readonly TableRow[], id: RowId): number {
	return rows.findIndex(row => row.id === id);
}
