import {createHash, type Hash} from 'node:crypto';
import fs from 'node:fs';
import {promisify} from 'node:util';
import {breathe} from '../breathe.js';

const fdatasync = promisify(fs.fdatasync);

/** Bytes read at a time: small enough to keep memory flat, large enough that calls do not count. */
const chunkSize = 1 << 20;

/** A staged file measured against the hub's copy. */
export interface Comparison {
	/** Bytes of the staged file, and their SHA-256 in lower-case hex. */
	readonly size: number;
	readonly sha256: string;
	/** The hub's copy; undefined when there is none. */
	readonly current: {readonly size: number; readonly sha256: string} | undefined;
	/** The shorter of the two is a prefix of the longer. */
	readonly isPrefix: boolean;
	/** Hash of the first `length` bytes of the staged file, for each length asked that it has. */
	readonly prefixes: ReadonlyMap<number, string>;
	/** Identity of the staged file when it was read. */
	readonly stat: fs.BigIntStats;
	readonly currentStat: fs.BigIntStats | undefined;
}

/** How `compare` works. */
export interface CompareOptions {
	/** Lengths whose prefix hashes are wanted. */
	readonly lengths?: readonly number[];
	/** Also bring the staged file's data to disk; the promise is handed out so that the next file can be read meanwhile. */
	readonly onDurable?: (durable: Promise<void>) => void;
	readonly signal?: AbortSignal;
}

/**
 * Reads a staged file and the hub's copy once, side by side, in bounded memory.
 * @param staged path of the staged file
 * @param current path of the hub's copy; undefined or absent: none
 * @throws Error when either is not a regular file or cannot be read
 */
export async function compare(
	staged: string | Buffer,
	current: string | Buffer | undefined,
	options: CompareOptions = {},
): Promise<Comparison> {
	const one = open(staged);
	if (!one) throw Object.assign(new Error(`${staged} is not there`), {code: 'ENOENT'});
	const other = current === undefined ? undefined : open(current);
	let isHandedOut = false;
	try {
		const result = await read(one, other, options);
		if (options.onDurable) {
			isHandedOut = true;
			options.onDurable(fdatasync(one.fd).finally(() => fs.closeSync(one.fd)));
		}

		return result;
	} finally {
		if (!isHandedOut) fs.closeSync(one.fd);
		if (other) fs.closeSync(other.fd);
	}
}

/**
 * Hash and size of one file, read in bounded memory.
 * @returns undefined when it is absent or not a regular file
 */
export async function digest(
	path: string | Buffer,
	signal?: AbortSignal,
): Promise<{readonly size: number; readonly sha256: string; readonly stat: fs.BigIntStats} | undefined> {
	const file = open(path);
	if (!file) return undefined;
	try {
		const {size, sha256} = await read(file, undefined, {signal});
		return {size, sha256, stat: file.stat};
	} finally {
		fs.closeSync(file.fd);
	}
}

interface Opened {
	readonly fd: number;
	readonly stat: fs.BigIntStats;
}

function open(path: string | Buffer): Opened | undefined {
	let fd: number;
	try {
		// O_NOFOLLOW: a link in the place of a session is never read; O_NONBLOCK: nor is a pipe waited for.
		fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
	} catch (error) {
		if (isAbsent(error)) return undefined;
		throw error;
	}

	const stat = fs.fstatSync(fd, {bigint: true});
	if (stat.isFile()) return {fd, stat};
	fs.closeSync(fd);
	return undefined;
}

/** True when an error says that nothing of that kind stands under the name. */
export function isAbsent(error: unknown): boolean {
	return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '');
}

async function read(one: Opened, other: Opened | undefined, options: CompareOptions): Promise<Comparison> {
	const lengths = [...new Set(options.lengths ?? [])].sort((a, b) => a - b);
	const prefixes = new Map<number, string>();
	const hash = createHash('sha256');
	using mine = new Reader(one.fd, Number(one.stat.size));
	using theirs = other && new Reader(other.fd, Number(other.stat.size));
	let theirHash: Hash | undefined;
	let isPrefix = true;
	let at = 0;
	for (;;) {
		options.signal?.throwIfAborted();
		const chunk = mine.next();
		const their = theirs?.next();
		if (chunk.length === 0 && (their?.length ?? 0) === 0) break;
		if (their && isPrefix && !startsAlike(chunk, their)) isPrefix = false;
		// As long as both are alike one hash serves both; the fork is made at the first chunk where they are not.
		if (their && theirHash === undefined && !(isPrefix && their.length === chunk.length)) {
			theirHash = hash.copy();
		}

		theirHash?.update(their ?? Buffer.alloc(0));
		while (lengths.length > 0 && lengths[0]! <= at + chunk.length) {
			const length = lengths.shift()!;
			prefixes.set(
				length,
				hash
					.copy()
					.update(chunk.subarray(0, length - at))
					.digest('hex'),
			);
		}

		hash.update(chunk);
		at += chunk.length;
		await breathe();
	}

	const sha256 = hash.digest('hex');
	if (lengths[0] === at) prefixes.set(at, sha256);
	return {
		size: at,
		sha256,
		current: theirs && {size: theirs.at, sha256: theirHash?.digest('hex') ?? sha256},
		isPrefix,
		prefixes,
		stat: one.stat,
		currentStat: other?.stat,
	};
}

function startsAlike(a: Buffer, b: Buffer): boolean {
	const length = Math.min(a.length, b.length);
	return a.subarray(0, length).equals(b.subarray(0, length));
}

/** Buffers that no reader uses now: a fresh one for each of thousands of files would keep the collector busy. */
const spare: Buffer[] = [];

class Reader implements Disposable {
	at = 0;
	readonly #fd: number;
	readonly #buffer = spare.pop() ?? Buffer.allocUnsafeSlow(chunkSize);
	/** Bytes asked for at a time: one more than a small file has, so that its end is seen by the first read. */
	readonly #length: number;

	constructor(fd: number, size: number) {
		this.#fd = fd;
		this.#length = Math.min(chunkSize, size + 1);
	}

	/** The next chunk, full unless the file ends; empty at the end. Valid until the next call. */
	next(): Buffer {
		let filled = 0;
		while (filled < this.#length) {
			const got = fs.readSync(this.#fd, this.#buffer, filled, this.#length - filled, this.at + filled);
			if (got === 0) break;
			filled += got;
		}

		this.at += filled;
		return this.#buffer.subarray(0, filled);
	}

	[Symbol.dispose](): void {
		spare.push(this.#buffer);
	}
}
