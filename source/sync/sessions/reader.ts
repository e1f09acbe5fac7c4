import {type FileHandle, open} from 'node:fs/promises';
import {fsPath} from '../../text/names.js';
import {
	emptyReading,
	type HeaderReading,
	isPadding,
	otherReading,
	parseObject,
	readHeaderLine,
	readTime,
	skipPadding,
} from './folder-header.js';

export type {HeaderReading} from './folder-header.js';

/** The longest line that is read: pi inlines images of up to 4.5 MB each, several to a line. */
export const maxLineBytes = 64 * 1024 * 1024;

/** Bytes asked for first: a header of pi is 150 to 500 bytes. */
const firstChunk = 4096;
const lastChunk = 64 * 1024;
const maxChunk = 1024 * 1024;
const newline = 0x0a;

/** The last complete entry of a session file. */
export interface LastEntry {
	/** Milliseconds since the epoch; undefined when the entry names none that can be read. */
	readonly timestamp: number | undefined;
	/** Undefined in v1 files, whose entries have none. */
	readonly id: string | undefined;
	/** `message`, `compaction`, …; `session` when there is only the header; empty when it names none. */
	readonly type: string;
	/** Byte offset of its line. */
	readonly offset: number;
	/** True when bytes follow that are not a complete entry: cut off, or being written right now. */
	readonly isTorn: boolean;
}

/**
 * Reads a session's first line and no more than it takes: 4 KiB at first, growing up to `maxLineBytes`. Only LF ends
 * a line; a byte order mark, CR, blank lines and NUL bytes in front are skipped.
 * @param root absolute session root
 * @param path below it, as in `text/names.ts`
 * @throws the file system's error when the file cannot be read; the signal's reason when it aborts
 */
export async function readHeader(root: string, path: string, signal?: AbortSignal): Promise<HeaderReading> {
	await using file = await open(fsPath(root, path), 'r');
	let held: Buffer = Buffer.alloc(0);
	let offset = 0;
	let chunk = firstChunk;
	for (let total = 0; total <= maxLineBytes; ) {
		signal?.throwIfAborted();
		const part = await readAt(file, offset, chunk);
		if (part.length === 0) return emptyReading;
		offset += part.length;
		total += part.length;
		const searchedTo = held.length;
		held = held.length === 0 ? part : Buffer.concat([held, part]);
		const start = skipPadding(held);
		const end = held.indexOf(newline, Math.max(start, searchedTo));
		if (start < held.length && end !== -1) return readHeaderLine(held.toString('utf8', start, end));
		// Padding is dropped as it comes; growing by doubling keeps the copying linear.
		held = held.subarray(start);
		chunk = Math.max(firstChunk, Math.min(held.length, 8 * maxChunk));
		if (held.length === 0) chunk = lastChunk;
	}

	return otherReading;
}

/**
 * Finds the last complete entry by reading backwards: damaged lines and NUL runs are passed over, lines longer than
 * 1 MiB are judged by their beginning, so that memory stays small. At most three times `maxLineBytes` are read.
 * @param root absolute session root
 * @param path below it
 * @param size bytes to consider: what stat said, as the file may be growing
 * @returns undefined when there is no complete entry within reach
 * @throws the file system's error when the file cannot be read; the signal's reason when it aborts
 */
export async function readLastEntry(
	root: string,
	path: string,
	size: number,
	signal?: AbortSignal,
): Promise<LastEntry | undefined> {
	await using file = await open(fsPath(root, path), 'r');
	const lines = new BackwardLines(file, size, signal);
	let isTail = true;
	let isTorn = false;
	for (;;) {
		const line = await lines.previous();
		if (!line) return undefined;
		if (line.from < line.to) {
			const object = await readEntry(file, line.from, line.to);
			if (object) {
				return {
					timestamp: readTime(object.timestamp),
					id: typeof object.id === 'string' ? object.id : undefined,
					type: typeof object.type === 'string' ? object.type : '',
					offset: line.from,
					isTorn,
				};
			}

			if (isTail) isTorn = true;
		}

		isTail = false;
	}
}

/** Lines of a file from its end; each without the padding at its beginning and end, so possibly empty. */
class BackwardLines {
	readonly #file: FileHandle;
	readonly #signal: AbortSignal | undefined;
	#end: number;
	#window: Buffer = Buffer.alloc(0);
	#windowFrom: number;
	#chunk = lastChunk;
	#isDone = false;
	#budget = 3 * maxLineBytes;

	constructor(file: FileHandle, size: number, signal: AbortSignal | undefined) {
		this.#file = file;
		this.#signal = signal;
		this.#end = size;
		this.#windowFrom = size;
	}

	async previous(): Promise<{readonly from: number; readonly to: number} | undefined> {
		if (this.#isDone) return undefined;
		const lineEnd = this.#end;
		let first = lineEnd;
		let last = -1;
		for (let to = lineEnd; ; to = this.#windowFrom) {
			if (to <= this.#windowFrom && this.#windowFrom > 0 && !(await this.#readBefore())) {
				this.#isDone = true;
				return undefined;
			}

			const part = this.#window.subarray(0, to - this.#windowFrom);
			const found = part.lastIndexOf(newline);
			const content = contentOf(part, found + 1);
			if (content) {
				first = this.#windowFrom + content.first;
				if (last === -1) last = this.#windowFrom + content.last;
			}

			if (found !== -1) {
				this.#end = this.#windowFrom + found;
				break;
			}

			if (this.#windowFrom === 0) {
				this.#isDone = true;
				break;
			}
		}

		return last === -1 ? {from: lineEnd, to: lineEnd} : {from: first, to: last + 1};
	}

	async #readBefore(): Promise<boolean> {
		this.#signal?.throwIfAborted();
		const length = Math.min(this.#chunk, this.#windowFrom);
		if (this.#budget < length) return false;
		this.#budget -= length;
		this.#window = await readAt(this.#file, this.#windowFrom - length, length);
		// Shorter than asked: the file shrank under us, and its offsets mean nothing any more.
		if (this.#window.length < length) return false;
		this.#windowFrom -= length;
		this.#chunk = Math.min(this.#chunk * 2, maxChunk);
		return true;
	}
}

/** Where a part's content begins and ends, padding left out; undefined when it is padding only. */
function contentOf(part: Buffer, from: number): {readonly first: number; readonly last: number} | undefined {
	const first = skipPadding(part, from);
	if (first >= part.length) return undefined;
	let last = part.length - 1;
	while (isPadding(part[last]!)) last--;
	return {first, last};
}

async function readEntry(
	file: FileHandle,
	from: number,
	to: number,
): Promise<Readonly<Record<string, unknown>> | undefined> {
	if (to - from > maxLineBytes) return undefined;
	if (to - from > maxChunk) {
		const ending = await readAt(file, to - 1, 1);
		if (ending[0] !== 0x7d) return undefined;
		const head = parseHead(await readAt(file, from, firstChunk));
		if (head) return head;
	}

	return parseObject((await readAt(file, from, to - from)).toString());
}

/**
 * The plain values in front of the first nested one. pi writes type, id, parentId and timestamp before a message's
 * content, so that megabytes of images need not be parsed.
 * @returns undefined when there is no timestamp among them
 */
function parseHead(head: Buffer): Readonly<Record<string, unknown>> | undefined {
	const text = head.toString();
	const plain = /^\{(?:"(?:[^"\\]|\\.)*":(?:"(?:[^"\\]|\\.)*"|[-\w.+]+),)*/.exec(text)?.[0];
	if (plain === undefined || !plain.endsWith(',')) return undefined;
	const object = parseObject(`${plain.slice(0, -1)}}`);
	return object && 'timestamp' in object ? object : undefined;
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
	const bytes = Buffer.allocUnsafe(length);
	let done = 0;
	while (done < length) {
		const {bytesRead} = await file.read(bytes, done, length - done, offset + done);
		if (bytesRead === 0) break;
		done += bytesRead;
	}

	return bytes.subarray(0, done);
}
