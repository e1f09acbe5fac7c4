import {isHold} from '../guard/look.js';
import {acquireLease, type Holder} from '../schedule/lease.js';
import type {SpokeHold} from '../store/facts.js';
import type {RunBy} from '../store/runs.js';
import type {Store} from '../store/store.js';

/** What a release lifted. */
export interface Released {
	/** Why the whole spoke was halted; undefined when it was not. */
	readonly halt: SpokeHold | undefined;
	/** Sessions that were held one by one. */
	readonly paths: readonly string[];
}

/** What `releaseSpoke` works with. */
export interface ReleaseRequest {
	readonly spoke: string;
	readonly store: Store;
	/** Folder of leases. */
	readonly runFolder: string;
	readonly by: RunBy;
}

/**
 * Lifts a spoke's halt and acknowledges its held sessions: the hub's copies stay current. Needs the spoke's lease, so
 * that no run decides on the old state at the same time.
 */
export async function releaseSpoke(request: ReleaseRequest): Promise<Released | {readonly heldBy: Holder}> {
	const {spoke, store, runFolder, by} = request;
	const lease = await acquireLease({folder: runFolder, spoke, by});
	if ('heldBy' in lease) return lease;
	try {
		const {hold} = store.facts.get(spoke);
		const held = [...store.ledger.observations(spoke).values()].filter(isHold);
		store.transaction(() => {
			for (const seen of held) store.ledger.putObservation(spoke, {...seen, isReleased: true});
			store.facts.patch(spoke, {
				hold: undefined,
				...(hold?.cause === 'GUARD_EMPTIED' ? {isEmptyAccepted: true} : {}),
				...(hold?.cause === 'GUARD_TRUNCATED' ? {isShrinkAccepted: true} : {}),
			});
		});
		return {halt: hold, paths: held.map(({path}) => path)};
	} finally {
		await lease.release();
	}
}

/** Sessions whose hold was lifted. */
export interface KeptCopies {
	readonly paths: readonly string[];
}

/**
 * Acknowledges single held sessions: the hub's copies stay current, and the same difference is not held again. Paths of
 * which nothing is held are passed over. Needs the spoke's lease, as `releaseSpoke` does.
 */
export async function keepHubCopies(
	{spoke, store, runFolder, by}: ReleaseRequest,
	paths: readonly string[],
): Promise<KeptCopies | {readonly heldBy: Holder}> {
	const lease = await acquireLease({folder: runFolder, spoke, by});
	if ('heldBy' in lease) return lease;
	try {
		const seen = store.ledger.observations(spoke);
		const held = [...new Set(paths)].flatMap(path => seen.get(path) ?? []).filter(isHold);
		store.transaction(() => {
			for (const one of held) store.ledger.putObservation(spoke, {...one, isReleased: true});
		});
		return {paths: held.map(({path}) => path)};
	} finally {
		await lease.release();
	}
}
