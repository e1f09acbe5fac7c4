import type {Role, Style} from './types.js';
import {cells as textWidth} from './width.js';

/** Text of one colour; neutralised, without escape sequences. */
export interface Piece {
	readonly text: string;
	/** Undefined: the terminal's own colour. */
	readonly role?: Role | undefined;
}

/** A line before it is painted: it can still be measured, cut, broken and searched. */
export type Line = readonly Piece[];

/** What a person sees as one character. */
interface Cell {
	readonly text: string;
	readonly width: number;
	readonly role: Role | undefined;
}

let segmenter: Intl.Segmenter | undefined;

/** A piece in the terminal's own colour, or in that of a role. */
export function piece(text: string, role?: Role): Piece {
	return {text, role};
}

/** The text alone. */
export function plainText(line: Line): string {
	return line.map(({text}) => text).join('');
}

/** Cells of the terminal. */
export function lineWidth(line: Line): number {
	return line.reduce((sum, {text}) => sum + textWidth(text), 0);
}

function isAscii(text: string): boolean {
	return /^[ -~]*$/.test(text);
}

function cellsOf(line: Line): Cell[] {
	return line.flatMap(({text, role}) => graphemes(text).map(part => ({text: part, width: textWidth(part), role})));
}

/** What a person sees as one character each. */
export function graphemes(text: string): string[] {
	if (isAscii(text)) return Array.from(text);
	// Made at the first need: loading its tables takes milliseconds of every start.
	segmenter ??= new Intl.Segmenter();
	return Array.from(segmenter.segment(text), ({segment}) => segment);
}

function joined(cells: readonly Cell[]): Line {
	const pieces: Array<{text: string; role: Role | undefined}> = [];
	for (const {text, role} of cells) {
		const last = pieces.at(-1);
		if (last && last.role === role) last.text += text;
		else pieces.push({text, role});
	}

	return pieces;
}

/**
 * A line of at most `width` cells; what was longer ends in the style's ellipsis, in the colour of what it replaces.
 * @param width cells, zero or more
 */
export function cutLine(line: Line, width: number, style: Style): Line {
	if (lineWidth(line) <= width) return line;
	const end = style.glyph('ellipsis');
	const endWidth = textWidth(end) <= width ? textWidth(end) : 0;
	const cells = cellsOf(line);
	const kept: Cell[] = [];
	let used = 0;
	for (const cell of cells) {
		if (used + cell.width > width - endWidth) break;
		kept.push(cell);
		used += cell.width;
	}

	const last = cells[kept.length]?.role;
	return joined(endWidth === 0 ? kept : [...kept, {text: end, width: endWidth, role: last}]);
}

/** A line followed by as many blanks as it lacks. */
export function padLine(line: Line, width: number): Line {
	const missing = width - lineWidth(line);
	return missing > 0 ? [...line, {text: ' '.repeat(missing)}] : line;
}

/**
 * Breaks a line between words, and words that are longer than a line wherever they reach its end.
 * @param width cells, one or more
 * @param indent blanks before every line but the first; at most half of the width is taken
 * @returns one line or more, none wider than `width`
 */
export function wrapLine(line: Line, width: number, indent = 0): Line[] {
	if (lineWidth(line) <= width) return [line];
	const hanging = Math.min(indent, Math.floor(width / 2));
	const lines: Line[] = [];
	let rest = cellsOf(line);
	while (rest.length > 0) {
		const blanks = lines.length === 0 ? 0 : hanging;
		const end = endOfLine(rest, Math.max(1, width - blanks));
		const own = joined(withoutTail(rest.slice(0, end)));
		lines.push(blanks === 0 ? own : [{text: ' '.repeat(blanks)}, ...own]);
		rest = withoutHead(rest.slice(end));
	}

	return lines;
}

/**
 * How many lines `wrapLine` makes of a text, without making them: for finding a place in a long log.
 * @param width cells, one or more
 */
export function wrapHeight(text: string, width: number): number {
	if (!isAscii(text)) return wrapLine([{text}], width).length;
	let lines = 0;
	let at = 0;
	while (at < text.length && text.length - at > width) {
		let word = at;
		while (text[word] === ' ') word++;
		const space = text.lastIndexOf(' ', at + width);
		const isBetweenWords = space > word || space === at + width;
		at = isBetweenWords ? space : at + width;
		while (text[at] === ' ') at++;
		lines++;
	}

	return at < text.length || lines === 0 ? lines + 1 : lines;
}

/** How many cells go on a line, at least one: a character wider than the line becomes a `?`. */
function endOfLine(cells: Cell[], width: number): number {
	let used = 0;
	let space: number | undefined;
	let hasWord = false;
	for (const [index, cell] of cells.entries()) {
		if (used + cell.width > width) {
			if (index === 0) {
				// Two cells where there is one: nothing but a sign that something was here can be shown.
				cells[0] = {...cell, text: '?', width: 1};
				return 1;
			}

			return cell.text === ' ' ? index : (space ?? index);
		}

		used += cell.width;
		// Never right after an indent: a line of blanks alone says nothing.
		if (cell.text !== ' ') hasWord = true;
		else if (hasWord) space = index + 1;
	}

	return cells.length;
}

function withoutTail(cells: readonly Cell[]): readonly Cell[] {
	return cells.slice(0, cells.findLastIndex(({text}) => text !== ' ') + 1);
}

function withoutHead(cells: Cell[]): Cell[] {
	const start = cells.findIndex(({text}) => text !== ' ');
	return start === -1 ? [] : cells.slice(start);
}

// Signs of our own texts that a terminal without UTF-8 cannot show, each by one of the same width.
const asciiSigns: Readonly<Record<string, string>> = {
	'‘': "'",
	'’': "'",
	'“': '"',
	'”': '"',
	'…': '~',
	'→': '>',
	'–': '-',
};

/** The line in its colours. */
export function paintLine(line: Line, style: Style): string {
	return line
		.map(({text, role}) => {
			const shown = style.isAscii ? text.replace(/[‘’“”…→–]/g, sign => asciiSigns[sign]!) : text;
			return role === undefined || shown === '' ? shown : style.paint(role, shown);
		})
		.join('');
}

/** All lines in their colours, each cut to `width` cells. */
export function paintLines(lines: readonly Line[], width: number, style: Style): string[] {
	return lines.map(line => paintLine(cutLine(line, width, style), style));
}
