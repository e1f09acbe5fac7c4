import {isMap, type YAMLMap, type YAMLSeq} from 'yaml';
import {
	behindColon,
	blockEntry,
	columnOf,
	dashOf,
	endOf,
	flowEntry,
	itemEnd,
	lineEnd,
	lineEnding,
	lineStart,
	pairOf,
	startOf,
} from './edit-layout.js';
import type {EntryValue, Splice} from './edit-types.js';

type Entry = Readonly<Record<string, EntryValue>>;

/** Appends an entry to a list that is there, in the list's own layout. */
export function appendEntry(text: string, parent: YAMLMap, list: YAMLSeq, entry: Entry): Splice[] {
	const last = list.items.at(-1);
	if (list.flow && (last || parent.flow)) {
		const at = last ? endOf(last) : startOf(list) + 1;
		return [{start: at, end: at, text: `${last ? ', ' : ''}${flowEntry(entry)}`}];
	}

	// `spokes: []` becomes a block below its key; what else stands on that line stays.
	if (!last) {
		const key = pairOf(parent, 'spokes')!.key;
		const start = startOf(list) - (text[startOf(list) - 1] === ' ' ? 1 : 0);
		return [{start, end: endOf(list), text: ''}, blockBelow(text, key, endOf(list), entry)];
	}

	const dash = columnOf(text, dashOf(list, list.items.length - 1));
	const at = itemEnd(text, last, dash);
	const [firstKey] = isMap(last) && !last.flow ? last.items : [];
	const column = firstKey ? columnOf(text, startOf(firstKey.key)) - dash : 2;
	return [insertion(text, at, blockEntry(entry, dash, column < 2 ? 2 : column, lineEnding(text)))];
}

/**
 * Writes a list with one entry where there is none.
 * @param parent the map it belongs into; undefined for a file without any keys
 */
export function createList(text: string, parent: YAMLMap | undefined, entry: Entry): Splice[] {
	const ending = lineEnding(text);
	const pair = parent && pairOf(parent, 'spokes');
	if (parent?.flow) {
		const list = `[${flowEntry(entry)}]`;
		if (pair) {
			const at = behindColon(text, pair.key);
			return [{start: at, end: at, text: ` ${list}`}];
		}

		const last = parent.items.at(-1);
		const at = last ? endOf(last) : startOf(parent) + 1;
		return [{start: at, end: at, text: `${last ? ', ' : ''}spokes: ${list}`}];
	}

	if (pair) return [blockBelow(text, pair.key, endOf(pair.key), entry)];
	const [first] = parent?.items ?? [];
	const column = first ? columnOf(text, startOf(first.key)) : 0;
	return [
		insertion(text, text.length, `${' '.repeat(column)}spokes:${ending}${blockEntry(entry, column + 2, 2, ending)}`),
	];
}

/** Takes an entry out of its list, with the comments within it; those above it stay. */
export function removeEntry(text: string, parent: YAMLMap, list: YAMLSeq, index: number): Splice[] {
	const item = list.items[index];
	if (list.flow) {
		const next = list.items[index + 1];
		if (next) return [{start: startOf(item), end: startOf(next), text: ''}];
		return [{start: index === 0 ? startOf(item) : endOf(list.items[index - 1]), end: endOf(item), text: ''}];
	}

	const dash = dashOf(list, index);
	const removed = {start: lineStart(text, dash), end: itemEnd(text, item, columnOf(text, dash)), text: ''};
	if (list.items.length > 1) return [removed];
	// A key without a value would be no list to a stricter reader.
	const colon = behindColon(text, pairOf(parent, 'spokes')!.key);
	return [removed, {start: colon, end: colon, text: ' []'}];
}

function blockBelow(text: string, key: unknown, from: number, entry: Entry): Splice {
	const column = columnOf(text, startOf(key));
	return insertion(text, lineEnd(text, from), blockEntry(entry, column + 2, 2, lineEnding(text)));
}

function insertion(text: string, at: number, lines: string): Splice {
	const isOpen = at > 0 && text[at - 1] !== '\n' && text !== '\uFEFF';
	return {start: at, end: at, text: isOpen ? lineEnding(text) + lines : lines};
}
