import {createHash, type Hash} from 'node:crypto';
import {breathe} from '../breathe.js';
import {type Integrity, IntegrityCheck} from './integrity.js';
import {findDamage} from './scan-damage.js';
import {openFile, pieceBytes} from './scan-read.js';
import type {Expected, ScanRequest, ScanResult} from './scan-types.js';

/** What scans one file after the other with: a fresh one for each of thousands would keep the collector busy. */
export class ScanBench {
	readonly buffer = Buffer.allocUnsafeSlow(pieceBytes);
	readonly check = new IntegrityCheck();
}

const notLookedAt: Integrity = {lines: 0, marks: [], header: undefined, lastEntryAt: undefined};

/**
 * Reads a file once, in flat memory whatever its size and its lines; a second time where it is not what the ledger says,
 * to find the place. Never waits: for threads that have nothing else to do, and for `scanFile`.
 * @param bench used by one scan at a time
 * @returns a generator that yields after every read of at most 1 MiB; ended early, it closes the file
 * @throws NodeJS.ErrnoException as of `openFile`, EIO …
 */
export function* scanSteps(request: ScanRequest, bench: ScanBench): Generator<void, ScanResult> {
	using file = openFile(request.file);
	const {expected} = request;
	const check = request.isContentChecked ? bench.check : undefined;
	check?.restart();
	const hash = createHash('sha256');
	let prefix: string | undefined;
	let size = 0;
	for (const piece of file.pieces(bench.buffer)) {
		if (expected && size <= expected.length && expected.length < size + piece.length) {
			prefix = digestAt(hash, piece, expected.length - size);
			hash.update(piece.subarray(expected.length - size));
		} else {
			hash.update(piece);
		}

		check?.feed(piece);
		size += piece.length;
		yield;
	}

	const sha256 = hash.digest('hex');
	const isAsExpected = !expected || isAs(expected, size, prefix ?? sha256);
	return {
		size,
		mtimeMs: file.mtimeMs,
		sha256,
		isAsExpected,
		damage: isAsExpected ? [] : yield* findDamage(file, size, expected, bench.buffer),
		...(check?.finish() ?? notLookedAt),
	};
}

/** Hash of everything so far and the first `length` bytes of the piece, which are taken into it. */
function digestAt(hash: Hash, piece: Buffer, length: number): string {
	return hash.update(piece.subarray(0, length)).copy().digest('hex');
}

/** Nothing is a prefix of everything, whatever its hash was said to be. */
function isAs({length, sha256}: Expected, size: number, found: string): boolean {
	return length === 0 || (size >= length && found === sha256);
}

/** Benches that nobody uses now. */
const spare: ScanBench[] = [];

/**
 * Reads one file in this thread, in slices between which the event loop turns.
 * @throws NodeJS.ErrnoException as of `openFile`, EIO …; the signal's reason when it aborts
 */
export async function scanFile(
	request: ScanRequest,
	options: {readonly signal?: AbortSignal | undefined} = {},
): Promise<ScanResult> {
	options.signal?.throwIfAborted();
	const bench = spare.pop() ?? new ScanBench();
	const steps = scanSteps(request, bench);
	try {
		for (;;) {
			const step = steps.next();
			if (step.done) return step.value;
			await breathe();
			options.signal?.throwIfAborted();
		}
	} finally {
		// The result is not needed: this closes the file of a scan that is given up.
		steps.return(undefined as never);
		spare.push(bench);
	}
}
