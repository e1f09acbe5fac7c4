import fs from 'node:fs';
import {decodeName, fsPath, isRawName} from '../../text/names.js';
import {breathe} from '../breathe.js';
import {kindByName} from './kinds.js';

/** Size and time of a file the hub holds. */
export interface HeldFile {
	/** Bytes. */
	readonly size: number;
	/** Milliseconds since the epoch. */
	readonly mtimeMs: number;
}

/**
 * Every JSONL file below a folder, by its path below it. Links are not followed; what rsync, Syncthing and we leave
 * while writing is passed over.
 * @param root absolute path; an absent one holds nothing
 * @param onOther told of a folder, link or device that stands under a session's name
 * @param copies takes the conflict copies, which are not among the files
 */
export async function walk(
	root: string,
	onOther: (path: string) => void = () => {},
	copies?: Map<string, HeldFile>,
): Promise<Map<string, HeldFile>> {
	const files = new Map<string, HeldFile>();
	const waiting = [''];
	while (waiting.length > 0) {
		const folder = waiting.pop()!;
		for (const [name, isFolder] of entries(fsPath(root, folder))) {
			const path = folder === '' ? name : `${folder}/${name}`;
			const kind = kindByName(path);
			if (kind === 'temporary') continue;
			if (isFolder) waiting.push(path);
			const into = kind === 'candidate' ? files : kind === 'conflict-copy' ? copies : undefined;
			if (!into) continue;
			const stat = isFolder ? undefined : fs.lstatSync(fsPath(root, path), {throwIfNoEntry: false});
			if (stat?.isFile()) into.set(path, {size: stat.size, mtimeMs: stat.mtimeMs});
			else if (into === files && (isFolder || stat)) onOther(path);
		}

		await breathe();
	}

	return files;
}

/** Names in a folder as they are spelled in paths; an absent folder has none. */
export function* entries(folder: string | Buffer): Generator<[name: string, isFolder: boolean]> {
	let found: fs.Dirent[];
	try {
		found = fs.readdirSync(folder, {withFileTypes: true});
	} catch (error) {
		if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return;
		throw error;
	}

	// U+FFFD stands for bytes that are not UTF-8: only then are the names read again as bytes.
	if (typeof folder === 'string' && !found.some(entry => entry.name.includes('\uFFFD'))) {
		for (const entry of found) yield [entry.name, entry.isDirectory()];
		return;
	}

	for (const entry of fs.readdirSync(folder, {withFileTypes: true, encoding: 'buffer'})) {
		yield [decodeName(entry.name), entry.isDirectory()];
	}
}

/** What stands under a name, links not followed; undefined: nothing, also where a part of the path is no folder. */
export function entryAt(file: string | Buffer): fs.Stats | undefined {
	try {
		return fs.lstatSync(file, {throwIfNoEntry: false});
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
		throw error;
	}
}

/** True when a path below a root passes only through real folders, so that nothing is written outside the root. */
export function isInside(root: string, path: string): boolean {
	const parts = path.split('/');
	if (parts.some(part => part === '' || part === '.' || part === '..')) return false;
	let folder = '';
	for (const part of parts.slice(0, -1)) {
		folder = folder === '' ? part : `${folder}/${part}`;
		const stat = entryAt(fsPath(root, folder));
		if (stat && !stat.isDirectory()) return false;
	}

	return true;
}

/** The folder a path lies in, below the root; empty: the root. */
export function folderOf(path: string): string {
	const slash = path.lastIndexOf('/');
	return slash === -1 ? '' : path.slice(0, slash);
}

/** For messages: a path whose bytes are not UTF-8 still has a name people can tell. */
export function shown(path: string): string {
	return isRawName(path)
		? path.replace(/[\uDC80-\uDCFF]/g, byte => `\\x${(byte.charCodeAt(0) - 0xdc00).toString(16)}`)
		: path;
}

/**
 * Removes what stands in a file's way in one of our folders, from a time when the spoke had a file where now is a folder,
 * or a folder where now is a file.
 */
export function makeWay(root: string, path: string): void {
	for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) {
		if (entryAt(fsPath(root, folder))?.isFile()) fs.rmSync(fsPath(root, folder));
	}

	if (entryAt(fsPath(root, path))?.isDirectory()) fs.rmSync(fsPath(root, path), {recursive: true});
}
