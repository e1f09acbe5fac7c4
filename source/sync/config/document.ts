import {readFile, stat} from 'node:fs/promises';
import {isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument} from 'yaml';
import type {Problem} from './types.js';

/** Keys and indices from the top of the file down to a value. */
export type Place = ReadonlyArray<string | number>;

/** A config.yaml that could be parsed. */
export interface ConfigDocument {
	/** The whole file as plain values; an empty file is `{}`. */
	readonly root: Readonly<Record<string, unknown>>;
	/** 1-based place of a key or list item, or of the nearest thing above it that exists. */
	position(place: Place): {line: number; column: number} | undefined;
}

/** What reading a file as YAML gave: a document, nothing because there is no file, or problems only. */
export interface ReadDocument {
	readonly exists: boolean;
	readonly document: ConfigDocument | undefined;
	readonly problems: readonly Problem[];
}

/** Bytes beyond which a file is no configuration: the longest imaginable one is a hundred times smaller. */
const maxBytes = 4 << 20;

/**
 * Reads and parses config.yaml. Never throws: what went wrong is in `problems`.
 * @param file absolute path
 */
export async function readDocument(file: string): Promise<ReadDocument> {
	const failed = failure(file);
	let text: string;
	try {
		const stats = await stat(file);
		// Reading a pipe or a device would wait for ever.
		if (!stats.isFile()) return failed('is not a regular file');
		if (stats.size > maxBytes) return failed(`is larger than ${maxBytes >> 20} MiB`);
		text = await readFile(file, 'utf8');
	} catch (error) {
		const {code, message} = error as NodeJS.ErrnoException;
		if (code === 'ENOENT') return {exists: false, document: undefined, problems: []};
		return failed(`cannot be read: ${message}`);
	}

	return parseText(file, text);
}

/**
 * The same for a text that stands in no file yet.
 * @param file for messages
 */
export function parseText(file: string, text: string): ReadDocument {
	const failed = failure(file);
	const counter = new LineCounter();
	const doc = parseDocument(text, {lineCounter: counter, prettyErrors: false, logLevel: 'silent'});
	const first = doc.errors[0];
	if (first) {
		const {line, col} = counter.linePos(first.pos[0]);
		return failed(`is not valid YAML: ${first.message}`, line, col);
	}

	let root: unknown;
	try {
		root = doc.toJS({maxAliasCount: 100}) ?? {};
	} catch (error) {
		return failed(`is not valid YAML: ${(error as Error).message}`);
	}

	if (typeof root !== 'object' || root === null || Array.isArray(root)) {
		return failed('must hold keys at its top (hub:, spokes:, …), not a list or a single value', 1, 1);
	}

	const place = (offset: number) => {
		const {line, col} = counter.linePos(offset);
		return {line, column: col};
	};
	return {
		exists: true,
		document: {
			root: root as Record<string, unknown>,
			position(path) {
				const offset = offsetOf(doc, path);
				return offset === undefined ? undefined : place(offset);
			},
		},
		problems: doc.warnings.map(warning => {
			const {line, column} = place(warning.pos[0]);
			return {severity: 'warning', file, line, column, where: '', message: warning.message, spoke: undefined};
		}),
	};
}

function failure(file: string) {
	return (message: string, line?: number, column?: number): ReadDocument => ({
		exists: true,
		document: undefined,
		problems: [{severity: 'error', file, line, column, where: '', message, spoke: undefined}],
	});
}

function offsetOf(doc: ReturnType<typeof parseDocument>, path: Place): number | undefined {
	let node: unknown = doc.contents;
	let offset: number | undefined;
	for (const step of path) {
		if (isAlias(node)) node = node.resolve(doc);
		if (isMap(node)) {
			const pair = node.items.find(item => isScalar(item.key) && String(item.key.value) === String(step));
			if (!pair) break;
			// The key, not its value, is where a reader looks: a missing or misspelt value has no place of its own.
			offset = startOf(pair.key) ?? offset;
			node = pair.value;
		} else if (isSeq(node) && typeof step === 'number') {
			node = node.items[step];
			offset = startOf(node) ?? offset;
		} else {
			break;
		}
	}

	return offset;
}

function startOf(node: unknown): number | undefined {
	return isNode(node) ? node.range?.[0] : undefined;
}
