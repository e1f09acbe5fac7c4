import {fsPath} from '../../text/names.js';
import {digest} from '../guard/content.js';
import type {GuardContext} from '../guard/context.js';
import {type ProvedChunks, recordChunks} from '../guard/record-chunks.js';

/**
 * Notes the chunks of sessions that were entered before there were any, so that damage is located in them too from now on.
 * Each is read once more, because only bytes that prove to be the entry's may be noted. Needs the spoke's lease.
 * @param paths sessions that a deep verify found to be what their entries say
 */
export async function noteChunks(context: GuardContext, paths: readonly string[]): Promise<void> {
	const {store, spoke, folders, signal} = context;
	const proved: ProvedChunks[] = [];
	for (const path of paths) {
		const entry = store.ledger.get(spoke.name, path);
		const found = await digest(fsPath(folders.current, path), {chunks: {known: undefined}, signal});
		if (!entry || !found?.chunks || found.sha256 !== entry.sha256) continue;
		const {size: length, sha256, chunks} = found;
		proved.push({path, length, sha256, hashes: chunks.hashes});
	}

	await recordChunks(context, proved);
}
