import fs from 'node:fs';
import {fsPath} from '../../text/names.js';
import type {Listing} from '../methods/types.js';
import {kindByName} from '../sessions/kinds.js';
import {entries, entryAt, folderOf, makeWay, walk} from '../sessions/tree.js';
import type {GuardContext} from './context.js';

/** Removes a file and the folders it leaves empty, up to `root`. */
export function removeStaged(root: string, path: string): void {
	if (entryAt(fsPath(root, path))) fs.rmSync(fsPath(root, path), {recursive: true});
	removeEmpty(root, folderOf(path));
}

/** Removes folders that are empty, from one upwards, up to `root`. */
export function removeEmpty(root: string, lowest: string): void {
	let folder = lowest;
	while (folder !== '') {
		try {
			fs.rmdirSync(fsPath(root, folder));
		} catch {
			return;
		}

		folder = folderOf(folder);
	}
}

/** Moves a file between two of our folders, replacing what stands there. */
export function moveStaged(from: string | Buffer, root: string, path: string): void {
	const to = fsPath(root, path);
	makeWay(root, path);
	fs.mkdirSync(fsPath(root, folderOf(path)), {recursive: true, mode: 0o700});
	fs.renameSync(from, to);
}

/** Removes what no look will ask for again: staged files the source no longer lists, and what a kill left half done. */
export async function sweepStaging({folders}: GuardContext, listing: Listing): Promise<void> {
	if (!listing.isComplete) return;
	const listed = new Set(listing.files.map(({path}) => path));
	for (const path of (await walk(folders.pull)).keys()) if (!listed.has(path)) removeStaged(folders.pull, path);
}

/**
 * Removes folders that bear a session's name from staging: by now the spoke may have the session itself there, and rsync
 * replaces no folder that holds something.
 */
export async function sweepNamedFolders(root: string): Promise<void> {
	const found: string[] = [];
	await walk(root, path => found.push(path));
	for (const path of found) fs.rmSync(fsPath(root, path), {recursive: true, force: true});
}

/**
 * Removes what an rsync that was killed left half written (`.name.jsonl.XXXXXX`); what it kept on purpose to carry on
 * with (`.rsync-partial/`) stays.
 * @param root absolute path of a staging folder that nothing writes to now
 */
export function sweepTemporaries(root: string): void {
	const waiting = [''];
	while (waiting.length > 0) {
		const folder = waiting.pop()!;
		for (const [name, isFolder] of entries(fsPath(root, folder))) {
			const path = folder === '' ? name : `${folder}/${name}`;
			if (isFolder && name !== '.rsync-partial') waiting.push(path);
			else if (!isFolder && kindByName(name) === 'temporary') fs.rmSync(fsPath(root, path), {force: true});
		}
	}
}
