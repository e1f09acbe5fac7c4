import {cutLine, type Line, lineWidth, type Piece, paintLine, piece} from './pieces.js';
import type {Role, Style, Toast} from './types.js';
import {clip, fit} from './width.js';

/** A key and what it does, as the footer says it. */
export interface Hint {
	readonly keys: string;
	readonly hint: string;
}

const toastRoles: Readonly<Record<Toast['level'], Role | undefined>> = {info: undefined, warn: 'warn', error: 'bad'};
const toastSigns = {info: 'ok', warn: 'warn', error: 'bad'} as const;

/**
 * As many hints as fit, the first ones first; `? help` is always among them. A toast that has no line of its own takes
 * the place of the others.
 */
export function footerLine(hints: readonly Hint[], width: number, style: Style, toasts: readonly Toast[] = []): string {
	const help = hints.find(({hint}) => hint === 'help');
	const ordered = help ? [help, ...hints.filter(one => one !== help)] : hints;
	if (toasts.length > 0) {
		const first = help ? hintPieces(help) : [];
		const room = width - lineWidth(first) - 2;
		if (room >= 8) return paintLine([...first, piece('  '), ...toastPieces(toasts, room, style)], style);
	}

	const line: Piece[] = [];
	let used = 0;
	for (const hint of ordered) {
		const own = hintPieces(hint);
		const next = line.length === 0 ? own : [piece('  '), ...own];
		const taken = lineWidth(next);
		if (used + taken <= width) {
			line.push(...next);
			used += taken;
		} else if (line.length === 0) {
			line.push(...cutLine(own, width, style));
			used = width;
		}
	}

	return paintLine(line, style);
}

function hintPieces({keys, hint}: Hint): Line {
	return [piece(keys, 'key'), piece(` ${hint}`, 'label')];
}

/** The newest toast, and how many wait behind it; empty without one. At most `width` cells. */
export function toastLine(toasts: readonly Toast[], width: number, style: Style): string {
	return toasts.length === 0 ? '' : paintLine(toastPieces(toasts, width, style), style);
}

function toastPieces(toasts: readonly Toast[], width: number, style: Style): Line {
	const newest = toasts.at(-1)!;
	const more = toasts.length > 1 ? `  +${toasts.length - 1} more` : '';
	const text = `${style.glyph(toastSigns[newest.level])} ${newest.text}`;
	const line = cutLine([piece(text, toastRoles[newest.level])], Math.max(0, width - more.length), style);
	return cutLine([...line, piece(more, 'faint')], width, style);
}

/** What stands in a rule; may have colours of its own. */
export interface RuleLabels {
	readonly left?: string;
	readonly right?: string;
	/** Keys go to what is below: its label is marked. */
	readonly isFocused?: boolean;
}

/** A line across the screen, with what it says at its ends. Exactly `width` cells. */
export function ruleLine(width: number, style: Style, {left, right, isFocused = false}: RuleLabels = {}): string {
	const sign = style.glyph('rule');
	if (left === undefined && right === undefined) return style.paint('faint', sign.repeat(Math.max(0, width)));
	const cursor = isFocused ? `${style.glyph('cursor')} ` : '';
	const first =
		left === undefined ? '' : `${cursor}${clip(left, Math.max(0, width - 8), {ellipsis: style.glyph('ellipsis')})} `;
	const last = right === undefined ? '' : ` ${right} ${sign}`;
	const room = width - lineWidth([piece(first), piece(last)]);
	if (room < 1) return fit(style.paint('title', first), width, {ellipsis: style.glyph('ellipsis')});
	return paintLine(
		[piece(first, isFocused ? 'title' : 'label'), piece(sign.repeat(room), 'faint'), piece(last, 'label')],
		style,
	);
}

/**
 * Where in a table one is: `5 of 20` with signs for the directions in which there is more; undefined when all of it is
 * on the screen.
 * @param selected index of the selected row; -1: none
 */
export function positionText(
	selected: number,
	total: number,
	top: number,
	page: number,
	style: Style,
): string | undefined {
	if (total <= page) return undefined;
	const up = top > 0 ? `${style.glyph('up')} ` : '';
	const down = top + page < total ? ` ${style.glyph('down')}` : '';
	return `${up}${selected < 0 ? top + 1 : selected + 1} of ${total}${down}`;
}

/** Two columns of lines side by side, as single lines: each of `left` cells, a bar, and at most `right` cells. */
export function sideBySide(
	leftLines: readonly string[],
	rightLines: readonly string[],
	{
		left,
		right,
		rows,
		style,
	}: {readonly left: number; readonly right: number; readonly rows: number; readonly style: Style},
): string[] {
	const bar = ` ${style.paint('faint', style.glyph('bar'))} `;
	const ellipsis = style.glyph('ellipsis');
	return Array.from({length: Math.max(0, rows)}, (_, index) => {
		return fit(leftLines[index] ?? '', left, {ellipsis}) + bar + clip(rightLines[index] ?? '', right, {ellipsis});
	});
}
