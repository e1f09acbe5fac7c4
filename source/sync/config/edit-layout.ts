import {isCollection, isPair, isScalar, type Pair, Scalar, stringify, type YAMLMap, type YAMLSeq} from 'yaml';
import type {EntryValue} from './edit-types.js';

/** How a file ends its lines, by its first one. */
export function lineEnding(text: string): '\n' | '\r\n' {
	return /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n';
}

/** Offset of the first character of the line an offset is in; a byte order mark belongs to no line. */
export function lineStart(text: string, offset: number): number {
	const start = text.lastIndexOf('\n', offset - 1) + 1;
	return start === 0 && text.startsWith('\uFEFF') ? 1 : start;
}

/** Offset behind the line end of the line an offset is in. A block scalar ends behind its line end already. */
export function lineEnd(text: string, offset: number): number {
	if (offset > 0 && text[offset - 1] === '\n') return offset;
	const end = text.indexOf('\n', offset);
	return end < 0 ? text.length : end + 1;
}

/** Columns before an offset on its line. */
export function columnOf(text: string, offset: number): number {
	return offset - lineStart(text, offset);
}

/** Where a node begins, behind its anchor and tag. */
export function startOf(node: unknown): number {
	const range = (node as {range?: readonly number[]} | null)?.range;
	if (!range) throw new TypeError('this node was not read from a file');
	return range[0]!;
}

/** Where a node's last character stands: comments and empty lines behind it are not its own. */
export function endOf(node: unknown): number {
	if (isPair(node)) return node.value ? Math.max(endOf(node.key), endOf(node.value)) : endOf(node.key);
	if (isCollection(node) && !node.flow && node.items.length > 0) return endOf(node.items.at(-1));
	const range = (node as {range?: readonly number[]} | null)?.range;
	if (!range) throw new TypeError('this node was not read from a file');
	return range[1]!;
}

/**
 * Behind the lines of a list item: its own, and the comment lines below it that stand deeper than its dash.
 * @param dash column of the item's dash
 */
export function itemEnd(text: string, item: unknown, dash: number): number {
	let end = lineEnd(text, endOf(item));
	for (let next = end; next < text.length; ) {
		const stop = lineEnd(text, next + 1);
		const line = /^([ \t]*)(#?)/.exec(text.slice(next, stop))!;
		if (line[2] === '#' && line[1]!.length > dash) end = stop;
		else if (text.slice(next, stop).trim() !== '') break;
		next = stop;
	}

	return end;
}

/** Offset of the dash of an item of a block list. */
export function dashOf(list: YAMLSeq, index: number): number {
	const token = list.srcToken as {items?: ReadonlyArray<{start: ReadonlyArray<{type: string; offset: number}>}>};
	const dash = token?.items?.[index]?.start.find(({type}) => type === 'seq-item-ind');
	if (!dash) throw new TypeError('this list was not read as a block');
	return dash.offset;
}

/** The pair of a key. */
export function pairOf(map: YAMLMap, key: string): Pair | undefined {
	return map.items.find(pair => isScalar(pair.key) && pair.key.value === key);
}

/** Offset behind the colon of a key. */
export function behindColon(text: string, key: unknown): number {
	return text.indexOf(':', endOf(key)) + 1;
}

/** A value as it stands in block text, quoted where it must be. */
export function blockValue(value: EntryValue): string {
	return stringify(value, {lineWidth: 0}).trimEnd();
}

/** A value as it stands between braces, where commas and brackets mean something. */
export function flowValue(value: EntryValue): string {
	if (typeof value !== 'string') return String(value);
	return /^[\w./~@-]+$/.test(value) && blockValue(value) === value ? value : JSON.stringify(value);
}

/** An entry between braces. */
export function flowEntry(entry: Readonly<Record<string, EntryValue>>): string {
	return `{${Object.entries(entry)
		.map(([key, value]) => `${key}: ${flowValue(value)}`)
		.join(', ')}}`;
}

/**
 * An entry as an item of a block list, each line with its line end.
 * @param dash column of the dash
 * @param keys columns from the dash to the keys
 */
export function blockEntry(
	entry: Readonly<Record<string, EntryValue>>,
	dash: number,
	keys: number,
	ending: string,
): string {
	return Object.entries(entry)
		.map(([key, value], index) => {
			const lead = index === 0 ? `${' '.repeat(dash)}-${' '.repeat(keys - 1)}` : ' '.repeat(dash + keys);
			return `${lead}${key}: ${blockValue(value)}${ending}`;
		})
		.join('');
}

/** True for a value that is not written: `schedule:` alone. */
export function isUnwritten(node: unknown): boolean {
	return node === null || (node instanceof Scalar && node.value === null && startOf(node) === endOf(node));
}
