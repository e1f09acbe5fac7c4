import {formatAge, formatBytes} from '../text/format.js';
import {isAsked} from './rows.js';
import {stripCells, stripText} from './strip.js';
import type {Style, TableRow} from './types.js';
import {cells, clip, clipWords, fit} from './width.js';

/** What a cell is made with. */
export interface CellContext {
	readonly style: Style;
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** The row is shown in reverse: its cells have no colours of their own. */
	readonly isPlain: boolean;
}

type ColumnName =
	| 'name'
	| 'method'
	| 'state'
	| 'seen'
	| 'synced'
	| 'newest'
	| 'sessions'
	| 'added'
	| 'size'
	| 'errors'
	| 'strip';

/** A column and the cells it takes on this screen. */
export interface FittedColumn {
	readonly name: ColumnName;
	readonly title: string;
	readonly width: number;
	readonly isRight: boolean;
}

/** Columns that fit a screen, from left to right. */
export interface Columns {
	/** Cells of the screen. */
	readonly width: number;
	/** Cells in front of the first column: cursor, mark, sign, a space. */
	readonly prefix: number;
	readonly list: readonly FittedColumn[];
}

interface Column {
	readonly title: string;
	/** Undefined: name and state, which take what is left. */
	readonly width: number | undefined;
	readonly isRight: boolean;
}

/** In their order on the screen. */
const all: Readonly<Record<ColumnName, Column>> = {
	name: {title: 'SPOKE', width: undefined, isRight: false},
	method: {title: 'METHOD', width: 9, isRight: false},
	state: {title: 'STATE', width: undefined, isRight: false},
	seen: {title: 'SEEN', width: 6, isRight: true},
	synced: {title: 'SYNCED', width: 6, isRight: true},
	newest: {title: 'NEWEST', width: 6, isRight: true},
	sessions: {title: 'SESS', width: 6, isRight: true},
	added: {title: '+24H', width: 5, isRight: true},
	size: {title: 'SIZE', width: 7, isRight: true},
	errors: {title: 'ERR', width: 3, isRight: true},
	strip: {title: '24H', width: stripCells, isRight: false},
};

/** The last goes first as the screen gets narrower. */
const keeping: readonly ColumnName[] = [
	'synced',
	'sessions',
	'errors',
	'newest',
	'seen',
	'method',
	'added',
	'size',
	'strip',
];

/** Cells of the name and of the state: at least, as a column more is weighed, and at most. */
interface Range {
	readonly least: number;
	readonly comfort: number;
	readonly most: number;
}

const nameRange: Range = {least: 6, comfort: 12, most: 40};
/** `unreachable TCP_REFUSED` and `syncing 42% 3.1 MB/s` are legible in the comfort. */
const stateRange: Range = {least: 11, comfort: 23, most: 36};

/**
 * Chooses the columns of a screen. Depends on nothing that changes from second to second, so that columns stand still.
 * @param width cells of the screen
 * @param longestName cells of the longest name
 * @param isWide all columns that can be shown at all, even if names and states get narrow
 */
export function fitColumns(width: number, longestName: number, isWide: boolean, style: Style): Columns {
	const sign = cells(style.glyph('ok'));
	// Below this the cursor and the mark share a cell.
	const prefix = (width < 24 ? 1 : 2) + sign + 1;
	const room = Math.max(0, width - prefix);
	const natural = Math.max(all.name.title.length, longestName);
	const wanted = (range: Range) => (isWide ? range.least : range.comfort);
	const needed = Math.min(natural, wanted(nameRange)) + 1 + wanted(stateRange);
	const shown = new Set<ColumnName>(['name', 'state']);
	let left = room;
	for (const name of keeping) {
		const taken = all[name].width! + 1;
		// On a screen this narrow the time of the last sync is worth more than the end of a long state.
		const least = name === 'synced' ? Math.min(natural, nameRange.comfort) + 1 + stateRange.least : needed;
		if (left - taken < least) break;
		left -= taken;
		shown.add(name);
	}

	const widths = share(left - 1, natural);
	const list = (Object.keys(all) as ColumnName[])
		.filter(name => shown.has(name))
		.map(name => {
			const {title, isRight, width: fixed} = all[name];
			return {name, title, isRight, width: fixed ?? (name === 'name' ? widths.name : widths.state)};
		});
	return {width, prefix, list: list.filter(column => column.width > 0)};
}

/** Divides what the other columns leave between the name and the state. */
function share(left: number, natural: number): {name: number; state: number} {
	// Too little for both: the state's word first, it is what one looks for.
	if (left < nameRange.least + stateRange.least) {
		const name = Math.max(0, Math.min(natural, Math.floor(left / 2)));
		return {name, state: Math.max(0, left - name)};
	}

	let name = Math.min(natural, nameRange.comfort, left - stateRange.least);
	const state = Math.min(left - name, stateRange.most);
	name = Math.min(natural, nameRange.most, left - Math.min(state, stateRange.comfort + 6));
	return {name, state: Math.min(left - name, stateRange.most)};
}

/** The line of the columns' titles, `columns.width` cells or fewer. */
export function titleText({list, prefix, width}: Columns): string {
	const titles = list.map(column => fit(column.title, column.width, {align: column.isRight ? 'right' : 'left'}));
	return clip(' '.repeat(prefix) + titles.join(' '), width, {ellipsis: ''});
}

/** A cell, exactly as wide as its column. */
export function cellText(row: TableRow, {name, width, isRight}: FittedColumn, context: CellContext): string {
	const {style, now, isPlain} = context;
	const ellipsis = style.glyph('ellipsis');
	if (name === 'name') return fit(row.name, width, {isMiddle: true, ellipsis});
	if (name === 'strip') {
		return row.spoke ? clip(stripText(row.spoke.history, now, style, isPlain), width) : ' '.repeat(width);
	}

	if (name === 'state') {
		const text = fit(stateWords(row, width, ellipsis), width);
		return isPlain ? text : style.paint(row.tone, text);
	}

	return fit(factText(row, name, now), width, {align: isRight ? 'right' : 'left', ellipsis});
}

/** The beginning of a cause tells more than none: `unreachable SOURCE_AB⋯`. */
const leastOfCause = 6;

function stateWords({word, cause, stateText}: TableRow, width: number, ellipsis: string): string {
	const hasRoom = cause !== undefined && width >= word.length + 1 + leastOfCause;
	return hasRoom && stateText.startsWith(`${word} ${cause}`)
		? clip(stateText, width, {ellipsis})
		: clipWords(stateText, width, {ellipsis});
}

function factText(row: TableRow, name: Exclude<ColumnName, 'name' | 'state' | 'strip'>, now: number): string {
	switch (name) {
		case 'method': {
			return row.method;
		}

		case 'seen': {
			if (row.isConnected) return 'now';
			return row.spoke && isAsked(row.spoke) ? age(row.seenAt, now, row.isStale) : '-';
		}

		case 'synced': {
			return row.spoke ? age(row.syncedAt, now, false) : '-';
		}

		case 'newest': {
			return row.sessions === undefined ? '' : row.sessions === 0 ? '-' : age(row.newestAt, now, row.isStale);
		}

		case 'sessions': {
			return count(row.sessions);
		}

		case 'added': {
			return row.added === undefined ? '-' : row.added === 0 ? '0' : `+${count(row.added, 3)}`;
		}

		case 'size': {
			return row.bytes === undefined ? '' : formatBytes(row.bytes);
		}

		case 'errors': {
			return row.errors === undefined ? '-' : row.errors > 999 ? '1k+' : String(row.errors);
		}
	}
}

/** Six cells at most; nothing is said of what is not known yet. */
function age(at: number | undefined, now: number, isStale: boolean): string {
	const text = formatAge(at, now).replace('in future', 'future');
	return isStale && at !== undefined && text !== 'never' ? `~${text}` : text;
}

/** A count in six cells or, where `digits` says so, in fewer: `1,204`, `123k`. */
function count(value: number | undefined, digits = 5): string {
	if (value === undefined) return '';
	if (value < 10 ** digits) {
		return digits > 3 ? String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ',') : String(value);
	}

	return value < 999_500 ? `${Math.round(value / 1000)}k` : `${Math.round(value / 1_000_000)}M`;
}
