import {isDeepStrictEqual} from 'node:util';
import {
	type Document,
	isMap,
	isSeq,
	LineCounter,
	type ParsedNode,
	parseDocument,
	type YAMLMap,
	type YAMLSeq,
} from 'yaml';
import {appendEntry, createList, removeEntry} from './edit-list.js';
import {removeKey, writeKey} from './edit-map.js';
import {EditError, type EntryValue, type Splice, type SpokeEdit, Unwritable} from './edit-types.js';

type Read = Document.Parsed<ParsedNode>;
type Fields = Record<string, unknown>;
type Shape = 'spokes' | 'sync.spokes';

/**
 * Changes the list of spokes in the text of a config.yaml. Only the lines of the entry concerned change; everything
 * else stays byte for byte. What comes out is read again and compared with what was meant, so that a layout nobody
 * thought of is refused rather than damaged.
 * @param file for messages
 * @throws EditError with `file:line:column` where there is a place; the name is taken, or nobody has it
 */
export function editText(text: string, edit: SpokeEdit, file: string): string {
	const before = read(text, file);
	try {
		const wanted = intended(plain(before.doc), edit, file);
		const changed = stepsOf(edit).reduce((all, step) => applied(all, step, file), text);
		if (isDeepStrictEqual(plain(readChanged(changed, file).doc), wanted)) return changed;
	} catch (error) {
		if (error instanceof Unwritable) throw refusal(error.message, before, edit, file);
		throw error;
	}

	throw refusal('its layout (aliases, tags or the like) cannot be changed safely', before, edit, file);
}

interface ReadText {
	readonly doc: Read;
	readonly counter: LineCounter;
}

function read(text: string, file: string): ReadText {
	const counter = new LineCounter();
	const options = {lineCounter: counter, prettyErrors: false, logLevel: 'silent', keepSourceTokens: true} as const;
	const doc = parseDocument(text, options);
	const [first] = doc.errors;
	if (first) {
		const {line, col} = counter.linePos(first.pos[0]);
		throw new EditError(`${file}:${line}:${col} is not valid YAML, so nothing was changed: ${first.message}`);
	}

	if (doc.contents !== null && !isMap(doc.contents)) {
		throw new EditError(`${file}:1:1 must hold keys at its top (hub:, spokes:, …); nothing was changed`);
	}

	return {doc: doc as Read, counter};
}

/** What was made by an edit and cannot be read is no fault of the file. */
function readChanged(text: string, file: string): ReadText {
	try {
		return read(text, file);
	} catch (error) {
		throw new Unwritable('its layout (aliases, tags or the like) cannot be changed safely', {cause: error});
	}
}

/** The whole as plain values; what an alias stands for is a value of its own in every place. */
function plain(doc: Read): Fields {
	try {
		return (unshared(doc.toJS({maxAliasCount: 100})) ?? {}) as Fields;
	} catch (error) {
		throw new Unwritable((error as Error).message, {cause: error});
	}
}

function unshared(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(unshared);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unshared(inner)]));
}

/** A set of several keys is one step for each: places are read anew after every one. */
function stepsOf(edit: SpokeEdit): SpokeEdit[] {
	if (edit.type !== 'set') return [edit];
	return Object.entries(edit.values).map(([key, value]) => ({...edit, values: {[key]: value}}));
}

function applied(text: string, edit: SpokeEdit, file: string): string {
	const {doc} = readChanged(text, file);
	const splices = splicesOf(text, doc, edit);
	let result = text;
	for (const {start, end, text: replacement} of [...splices].sort((one, other) => other.start - one.start)) {
		result = result.slice(0, start) + replacement + result.slice(end);
	}

	return result;
}

function splicesOf(text: string, doc: Read, edit: SpokeEdit): readonly Splice[] {
	if (edit.type === 'add') {
		const shape = listFor(plain(doc));
		const parent = parentOf(doc, shape);
		const list = parent?.get('spokes', true);
		if (parent && isSeq(list)) return appendEntry(text, parent, list, edit.entry);
		return createList(text, parent, edit.entry);
	}

	const found = findEntry(doc, edit.name)!;
	if (edit.type === 'remove') return removeEntry(text, found.parent, found.list, found.index);
	const entry = found.list.items[found.index];
	if (!isMap(entry)) throw new Unwritable('its entry is an alias');
	return Object.entries(edit.values).flatMap(([key, value]) =>
		value === undefined ? removeKey(text, entry, key) : writeKey(text, entry, key, value),
	);
}

/** Which of the two lists a new entry joins: the one in use, else the one that is there, else `spokes`. */
function listFor(root: Fields): Shape {
	const own = root.spokes;
	const runbook = (root.sync as Fields | null | undefined)?.spokes;
	if (Array.isArray(own) && own.length > 0) return 'spokes';
	if (Array.isArray(runbook) && runbook.length > 0) return 'sync.spokes';
	return own === undefined && runbook !== undefined ? 'sync.spokes' : 'spokes';
}

function parentOf(doc: Read, shape: Shape): YAMLMap | undefined {
	const root = doc.contents;
	if (!isMap(root)) return undefined;
	const parent = shape === 'spokes' ? root : root.get('sync', true);
	if (!isMap(parent)) throw new Unwritable('sync is an alias');
	return parent;
}

function findEntry(doc: Read, name: string): {parent: YAMLMap; list: YAMLSeq; index: number} | undefined {
	const root = plain(doc);
	for (const shape of ['spokes', 'sync.spokes'] as const) {
		const index = indexOf(listOf(root, shape), name);
		if (index < 0) continue;
		const parent = parentOf(doc, shape)!;
		const list = parent.get('spokes', true);
		if (!isSeq(list)) throw new Unwritable('the list of spokes is an alias');
		return {parent, list, index};
	}

	return undefined;
}

function listOf(root: Fields, shape: Shape): unknown[] {
	const list = shape === 'spokes' ? root.spokes : (root.sync as Fields | null | undefined)?.spokes;
	return Array.isArray(list) ? list : [];
}

function indexOf(list: readonly unknown[], name: string): number {
	return list.findIndex(item => (item as {name?: unknown} | null)?.name === name);
}

/** The file's values as they are to be. */
function intended(root: Fields, edit: SpokeEdit, file: string): Fields {
	const name = edit.type === 'add' ? edit.entry.name : edit.name;
	const shape = (['spokes', 'sync.spokes'] as const).find(one => indexOf(listOf(root, one), name) >= 0);
	if (edit.type === 'add') {
		if (shape) throw new EditError(`a spoke called '${name}' is in ${file} already`);
		return addTo(root, listFor(root), edit.entry);
	}

	if (!shape) throw new EditError(`no spoke is called '${name}' in ${file}`);
	const list = listOf(root, shape);
	const index = indexOf(list, name);
	if (edit.type === 'remove') list.splice(index, 1);
	else for (const [key, value] of Object.entries(edit.values)) assign(list[index] as Fields, key, value);
	return root;
}

function assign(fields: Fields, key: string, value: EntryValue | undefined): void {
	if (value === undefined) delete fields[key];
	else fields[key] = value;
}

function addTo(root: Fields, shape: Shape, entry: Readonly<Record<string, EntryValue>>): Fields {
	const parent = shape === 'spokes' ? root : (root.sync as Fields);
	const list = parent.spokes ?? [];
	if (!Array.isArray(list)) throw new Unwritable(`${shape} is no list`);
	parent.spokes = [...(list as unknown[]), {...entry}];
	return root;
}

function refusal(why: string, {doc, counter}: ReadText, edit: SpokeEdit, file: string): EditError {
	const name = edit.type === 'add' ? edit.entry.name : edit.name;
	const found = edit.type === 'add' ? undefined : findQuietly(doc, name);
	const offset = (found as {range?: readonly number[]} | undefined)?.range?.[0];
	const place = offset === undefined ? '' : `:${counter.linePos(offset).line}:${counter.linePos(offset).col}`;
	return new EditError(`${file}${place}: ${why}; nothing was changed, please edit it by hand`);
}

function findQuietly(doc: Read, name: string): unknown {
	try {
		const found = findEntry(doc, name);
		return found?.list.items[found.index];
	} catch {
		return undefined;
	}
}
