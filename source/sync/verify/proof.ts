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
	/** True when every one of them was found as the ledger says, by this very verify. */
	readonly isAllHere: boolean;
	/** How it knows: `sizes` (names, sizes and times only) or `content` (every byte was read and hashed). */
	readonly by: 'sizes' | 'content';
	/** Milliseconds since the epoch: the latest moment from which on all of it is proved; undefined: since each arrived. */
	readonly since: number | undefined;
	/** Entries made from what lay on the disk, not from a pull: proved from then on only. */
	readonly rebuilt: number;
}
