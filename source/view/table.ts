import {type Columns, cellText, fitColumns, titleText} from './columns.js';
import {lastAnswer} from './memo.js';
import type {Style, TableRow, UiState} from './types.js';
import {cells, fit} from './width.js';

/** What a table is drawn from. */
export interface TableInput {
	/** Filtered and sorted. */
	readonly rows: readonly TableRow[];
	readonly ui: Pick<UiState, 'selected' | 'top' | 'marks' | 'isWide'>;
	readonly style: Style;
	/** Cells, and lines with that of the titles. */
	readonly width: number;
	readonly height: number;
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** Cells of the longest name, where rows are filtered out that count too; of these rows unless told. */
	readonly longestName?: number;
}

/** A table's lines, and the index of the first row among them. */
export interface TableLines {
	/** Exactly `height` of them, none wider than `width`. */
	readonly lines: readonly string[];
	readonly top: number;
}

/** Rows that fit a table of so many lines. */
export function tablePage(height: number): number {
	return Math.max(0, height < 3 ? height : height - 1);
}

/**
 * The first row shown: as before if it can be, and otherwise as near as shows the selected row.
 * @param selected index of the selected row; -1: none
 */
export function topOf(before: number, selected: number, total: number, page: number): number {
	const last = Math.max(0, total - page);
	const kept = Math.min(Math.max(0, before), last);
	if (selected < 0 || page <= 0) return kept;
	return Math.max(Math.min(kept, selected), selected - page + 1);
}

/** Draws the rows that are on the screen, and no others: its cost does not depend on how many there are. */
export function tableLines({rows, ui, style, width, height, now, longestName}: TableInput): TableLines {
	const page = tablePage(height);
	const selected = rows.findIndex(({id}) => id === ui.selected);
	const top = topOf(ui.top, selected, rows.length, page);
	const columns = columnsOf(width, longestName ?? longestNameOf(rows), ui.isWide, style);
	const lines = rows.slice(top, top + page).map(row => knownLine(row, columns, style, now, ui));
	const titles = page < height ? [style.paint('label', titleText(columns))] : [];
	const blanks = new Array<string>(Math.max(0, height - lines.length - titles.length)).fill('');
	return {lines: [...titles, ...lines, ...blanks], top};
}

const columnsOf = lastAnswer(fitColumns);

/** A line, and all it was made from beside its row. */
interface DrawnLine {
	readonly columns: Columns;
	readonly style: Style;
	readonly now: number;
	readonly isSelected: boolean;
	readonly isMarked: boolean;
	readonly text: string;
}

const drawn = new WeakMap<TableRow, DrawnLine>();

/** A key changes one or two rows; the others are what they were. */
function knownLine(
	row: TableRow,
	columns: Columns,
	style: Style,
	now: number,
	ui: Pick<UiState, 'selected' | 'marks'>,
): string {
	const isSelected = row.id === ui.selected;
	const isMarked = ui.marks.has(row.id);
	const last = drawn.get(row);
	if (
		last?.columns === columns &&
		last.style === style &&
		last.now === now &&
		last.isSelected === isSelected &&
		last.isMarked === isMarked
	) {
		return last.text;
	}

	const text = rowLine(row, {columns, style, now, isSelected, isMarked});
	drawn.set(row, {columns, style, now, isSelected, isMarked, text});
	return text;
}

const longest = new WeakMap<readonly TableRow[], number>();

/** Cells of the longest name of a list; counted once for the same list. */
export function longestNameOf(rows: readonly TableRow[]): number {
	let width = longest.get(rows);
	if (width === undefined) {
		width = rows.reduce((most, {name}) => Math.max(most, cells(name)), 0);
		longest.set(rows, width);
	}

	return width;
}

function rowLine(row: TableRow, {columns, style, now, isSelected, isMarked}: Omit<DrawnLine, 'text'>): string {
	const context = {style, now, isPlain: isSelected};
	const sign = row.spoke ? style.glyph(row.tone) : '';
	const signCells = cells(style.glyph('ok'));
	const cursor = isSelected ? style.glyph('cursor') : ' ';
	const mark = isMarked ? style.glyph('mark') : ' ';
	const front = columns.width < 24 ? (isMarked ? mark : cursor) : cursor + mark;
	const painted = isSelected ? fit(sign, signCells) : style.paint(row.tone, fit(sign, signCells));
	const body = columns.list.map(column => cellText(row, column, context)).join(' ');
	const line = `${front}${painted} ${body}`;
	if (isSelected) return style.paint('selected', fit(line, columns.width, {ellipsis: ''}));
	return cells(line) > columns.width ? fit(line, columns.width, {ellipsis: ''}) : line;
}
