import {stripVTControlCharacters} from 'node:util';
import {type Line, type Piece, plainText} from './pieces.js';

/**
 * What a search looks for: the text as typed, upper and lower case alike.
 * @returns undefined for an empty search, which finds nothing
 */
export function searchFor(text: string): RegExp | undefined {
	return text === '' ? undefined : new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu');
}

/** True when the text holds what is searched for. */
export function isFound(text: string, search: RegExp): boolean {
	return text.search(search) !== -1;
}

/** The line with everything that is searched for in the role `match`. */
export function highlight(line: Line, search: RegExp | undefined): Line {
	if (!search) return line;
	const ranges = [...plainText(line).matchAll(search)].map(({index, 0: text}) => [index, index + text.length] as const);
	if (ranges.length === 0) return line;
	const pieces: Piece[] = [];
	let start = 0;
	for (const {text, role} of line) {
		let at = 0;
		for (const [from, to] of ranges) {
			const first = Math.max(at, from - start);
			const last = Math.min(text.length, to - start);
			if (first >= last) continue;
			if (first > at) pieces.push({text: text.slice(at, first), role});
			pieces.push({text: text.slice(first, last), role: 'match'});
			at = last;
		}

		if (at < text.length) pieces.push({text: text.slice(at), role});
		start += text.length;
	}

	return pieces;
}

/**
 * The line of a painted text on which a search is found next, going round at the ends.
 * @param body painted lines
 * @param from the line to start beside, which is looked at last
 * @param direction 1: down, -1: up
 * @returns its index; undefined when it is nowhere
 */
export function findLine(body: readonly string[], text: string, from: number, direction: 1 | -1): number | undefined {
	const search = searchFor(text);
	if (!search) return undefined;
	for (let step = 1; step <= body.length; step++) {
		const index = (((from + direction * step) % body.length) + body.length) % body.length;
		if (isFound(stripVTControlCharacters(body[index]!), search)) return index;
	}

	return undefined;
}
