import type {GuardContext} from '../guard/context.js';
import {removeKept} from '../guard/kept.js';
import {amountOf, type PruneItem, type PrunePlan, planOfPrune} from './prune-plan.js';
import type {Amount} from './types.js';

/** What a prune removed. */
export interface Pruned {
	readonly removed: readonly PruneItem[];
	readonly total: Amount;
	/** Of these, what stood nowhere else. */
	readonly lost: Amount;
	/** Versions of the plan that stay, because something changed since it was shown. */
	readonly spared: readonly PruneItem[];
}

/** Versions announced with one sync of the ledger. */
const batchFiles = 256;

/**
 * Removes what a plan names, as far as a look under the lease still agrees: the ledger says so first, then the files go.
 * A kill in between leaves files that whoever has the lease next removes.
 * @throws NodeJS.ErrnoException when a file cannot be removed; the signal's reason when it aborts between two batches
 */
export async function prunePlanned(context: GuardContext, plan: PrunePlan): Promise<Pruned> {
	const {store, spoke, ledger, clock, signal} = context;
	const now = clock.now();
	const files = new Set(plan.items.map(({file}) => file));
	const again = await planOfPrune({store, spoke, now, signal}, {...plan.wish, files});
	const agreed = new Map(again.items.map(item => [item.file, item]));
	// What was shown as standing elsewhere must not be lost because that went meanwhile.
	const removed = plan.items.filter(({file, sha256, containedIn}) => {
		const item = agreed.get(file);
		return item?.sha256 === sha256 && (containedIn === undefined || item.containedIn !== undefined);
	});
	for (let at = 0; at < removed.length; at += batchFiles) {
		signal.throwIfAborted();
		const batch = removed.slice(at, at + batchFiles);
		await ledger.append(batch.map(({path, file, sha256}) => ({op: 'pruned', at: now, path, file, sha256})));
		await removeKept(
			context,
			batch.map(({file}) => file),
		);
		store.transaction(() => {
			for (const {file} of batch) store.ledger.dropGeneration(file);
			store.facts.patch(spoke.name, {ledgerOffset: ledger.size});
		});
	}

	const gone = new Set(removed);
	return {
		removed,
		total: amountOf(removed),
		lost: amountOf(removed.filter(({containedIn}) => containedIn === undefined)),
		spared: plan.items.filter(item => !gone.has(item)),
	};
}
