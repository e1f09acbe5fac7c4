import {createHash, type Hash} from 'node:crypto';
import {chunkBytes} from '../guard/chunks.js';
import type {OpenFile} from './scan-read.js';
import type {Expected, Extent} from './scan-types.js';

/** Bytes of a SHA-256. */
const hashBytes = 32;

/**
 * Reads a file again whose hash is not the expected one, and says where. Without the hashes of its chunks, and where
 * they agree though the whole does not, that is everywhere; what a shorter file lacks is damage from its end on, and of the chunk
 * it ends in nothing more can be said.
 * @param file open, of which `size` bytes were read before
 * @param buffer to read into
 * @returns a generator that yields between reads, and returns extents in order, none touching the next
 */
export function* findDamage(
	file: OpenFile,
	size: number,
	expected: Expected,
	buffer: Buffer,
): Generator<void, readonly Extent[]> {
	const {length, chunks} = expected;
	const count = Math.ceil(length / chunkBytes);
	const everywhere = [{offset: 0, length}];
	const missing = size < length ? [{offset: size, length: length - size}] : [];
	if (count <= 1 || chunks.length !== count * hashBytes) return missing.length > 0 ? missing : everywhere;
	const damaged: number[] = [];
	let chunk = 0;
	let hash = createHash('sha256');
	let filled = 0;
	for (const piece of file.pieces(buffer)) {
		for (let at = 0; at < piece.length && chunk < count; ) {
			const wanted = Math.min(chunkBytes, length - chunk * chunkBytes);
			const part = piece.subarray(at, at + wanted - filled);
			hash.update(part);
			at += part.length;
			filled += part.length;
			if (filled < wanted) break;
			if (!isChunk(chunks, chunk, hash)) damaged.push(chunk);
			hash = createHash('sha256');
			filled = 0;
			chunk++;
		}

		yield;
		if (chunk >= count) break;
	}

	const extents = merge(damaged, length, missing);
	return extents.length > 0 ? extents : everywhere;
}

function isChunk(chunks: Uint8Array, index: number, hash: Hash): boolean {
	return hash.digest().equals(chunks.subarray(index * hashBytes, (index + 1) * hashBytes));
}

function merge(chunks: readonly number[], length: number, missing: readonly Extent[]): readonly Extent[] {
	const extents: Array<{offset: number; length: number}> = [];
	const parts = chunks.map(chunk => {
		const offset = chunk * chunkBytes;
		return {offset, length: Math.min(chunkBytes, length - offset)};
	});
	for (const part of [...parts, ...missing]) {
		const last = extents.at(-1);
		if (last && last.offset + last.length === part.offset) last.length += part.length;
		else extents.push({...part});
	}

	return extents;
}
