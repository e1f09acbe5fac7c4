import fs from 'node:fs';
import {breathe} from '../breathe.js';
import {isAbsent} from '../guard/content.js';

/** Bytes read of each side at a time. */
const chunkSize = 1 << 20;

/** How much of a comparison may be read. */
export interface Budget {
	/** Bytes that may still be read; counted down. Infinity: everything. */
	left: number;
}

/** How two files begin. */
export interface CommonStart {
	/** Bytes of each when it was opened. */
	readonly sizes: readonly [number, number];
	/** Bytes from the first on that are the same in both. */
	readonly shared: number;
	/** False: it was given up because the budget was spent; nothing is known of what follows `shared`. */
	readonly isComplete: boolean;
}

/** How far a comparison may go. */
export interface CommonStartOptions {
	readonly signal?: AbortSignal;
	readonly budget?: Budget;
}

/** A regular file that is open for reading. */
export interface Opened {
	readonly fd: number;
	readonly stat: fs.Stats;
}

/**
 * Reads two files side by side up to their first difference, in bounded memory. Two names of one file are the same
 * without being read.
 * @throws Error with `code` ENOENT when one is absent or not a regular file; the file system's own when it cannot be read
 */
export async function commonStart(
	one: string | Buffer,
	other: string | Buffer,
	options: CommonStartOptions = {},
): Promise<CommonStart> {
	const a = openRegular(one);
	try {
		const b = openRegular(other);
		try {
			const isSameFile = a.stat.ino === b.stat.ino && a.stat.dev === b.stat.dev;
			if (isSameFile) return {sizes: [a.stat.size, b.stat.size], shared: a.stat.size, isComplete: true};
			return await commonStartOf(a, b, options);
		} finally {
			fs.closeSync(b.fd);
		}
	} finally {
		fs.closeSync(a.fd);
	}
}

/**
 * Opens a file for reading: never through a link, never waiting for a pipe. The caller closes it.
 * @throws Error with `code` ENOENT when it is absent or not a regular file
 */
export function openRegular(file: string | Buffer): Opened {
	const absent = () => Object.assign(new Error(`${file} is not there`), {code: 'ENOENT'});
	let fd: number;
	try {
		fd = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
	} catch (error) {
		throw isAbsent(error) ? absent() : error;
	}

	const stat = fs.fstatSync(fd);
	if (stat.isFile()) return {fd, stat};
	fs.closeSync(fd);
	throw absent();
}

/** The same for files that are open, which stay open. */
export async function commonStartOf(
	one: Opened,
	other: Opened,
	{signal, budget}: CommonStartOptions = {},
): Promise<CommonStart> {
	const sizes = [one.stat.size, other.stat.size] as const;
	const end = Math.min(...sizes);
	const length = Math.min(chunkSize, Math.max(1, end));
	const mine = Buffer.allocUnsafe(length);
	const theirs = Buffer.allocUnsafe(length);
	for (let at = 0; at < end; ) {
		signal?.throwIfAborted();
		if (budget && budget.left <= 0) return {sizes, shared: at, isComplete: false};
		const wanted = Math.min(length, end - at);
		// One that was cut while it is read ends here: what is left of it is all it has.
		const got = Math.min(fill(one.fd, mine, wanted, at), fill(other.fd, theirs, wanted, at));
		if (budget) budget.left -= 2 * got;
		const same = sameBytes(mine, theirs, got);
		at += same;
		if (same < wanted) return {sizes, shared: at, isComplete: true};
		await breathe();
	}

	return {sizes, shared: end, isComplete: true};
}

/** Reads until the buffer holds `wanted` bytes or the file ends. */
export function fill(fd: number, buffer: Buffer, wanted: number, at: number): number {
	let filled = 0;
	while (filled < wanted) {
		const got = fs.readSync(fd, buffer, filled, wanted - filled, at + filled);
		if (got === 0) break;
		filled += got;
	}

	return filled;
}

function sameBytes(a: Buffer, b: Buffer, length: number): number {
	if (a.compare(b, 0, length, 0, length) === 0) return length;
	let from = 0;
	for (let step = length; step > 1; ) {
		step = Math.ceil(step / 2);
		const to = Math.min(length, from + step);
		if (a.compare(b, from, to, from, to) === 0) from = to;
	}

	return from;
}
