import {lstatSync, readdirSync, type Stats, statSync} from 'node:fs';
import {setImmediate as turn} from 'node:timers/promises';
import {decodeName, fsPath, isRawName} from '../../text/names.js';
import {isWorkFolder, kindByName} from './kinds.js';

/** Something below a session root that could not be looked at. */
export interface FolderProblem {
	/** Below the root; empty: the root itself. */
	readonly path: string;
	/** `EACCES`, `EIO` and the like. */
	readonly code: string;
	/** The system's own words. */
	readonly message: string;
}

/** What one visit of a folder found beside the files, which were handed to `onFile`. */
export interface FolderVisit {
	/** Paths of the folders in it, below the root. */
	readonly folders: readonly string[];
	/** True when the folder does not exist (any more). */
	readonly isGone: boolean;
	/** Set when it, or a file in it, could not be looked at: what was not handed out may still be there. */
	readonly problem: FolderProblem | undefined;
}

/** Files looked at between two chances to let the event loop turn: about 0.3 ms of work. */
const filesPerStep = 128;

/** One object for all calls: a new one for each of 100,000 is 50 ms. */
const quietly = {throwIfNoEntry: false} as const;

/** Milliseconds of work after which the event loop gets its turn. */
const sliceMs = 6;

/**
 * Looks at the files of one folder, not below it. Links are neither followed nor handed out, work folders of rsync,
 * Syncthing and ours are not entered, and of files only those that may be a session (or a conflict copy of one) count.
 * @param root absolute path
 * @param folder below it; empty: the root
 */
export function* visitFolder(
	root: string,
	folder: string,
	onFile: (name: string, stats: Stats) => void,
): Generator<undefined, FolderVisit> {
	const folders: string[] = [];
	let problem: FolderProblem | undefined;
	let listed: ReturnType<typeof listNames>;
	try {
		listed = listNames(root, folder);
	} catch (error) {
		const failed = problemOf(folder, error);
		const isGone = failed.code === 'ENOENT' || failed.code === 'ENOTDIR';
		return {folders, isGone, problem: isGone && folder !== '' ? undefined : failed};
	}

	const below = folder === '' ? '' : `${folder}/`;
	const prefix = `${root}/${below}`;
	const isRaw = listed.isRaw || isRawName(prefix);
	let index = 0;
	for (const name of listed.names) {
		if (++index % filesPerStep === 0) yield;
		try {
			const stats = lstatSync(isRaw ? fsPath(root, below + name) : prefix + name, quietly);
			if (stats === undefined) continue;
			if (stats.isFile()) {
				if (isCounted(name)) onFile(name, stats);
			} else if (stats.isDirectory() && !isWorkFolder(name)) {
				folders.push(below + name);
			}
		} catch (error) {
			problem = problemOf(below + name, error);
		}
	}

	return {folders, isGone: false, problem};
}

/** True for names that the index and the counts know: sessions, what may become one, and conflict copies. */
export function isCounted(path: string): boolean {
	const kind = kindByName(path);
	return kind === 'candidate' || kind === 'conflict-copy';
}

/**
 * What stands under a path, links not followed except for the root itself.
 * @returns undefined when nothing does
 * @throws the file system's error otherwise
 */
export function statPath(root: string, path: string): Stats | undefined {
	return path === '' ? statSync(root, {throwIfNoEntry: false}) : lstatSync(fsPath(root, path), {throwIfNoEntry: false});
}

/** A failure of the file system in a form that can be kept. */
export function problemOf(path: string, error: unknown): FolderProblem {
	const {code, message} = error as NodeJS.ErrnoException;
	return {path, code: code ?? 'UNKNOWN', message: message ?? String(error)};
}

/**
 * Runs steps to their end, letting the event loop turn whenever they took longer than `sliceMs`.
 * @throws the signal's reason when it aborts between two slices
 */
export async function inSlices<Result>(steps: Generator<undefined, Result>, signal?: AbortSignal): Promise<Result> {
	let until = performance.now() + sliceMs;
	for (;;) {
		const step = steps.next();
		if (step.done) return step.value;
		if (performance.now() > until) {
			await turn();
			signal?.throwIfAborted();
			until = performance.now() + sliceMs;
		}
	}
}

/** @returns `isRaw`: some name is not UTF-8, and all of them must go through `fsPath` */
function listNames(root: string, folder: string): {readonly names: readonly string[]; readonly isRaw: boolean} {
	const path = fsPath(root, folder);
	const names = readdirSync(path);
	// Reading every folder as bytes would double the time; U+FFFD shows that decoding lost something.
	if (!names.some(name => name.includes('\uFFFD'))) return {names, isRaw: false};
	return {names: readdirSync(path, {encoding: 'buffer'}).map(decodeName), isRaw: true};
}
