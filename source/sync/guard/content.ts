import {createHash, type Hash} from 'node:crypto';
import fs from 'node:fs';
import {promisify} from 'node:util';
import {breathe} from '../breathe.js';
import {
	Chunker,
	type Chunks,
	chunkBytes,
	chunkCount,
	chunkHashBytes,
	firstNewChunk,
	type KnownChunks,
} from './chunks.js';

const fdatasync = promisify(fs.fdatasync);

/** Bytes read at a time: small enough to keep memory flat, large enough that calls do not count; whole chunks of the ledger. */
const pieceBytes = 16 * chunkBytes;

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
	/** Of the staged file; undefined when they were not asked for, and for a file that fits one chunk. */
	readonly chunks: Chunks | undefined;
	/** Identity of the staged file when it was read. */
	readonly stat: fs.BigIntStats;
	readonly currentStat: fs.BigIntStats | undefined;
}

/** How `compare` works. */
export interface CompareOptions {
	/** Lengths whose prefix hashes are wanted. */
	readonly lengths?: readonly number[];
	/** The staged file's chunks are wanted; those that are known of what it begins with need not be hashed again. */
	readonly chunks?: {readonly known: KnownChunks | undefined};
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

/** What one file holds. */
type Digest = Pick<Comparison, 'size' | 'sha256' | 'prefixes' | 'chunks' | 'stat'>;

/**
 * Hash and size of one file, read in bounded memory.
 * @returns undefined when it is absent or not a regular file
 */
export async function digest(
	path: string | Buffer,
	options: Omit<CompareOptions, 'onDurable'> = {},
): Promise<Digest | undefined> {
	const file = open(path);
	if (!file) return undefined;
	try {
		return await read(file, undefined, options);
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
	const known = options.chunks?.known;
	const asked = known ? [...(options.lengths ?? []), known.length] : (options.lengths ?? []);
	const lengths = [...new Set(asked)].sort((a, b) => a - b);
	const prefixes = new Map<number, string>();
	const hash = createHash('sha256');
	const chunker = options.chunks && one.stat.size > chunkBytes ? new Chunker(firstNewChunk(known)) : undefined;
	using mine = new Reader(one.fd, Number(one.stat.size));
	using theirs = other && new Reader(other.fd, Number(other.stat.size));
	let theirHash: Hash | undefined;
	let isPrefix = true;
	let at = 0;
	for (;;) {
		options.signal?.throwIfAborted();
		const piece = mine.next();
		const their = theirs?.next();
		if (piece.length === 0 && (their?.length ?? 0) === 0) break;
		if (their && isPrefix && !startsAlike(piece, their)) isPrefix = false;
		// As long as both are alike one hash serves both; the fork is made where the hub's ends, or at the first piece where
		// they are not alike.
		const fork = their && theirHash === undefined && isPrefix && their.length < piece.length ? their.length : undefined;
		if (their && theirHash === undefined && fork === undefined && !(isPrefix && their.length === piece.length)) {
			theirHash = hash.copy();
		}

		theirHash?.update(their ?? Buffer.alloc(0));
		const wanted = lengths.splice(0, countUpTo(lengths, at + piece.length)).map(length => length - at);
		// What the whole begins with is its first chunk: that one is not hashed again.
		const first = at === 0 && chunker?.from === 0 && piece.length > chunkBytes ? chunkBytes : undefined;
		const copies = hashOn(hash, piece, [...wanted, fork, first]);
		for (const end of wanted) prefixes.set(at + end, copies.get(end)!.copy().digest('hex'));
		if (fork !== undefined) theirHash = copies.get(fork)!.copy();
		chunker?.add(piece, at, first === undefined ? undefined : copies.get(first)!.copy().digest());
		at += piece.length;
		await breathe();
	}

	const sha256 = hash.digest('hex');
	if (lengths[0] === at) prefixes.set(at, sha256);
	const isKnown = known !== undefined && prefixes.get(known.length) === known.sha256;
	return {
		size: at,
		sha256,
		chunks: chunker && (await completeChunks(one.fd, at, chunker, isKnown ? known : undefined)),
		current: theirs && {size: theirs.at, sha256: theirHash?.digest('hex') ?? sha256},
		isPrefix,
		prefixes,
		stat: one.stat,
		currentStat: other?.stat,
	};
}

/** @param known what the file begins with indeed; undefined: what the chunker passed over must be read once more */
async function completeChunks(
	fd: number,
	size: number,
	chunker: Chunker,
	known: KnownChunks | undefined,
): Promise<Chunks | undefined> {
	const {from} = chunker;
	const before = known ? known.hashes.subarray(0, from * chunkHashBytes) : await hashBefore(fd, from);
	const added = chunker.hashes();
	if (!before || !added) return undefined;
	const hashes = Buffer.concat([before, added]);
	// Another count than the size says: somebody wrote meanwhile.
	if (hashes.length !== chunkCount(size) * chunkHashBytes) return undefined;
	return known && from > 0 ? {from, after: known.sha256, hashes} : {from: 0, after: undefined, hashes};
}

async function hashBefore(fd: number, end: number): Promise<Buffer | undefined> {
	const chunker = new Chunker(0);
	if (end === 0) return chunker.hashes();
	using reader = new Reader(fd, end * chunkBytes);
	for (let at = 0; at < end * chunkBytes; at = reader.at) {
		const piece = reader.next();
		if (piece.length === 0) break;
		chunker.add(piece.subarray(0, end * chunkBytes - at), at);
		await breathe();
	}

	return chunker.hashes();
}

/** How many of the ascending numbers are not greater. */
function countUpTo(ascending: readonly number[], most: number): number {
	const greater = ascending.findIndex(number => number > most);
	return greater === -1 ? ascending.length : greater;
}

/**
 * Hashes a piece once and copies the hash on its way.
 * @param ends bytes of the piece after which a copy is wanted, in any order
 */
function hashOn(hash: Hash, piece: Buffer, ends: ReadonlyArray<number | undefined>): ReadonlyMap<number, Hash> {
	const copies = new Map<number, Hash>();
	let done = 0;
	for (const end of ends.filter(end => end !== undefined).sort((a, b) => a - b)) {
		hash.update(piece.subarray(done, end));
		copies.set(end, hash.copy());
		done = end;
	}

	hash.update(piece.subarray(done));
	return copies;
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
	readonly #buffer = spare.pop() ?? Buffer.allocUnsafeSlow(pieceBytes);
	/** Bytes asked for at a time: more than a small file has, so that its end is seen by the first read. */
	readonly #length: number;

	constructor(fd: number, size: number) {
		this.#fd = fd;
		this.#length = Math.min(pieceBytes, (Math.floor(size / chunkBytes) + 1) * chunkBytes);
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
