import type {Stats} from 'node:fs';
import type {LedgerEntry} from '../store/ledger-rows.js';

/** Milliseconds a file must lie untouched before it counts: the seed's threshold for what arrives over a network. */
export const settleMs = 5000;

/** Milliseconds after which what a session that never rests holds is entered; a keeper asks for it every minute. */
const restlessMs = 45_000;

/**
 * True for a file that may still be being written.
 * @param now milliseconds since the epoch
 */
export function isMoving({ctimeMs}: Pick<Stats, 'ctimeMs'>, now: number): boolean {
	// A time that is yet to come is a clock that was set back: waiting for it would leave the file unkept.
	return Math.abs(now - ctimeMs) < settleMs;
}

/**
 * True for a file of which nothing was entered for so long that waiting for it to rest would leave too much unkept.
 * @param entry what was entered of it
 * @param now milliseconds since the epoch
 */
export function isOverdue(
	{birthtimeMs}: Pick<Stats, 'birthtimeMs'>,
	entry: LedgerEntry | undefined,
	now: number,
): boolean {
	const since = entry?.lastAt ?? birthtimeMs;
	// Where a file system does not tell when a file was made, it is 0. A time that is yet to come is a clock that was set back.
	return since > 0 && Math.abs(now - since) >= restlessMs;
}
