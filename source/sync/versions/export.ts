import fs from 'node:fs';
import {join} from 'node:path';
import {clean} from '../../text/clean.js';
import {fsPath} from '../../text/names.js';
import {breathe} from '../breathe.js';
import type {HubConfig, SpokeConfig} from '../config/types.js';
import {placeNew, syncFolder} from '../guard/durable.js';
import {entries, folderOf, shown, walk} from '../sessions/tree.js';
import type {Store} from '../store/store.js';
import {copyStart} from './copy.js';
import {hubFolderOf} from './places.js';
import {Refusal} from './refusal.js';

/** How far an export is. */
export interface ExportProgress {
	readonly filesDone: number;
	readonly filesTotal: number;
	readonly bytes: number;
}

/** What an export wrote. */
export interface Exported {
	readonly files: number;
	readonly bytes: number;
	/** Of these, sessions that are gone from a folder others fill: written from the hub's own copies. */
	readonly fromCopies: number;
	/** Sessions that could not be written, and why; neutralised. */
	readonly failed: ReadonlyArray<{readonly path: string; readonly reason: string}>;
}

/** How an export is made. */
export interface ExportOptions {
	readonly signal: AbortSignal;
	readonly onProgress?: (progress: ExportProgress) => void;
}

interface Item {
	readonly path: string;
	readonly from: string | Buffer;
	/** Bytes to be copied; undefined: all there are. */
	readonly length: number | undefined;
}

/** Errors after which no further file would fare better. */
const hopeless = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);

/**
 * A plain copy of all current sessions of a spoke: each file is there whole or not at all, times kept.
 * @param to absolute path of a folder that is empty or does not exist
 * @throws Refusal when the folder holds something or is the hub's; the signal's reason when it aborts;
 * NodeJS.ErrnoException when the folder cannot be made or its disk is full
 */
export async function exportTree(
	{config, store, spoke}: {readonly config: HubConfig; readonly store: Store; readonly spoke: SpokeConfig},
	to: string,
	{signal, onProgress = () => {}}: ExportOptions,
): Promise<Exported> {
	await assertUsable(config, to);
	fs.mkdirSync(to, {recursive: true, mode: 0o700});
	const items = await sessionsOf(store, spoke);
	const copies = items.filter(({length}) => length !== undefined);
	const failed: Array<{path: string; reason: string}> = [];
	const folders = new Set(['']);
	const half = join(to, '.exporting.half');
	let files = 0;
	let bytes = 0;
	for (const {path, from, length} of items) {
		signal.throwIfAborted();
		try {
			const folder = folderOf(path);
			if (!folders.has(folder)) fs.mkdirSync(fsPath(to, folder), {recursive: true, mode: 0o700});
			folders.add(folder);
			const {size} = await copyStart(from, half, length ?? Number.POSITIVE_INFINITY, signal);
			placeNew(half, fsPath(to, path));
			files++;
			bytes += size;
		} catch (error) {
			fs.rmSync(half, {force: true});
			const {code, message} = error as NodeJS.ErrnoException;
			if (signal.aborted || hopeless.has(code ?? '')) throw error;
			failed.push({path, reason: clean(String(message))});
		}

		onProgress({filesDone: files, filesTotal: items.length, bytes});
		await breathe();
	}

	for (const folder of folders) await syncFolder(fsPath(to, folder));
	const lost = new Set(failed.map(({path}) => path));
	return {files, bytes, fromCopies: copies.filter(({path}) => !lost.has(path)).length, failed};
}

async function assertUsable(config: HubConfig, to: string): Promise<void> {
	const own = await hubFolderOf(config, to, true);
	if (own !== undefined) {
		throw new Refusal(`${clean(to)} lies in ${clean(own)}, where the hub keeps sessions; name a folder elsewhere`);
	}

	const stat = fs.lstatSync(to, {throwIfNoEntry: false});
	if (!stat) return;
	if (!fs.statSync(to, {throwIfNoEntry: false})?.isDirectory()) throw new Refusal(`${clean(to)} is no folder`);
	const [first] = entries(to);
	if (first) throw new Refusal(`${clean(to)} is not empty: it holds ${clean(shown(first[0]))}; name a new folder`);
}

async function sessionsOf(store: Store, spoke: SpokeConfig): Promise<Item[]> {
	const items: Item[] = [];
	const current = await walk(spoke.path);
	for (const path of current.keys()) items.push({path, from: fsPath(spoke.path, path), length: undefined});
	if (spoke.source !== undefined) return items;
	// What others removed from their folder is in the hub's own copy.
	for (const {path, file, length, sha256, why} of store.ledger.generations(spoke.name)) {
		const isCopy = why === 'protected' && store.ledger.get(spoke.name, path)?.sha256 === sha256;
		if (isCopy && !current.has(path)) items.push({path, from: file, length});
	}

	return items;
}
