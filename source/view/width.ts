import stringWidth from 'string-width';
import {isNarrow} from '../text/narrow.js';

/** How a text is brought to a width. */
export interface FitOptions {
	/** Where the text stands when there is room; left unless told. */
	readonly align?: 'left' | 'right';
	/** Too long a text loses its middle instead of its end: for names, whose end tells them apart. */
	readonly isMiddle?: boolean;
	/** What stands for the part that was cut; `~` unless told. */
	readonly ellipsis?: string;
}

const sgr = /\u001B\[[\d;]*m/g;
const plain = /^[ -~]*$/;

let segmenter: Intl.Segmenter | undefined;

/** Cells of the terminal that a text takes; its colours take none. */
export function cells(text: string): number {
	const bare = text.includes('\u001B') ? text.replace(sgr, '') : text;
	return isNarrow(bare) ? bare.length : stringWidth(bare);
}

/** A text in exactly `width` cells: padded with spaces or cut. May hold colours, which are never cut. */
export function fit(text: string, width: number, options: FitOptions = {}): string {
	if (width <= 0) return '';
	const cut = clip(text, width, options);
	const room = width - cells(cut);
	if (room <= 0) return cut;
	if (options.align !== 'right') return cut + ' '.repeat(room);
	const padded = ' '.repeat(room) + cut;
	// A mark at its beginning joins the space in front of it, and the two measure less than each alone.
	return ' '.repeat(Math.max(0, width - cells(padded))) + padded;
}

/** A text in at most `width` cells: as it is, or cut. May hold colours, which are never cut. */
export function clip(text: string, width: number, {isMiddle = false, ellipsis = '~'}: FitOptions = {}): string {
	if (width <= 0) return '';
	if (plain.test(text)) {
		if (text.length <= width) return text;
		const sign = fittingSign(ellipsis, width);
		const room = width - cells(sign);
		const tail = isMiddle ? Math.floor(room / 2) : 0;
		return text.slice(0, room - tail) + sign + text.slice(text.length - tail);
	}

	if (cells(text) <= width) return text;
	return text.includes('\u001B') ? clipPainted(text, width, ellipsis) : clipGraphemes(text, width, isMiddle, ellipsis);
}

/** Words of a text as long as they fit, so that none is cut in half; the first is, when not even it fits. */
export function clipWords(text: string, width: number, options: FitOptions = {}): string {
	if (cells(text) <= width) return text;
	let end = text.lastIndexOf(' ');
	while (end > 0 && (cells(text.slice(0, end)) > width || isTorn(text, end))) end = text.lastIndexOf(' ', end - 1);
	return end > 0 ? text.slice(0, end) : clip(text.split(' ', 1)[0] ?? '', width, options);
}

/** A number is worth nothing without what follows it, and a bracket that is not closed looks broken. */
function isTorn(text: string, space: number): boolean {
	if (text.lastIndexOf('(', space) > text.lastIndexOf(')', space)) return true;
	return /^(?:[KMGTP]?B(?:\/s)?|s|min|h|sessions?)(?:[ ,]|$)/.test(text.slice(space + 1));
}

function fittingSign(ellipsis: string, width: number): string {
	return cells(ellipsis) < width ? ellipsis : '';
}

function clipGraphemes(text: string, width: number, isMiddle: boolean, ellipsis: string): string {
	const sign = fittingSign(ellipsis, width);
	const parts = graphemes(text);
	// Pieces can join where they meet, and then measure otherwise than alone: the whole is what counts.
	for (let room = width - cells(sign); room > 0; room--) {
		const tail = isMiddle ? takeLast(parts, Math.floor(room / 2)) : '';
		const head = take(parts, room - cells(tail));
		if (cells(head + sign + tail) <= width) return head + sign + tail;
	}

	return sign;
}

function clipPainted(text: string, width: number, ellipsis: string): string {
	const sign = fittingSign(ellipsis, width);
	const kept: string[] = [];
	let room = width - cells(sign);
	let at = 0;
	for (const match of [...text.matchAll(sgr), undefined]) {
		const piece = text.slice(at, match?.index);
		if (room >= 0 && piece !== '') {
			const measured = cells(piece);
			if (measured <= room) {
				kept.push(piece);
				room -= measured;
			} else {
				kept.push(take(graphemes(piece), room), sign);
				room = -1;
			}
		}

		// Colours behind the cut stay: among them are those that end the ones before it.
		if (match) kept.push(match[0]);
		at = match ? match.index + match[0].length : at;
	}

	return kept.join('');
}

function graphemes(text: string): string[] {
	if (plain.test(text)) return [...text];
	// Made at the first need: loading its tables takes milliseconds of every start.
	segmenter ??= new Intl.Segmenter();
	return Array.from(segmenter.segment(text), ({segment}) => segment);
}

function take(parts: readonly string[], width: number): string {
	let taken = '';
	let room = width;
	for (const part of parts) {
		room -= cells(part);
		if (room < 0) break;
		taken += part;
	}

	return taken;
}

function takeLast(parts: readonly string[], width: number): string {
	let from = parts.length;
	let room = width;
	while (from > 0 && room - cells(parts[from - 1]!) >= 0) {
		from--;
		room -= cells(parts[from]!);
	}

	return parts.slice(from).join('');
}
