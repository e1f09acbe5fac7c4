import type {Stats} from 'node:fs';
import {decodeName, encodeName} from '../../text/names.js';
import {FileTable, type FileVersion} from './file-table.js';
import type {HeaderReading} from './folder-header.js';
import type {IndexTotals} from './folder-totals.js';
import {kindByName} from './kinds.js';
import {folderOf} from './tree.js';
import type {FileKind, SessionFile} from './types.js';

interface Folder {
	/** Numbers in the table, by name. */
	readonly files: Map<string, number>;
	readonly folders: Set<string>;
}

/** The index's memory: folder → file → what is known of it, with its sums kept as files come, change and go. */
export class FolderEntries {
	readonly #folders = new Map<string, Folder>([['', {files: new Map(), folders: new Set()}]]);
	readonly #table = new FileTable();
	readonly #counts: Record<FileKind, number> = {session: 0, empty: 0, other: 0, 'conflict-copy': 0, temporary: 0};
	#unread = 0;
	#bytes = 0;
	#newest: number | undefined = -Infinity;
	#stamp = 0;
	/** Files that came since this was asked for; undefined: nobody asks. */
	#arrivals: Set<number> | undefined;

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
			for (const at of files.values()) {
				if (this.#isSession(at) && (this.#table.startedAt(at) ?? this.#table.mtimeMs(at)) >= ms) count++;
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

	get(path: string): SessionFile | undefined {
		const at = this.#find(path);
		return at === undefined ? undefined : this.#describe(path, at);
	}

	*list(): IterableIterator<SessionFile> {
		for (const [path, at] of this.#pairs()) yield this.#describe(path, at);
	}

	/** Files whose first line is unread, as they are when their turn comes; of these alone when some are named. */
	*unread(paths?: Iterable<string>): IterableIterator<readonly [path: string, version: FileVersion]> {
		for (const [path, at] of paths ? this.#named(paths) : this.#pairs()) {
			if (this.#table.kind(at) === undefined) yield [path, this.#table.version(at)];
		}
	}

	/** The file is there, as it was, and its first line is still unread. */
	isUnread(path: string, version: FileVersion): boolean {
		const at = this.#find(path);
		return at !== undefined && this.#table.kind(at) === undefined && this.#table.isVersion(at, version);
	}

	/** Begins or ends to tell what comes from what was there. */
	tellArrivals(isTold: boolean): void {
		this.#arrivals = isTold ? new Set() : undefined;
	}

	/** Every file but those that came since. */
	*residents(): IterableIterator<SessionFile> {
		for (const [path, at] of this.#pairs()) {
			if (!this.#arrivals?.has(at)) yield this.#describe(path, at);
		}
	}

	seed(file: SessionFile): void {
		this.remove(file.path);
		// Without a header it was written down while its first line could not be read.
		const kind = file.kind === 'session' && !file.header ? undefined : file.kind;
		const at = this.#table.add(file, kind);
		this.#table.setHeader(at, file.header, idInName(file.path));
		this.addFolder(folderOf(file.path)).files.set(ownString(nameOf(file.path)), at);
		this.#account(at, 1);
	}

	/**
	 * Takes in what a stat said.
	 * @param name kept as it is: a name cut out of a path would keep that whole path in memory
	 */
	note(folder: string, name: string, stats: Stats, stamp?: number): 'added' | 'changed' | 'same' {
		const {files} = this.addFolder(folder);
		const kind = kindByName(name) === 'conflict-copy' ? 'conflict-copy' : undefined;
		const version = {size: stats.size, mtimeMs: stats.mtimeMs, inode: stats.ino};
		let at = files.get(name);
		let outcome: 'added' | 'changed' | 'same' = 'same';
		if (at === undefined) {
			at = this.#table.add(version, kind);
			files.set(name, at);
			this.#arrivals?.add(at);
			this.#account(at, 1);
			outcome = 'added';
		} else if (!this.#table.isVersion(at, version)) {
			this.#account(at, -1);
			// pi rewrites old versions in place, so even a file that grew may have another header now.
			this.#table.setVersion(at, version, kind);
			this.#account(at, 1);
			outcome = 'changed';
		}

		if (stamp !== undefined) this.#table.setStamp(at, stamp);
		return outcome;
	}

	/** Takes in what a first line says; a file that went away meanwhile is none any more. */
	classify(path: string, reading: HeaderReading): void {
		const at = this.#find(path);
		if (at === undefined) return;
		this.#account(at, -1);
		this.#table.setKind(at, reading.kind);
		this.#table.setHeader(at, reading.header, idInName(path));
		this.#account(at, 1);
	}

	/** Paths directly in a folder that the visit of that number did not see. */
	staleIn(folder: string, stamp: number): string[] {
		const below = folder === '' ? '' : `${folder}/`;
		const stale: string[] = [];
		for (const [name, at] of this.#folders.get(folder)?.files ?? []) {
			if (this.#table.stamp(at) !== stamp) stale.push(below + name);
		}

		return stale;
	}

	remove(path: string): SessionFile | undefined {
		const folder = this.#folders.get(folderOf(path));
		const at = folder?.files.get(nameOf(path));
		if (!folder || at === undefined) return undefined;
		folder.files.delete(nameOf(path));
		const file = this.#describe(path, at);
		this.#account(at, -1);
		this.#arrivals?.delete(at);
		this.#table.drop(at);
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

	#find(path: string): number | undefined {
		return this.#folders.get(folderOf(path))?.files.get(nameOf(path));
	}

	*#pairs(): IterableIterator<readonly [path: string, at: number]> {
		for (const [folder, {files}] of this.#folders) {
			const below = folder === '' ? '' : `${folder}/`;
			for (const [name, at] of files) yield [below + name, at];
		}
	}

	*#named(paths: Iterable<string>): IterableIterator<readonly [path: string, at: number]> {
		for (const path of paths) {
			const at = this.#find(path);
			if (at !== undefined) yield [path, at];
		}
	}

	#account(at: number, sign: 1 | -1): void {
		const kind = this.#table.kind(at);
		this.#counts[kind ?? 'session'] += sign;
		if (kind === undefined) this.#unread += sign;
		if (!this.#isSession(at)) return;
		this.#bytes += sign * this.#table.size(at);
		if (this.#newest === undefined) return;
		const mtimeMs = this.#table.mtimeMs(at);
		if (sign === 1) this.#newest = Math.max(this.#newest, mtimeMs);
		else if (mtimeMs === this.#newest) this.#newest = undefined;
	}

	#newestMtime(): number {
		if (this.#newest === undefined) {
			this.#newest = -Infinity;
			for (const [, at] of this.#pairs()) {
				if (this.#isSession(at)) this.#newest = Math.max(this.#newest, this.#table.mtimeMs(at));
			}
		}

		return this.#newest;
	}

	#isSession(at: number): boolean {
		const kind = this.#table.kind(at);
		return kind === undefined || kind === 'session';
	}

	#describe(path: string, at: number): SessionFile {
		const kind = this.#table.kind(at) ?? 'session';
		return {path, ...this.#table.version(at), kind, header: this.#table.header(at, idInName(path))};
	}
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
