import {cutLine, type Line, paintLine} from './pieces.js';
import type {Extent, Style} from './types.js';
import {cells, clip} from './width.js';

/** A text longer than the screen, and where in it the screen is. */
export interface TextWindow {
	/** Painted already, or in pieces. */
	readonly title: string | Line;
	/** All lines, painted, each at most `width` cells. */
	readonly body: readonly string[];
	/** First line shown; brought into bounds. */
	readonly offset: number;
	/** Lines of the screen, title and rule included. */
	readonly rows: number;
	readonly width: number;
	readonly style: Style;
}

/** A view that can be scrolled and searched, ready for the screen. */
export interface Panel {
	/** Painted, at most as many as there is room for. */
	readonly lines: readonly string[];
	/** All lines that scrolling and finding go through, painted. */
	readonly body: readonly string[];
	/** How much of that there is, and how much of it is on the screen. */
	readonly extent: Extent;
}

/** A view that leaves its title to whoever draws it. */
export interface TitledPanel extends Panel {
	readonly title: Line;
	/** For the right end of the title. */
	readonly note: string;
}

/** Lines that title and rule take; a screen of three lines or fewer has the text alone. */
const headLines = 2;

/** How much there is to scroll through, on a screen of so many lines. */
export function textExtent(body: readonly string[], rows: number): Extent {
	return {total: body.length, page: Math.max(1, textPage(rows))};
}

/** Lines of a text in a view of so many; 0 where there is no view. */
export function textPage(rows: number): number {
	return Math.max(0, rows > headLines + 1 ? rows - headLines : rows);
}

/** Exactly so many lines. */
export function filled(lines: readonly string[], rows: number): string[] {
	return Array.from({length: Math.max(0, rows)}, (_, index) => lines[index] ?? '');
}

/** The offset that is shown for the one that is asked for: never past the last full page. */
export function boundOffset(offset: number, {total, page}: Extent): number {
	return Math.max(0, Math.min(Math.floor(offset), total - page));
}

/** Exactly `rows` lines: title, rule, and as much of the text as fits. */
export function textWindow({title, body, offset, rows, width, style}: TextWindow): string[] {
	const extent = textExtent(body, rows);
	const first = boundOffset(offset, extent);
	const shown = body.slice(first, first + extent.page);
	const blanks = new Array<string>(Math.max(0, extent.page - shown.length)).fill('');
	if (rows <= headLines + 1) return [...shown, ...blanks].slice(0, Math.max(0, rows));
	const note = extent.total > extent.page ? `line ${first + 1} of ${extent.total}` : '';
	return [titleLine(title, note, width, style), ruleLine(width, style), ...shown, ...blanks];
}

/** A title with a note at the right edge, which a narrow screen does without. */
export function titleLine(title: string | Line, note: string, width: number, style: Style): string {
	const ellipsis = style.glyph('ellipsis');
	const left =
		typeof title === 'string' ? clip(title, width, {ellipsis}) : paintLine(cutLine(title, width, style), style);
	const room = width - cells(left) - cells(note);
	return note === '' || room < 2 ? left : left + ' '.repeat(room) + style.paint('faint', note);
}

/** A rule over the whole width. */
export function ruleLine(width: number, style: Style): string {
	return style.paint('faint', style.glyph('rule').repeat(Math.max(0, width)));
}
