import fs from 'node:fs';
import {fsPath, isRawName} from '../../text/names.js';
import {breathe} from '../breathe.js';
import {kindByName} from '../sessions/kinds.js';
import {entries} from '../sessions/tree.js';
import {type Shelved, ShelvedFiles} from './shelved-files.js';

/** What lies below a session root. */
export interface Shelf {
	/** JSONL files by path. */
	readonly files: ShelvedFiles;
	readonly bytes: number;
	/** Syncthing's conflict copies, and what rsync and Syncthing left. */
	readonly odd: ReadonlyArray<{
		readonly path: string;
		readonly kind: 'conflict-copy' | 'leftover';
		readonly stat: Shelved;
	}>;
}

/** Files between two chances for others to run: together a few milliseconds. */
const perTurn = 256;

/** One object for all of them: of a hundred thousand files each allocation counts. */
const quietly = {throwIfNoEntry: false} as const;

/**
 * Looks over a root: a stat for each file, nothing is opened.
 * @param root absolute path; an absent one holds nothing
 * @throws NodeJS.ErrnoException when a folder cannot be read; the signal's reason when it aborts
 */
export async function lookOverFolder(root: string, signal: AbortSignal): Promise<Shelf> {
	const files = new ShelvedFiles();
	const odd: Array<Shelf['odd'][number]> = [];
	const waiting = [''];
	let bytes = 0;
	let seen = 0;
	while (waiting.length > 0) {
		const folder = waiting.pop()!;
		const place = fsPath(root, folder);
		const prefix = typeof place === 'string' ? `${place}/` : undefined;
		const below = folder === '' ? '' : `${folder}/`;
		for (const [name, isFolder] of entries(place)) {
			if (++seen % perTurn === 0) {
				signal.throwIfAborted();
				await breathe();
			}

			const path = below + name;
			// What a folder above it is called was looked at before that was entered.
			const kind = kindByName(name);
			if (isFolder) {
				if (kind !== 'temporary') waiting.push(path);
				continue;
			}

			if (kind === 'other') continue;
			const isPlain = prefix !== undefined && !isRawName(name);
			const stat = fs.lstatSync(isPlain ? prefix + name : fsPath(root, path), quietly);
			if (!stat?.isFile()) continue;
			const {size, mtimeMs, ctimeMs, ino} = stat;
			const shelved = {size, mtimeMs, ctimeMs, inode: ino};
			if (kind === 'candidate') {
				files.add(path, shelved);
				bytes += size;
			} else {
				odd.push({path, kind: kind === 'temporary' ? 'leftover' : kind, stat: shelved});
			}
		}

		signal.throwIfAborted();
		await breathe();
	}

	return {files, bytes, odd};
}
