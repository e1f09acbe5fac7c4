import {clean} from '../text/clean.js';
import {isFound, searchFor} from './find.js';
import {stripLegend, stripTones, wordLegend} from './legend.js';
import {cutLine, type Line, lineWidth, padLine, paintLines, piece, plainText, wrapLine} from './pieces.js';
import {flow, heading} from './text-layout.js';
import type {Style} from './types.js';
import {cells} from './width.js';

/** Keys and what they do, or command lines and what they do. */
export interface HelpEntry {
	readonly keys: readonly string[];
	readonly title: string;
}

/** Keys of one kind. */
export interface HelpSection {
	readonly category: string;
	readonly entries: readonly HelpEntry[];
}

/** What the help is made from. */
export interface HelpSight {
	/** From the table of keys; empty sections are left out. */
	readonly sections: readonly HelpSection[];
	/** Command lines: `:sync NAME`. */
	readonly commands: readonly HelpEntry[];
	/** Only what holds this is shown; empty: everything. */
	readonly search: string;
	readonly width: number;
	readonly style: Style;
}

/** Cells between two columns. */
const gap = 2;

/**
 * Every key, then every command line, state word and sign, in as many columns as there is room for.
 * @returns all lines, painted, each at most `width` cells
 */
export function helpBody({sections, commands, search, width, style}: HelpSight): string[] {
	const pattern = searchFor(search);
	const isShown = (text: string) => !pattern || isFound(text, pattern);
	const kept = sections
		.map(({category, entries}) => ({
			category,
			entries: entries.filter(({keys, title}) => isShown(`${category} ${keys.join(' ')} ${title}`)),
		}))
		.filter(({entries}) => entries.length > 0);
	const words = Object.entries(wordLegend).filter(([word, {meaning}]) => isShown(`${word} ${meaning}`));
	const signs = stripLegend.filter(({meaning}) => isShown(meaning));
	const lines = [
		...inColumns(kept, width, style),
		...list(
			'COMMAND LINES',
			commands.filter(({keys, title}) => isShown(`${keys.join(' ')} ${title}`)),
			width,
		),
		...list(
			'STATE WORDS',
			words.map(([word, {tone, meaning}]) => ({keys: [`${style.glyph(tone)} ${word}`], title: meaning})),
			width,
		),
		...(signs.length === 0 ? [] : heading('24 HOURS, AN HOUR A SIGN')),
		...flow(
			signs.map(
				({glyph, meaning}): Line => [piece(` ${style.glyph(glyph)}`, stripTones[glyph]), piece(`  ${meaning}`)],
			),
			width,
		),
	];
	// The first heading needs no blank line above it.
	while (lines.length > 0 && plainText(lines[0]!).trim() === '') lines.shift();
	return paintLines(lines.length === 0 ? [[piece(`nothing about “${clean(search)}”`, 'faint')]] : lines, width, style);
}

function list(title: string, entries: readonly HelpEntry[], width: number): Line[] {
	return entries.length === 0 ? [] : [...heading(title), ...entryLines(entries, width)];
}

/** Keys on the left, what they do beside them, broken below itself where it is longer. */
function entryLines(entries: readonly HelpEntry[], width: number): Line[] {
	const texts = entries.map(({keys}) => keys.join(' '));
	const widest = Math.max(...texts.map(cells));
	const column = Math.min(widest, Math.floor(width / 2)) + 3;
	return entries.flatMap(({title}, index) => {
		const keys: Line = [piece(` ${texts[index]!}`, 'key')];
		const text = wrapLine([piece(title)], Math.max(1, width - column));
		// Keys wider than their column have a line of their own.
		if (lineWidth(keys) + 2 > column && width < column * 2) {
			return [keys, ...text.map((part): Line => [piece(' '.repeat(Math.min(column, width))), ...part])];
		}

		return text.map((part, at) => [...padLine(at === 0 ? keys : [], column), ...part]);
	});
}

function inColumns(sections: readonly HelpSection[], width: number, style: Style): Line[] {
	const count = Math.min(width >= 120 ? 3 : width >= 80 ? 2 : 1, Math.max(1, sections.length));
	const own = Math.floor((width - gap * (count - 1)) / count);
	const blocks = sections.map(({category, entries}): Line[] => [
		...heading(category.toUpperCase()),
		...entryLines(entries, own),
	]);
	const columns = balanced(blocks, count);
	const height = Math.max(0, ...columns.map(column => column.length));
	return Array.from({length: height}, (_, row) =>
		columns.flatMap((column, index): Line => {
			const line = cutLine(column[row] ?? [], own, style);
			return index === columns.length - 1 ? line : padLine(line, own + gap);
		}),
	);
}

/** Blocks in columns of about the same height, in the order in which they are read: down, then right. */
function balanced(blocks: readonly Line[][], count: number): Line[][] {
	const total = blocks.reduce((sum, block) => sum + block.length, 0);
	const columns: Line[][] = [[]];
	let used = 0;
	for (const block of blocks) {
		const isPast = used + block.length / 2 > (total / count) * columns.length;
		if (isPast && columns.length < count && columns.at(-1)!.length > 0) columns.push([]);
		columns.at(-1)!.push(...block);
		used += block.length;
	}

	return columns;
}
