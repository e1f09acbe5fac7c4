import {type Line, paintLines, piece, wrapLine} from './pieces.js';
import type {Style} from './types.js';

/** Why there is no hub to show. */
export interface ProblemText {
	/** One line. */
	readonly title: string;
	/** What is wrong, and what to do next; neutralised. */
	readonly lines: readonly string[];
	/** The file to look at. */
	readonly file: string;
}

/** The problem as lines of a screen: exactly `rows` of them, none wider than `width`. */
export function problemLines({title, lines, file}: ProblemText, width: number, rows: number, style: Style): string[] {
	const text: Line[] = [
		[piece('pi-brain-tui', 'title')],
		[],
		[piece(`${style.glyph('bad')} ${title}`, 'bad')],
		[piece(file, 'strong')],
		[],
		...lines.map((line): Line => [piece(line)]),
	];
	const wrapped = text.flatMap(line => (line.length === 0 ? [line] : wrapLine(line, Math.max(1, width))));
	// What is blank is what a low screen can best do without.
	const kept = wrapped.length <= rows ? wrapped : wrapped.filter(line => line.length > 0);
	return paintLines(
		Array.from({length: Math.max(0, rows)}, (_, index) => kept[index] ?? []),
		width,
		style,
	);
}
