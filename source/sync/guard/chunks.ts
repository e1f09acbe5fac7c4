import {hash} from 'node:crypto';

/**
 * Bytes of a chunk of the ledger: 64 KiB. Small enough that a damaged place is found to within some screens of text, large
 * enough that its hashes (32 bytes each) are a two-thousandth of the session.
 */
export const chunkBytes = 64 * 1024;

/** Bytes of the SHA-256 of one chunk. */
export const chunkHashBytes = 32;

/** SHA-256 of each chunk of a file, the last partial one included. */
export interface Chunks {
	/** Index of the first chunk that was hashed anew; those before it are as they were known. */
	readonly from: number;
	/** SHA-256 (hex) of the version whose chunks those before it are; undefined where there are none. */
	readonly after: string | undefined;
	/** Hashes of all chunks, 32 bytes each. */
	readonly hashes: Uint8Array;
}

/** What is known of the chunks of an earlier version: of its first `length` bytes, whose SHA-256 is `sha256` (hex). */
export interface KnownChunks {
	readonly length: number;
	readonly sha256: string;
	readonly hashes: Uint8Array;
}

/**
 * Chunks as a line of the plain ledger holds them: base64 hashes that stand in the place of all from `from` on, of the
 * version whose SHA-256 begins with `after`. A line in between that cannot be read must not lead to a mixed list.
 */
export interface ChunkLine {
	readonly from: number;
	readonly after?: string | undefined;
	readonly hashes: string;
}

/** How many chunks a file of that many bytes has, the last partial one included. */
export function chunkCount(length: number): number {
	return Math.ceil(length / chunkBytes);
}

/** Chunks of a file that fits one: its own hash is the chunk's. Undefined for a longer file. */
export function singleChunk(length: number, sha256: string): Uint8Array | undefined {
	if (length > chunkBytes) return undefined;
	return length === 0 ? new Uint8Array() : Buffer.from(sha256, 'hex');
}

/** The first chunk that an extension of the known version can have changed. */
export function firstNewChunk(known: KnownChunks | undefined): number {
	return known ? Math.floor(known.length / chunkBytes) : 0;
}

/** What a line of the plain ledger says of chunks; undefined for a file of one chunk, whose hash is in the line already. */
export function toChunkLine(length: number, chunks: Chunks | undefined): ChunkLine | undefined {
	if (!chunks || length <= chunkBytes) return undefined;
	const {from, after, hashes} = chunks;
	const added = hashes.subarray(from * chunkHashBytes);
	const text = Buffer.from(added.buffer, added.byteOffset, added.length).toString('base64');
	return {from, after: after?.slice(0, afterLength), hashes: text};
}

/** Digits of a hash that tell one version of a session from the others. */
const afterLength = 8;

/**
 * The chunks of a version that a line of the plain ledger tells of.
 * @param before the version it was made from, as far as its chunks are known
 * @returns undefined when the line tells nothing, or what it builds on is missing
 */
export function foldChunks(
	{length, sha256, chunks}: {readonly length: number; readonly sha256: string; readonly chunks?: ChunkLine | undefined},
	before: Pick<KnownChunks, 'sha256' | 'hashes'> | undefined,
): Uint8Array | undefined {
	const single = singleChunk(length, sha256);
	if (single || !chunks) return single;
	const {from, after, hashes} = chunks;
	if (from > 0 && (after === undefined || !before?.sha256.startsWith(after))) return undefined;
	const kept = from === 0 || !before ? Buffer.alloc(0) : before.hashes.subarray(0, from * chunkHashBytes);
	const all = Buffer.concat([kept, Buffer.from(hashes, 'base64')]);
	return all.length === chunkCount(length) * chunkHashBytes ? all : undefined;
}

/** Takes the chunks of a file as it is read, from a chunk on that is not known yet. */
export class Chunker {
	readonly from: number;
	readonly #hashes: Buffer[] = [];
	#isEven = true;

	/** @param from index of the first chunk to be hashed */
	constructor(from: number) {
		this.from = from;
	}

	/**
	 * @param at offset of the data in the file; each piece but the last must hold whole chunks
	 * @param first hash of the file's first chunk, where hashing the whole has told it already
	 */
	add(data: Buffer, at: number, first?: Buffer): void {
		// The end was seen and then more came: whoever writes there is not done, and where chunks begin is lost.
		if (at % chunkBytes !== 0) this.#isEven = false;
		for (let start = Math.max(0, this.from * chunkBytes - at); start < data.length; start += chunkBytes) {
			const isFirst = at + start === 0;
			this.#hashes.push((isFirst && first) || hash('sha256', data.subarray(start, start + chunkBytes), 'buffer'));
		}
	}

	/** Hashes from `from` on; undefined when the file grew under the reader's hands. */
	hashes(): Buffer | undefined {
		return this.#isEven ? Buffer.concat(this.#hashes) : undefined;
	}
}
