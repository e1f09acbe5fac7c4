import {fsPath} from '../../text/names.js';
import {breathe} from '../breathe.js';
import type {SpokeConfig} from '../config/types.js';
import {stagingOf} from '../guard/folders.js';
import {entries, entryAt} from '../sessions/tree.js';
import type {Store} from '../store/store.js';
import type {Space} from './types.js';

/** Bytes of the blocks that `stat` counts, whatever the file system's own are. */
const blockBytes = 512;

/**
 * What a spoke takes on the hub's disks: from the store, and of staging, which is in no row, from the disk.
 * @throws the signal's reason when it aborts; the file system's error for a staging folder that cannot be read
 */
export async function measureSpace(store: Store, spoke: SpokeConfig, signal: AbortSignal): Promise<Space> {
	const {sessions, bytes} = store.ledger.totals(spoke.name);
	const {generations, snapshots} = store.versions.sums(spoke.name);
	const hasFolder = entryAt(spoke.path) !== undefined;
	const staging = hasFolder ? await usedBelow(stagingOf(spoke), signal) : 0;
	return {current: {files: sessions, bytes}, generations, snapshots, staging: {bytes: staging}};
}

async function usedBelow(root: string, signal: AbortSignal): Promise<number> {
	const counted = new Set<string>();
	let bytes = 0;
	const waiting = [''];
	while (waiting.length > 0) {
		signal.throwIfAborted();
		const folder = waiting.pop()!;
		for (const [name, isFolder] of entries(fsPath(root, folder))) {
			const path = folder === '' ? name : `${folder}/${name}`;
			if (isFolder) {
				waiting.push(path);
				continue;
			}

			const stat = entryAt(fsPath(root, path));
			if (!stat || counted.has(`${stat.dev}:${stat.ino}`)) continue;
			if (stat.nlink > 1) counted.add(`${stat.dev}:${stat.ino}`);
			bytes += stat.blocks * blockBytes;
		}

		await breathe();
	}

	return bytes;
}
