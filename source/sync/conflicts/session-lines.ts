import {createHash} from 'node:crypto';
import {breathe} from '../breathe.js';
import {fill} from './first-difference.js';

/** Bytes read at a time. */
const chunkSize = 1 << 20;
/** Of a line, what is kept: enough for what pi writes in front of a message's content. */
const headBytes = 4096;
const newline = 0x0a;

/** One line of a session, without its line end. */
export interface SessionLine {
	/** Byte offset in the file. */
	readonly offset: number;
	/** Bytes. */
	readonly length: number;
	/** From 1. */
	readonly line: number;
	/** Its first 4 KiB at most; valid until the next line is asked for. */
	readonly head: Buffer;
	/** What tells its content: SHA-256, as much of it as makes two lines certain to be one; empty unless asked for. */
	readonly hash: string;
}

/** Where the reading begins and ends. */
export interface LinesRequest {
	/** Byte offset of the first line; 0 unless told. */
	readonly from?: number;
	/** Its number, from 1. */
	readonly line?: number;
	/** Bytes of the file to consider. */
	readonly to: number;
	readonly hasHashes: boolean;
	readonly signal?: AbortSignal;
}

/**
 * Lines of a session as LF divides them, however long each is: of a line only its beginning is kept. Lines without
 * anything in them are passed over.
 * @throws the signal's reason; the file system's error when it cannot be read
 */
export async function* sessionLines(fd: number, request: LinesRequest): AsyncGenerator<SessionLine, void> {
	const {from = 0, to, hasHashes, signal} = request;
	const buffer = Buffer.allocUnsafe(Math.min(chunkSize, Math.max(1, to - from)));
	const head = Buffer.allocUnsafe(headBytes);
	let line = request.line ?? 1;
	let start = from;
	let headLength = 0;
	let hash = hasHashes ? createHash('sha256') : undefined;
	const finish = (end: number): SessionLine => {
		const digest = hash?.digest('base64url').slice(0, 22) ?? '';
		return {offset: start, length: end - start, line, head: head.subarray(0, headLength), hash: digest};
	};

	let at = from;
	while (at < to) {
		signal?.throwIfAborted();
		const got = fill(fd, buffer, Math.min(buffer.length, to - at), at);
		if (got === 0) break;
		for (let begin = 0; begin < got; ) {
			const found = buffer.indexOf(newline, begin);
			const end = found === -1 || found >= got ? got : found;
			const part = buffer.subarray(begin, end);
			if (headLength < headBytes) headLength += part.copy(head, headLength);
			hash?.update(part);
			if (end === got) break;
			if (at + end > start) yield finish(at + end);
			line++;
			start = at + end + 1;
			begin = end + 1;
			headLength = 0;
			if (hasHashes) hash = createHash('sha256');
		}

		at += got;
		await breathe();
	}

	if (at > start) yield finish(at);
}

/**
 * Where the line begins in which a byte stands.
 * @param at byte offset; what stands in front of it is looked at
 */
export function lineStart(fd: number, at: number): number {
	const buffer = Buffer.allocUnsafe(64 * 1024);
	for (let end = at; end > 0; ) {
		const from = Math.max(0, end - buffer.length);
		const found = buffer.subarray(0, fill(fd, buffer, end - from, from)).lastIndexOf(newline);
		if (found !== -1) return from + found + 1;
		end = from;
	}

	return 0;
}

/** Line ends in front of a byte. */
export async function countLineEnds(fd: number, to: number, signal?: AbortSignal): Promise<number> {
	const buffer = Buffer.allocUnsafe(Math.min(chunkSize, Math.max(1, to)));
	let count = 0;
	for (let at = 0; at < to; ) {
		signal?.throwIfAborted();
		const got = fill(fd, buffer, Math.min(buffer.length, to - at), at);
		if (got === 0) break;
		const part = buffer.subarray(0, got);
		for (let found = part.indexOf(newline); found !== -1; found = part.indexOf(newline, found + 1)) count++;
		at += got;
		await breathe();
	}

	return count;
}

/** The bytes of a line again, as many as asked for. */
export function lineBytes(fd: number, offset: number, length: number): Buffer {
	const buffer = Buffer.allocUnsafe(length);
	return buffer.subarray(0, fill(fd, buffer, length, offset));
}
