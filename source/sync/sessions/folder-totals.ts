import {fsPath} from '../../text/names.js';
import {peekHeader} from './folder-peek.js';
import {type FolderProblem, problemOf, statPath, visitFolder} from './folder-walk.js';
import {kindByName} from './kinds.js';
import {maxLineBytes} from './reader.js';
import type {FileKind} from './types.js';

/** Counts below one session root. */
export interface Totals {
	readonly sessions: number;
	/** JSONL files whose first line is not a session's header. */
	readonly others: number;
	readonly conflictCopies: number;
	/** Files without a complete first line yet. */
	readonly empty: number;
	/** Bytes of the sessions. */
	readonly bytes: number;
	/** Milliseconds since the epoch, of the session written last; undefined without sessions. */
	readonly newestMtimeMs: number | undefined;
}

/** The counts, and how many files are counted as sessions only until their first line is read. */
export interface IndexTotals extends Totals {
	readonly unread: number;
}

/** What is remembered of a folder, so that its files need not be opened again while its mtime stands. */
export interface FolderRow {
	/** Below the root; empty: the root. */
	readonly folder: string;
	/** Of the folder, milliseconds since the epoch; -1 when it changed too recently to be trusted. */
	readonly mtimeMs: number;
	readonly files: number;
	readonly sessions: number;
	readonly others: number;
	readonly conflictCopies: number;
	readonly empty: number;
	/** The rest only for trees of whole files: `QuickOptions.wholeFiles` as it was then. */
	readonly wholeFiles?: string;
	/** Bytes of the sessions. */
	readonly bytes?: number;
	/** Milliseconds since the epoch; -1 without sessions. */
	readonly newestMs?: number;
	/** Names of the folders in it, `/`-separated. */
	readonly folders?: string;
}

/** What `quickTotals` found. */
export interface QuickTotals {
	readonly totals: Totals;
	/** Rows to store: new ones and those that differ from what was remembered. */
	readonly changed: readonly FolderRow[];
	/** Folders whose rows can be forgotten. */
	readonly gone: readonly string[];
	readonly problems: readonly FolderProblem[];
}

/** What `quickTotals` may be told. */
export interface QuickOptions {
	/** A file's kind where size and mtime are as remembered; undefined: its header is read. */
	readonly known?: (path: string, size: number, mtimeMs: number) => FileKind | undefined;
	readonly isExcluded?: (path: string) => boolean;
	/**
	 * Set for a tree in which files only ever change by being replaced, as where the guard alone puts them: then a
	 * folder's mtime tells of that too, and nothing in it is looked at while it stands. The text names what else the
	 * counts depend on (the patterns).
	 */
	readonly wholeFiles?: string;
	/** Milliseconds since the epoch, for deciding which folder mtimes are too young to be trusted. */
	readonly now?: number;
}

/**
 * A folder that changed this shortly before it was read may change again within the same timestamp (FAT counts in
 * steps of 2 s), so its row is not reused.
 */
const racyMs = 2500;

/**
 * Counts a tree without an index in memory, for commands that must answer at once: readdir and lstat of everything,
 * synchronously (100,000 files: about a quarter of a second), but headers only of folders that changed.
 * @param root absolute path
 * @param remembered rows of an earlier call by their folder
 */
export function quickTotals(
	root: string,
	remembered: ReadonlyMap<string, FolderRow>,
	options: QuickOptions = {},
): QuickTotals {
	const now = options.now ?? Date.now();
	const sum = {
		sessions: 0,
		others: 0,
		conflictCopies: 0,
		empty: 0,
		bytes: 0,
		newestMtimeMs: undefined as number | undefined,
	};
	const changed: FolderRow[] = [];
	const problems: FolderProblem[] = [];
	const visited = new Set<string>();
	const waiting = [''];
	for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
		const before = folderMtime(root, folder);
		const old = remembered.get(folder);
		if (old && options.wholeFiles !== undefined && old.wholeFiles === options.wholeFiles && isReusable(old, before)) {
			visited.add(folder);
			waiting.push(...namesIn(old).map(name => (folder === '' ? name : `${folder}/${name}`)));
			add(sum, old, old.bytes ?? 0, old.newestMs ?? -1);
			continue;
		}

		let {counter, visit} = count(root, folder, isReusable(old, before) ? old : undefined, options);
		// The remembered row turned out not to fit.
		if (counter.isReused && counter.files !== old?.files) ({counter, visit} = count(root, folder, undefined, options));
		waiting.push(...visit.folders);
		if (visit.problem) problems.push(visit.problem);
		problems.push(...counter.problems);
		if (visit.isGone) continue;
		visited.add(folder);
		const isSettled = before !== undefined && now - before > racyMs && before <= now && counter.problems.length === 0;
		const row = counter.row(isSettled && !visit.problem ? before : -1, visit.folders);
		if (!old || !isSameRow(old, row)) changed.push(row);
		add(sum, row, counter.bytes, counter.newest);
	}

	return {totals: sum, changed, gone: [...remembered.keys()].filter(folder => !visited.has(folder)), problems};
}

function add(sum: {-readonly [key in keyof Totals]: Totals[key]}, row: FolderRow, bytes: number, newest: number): void {
	sum.sessions += row.sessions;
	sum.others += row.others;
	sum.conflictCopies += row.conflictCopies;
	sum.empty += row.empty;
	sum.bytes += bytes;
	if (row.sessions > 0) sum.newestMtimeMs = Math.max(sum.newestMtimeMs ?? newest, newest);
}

function namesIn({folders = ''}: FolderRow): string[] {
	return folders === '' ? [] : folders.split('/');
}

/** Mixed folders are not reused: whose bytes are a session's cannot be told from the counts. */
function isReusable(row: FolderRow | undefined, mtimeMs: number | undefined): boolean {
	if (!row || row.mtimeMs !== mtimeMs || row.mtimeMs < 0) return false;
	return row.empty === 0 && (row.others === 0 || row.sessions === 0);
}

function count(root: string, folder: string, reused: FolderRow | undefined, options: QuickOptions) {
	const counter = new FolderCounter(root, folder, reused, options);
	const visit = exhaust(visitFolder(root, folder, (name, stats) => counter.add(name, stats.size, stats.mtimeMs)));
	return {counter, visit};
}

class FolderCounter {
	readonly problems: FolderProblem[] = [];
	files = 0;
	bytes = 0;
	newest = -Infinity;
	readonly #root: string;
	readonly #folder: string;
	readonly #options: QuickOptions;
	readonly #reused: FolderRow | undefined;
	readonly #counts: Record<FileKind, number> = {session: 0, empty: 0, other: 0, 'conflict-copy': 0, temporary: 0};

	constructor(root: string, folder: string, reused: FolderRow | undefined, options: QuickOptions) {
		this.#root = root;
		this.#folder = folder;
		this.#reused = reused;
		this.#options = options;
	}

	get isReused(): boolean {
		return this.#reused !== undefined;
	}

	add(name: string, size: number, mtimeMs: number): void {
		if (this.#options.isExcluded?.(this.#pathOf(name))) return;
		this.files++;
		const kind = this.#kindOf(name, size, mtimeMs);
		this.#counts[kind]++;
		if (kind !== 'session') return;
		this.bytes += size;
		if (mtimeMs > this.newest) this.newest = mtimeMs;
	}

	row(mtimeMs: number, folders: readonly string[]): FolderRow {
		const {wholeFiles} = this.#options;
		const names = folders.map(folder => folder.slice(folder.lastIndexOf('/') + 1)).join('/');
		return {
			...(wholeFiles === undefined
				? {}
				: {wholeFiles, bytes: this.bytes, newestMs: Math.max(-1, this.newest), folders: names}),
			folder: this.#folder,
			mtimeMs,
			files: this.files,
			sessions: this.#counts.session,
			others: this.#counts.other,
			conflictCopies: this.#counts['conflict-copy'],
			empty: this.#counts.empty,
		};
	}

	#pathOf(name: string): string {
		return this.#folder === '' ? name : `${this.#folder}/${name}`;
	}

	#kindOf(name: string, size: number, mtimeMs: number): FileKind {
		if (kindByName(name) === 'conflict-copy') return 'conflict-copy';
		if (this.#reused) return this.#reused.sessions > 0 ? 'session' : 'other';
		const path = this.#pathOf(name);
		const known = this.#options.known?.(path, size, mtimeMs);
		if (known !== undefined) return known;
		try {
			return peekHeader(fsPath(this.#root, path), maxLineBytes)?.kind ?? 'other';
		} catch (error) {
			this.problems.push(problemOf(path, error));
			// It exists and bears a session's name; that it cannot be opened is said beside the count.
			return 'session';
		}
	}
}

function folderMtime(root: string, folder: string): number | undefined {
	try {
		return statPath(root, folder)?.mtimeMs;
	} catch {
		// The visit that follows meets the same failure and reports it.
		return undefined;
	}
}

function isSameRow(one: FolderRow, other: FolderRow): boolean {
	return (Object.keys(other) as Array<keyof FolderRow>).every(key => one[key] === other[key]);
}

function exhaust<Result>(steps: Generator<undefined, Result>): Result {
	for (;;) {
		const step = steps.next();
		if (step.done) return step.value;
	}
}
