import fs from 'node:fs';
import {parseObject, readHeaderLine, skipPadding} from '../sessions/folder-header.js';
import type {StoryFacts, StoryVersion} from './story.js';

/** Bytes read of each end: a header of pi has 150 to 500. */
const endBytes = 4096;

interface Ends {
	readonly version: StoryVersion;
	readonly tail: Buffer;
	readonly fd: number;
}

/**
 * What the ends of two files tell: at most three reads of 4 KiB, however large they are.
 * @param later the spoke's version, or the one that took the earlier one's place; undefined: none
 * @param earlier what the hub had
 */
export function compareEnds(
	later: string | Buffer | undefined,
	earlier: string | Buffer | undefined,
): Pick<StoryFacts, 'later' | 'earlier' | 'isLikePrefix'> {
	const one = later === undefined ? undefined : readEnds(later);
	const other = earlier === undefined ? undefined : readEnds(earlier);
	try {
		return {later: one?.version, earlier: other?.version, isLikePrefix: isLikePrefix(one, other)};
	} finally {
		if (one) fs.closeSync(one.fd);
		if (other) fs.closeSync(other.fd);
	}
}

function readEnds(file: string | Buffer): Ends | undefined {
	let fd: number | undefined;
	try {
		fd = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
		const stat = fs.fstatSync(fd);
		if (!stat.isFile()) throw new Error('no file');
		const head = readAt(fd, 0, Math.min(endBytes, stat.size));
		const tail = stat.size <= endBytes ? head : readAt(fd, stat.size - endBytes, endBytes);
		return {version: toVersion(stat.size, head, tail), tail, fd};
	} catch {
		// Gone meanwhile, or not to be read: then its ends tell nothing.
		if (fd !== undefined) fs.closeSync(fd);
		return undefined;
	}
}

function toVersion(bytes: number, head: Buffer, tail: Buffer): StoryVersion {
	const start = skipPadding(head);
	const end = head.indexOf(0x0a, start);
	const line = head.toString('utf8', start, end === -1 ? head.length : end);
	const header = parseObject(line) ? readHeaderLine(line).header : undefined;
	return {
		bytes,
		header: header && {id: header.id, version: header.version},
		lines: bytes > head.length ? undefined : head.toString('latin1').split('\n').length - 1,
		isTorn: tail.length > 0 && tail.at(-1) !== 0x0a,
	};
}

function isLikePrefix(later: Ends | undefined, earlier: Ends | undefined): boolean {
	if (!later || !earlier || later.version.bytes > earlier.version.bytes) return false;
	return readAt(earlier.fd, later.version.bytes - later.tail.length, later.tail.length).equals(later.tail);
}

function readAt(fd: number, offset: number, length: number): Buffer {
	const bytes = Buffer.alloc(length);
	let done = 0;
	while (done < length) {
		const got = fs.readSync(fd, bytes, done, length - done, offset + done);
		if (got === 0) break;
		done += got;
	}

	return bytes.subarray(0, done);
}
