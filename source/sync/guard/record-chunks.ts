import {type KnownChunks, toChunkLine} from './chunks.js';
import type {GuardContext} from './context.js';
import type {LedgerLine} from './ledger-file.js';

/** Chunks of a session whose every byte was just found to be what its entry says. */
export interface ProvedChunks extends KnownChunks {
	readonly path: string;
}

/**
 * Notes chunks for entries that were made before there were any: in the plain ledger and in the database. An entry that
 * has another version by now, or its chunks already, is passed over. Needs the spoke's lease.
 * @param proved at most some thousands at a time: their lines are written as one
 */
export async function recordChunks(
	{store, spoke, ledger, clock}: GuardContext,
	proved: readonly ProvedChunks[],
): Promise<void> {
	const at = clock.now();
	const lines: LedgerLine[] = [];
	const fresh = proved.filter(({path, length, sha256, hashes}) => {
		const entry = store.ledger.get(spoke.name, path);
		const chunks = toChunkLine(length, {from: 0, after: undefined, hashes});
		if (!chunks || entry?.sha256 !== sha256 || store.ledger.chunks(spoke.name, path)) return false;
		lines.push({op: 'chunks', at, path, length, sha256, chunks});
		return true;
	});
	if (lines.length === 0) return;
	await ledger.append(lines);
	store.transaction(() => {
		for (const {path, length, hashes} of fresh) store.ledger.putChunks(spoke.name, path, length, hashes);
		store.facts.patch(spoke.name, {ledgerOffset: ledger.size});
	});
}
