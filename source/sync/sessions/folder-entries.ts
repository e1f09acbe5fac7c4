import type {Stats} from 'node:fs';
import {decodeName, encodeName} from '../../text/names.js';
import type {HeaderReading} from './folder-header.js';
import type {IndexTotals} from './folder-totals.js';
import {kindByName} from './kinds.js';
import {folderOf} from './tree.js';
import type {FileKind, SessionFile, SessionHeader} from './types.js';

/**
 * One file, without its path. The header's facts lie flat in it, and an id that its name says is not kept, each of which is
 * 5 MB less at 100,000 files: those take about 35 MB, names and all.
 */
export class IndexEntry {
	size: number;
	mtimeMs: number;
	inode: number;
	/** Undefined: its first line is still unread, and it counts as a session meanwhile. */
	kind: FileKind | undefined;
	/** True: it is the one in the file's name, where pi writes it. Undefined: there is no header. */
	id: string | true | undefined;
	version = 0;
	cwd: string | undefined;
	startedAt: number | undefined;
	/** Number of the folder visit that saw it last. */
	stamp = 0;

	constructor(size: number, mtimeMs: number, inode: number, kind: FileKind | undefined) {
		this.size = size;
		this.mtimeMs = mtimeMs;
		this.inode = inode;
		this.kind = kind;
		this.id = undefined;
		this.cwd = undefined;
		this.startedAt = undefined;
	}

	/** @param path the file's, the same as when its header was read */
	header(path: string): SessionHeader | undefined {
		const {id, version, cwd, startedAt} = this;
		return id === undefined ? undefined : {id: id === true ? idInName(path) : id, version, cwd, startedAt};
	}
}

interface Folder {
	readonly files: Map<string, IndexEntry>;
	readonly folders: Set<string>;
}

/** The index's memory: folder → file → entry, with its sums kept as entries come, change and go. */
export class FolderEntries {
	readonly #folders = new Map<string, Folder>([['', {files: new Map(), folders: new Set()}]]);
	/** One string for each working directory instead of one for each session. */
	readonly #directories = new Map<string, string>();
	readonly #counts: Record<FileKind, number> = {session: 0, empty: 0, other: 0, 'conflict-copy': 0, temporary: 0};
	#unread = 0;
	#bytes = 0;
	#newest: number | undefined = -Infinity;
	#stamp = 0;
	/** Files that came since this was asked for; undefined: nobody asks. */
	#arrivals: Set<IndexEntry> | undefined;

	totals(): IndexTotals {
		return {
			sessions: this.#counts.session,
			others: this.#counts.other,
			conflictCopies: this.#counts['conflict-copy'],
			empty: this.#counts.empty,
			bytes: this.#bytes,
			newestMtimeMs: this.#counts.session === 0 ? undefined : this.#newestMtime(),
			unread: this.#unread,
		};
	}

	startedSince(ms: number): number {
		let count = 0;
		for (const {files} of this.#folders.values()) {
			for (const entry of files.values()) {
				if (isSession(entry) && (entry.startedAt ?? entry.mtimeMs) >= ms) count++;
			}
		}

		return count;
	}

	nextStamp(): number {
		return ++this.#stamp;
	}

	get folderCount(): number {
		return this.#folders.size;
	}

	hasFolder(folder: string): boolean {
		return this.#folders.has(folder);
	}

	children(folder: string): string[] {
		return [...(this.#folders.get(folder)?.folders ?? [])];
	}

	addFolder(folder: string): Folder {
		let known = this.#folders.get(folder);
		if (!known) {
			known = {files: new Map(), folders: new Set()};
			this.#folders.set(folder, known);
			this.addFolder(folderOf(folder)).folders.add(folder);
		}

		return known;
	}

	find(path: string): IndexEntry | undefined {
		return this.#folders.get(folderOf(path))?.files.get(nameOf(path));
	}

	get(path: string): SessionFile | undefined {
		const entry = this.find(path);
		return entry && describe(path, entry);
	}

	*list(): IterableIterator<SessionFile> {
		for (const [path, entry] of this.pairs()) yield describe(path, entry);
	}

	/** Begins or ends to tell what comes from what was there. */
	tellArrivals(isTold: boolean): void {
		this.#arrivals = isTold ? new Set() : undefined;
	}

	/** Every file but those that came since. */
	*residents(): IterableIterator<SessionFile> {
		for (const [path, entry] of this.pairs()) {
			if (!this.#arrivals?.has(entry)) yield describe(path, entry);
		}
	}

	seed(file: SessionFile): void {
		this.remove(file.path);
		// Without a header it was written down while its first line could not be read.
		const kind = file.kind === 'session' && !file.header ? undefined : file.kind;
		const entry = new IndexEntry(file.size, file.mtimeMs, file.inode, kind);
		this.#setHeader(entry, file.header, file.path);
		this.addFolder(folderOf(file.path)).files.set(ownString(nameOf(file.path)), entry);
		this.#account(entry, 1);
	}

	/**
	 * Takes in what a stat said.
	 * @param name kept as it is: a name cut out of a path would keep that whole path in memory
	 */
	note(folder: string, name: string, stats: Stats, stamp?: number): 'added' | 'changed' | 'same' {
		const {files} = this.addFolder(folder);
		const kind = kindByName(name) === 'conflict-copy' ? 'conflict-copy' : undefined;
		let entry = files.get(name);
		let outcome: 'added' | 'changed' | 'same' = 'same';
		if (!entry) {
			entry = new IndexEntry(stats.size, stats.mtimeMs, stats.ino, kind);
			files.set(name, entry);
			this.#arrivals?.add(entry);
			this.#account(entry, 1);
			outcome = 'added';
		} else if (entry.size !== stats.size || entry.mtimeMs !== stats.mtimeMs || entry.inode !== stats.ino) {
			this.#account(entry, -1);
			entry.size = stats.size;
			entry.mtimeMs = stats.mtimeMs;
			entry.inode = stats.ino;
			// pi rewrites old versions in place, so even a file that grew may have another header now.
			entry.kind = kind;
			this.#account(entry, 1);
			outcome = 'changed';
		}

		if (stamp !== undefined) entry.stamp = stamp;
		return outcome;
	}

	classify(path: string, entry: IndexEntry, reading: HeaderReading): void {
		this.#account(entry, -1);
		entry.kind = reading.kind;
		this.#setHeader(entry, reading.header, path);
		this.#account(entry, 1);
	}

	/** Paths directly in a folder that the visit of that number did not see. */
	staleIn(folder: string, stamp: number): string[] {
		const below = folder === '' ? '' : `${folder}/`;
		const stale: string[] = [];
		for (const [name, entry] of this.#folders.get(folder)?.files ?? []) {
			if (entry.stamp !== stamp) stale.push(below + name);
		}

		return stale;
	}

	remove(path: string): SessionFile | undefined {
		const folder = this.#folders.get(folderOf(path));
		const entry = folder?.files.get(nameOf(path));
		if (!folder || !entry) return undefined;
		folder.files.delete(nameOf(path));
		const file = describe(path, entry);
		this.#account(entry, -1);
		this.#arrivals?.delete(entry);
		entry.kind = 'temporary';
		return file;
	}

	/** Forgets a folder and everything below it; the root stays, emptied. */
	removeFolder(folder: string): SessionFile[] {
		const known = this.#folders.get(folder);
		if (!known) return [];
		const removed = [...known.folders].flatMap(child => this.removeFolder(child));
		const below = folder === '' ? '' : `${folder}/`;
		for (const name of [...known.files.keys()]) removed.push(this.remove(below + name)!);
		if (folder !== '') {
			this.#folders.delete(folder);
			this.#folders.get(folderOf(folder))?.folders.delete(folder);
		}

		return removed;
	}

	*pairs(): IterableIterator<readonly [string, IndexEntry]> {
		for (const [folder, {files}] of this.#folders) {
			const below = folder === '' ? '' : `${folder}/`;
			for (const [name, entry] of files) yield [below + name, entry];
		}
	}

	#account(entry: IndexEntry, sign: 1 | -1): void {
		this.#counts[entry.kind ?? 'session'] += sign;
		if (entry.kind === undefined) this.#unread += sign;
		if (!isSession(entry)) return;
		this.#bytes += sign * entry.size;
		if (this.#newest === undefined) return;
		if (sign === 1) this.#newest = Math.max(this.#newest, entry.mtimeMs);
		else if (entry.mtimeMs === this.#newest) this.#newest = undefined;
	}

	#newestMtime(): number {
		if (this.#newest === undefined) {
			this.#newest = -Infinity;
			for (const [, entry] of this.pairs()) {
				if (isSession(entry) && entry.mtimeMs > this.#newest) this.#newest = entry.mtimeMs;
			}
		}

		return this.#newest;
	}

	#setHeader(entry: IndexEntry, header: SessionHeader | undefined, path: string): void {
		entry.id = header && (header.id === idInName(path) ? true : header.id);
		entry.version = header?.version ?? 0;
		entry.cwd = this.#directory(header?.cwd);
		entry.startedAt = header?.startedAt;
	}

	#directory(cwd: string | undefined): string | undefined {
		if (cwd === undefined) return undefined;
		const known = this.#directories.get(cwd);
		if (known !== undefined) return known;
		this.#directories.set(cwd, cwd);
		return cwd;
	}
}

function isSession(entry: IndexEntry): boolean {
	return entry.kind === undefined || entry.kind === 'session';
}

function describe(path: string, entry: IndexEntry): SessionFile {
	const {size, mtimeMs, inode, kind} = entry;
	return {path, size, mtimeMs, inode, kind: kind ?? 'session', header: entry.header(path)};
}

/** What stands where pi writes a session's id into the name of its file. */
function idInName(path: string): string {
	return path.slice(path.lastIndexOf('_') + 1, -'.jsonl'.length);
}

/** The same text with memory of its own: a part cut out of a longer string keeps all of that alive. */
function ownString(text: string): string {
	return decodeName(encodeName(text));
}

/** The last part of a path. */
export function nameOf(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1);
}
