import fs from 'node:fs';
import {dirname} from 'node:path';
import {fsPath} from '../../text/names.js';
import {digest} from '../guard/content.js';
import type {GuardContext} from '../guard/context.js';
import {preserve, syncFolder} from '../guard/durable.js';
import {generationFile} from '../guard/promote.js';
import {entryAt} from '../sessions/tree.js';
import type {Generation} from '../store/ledger-rows.js';
import {copyStart} from '../versions/copy.js';

/**
 * Repairs a kept version from equal bytes: the current file's beginning, or another kept version. What stands under its
 * name stays as a kept version of its own.
 * @param file absolute path of the kept version
 * @returns false when nothing on the hub proves to be what it was
 */
export async function repairKept(context: GuardContext, file: string): Promise<boolean> {
	const {store, spoke, signal} = context;
	const kept = store.versions.byFile(spoke.name, file);
	if (!kept) return false;
	const {length, sha256} = kept;
	const found = await digest(file, {lengths: [length], signal});
	if (found?.prefixes.get(length) === sha256) return true;
	fs.mkdirSync(dirname(file), {recursive: true, mode: 0o700});
	const half = `${file}.half`;
	fs.rmSync(half, {force: true});
	for (const from of candidates(context, kept)) {
		if ((entryAt(from)?.size ?? -1) < length) continue;
		const copied = await copyStart(from, half, length, signal);
		if (copied.sha256 === sha256) {
			await replace(context, kept, half, found);
			return true;
		}

		fs.rmSync(half, {force: true});
	}

	return false;
}

/** Where equal bytes may be. */
function candidates({store, spoke, folders}: GuardContext, {path, file, sha256}: Generation): Array<string | Buffer> {
	const others = store.verifies.keptCopies(spoke.name, path, sha256).filter(other => other.file !== file);
	return [fsPath(folders.current, path), ...others.map(other => other.file)];
}

/** In this order: the damaged one has a name of its own, the ledger tells of it, the true one takes its place. */
async function replace(
	{store, spoke, ledger, clock, folders}: GuardContext,
	{path, file}: Generation,
	half: string,
	damaged: {readonly size: number; readonly sha256: string} | undefined,
): Promise<void> {
	const at = clock.now();
	if (damaged) {
		const aside = generationFile(folders.generations, path, at, damaged.sha256);
		// A copy: the hub's own copy of a file that grows is appended to in place.
		await preserve(file, aside, true);
		const {size: length, sha256} = damaged;
		const keep = {op: 'keep', at, path, file: aside, length, sha256, why: 'damaged'} as const;
		await ledger.append([keep]);
		store.transaction(() => {
			store.ledger.putGeneration(spoke.name, keep);
			store.facts.patch(spoke.name, {ledgerOffset: ledger.size});
		});
	}

	fs.renameSync(half, file);
	await syncFolder(dirname(file));
}
