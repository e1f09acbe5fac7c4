import type {Stats} from 'node:fs';
import type {FileVersion} from './file-table.js';
import {FolderEntries, nameOf} from './folder-entries.js';
import {readFirstLines} from './folder-first-lines.js';
import type {IndexTotals} from './folder-totals.js';
import {type FolderProblem, inSlices, isCounted, problemOf, statPath, visitFolder} from './folder-walk.js';
import {isWorkFolder} from './kinds.js';
import {folderOf} from './tree.js';
import type {SessionFile} from './types.js';

/** What a look at the disk changed in the index. */
export interface IndexDiff {
	readonly added: readonly SessionFile[];
	readonly changed: readonly SessionFile[];
	/** As they were last known. */
	readonly removed: readonly SessionFile[];
}

/** What `scan` may be told. */
export interface ScanOptions {
	readonly signal?: AbortSignal;
	/** False: leave new first lines for `readHeaders`; the walk alone takes a third of the time. */
	readonly isReadingHeaders?: boolean;
	/** False: the answer stays empty, which at 100,000 new files saves their 100,000 descriptions. */
	readonly isDiffing?: boolean;
}

interface Changes {
	readonly added: Set<string>;
	readonly changed: Set<string>;
	readonly removed: Map<string, SessionFile>;
}

/**
 * What one session root holds: every session, conflict copy and foreign JSONL file at any depth, with size, mtime and
 * inode, so that a refresh costs a stat and only new bytes are read. Links below the root are not followed. A folder
 * that cannot be read, and a root that is not there, are problems: what was known of them stays.
 */
export class SessionIndex {
	/** Absolute path. */
	readonly root: string;
	/** Called right before a folder is read, so that a watch can stand before the look and nothing falls between. */
	onVisit: ((folder: string) => void) | undefined;
	readonly #isExcluded: ((path: string) => boolean) | undefined;
	readonly #entries = new FolderEntries();
	readonly #problems = new Map<string, FolderProblem>();
	#turn: Promise<unknown> = Promise.resolve();

	constructor(root: string, options: {readonly isExcluded?: (path: string) => boolean} = {}) {
		this.root = root;
		this.#isExcluded = options.isExcluded;
	}

	get totals(): IndexTotals {
		return this.#entries.totals();
	}

	/** What could not be looked at, as of the last visit of each folder. */
	get problems(): readonly FolderProblem[] {
		return [...this.#problems.values()];
	}

	/** True when it knows no file. */
	get isEmpty(): boolean {
		return this.#entries.list().next().done === true;
	}

	get folderCount(): number {
		return this.#entries.folderCount;
	}

	/** True when the path is a folder that was seen. */
	hasFolder(path: string): boolean {
		return this.#entries.hasFolder(path);
	}

	/** Sessions begun at or after a time, by their header or, while that is unread, their mtime. */
	addedSince(ms: number): number {
		return this.#entries.startedSince(ms);
	}

	get(path: string): SessionFile | undefined {
		return this.#entries.get(path);
	}

	/** Every file, folder by folder, in no promised order. */
	list(): IterableIterator<SessionFile> {
		return this.#entries.list();
	}

	/** Begins or ends to tell files that come from those that are there, for `residents`. */
	tellArrivals(isTold: boolean): void {
		this.#entries.tellArrivals(isTold);
	}

	/** Every file but those that came since `tellArrivals(true)`. */
	residents(): IterableIterator<SessionFile> {
		return this.#entries.residents();
	}

	/** Takes over what an earlier process knew; the next scan costs a stat for each file that is unchanged. */
	seed(files: Iterable<SessionFile>): void {
		for (const file of files) this.#entries.seed(file);
	}

	/** Looks at the whole tree, in slices of a few milliseconds. */
	async scan(options: ScanOptions = {}): Promise<IndexDiff> {
		return this.#exclusive(async () => {
			const changes = options.isDiffing === false ? undefined : newChanges();
			await inSlices(this.#walk('', true, changes), options.signal);
			if (options.isReadingHeaders !== false) await this.readHeaders(options.signal);
			return this.#describe(changes);
		});
	}

	/**
	 * Looks at one folder and at the folders in it that were not known.
	 * @param options.isDeep also at those that were
	 */
	async refreshFolder(
		folder: string,
		options: {readonly signal?: AbortSignal; readonly isDeep?: boolean} = {},
	): Promise<IndexDiff> {
		return this.#exclusive(async () => {
			const changes = newChanges();
			await inSlices(this.#walk(folder, options.isDeep ?? false, changes), options.signal);
			await this.#readThese(changes, options.signal);
			return this.#describe(changes);
		});
	}

	/** Looks at one path, whatever it was and is now. */
	async refreshFile(path: string, signal?: AbortSignal): Promise<IndexDiff> {
		return this.refreshFiles([path], signal);
	}

	/** Looks at many. */
	async refreshFiles(paths: readonly string[], signal?: AbortSignal): Promise<IndexDiff> {
		return this.#exclusive(async () => {
			const changes = newChanges();
			await inSlices(this.#lookAt(paths, changes), signal);
			await this.#readThese(changes, signal);
			return this.#describe(changes);
		});
	}

	/** Reads the first lines that are still unread, in slices; `totals.unread` says how many are left. */
	async readHeaders(signal?: AbortSignal): Promise<void> {
		if (this.totals.unread > 0) await this.#read(this.#entries.unread(), signal);
	}

	async #readThese(changes: Changes, signal: AbortSignal | undefined): Promise<void> {
		await this.#read(this.#entries.unread([...changes.added, ...changes.changed]), signal);
	}

	async #read(files: Iterable<readonly [string, FileVersion]>, signal: AbortSignal | undefined): Promise<void> {
		await readFirstLines(
			this.root,
			files,
			{
				isUnread: (path, version) => this.#entries.isUnread(path, version),
				onRead: (path, reading) => {
					this.#entries.classify(path, reading);
					this.#problems.delete(path);
				},
				onFailed: (path, error) => this.#noteUnreadable(path, error),
			},
			signal,
		);
	}

	#noteUnreadable(path: string, error: unknown): void {
		const problem = problemOf(path, error);
		// Gone between stat and open: the next refresh of its folder takes it out.
		if (problem.code !== 'ENOENT') this.#problems.set(path, problem);
	}

	*#lookAt(paths: readonly string[], changes: Changes): Generator<undefined, void> {
		for (const [index, path] of paths.entries()) {
			if (index % 64 === 63) yield;
			let stats: Stats | undefined;
			try {
				stats = statPath(this.root, path);
				this.#problems.delete(path);
			} catch (error) {
				const problem = problemOf(path, error);
				if (problem.code !== 'ENOTDIR') {
					this.#problems.set(path, problem);
					continue;
				}
			}

			if (stats?.isDirectory()) {
				this.#removeFile(path, changes);
				if (!path.split('/').some(isWorkFolder)) yield* this.#walk(path, false, changes);
				continue;
			}

			// A drive that was pulled out takes nothing with it that anybody deleted.
			if (!stats && !this.#isRootThere()) return;
			if (path !== '') this.#removeFolder(path, changes);
			if (!stats?.isFile() || !this.#isWanted(path)) {
				this.#removeFile(path, changes);
				continue;
			}

			const outcome = this.#entries.note(folderOf(path), nameOf(path), stats);
			if (outcome !== 'same') changes[outcome].add(path);
		}
	}

	*#walk(from: string, isDeep: boolean, changes: Changes | undefined): Generator<undefined, void> {
		const waiting = [from];
		for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
			const stamp = this.#entries.nextStamp();
			this.onVisit?.(folder);
			const below = folder === '' ? '' : `${folder}/`;
			const visit = yield* visitFolder(this.root, folder, (name, stats) => {
				if (this.#isExcluded?.(below + name)) return;
				const outcome = this.#entries.note(folder, name, stats, stamp);
				if (changes && outcome !== 'same') changes[outcome].add(below + name);
			});
			yield;
			if (visit.isGone && folder !== '') {
				if (!this.#isRootThere()) return;
				this.#removeFolder(folder, changes);
				continue;
			}

			if (visit.problem) this.#problems.set(folder, visit.problem);
			else this.#problems.delete(folder);
			// An unreadable name hides what it stands for, so nothing of this folder is called gone.
			if (visit.isGone || visit.problem) {
				if (isDeep) waiting.push(...this.#entries.children(folder));
				continue;
			}

			const present = new Set(visit.folders);
			for (const child of this.#entries.children(folder)) {
				if (!present.has(child)) this.#removeFolder(child, changes);
			}

			const isNew = (child: string) => !this.#entries.hasFolder(child);
			waiting.push(...(isDeep ? visit.folders : visit.folders.filter(isNew)));
			this.#entries.addFolder(folder);
			for (const path of this.#entries.staleIn(folder, stamp)) this.#removeFile(path, changes);
		}
	}

	#isRootThere(): boolean {
		try {
			if (statPath(this.root, '')) return true;
			this.#problems.set('', {path: '', code: 'ENOENT', message: `no such folder: ${this.root}`});
		} catch (error) {
			this.#problems.set('', problemOf('', error));
		}

		return false;
	}

	#isWanted(path: string): boolean {
		return isCounted(path) && !this.#isExcluded?.(path);
	}

	#removeFile(path: string, changes: Changes | undefined): void {
		const file = this.#entries.remove(path);
		this.#problems.delete(path);
		if (file) changes?.removed.set(path, file);
	}

	#removeFolder(folder: string, changes: Changes | undefined): void {
		if (!this.#entries.hasFolder(folder)) return;
		for (const file of this.#entries.removeFolder(folder)) changes?.removed.set(file.path, file);
		for (const path of this.#problems.keys()) {
			if (path === folder || path.startsWith(`${folder}/`)) this.#problems.delete(path);
		}
	}

	#describe(changes: Changes | undefined): IndexDiff {
		const find = (paths: Iterable<string>) => [...paths].flatMap(path => this.get(path) ?? []);
		return {
			added: find(changes?.added ?? []),
			changed: find(changes?.changed ?? []),
			removed: [...(changes?.removed.values() ?? [])],
		};
	}

	/** One look at a time: two interleaved walks would each take the other's news for files gone. */
	async #exclusive<Result>(work: () => Promise<Result>): Promise<Result> {
		const mine = this.#turn.then(work, work);
		this.#turn = mine.catch(() => {});
		return mine;
	}
}

function newChanges(): Changes {
	return {added: new Set(), changed: new Set(), removed: new Map()};
}
