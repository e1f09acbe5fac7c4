import {isAlias, isCollection, isScalar, type YAMLMap} from 'yaml';
import {
	behindColon,
	blockValue,
	columnOf,
	endOf,
	flowValue,
	isUnwritten,
	lineEnd,
	lineEnding,
	lineStart,
	pairOf,
	startOf,
} from './edit-layout.js';
import {type EntryValue, type Splice, Unwritable} from './edit-types.js';

/** Writes a key of an entry, in its place or behind the last one. */
export function writeKey(text: string, map: YAMLMap, key: string, value: EntryValue): Splice[] {
	const written = map.flow ? flowValue(value) : blockValue(value);
	const pair = pairOf(map, key);
	if (!pair) return insertKey(text, map, `${key}: ${written}`);
	const old = pair.value;
	if (isCollection(old)) throw new Unwritable(`${key} holds more than one value`);
	if (isUnwritten(old)) {
		const at = behindColon(text, pair.key);
		return [{start: at, end: at, text: ` ${written}`}];
	}

	if (!isScalar(old) && !isAlias(old)) throw new Unwritable(`${key} cannot be replaced`);
	const [start, end] = [startOf(old), endOf(old)];
	// A block scalar ends behind its line end.
	return [{start, end, text: text[end - 1] === '\n' ? written + lineEnding(text) : written}];
}

function insertKey(text: string, map: YAMLMap, line: string): Splice[] {
	const [first] = map.items;
	if (map.flow || !first) {
		const at = first ? endOf(map.items.at(-1)) : startOf(map) + 1;
		return [{start: at, end: at, text: first ? `, ${line}` : line}];
	}

	const at = lineEnd(text, endOf(map.items.at(-1)));
	const ending = lineEnding(text);
	const lead = at > 0 && text[at - 1] !== '\n' ? ending : '';
	return [{start: at, end: at, text: `${lead}${' '.repeat(columnOf(text, startOf(first.key)))}${line}${ending}`}];
}

/** Takes a key of an entry away, with the comment on its line. */
export function removeKey(text: string, map: YAMLMap, key: string): Splice[] {
	const pair = pairOf(map, key);
	if (!pair) return [];
	const index = map.items.indexOf(pair);
	const [start, next] = [startOf(pair.key), map.items[index + 1]];
	if (map.flow) {
		if (next) return [{start, end: startOf(next.key), text: ''}];
		return [{start: index === 0 ? start : endOf(map.items[index - 1]), end: endOf(pair), text: ''}];
	}

	const line = lineStart(text, start);
	// The first key shares its line with the dash: the next one moves up.
	if (text.slice(line, start).trim() !== '') {
		if (!next) throw new Unwritable(`${key} is all there is`);
		return [{start, end: startOf(next.key), text: ''}];
	}

	return [{start: line, end: lineEnd(text, endOf(pair)), text: ''}];
}
