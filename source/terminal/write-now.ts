import {writeSync} from 'node:fs';
import type {TerminalStream} from './frame-stream.js';

/**
 * Says whether writing waits until the terminal has taken everything. Node's own way is to wait, in the middle of
 * everything: a line that stalls would stop the syncs and every timer with it.
 */
export function setBlocking(stream: object, isBlocking: boolean): void {
	(stream as {_handle?: {setBlocking?(isBlocking: boolean): void}})._handle?.setBlocking?.(isBlocking);
}

/** Milliseconds a terminal that takes nothing is waited for when the program leaves. */
const patienceMs = 200;
/** Milliseconds between two tries. */
const pauseMs = 5;

/**
 * Writes while the program leaves and nothing can be waited for any more.
 * @returns false for a stream that is no terminal of the system; then nothing was written
 */
export function writeNow({fd, isTTY, writableLength = 0}: TerminalStream, text: string): boolean {
	if (fd === undefined || !isTTY) return false;
	// What Node still holds is lost, and may end in the middle of a sequence: CAN ends that.
	let rest = Buffer.from(writableLength > 0 ? `\u0018${text}` : text);
	const until = performance.now() + patienceMs;
	while (rest.length > 0) {
		try {
			rest = rest.subarray(writeSync(fd, rest));
		} catch (error) {
			const isFull = (error as NodeJS.ErrnoException).code === 'EAGAIN';
			if (!isFull || performance.now() > until) return true;
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
		}
	}

	return true;
}
