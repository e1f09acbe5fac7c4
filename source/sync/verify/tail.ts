import {breathe} from '../breathe.js';
import {isPadding} from '../sessions/folder-header.js';
import {JsonLines} from './json-lines.js';
import type {JsonLine} from './json-lines-line.js';
import {openFile} from './scan-read.js';

/** How far back the beginning of the last line is looked for. */
const reach = 1 << 20;
const firstReach = 1 << 14;

/** How a session ends. */
export interface Tail {
	/** Bytes of the file. */
	readonly size: number;
	/** Milliseconds since the epoch. */
	readonly mtimeMs: number;
	/**
	 * What its last line that is not blank is: a `whole` entry, with or without LF; `torn`, cut off or being written;
	 * `malformed`, with its LF; `empty` when there is none; `unknown` when it begins more than 1 MiB before the end.
	 */
	readonly kind: 'whole' | 'torn' | 'malformed' | 'empty' | 'unknown';
	/** Where that line begins; undefined when there is none or it is not known. */
	readonly offset: number | undefined;
	/** The file ends in LF. */
	readonly hasNewline: boolean;
	/** NUL bytes stand in that line or behind it. */
	readonly hasNul: boolean;
}

/**
 * Looks at the end of a session and reads no more than 1 MiB of it.
 * @param file absolute path; bytes where the name is not UTF-8
 * @throws NodeJS.ErrnoException as of `openFile`; the signal's reason when it aborts
 */
export async function readTail(file: string | Uint8Array, signal?: AbortSignal): Promise<Tail> {
	signal?.throwIfAborted();
	await breathe();
	using open = openFile(file);
	const {size, mtimeMs} = open;
	for (let length = Math.min(size, firstReach); ; length = Math.min(size, length * 8, reach)) {
		const bytes = open.end(length);
		const from = lastLine(bytes);
		const hasNewline = bytes.at(-1) === 0x0a;
		const isAll = length === size;
		if (from === undefined && !isAll && length < reach) continue;
		if (from === undefined && !isAll) {
			return {size, mtimeMs, kind: 'unknown', offset: undefined, hasNewline, hasNul: bytes.includes(0)};
		}

		const tail = bytes.subarray(from ?? 0);
		const line = judge(tail);
		return {
			size,
			mtimeMs,
			kind: kindOf(line),
			offset: line && size - tail.length + line.offset,
			hasNewline,
			hasNul: tail.includes(0),
		};
	}
}

/** Where the last line with content begins; undefined when that is not within these bytes. */
function lastLine(bytes: Buffer): number | undefined {
	let end = bytes.length;
	while (end > 0 && isPadding(bytes[end - 1]!)) end--;
	const before = end === 0 ? -1 : bytes.lastIndexOf(0x0a, end - 1);
	return before === -1 ? undefined : before + 1;
}

type Judged = Pick<JsonLine, 'shape' | 'offset' | 'isTerminated' | 'isUtf8'>;

function judge(bytes: Buffer): Judged | undefined {
	let last: Judged | undefined;
	const lines = new JsonLines(({shape, offset, isTerminated, isUtf8}) => {
		if (shape !== 'blank') last = {shape, offset, isTerminated, isUtf8};
	});
	lines.feed(bytes);
	lines.end();
	return last;
}

function kindOf(line: Judged | undefined): Tail['kind'] {
	if (!line) return 'empty';
	if (line.shape === 'object') return line.isUtf8 ? 'whole' : 'malformed';
	return line.isTerminated ? 'malformed' : 'torn';
}
