import type {ProofTotals} from '../store/ledger-rows.js';

/**
 * What the ledger can prove of one spoke. "Ever acknowledged" are the current versions and every kept earlier one.
 * Counted, not claimed: what was lost before its entry was made is not in it.
 */
export interface Proof {
	/** Sessions in the ledger, and the bytes of their current versions. */
	readonly sessions: number;
	readonly bytes: number;
	/** Kept earlier versions, and their bytes. */
	readonly generations: number;
	readonly generationBytes: number;
	/** Sessions that changed while they were looked at, so that this verify proves nothing of them. */
	readonly unproved: number;
	/** True when every one of them was found as the ledger says, by this very verify: none was lost, none was left unproved. */
	readonly isAllHere: boolean;
	/** How it knows: `sizes` (names, sizes and times only) or `content` (every byte was read and hashed). */
	readonly by: 'sizes' | 'content';
	/** Milliseconds since the epoch: the latest moment from which on all of it is proved; undefined: since each arrived. */
	readonly since: number | undefined;
	/** Entries made from what lay on the disk, not from a pull: proved from then on only. */
	readonly rebuilt: number;
}

/** What a verify saw of it. */
export interface Seen {
	readonly isDeep: boolean;
	/** Sessions and kept versions whose bytes were found nowhere. */
	readonly lost: number;
	readonly unproved: number;
}

/**
 * What a verify makes of what the ledger can answer for.
 * @param totals undefined: no ledger answers for these sessions
 */
export function toProof(totals: ProofTotals | undefined, {isDeep, lost, unproved}: Seen): Proof {
	return {
		...(totals ?? nothing),
		unproved,
		isAllHere: lost === 0 && unproved === 0,
		by: isDeep ? 'content' : 'sizes',
	};
}

const nothing: ProofTotals = {sessions: 0, bytes: 0, generations: 0, generationBytes: 0, rebuilt: 0, since: undefined};
