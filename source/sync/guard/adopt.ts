import {fsPath} from '../../text/names.js';
import type {HeldFile} from '../sessions/tree.js';
import {toChunkLine} from './chunks.js';
import {digest} from './content.js';
import type {GuardContext} from './context.js';
import {entryOf, type Take, type ToldVersion} from './replay.js';

/**
 * Enters what lies under the spoke's path without a ledger entry: sessions an earlier rsync or a person brought. They
 * are proved from now on only.
 * @param current what `walk` found there
 * @returns the number of sessions entered
 */
export async function adopt(context: GuardContext, current: ReadonlyMap<string, HeldFile>): Promise<number> {
	const {store, spoke, ledger, clock, folders, signal} = context;
	const known = store.ledger.paths(spoke.name);
	const at = clock.now();
	const found: ToldVersion[] = [];
	for (const path of current.keys()) {
		if (known.has(path)) continue;
		const file = await digest(fsPath(folders.current, path), {chunks: {known: undefined}, signal});
		if (!file) continue;
		const {size: length, sha256, chunks} = file;
		const take: Take = {op: 'take', at, path, length, sha256, since: at, chunks: toChunkLine(length, chunks)};
		found.push({take, hashes: chunks?.hashes});
	}

	if (found.length === 0) return 0;
	await ledger.append(found.map(({take}) => take));
	store.transaction(() => {
		store.ledger.put(
			spoke.name,
			found.map(version => entryOf(version, {firstAt: at, since: at}, undefined)),
		);
		for (const {take, hashes} of found) {
			if (hashes) store.ledger.putChunks(spoke.name, take.path, take.length, hashes);
		}

		store.facts.patch(spoke.name, {ledgerOffset: ledger.size});
	});
	return found.length;
}
