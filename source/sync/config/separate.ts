import path from 'node:path';
import {isInside, isOverlap, realPath} from './paths.js';
import {atLine} from './problems.js';
import type {DraftSpoke} from './spoke.js';
import type {HubConfig} from './types.js';

type Folders = Pick<HubConfig, 'folder' | 'sessionsDir' | 'databaseDir'> & {readonly home: string};

/** A spoke that cannot share the hub with what was read before it. */
export interface Clash {
	readonly draft: DraftSpoke;
	readonly key: 'name' | 'path' | 'source';
	readonly message: string;
	readonly severity: 'error' | 'warning';
}

/**
 * Finds names that are used twice. The first to use a name keeps it.
 * @param drafts in the order they are read: `spokes`, then `sync.spokes`
 */
export function sameNames(drafts: readonly DraftSpoke[]): Clash[] {
	const first = new Map<string, DraftSpoke>();
	return drafts.flatMap(draft => {
		const {name} = draft.spoke;
		const earlier = first.get(name);
		if (!earlier) {
			first.set(name, draft);
			return [];
		}

		const message = `name "${name}" is already used by ${atLine(earlier.entry.label, earlier.spoke.line)}; rename one of them`;
		return [{draft, key: 'name' as const, message, severity: 'error' as const}];
	});
}

/**
 * Finds folders that two spokes, or a spoke and the hub itself, would both write into. Paths are compared by segments
 * after their links are resolved, so `/synced/lap` and `/synced/laptop` differ. The earlier spoke keeps its folder.
 */
export async function sharedFolders(drafts: readonly DraftSpoke[], hub: Folders): Promise<Clash[]> {
	const reserved = await reservedFolders(hub);
	const clashes: Clash[] = [];
	const taken: Array<{draft: DraftSpoke; real: string; staging: string}> = [];
	for (const draft of drafts) {
		const real = await realPath(draft.spoke.path);
		// Staging stands beside the folder, so it is named after the parent's real place.
		const staging = path.join(await realPath(path.dirname(draft.spoke.path)), '.staging');
		const problem =
			reserved.find(({clashes}) => clashes(real))?.message ??
			taken.flatMap(other => clashWith(draft, real, staging, other)).at(0);
		if (problem) clashes.push({draft, key: 'path', message: problem, severity: 'error'});
		else taken.push({draft, real, staging});
	}

	const sources = await Promise.all(taken.map(other => sourceClash(other.draft, taken, hub)));
	return [...clashes, ...sources.flat()];
}

function clashWith(
	draft: DraftSpoke,
	real: string,
	staging: string,
	other: {draft: DraftSpoke; real: string; staging: string},
): string[] {
	const {spoke, entry} = other.draft;
	const who = `"${spoke.name}", ${atLine(entry.label, spoke.line)}`;
	const own = draft.spoke.path;
	if (real === other.real) return [`path ${own} is already the folder of ${who}`];
	if (isInside(real, other.real)) return [`path ${own} lies inside the folder of ${who} (${spoke.path})`];
	if (isInside(other.real, real)) return [`path ${own} holds the folder of ${who} (${spoke.path})`];
	if (isInside(real, other.staging) || isInside(other.real, staging)) {
		return [`path ${own} overlaps the staging folder of ${who} (${spoke.path})`];
	}

	return [];
}

async function reservedFolders(hub: Folders) {
	const [home, folder, sessions, database] = (await Promise.all(
		[hub.home, hub.folder, hub.sessionsDir, hub.databaseDir].map(realPath),
	)) as [string, string, string, string];
	const inside = (text: string, real: string, below: readonly string[]) => ({
		clashes: (candidate: string) =>
			isInside(real, candidate) || below.some(name => isInside(candidate, path.join(real, name))),
		message: `path must not be, hold or disturb ${text}`,
	});
	return [
		inside(`the home folder ${hub.home}`, home, []),
		inside(`the folder of config.yaml with its logs and run folders, ${hub.folder}`, folder, ['logs', 'run']),
		inside(`hub.database_dir with its generations and ledger, ${hub.databaseDir}`, database, ['generations', 'ledger']),
		{
			clashes: (candidate: string) => isOverlap(candidate, sessions),
			message: `path overlaps hub.sessions_dir, the hub’s own sessions: ${hub.sessionsDir}`,
		},
	];
}

async function sourceClash(
	draft: DraftSpoke,
	taken: ReadonlyArray<{draft: DraftSpoke; real: string}>,
	hub: Folders,
): Promise<Clash[]> {
	const {source} = draft.spoke;
	if (source?.kind !== 'local') return [];
	const real = await realPath(source.path);
	const hit = taken.find(other => isOverlap(real, other.real));
	if (hit) {
		const message = `source ${source.path} overlaps the folder of "${hit.draft.spoke.name}" (${hit.draft.spoke.path})`;
		return [{draft, key: 'source', message, severity: 'error'}];
	}

	if (!isOverlap(real, await realPath(hub.sessionsDir))) return [];
	const message = `source ${source.path} overlaps hub.sessions_dir: the hub’s own sessions would be listed twice`;
	return [{draft, key: 'source', message, severity: 'warning'}];
}
