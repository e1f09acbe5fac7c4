import {clean} from '../text/clean.js';
import {cutLine, graphemes, type Line, lineWidth, paintLine, piece, wrapLine} from './pieces.js';
import type {CopyItem, Prompt, Typing} from './prompt-types.js';
import {flow} from './text-layout.js';
import {ruleLine} from './text-window.js';
import type {Extent, Style} from './types.js';
import {cells, clip} from './width.js';

/** Cells of text that stay in sight left of the cursor of a line that is longer than the screen. */
const lookBack = 8;

/**
 * What is asked, as lines that take the place of the lowest ones of the screen, so that its height never changes.
 * @param maxRows lines there are for it, one or more
 * @returns one to `maxRows` lines, painted, each at most `width` cells
 */
export function promptLines(prompt: Prompt, style: Style, width: number, maxRows: number): string[] {
	const lines = linesOf(prompt, style, width, maxRows);
	return lines
		.slice(0, Math.max(1, maxRows))
		.map(line => (typeof line === 'string' ? line : paintLine(cutLine(line, width, style), style)));
}

function linesOf(prompt: Prompt, style: Style, width: number, maxRows: number): Array<string | Line> {
	switch (prompt.kind) {
		case 'filter': {
			return [typingLine('/', prompt.typing, width, [piece('enter keeps it, esc drops it', 'faint')])];
		}

		case 'find': {
			return [typingLine('find ', prompt.typing, width, [piece('enter finds, esc leaves', 'faint')])];
		}

		case 'command': {
			return [typingLine(':', prompt.typing, width, choicesLine(prompt.completion))];
		}

		case 'confirm':
		case 'typed': {
			return confirmLines(prompt, style, width, maxRows);
		}

		case 'file': {
			const note = [piece('enter writes it, esc leaves; a folder with / at its end keeps the name', 'faint')];
			const line = typingLine('write to ', prompt.typing, width, []);
			if (maxRows < 3) return [line];
			return [[piece(`Write ${clean(prompt.what)} into which file? None is overwritten.`, 'warn')], line, note];
		}

		case 'copy': {
			return copyLines(prompt.items, style, width, maxRows);
		}

		case 'quit': {
			const {jobs} = prompt;
			if (jobs === 0) {
				return flow(
					[
						[piece('nothing runs any more:', 'warn')],
						[piece('x', 'key'), piece(' quit')],
						[piece('esc', 'key'), piece(' stay')],
					],
					width,
				);
			}

			const what = jobs === 1 ? '1 sync is running' : `${jobs} syncs are running`;
			const it = jobs === 1 ? 'it' : 'them';
			return flow(
				[
					[piece(`${what}:`, 'warn')],
					[piece('w', 'key'), piece(` leave when done`)],
					[piece('x', 'key'), piece(` stop ${it} and quit`)],
					[piece('esc', 'key'), piece(' stay')],
				],
				width,
			);
		}
	}
}

/**
 * The text being typed with its cursor; of a text that is too long the part around the cursor. What there is to say about
 * it stands behind it while there is room.
 */
export function typingLine(label: string, {text, cursor}: Typing, width: number, note: Line): Line {
	const room = Math.max(1, width - cells(label));
	const before = clean(text.slice(0, cursor));
	const rest = clean(text.slice(cursor));
	const [under = ' '] = graphemes(rest);
	const after = rest.slice(under.length);
	const ahead = Math.min(cells(after), lookBack);
	const line: Line = [
		piece(label, 'key'),
		piece(tail(before, Math.max(0, room - cells(under) - ahead))),
		piece(under, 'selected'),
		piece(after),
	];
	const used = lineWidth(line);
	return used + 3 + Math.min(lineWidth(note), lookBack) <= width ? [...line, piece('   '), ...note] : line;
}

/** The end of a text that fits into `width` cells. */
function tail(text: string, width: number): string {
	const parts = graphemes(text);
	let start = parts.length;
	for (let room = width; start > 0; start--) {
		room -= cells(parts[start - 1]!);
		if (room < 0) break;
	}

	return parts.slice(start).join('');
}

function choicesLine(completion: Extract<Prompt, {kind: 'command'}>['completion']): Line {
	if (!completion) return [piece('tab completes, enter runs, esc leaves', 'faint')];
	return completion.choices.flatMap((choice, index) => [
		piece(index === 0 ? '' : '  '),
		piece(clean(choice), index === completion.at ? 'selected' : 'faint'),
	]);
}

/** A question that tells what will be done, whichever way it is answered. */
type Confirmation = Extract<Prompt, {kind: 'confirm' | 'typed'}>;

/** How much of a confirmation can be scrolled through in so many rows of so many cells. */
export function confirmExtent(prompt: Confirmation, maxRows: number, width: number): Extent {
	return {total: toldLines(prompt, width).length, page: Math.max(0, maxRows - 2 - (hasRule(maxRows) ? 1 : 0))};
}

/** Whole lines: nobody can agree to what the edge of the screen cuts off. */
function toldLines({lines}: Confirmation, width: number): Line[] {
	return lines.flatMap(line => wrapLine([piece(clean(line, 4096))], Math.max(1, width), 2));
}

function hasRule(maxRows: number): boolean {
	return maxRows >= 5;
}

/** Enter is no answer: it is what a hand presses without looking. */
function confirmLines(prompt: Confirmation, style: Style, width: number, maxRows: number): Array<string | Line> {
	const {title} = prompt;
	const answer = answerLine(prompt, width);
	if (maxRows < 2 && prompt.kind === 'typed') return [answer];
	if (maxRows < 2) return [[piece('y', 'key'), piece(' or '), piece('esc', 'key'), piece(`  ${clean(title)}`, 'warn')]];
	const {total, page} = confirmExtent(prompt, maxRows, width);
	const offset = Math.max(0, Math.min(prompt.offset, total - page));
	const keys = prompt.kind === 'typed' ? 'up down' : 'j k';
	const more = total > page && page > 0 ? [piece(`   line ${offset + 1} of ${total}, ${keys}`, 'faint')] : [];
	return [
		...(hasRule(maxRows) ? [ruleLine(width, style)] : []),
		[piece(clean(title), 'warn')],
		...toldLines(prompt, width).slice(offset, offset + page),
		[...answer, ...more],
	];
}

function answerLine(prompt: Confirmation, width: number): Line {
	if (prompt.kind === 'typed') {
		const isTyped = prompt.typing.text === prompt.expected;
		const note = isTyped ? piece('enter does it', 'key') : piece('in full, then enter; esc leaves it', 'faint');
		return typingLine(`type ${clean(prompt.expected)}: `, prompt.typing, width, [note]);
	}

	return [piece('y', 'key'), piece(' do it   '), piece('esc', 'key'), piece(' or any other key: leave it')];
}

function copyLines(items: readonly CopyItem[], style: Style, width: number, maxRows: number): Line[] {
	const ellipsis = style.glyph('ellipsis');
	const head: Line = [piece('Copy', 'title'), piece('   esc leaves', 'faint')];
	if (items.length + 1 > maxRows) {
		const short = items.map(({key, label}): Line => [piece(clean(key), 'key'), piece(` ${clean(label)}`)]);
		return flow([[piece('Copy', 'title')], ...short, [piece('esc', 'key'), piece(' leaves')]], width);
	}

	const column = Math.max(...items.map(({label}) => cells(clean(label))));
	return [
		head,
		...items.map(({key, label, text}): Line => {
			const name = clean(label);
			const room = width - column - cells(clean(key)) - 5;
			return [
				piece(` ${clean(key)}`, 'key'),
				piece(`  ${name}${' '.repeat(column - cells(name))}  `),
				piece(clip(clean(text), room, {ellipsis, isMiddle: true}), 'faint'),
			];
		}),
	];
}
