import {lstatSync} from 'node:fs';
import {statfs} from 'node:fs/promises';
import {dirname} from 'node:path';
import {clean} from '../text/clean.js';
import {fsPath} from '../text/names.js';
import {breathe} from './breathe.js';
import type {Clock} from './clock.js';
import type {SessionIndex} from './sessions/index.js';
import {compileExcludes} from './sessions/kinds.js';
import {lookOver} from './sessions/newest.js';
import type {HubState} from './state.js';
import type {Generation, Observation} from './store/ledger-rows.js';
import type {RunRecord} from './store/runs.js';
import type {Store} from './store/store.js';

/** A held session, with both versions. */
export interface HeldSession extends Observation {
	/** Of the hub's copy; undefined when it is gone from the hub's disk. */
	readonly hubSize: number | undefined;
	readonly hubMtimeMs: number | undefined;
}

/** A session as the detail view lists it. */
export interface NewSession {
	readonly path: string;
	readonly mtimeMs: number;
	readonly bytes: number;
	/** From its header, neutralised; undefined when it names none. */
	readonly cwd: string | undefined;
	readonly startedAt: number | undefined;
}

/** What the detail view shows beyond the snapshot; read from store and disk when it is opened. */
export interface Detail {
	/** A spoke's name; undefined: the hub's own sessions. */
	readonly name: string | undefined;
	/** Milliseconds since the epoch at which it was read. */
	readonly readAt: number;
	/** Newest first, at most 10. */
	readonly newest: readonly NewSession[];
	/** Project folders. */
	readonly projects: number | undefined;
	/** Sessions whose file changed within the last ten minutes. */
	readonly growing: number | undefined;
	/** Newest first, at most 50. */
	readonly held: readonly HeldSession[];
	/** Kept earlier versions, newest first, at most 20, and how many there are. */
	readonly generations: readonly Generation[];
	readonly generationsTotal: number;
	/** Newest first, at most 20. */
	readonly runs: readonly RunRecord[];
	/** The last failure ever, for "last: 4d ago"; undefined: none in 90 days. */
	readonly lastFailure: RunRecord | undefined;
	/** Of the file system the folder is on, in bytes; undefined when it cannot be asked. */
	readonly disk: {readonly free: number; readonly total: number} | undefined;
}

/** What a detail is read from; a `Hub` is one. */
export interface DetailSource {
	readonly store: Store;
	readonly clock: Clock;
	readonly state: HubState;
}

const most = {newest: 10, held: 50, generations: 20, runs: 20} as const;

/**
 * Reads what the detail view shows, without holding up the event loop for more than some milliseconds at a time. What is
 * not there (a folder that no sync has made yet) is undefined or empty.
 * @param name a spoke of the configuration; undefined: the hub's own sessions
 * @param index what a watcher knows of the folder, which saves walking it
 * @throws the signal's reason when it aborts; Error for a spoke that the configuration does not have
 */
export async function loadDetail(
	{store, clock, state}: DetailSource,
	name: string | undefined,
	signal: AbortSignal,
	index?: SessionIndex,
): Promise<Detail> {
	const config = name === undefined ? undefined : state.spokes.find(spoke => spoke.config.name === name)?.config;
	if (name !== undefined && !config) throw new Error(`no spoke is called '${name}'`);
	const root = config?.path ?? state.config.sessionsDir;
	const patterns = config?.excludePatterns ?? [];
	const isExcluded = patterns.length === 0 ? undefined : compileExcludes(patterns);
	const readAt = clock.now();
	const activity = await lookOver(root, {limit: most.newest, now: readAt, signal, isExcluded, index});
	await breathe();
	const held = name === undefined ? [] : store.ledger.held(name, most.held).map(seen => withHubCopy(root, seen));
	await breathe();
	const generations = name === undefined ? undefined : store.ledger.latestGenerations(name, most.generations);
	const disk = await diskOf(root);
	signal.throwIfAborted();
	return {
		name,
		readAt,
		newest: (activity?.newest ?? []).map(({header, ...session}) => ({
			...session,
			cwd: header?.cwd === undefined ? undefined : clean(header.cwd, 4096),
			startedAt: header?.startedAt,
		})),
		projects: activity?.projects,
		growing: activity?.growing,
		held,
		generations: generations?.latest ?? [],
		generationsTotal: generations?.total ?? 0,
		runs: name === undefined ? [] : store.runs.latest(most.runs, name),
		lastFailure: name === undefined ? undefined : store.runs.lastFailure(name),
		disk,
	};
}

function withHubCopy(root: string, seen: Observation): HeldSession {
	let size: number | undefined;
	let mtimeMs: number | undefined;
	try {
		({size, mtimeMs} = lstatSync(fsPath(root, seen.path)));
	} catch {
		// Gone, or behind a folder that nobody may read: the view says that there is no copy to be seen.
	}

	return {...seen, hubSize: size, hubMtimeMs: mtimeMs};
}

/** A folder that is yet to be made will be on the file system of the nearest one that exists. */
async function diskOf(folder: string): Promise<Detail['disk']> {
	for (let path = folder; ; path = dirname(path)) {
		try {
			const {bavail, blocks, bsize} = await statfs(path);
			return {free: bavail * bsize, total: blocks * bsize};
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || path === dirname(path)) return undefined;
		}
	}
}
