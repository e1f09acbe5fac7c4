import type {Stats} from 'node:fs';
import {fsPath} from '../../text/names.js';
import {peekHeader} from './folder-peek.js';
import {inSlices, visitFolder} from './folder-walk.js';
import type {SessionIndex} from './index.js';
import {kindByName} from './kinds.js';
import {folderOf} from './tree.js';
import type {SessionHeader} from './types.js';

/** A session among the newest of a root. */
export interface Newest {
	/** Below the root. */
	readonly path: string;
	/** Milliseconds since the epoch. */
	readonly mtimeMs: number;
	readonly bytes: number;
	/** Undefined when its first line cannot be read. */
	readonly header: SessionHeader | undefined;
}

/** What a look over a root tells of its latest activity. */
export interface Activity {
	/** Newest first. */
	readonly newest: readonly Newest[];
	/** Folders that hold a session. */
	readonly projects: number;
	/** Sessions that changed within the last ten minutes. */
	readonly growing: number;
}

/** Milliseconds after its last change for which a session counts as growing. */
const growingMs = 600_000;

/** Files whose first line is read to find the newest sessions: a tool's own JSONL may lie among them. */
const readLimit = 50;

interface Candidate {
	readonly path: string;
	readonly size: number;
	readonly mtimeMs: number;
}

/**
 * Looks over a session root for what changed last, in slices that let the event loop turn; of files only names and times,
 * and the first lines of the newest.
 * @param root absolute path
 * @param options `index`: what a watcher knows of the root, then no folder is read; `limit`: sessions that are listed
 * @returns undefined when the root cannot be read
 * @throws the signal's reason when it aborts
 */
export async function lookOver(
	root: string,
	options: {
		readonly limit: number;
		readonly now: number;
		readonly signal: AbortSignal;
		readonly isExcluded?: (path: string) => boolean;
		readonly index?: SessionIndex;
	},
): Promise<Activity | undefined> {
	const {limit, now, signal, isExcluded, index} = options;
	signal.throwIfAborted();
	const projects = new Set<string>();
	let growing = 0;
	let latest: Candidate[] = [];
	let oldest = Number.NEGATIVE_INFINITY;
	const take = (path: string, size: number, mtimeMs: number) => {
		projects.add(folderOf(path));
		if (now - mtimeMs < growingMs) growing++;
		if (mtimeMs < oldest) return;
		latest.push({path, size, mtimeMs});
		if (latest.length < 2 * readLimit) return;
		latest = latest.sort(byTime).slice(0, readLimit);
		oldest = latest.at(-1)!.mtimeMs;
	};

	const steps = index ? known(index, take) : walk(root, isExcluded, take);
	if (!(await inSlices(steps, signal))) return undefined;
	const newest: Newest[] = [];
	for (const {path, size, mtimeMs} of latest.sort(byTime).slice(0, readLimit)) {
		if (newest.length >= limit) break;
		const reading = peek(root, path);
		if (reading === undefined || reading.kind === 'session') {
			newest.push({path, mtimeMs, bytes: size, header: reading?.header});
		}
	}

	return {newest, projects: projects.size, growing};
}

function byTime(one: Candidate, other: Candidate): number {
	return other.mtimeMs - one.mtimeMs || (one.path < other.path ? -1 : 1);
}

/** @returns undefined for what cannot be read: it counts as a session, as it does everywhere */
function peek(root: string, path: string): ReturnType<typeof peekHeader> {
	try {
		return peekHeader(fsPath(root, path));
	} catch {
		return undefined;
	}
}

/** Ends with false when the root cannot be read. */
function* walk(
	root: string,
	isExcluded: ((path: string) => boolean) | undefined,
	onFile: (path: string, size: number, mtimeMs: number) => void,
): Generator<undefined, boolean> {
	const waiting = [''];
	for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
		const below = folder === '' ? '' : `${folder}/`;
		const visit = yield* visitFolder(root, folder, (name: string, {size, mtimeMs}: Stats) => {
			const path = below + name;
			if (kindByName(name) === 'candidate' && !isExcluded?.(path)) onFile(path, size, mtimeMs);
		});
		if (folder === '' && (visit.isGone || visit.problem)) return false;
		waiting.push(...visit.folders);
		yield;
	}

	return true;
}

function* known(
	index: SessionIndex,
	onFile: (path: string, size: number, mtimeMs: number) => void,
): Generator<undefined, boolean> {
	let count = 0;
	for (const {path, size, mtimeMs, kind} of index.list()) {
		if (kind === 'session') onFile(path, size, mtimeMs);
		if (++count % 256 === 0) yield;
	}

	return true;
}
