import type {RememberedFile} from '../store/session-rows.js';
import type {Store} from '../store/store.js';
import {SessionIndex} from './index.js';
import {matchesExclude} from './kinds.js';
import {readLastEntry} from './reader.js';
import type {SessionFile} from './types.js';

/** A session the hub holds. */
export interface HeldSession {
	readonly file: SessionFile;
	/** Milliseconds since the epoch; undefined when no entry has a time, or it was not asked for. */
	readonly lastEntryAt: number | undefined;
}

/**
 * Lists the sessions below a root, newest path last, reading only what changed since an earlier call remembered it.
 * @param root absolute path
 * @param isReadingEnds also find each session's last entry
 */
export async function listSessions(
	store: Store,
	root: string,
	patterns: readonly string[],
	isReadingEnds: boolean,
	signal: AbortSignal,
): Promise<HeldSession[]> {
	const index = new SessionIndex(root, {isExcluded: path => matchesExclude(patterns, path)});
	const remembered = new Map(store.sessions.all(root).map(file => [file.path, file]));
	index.seed(remembered.values());
	await index.scan({signal});
	const learned: RememberedFile[] = [];
	const sessions: HeldSession[] = [];
	const present = new Set<string>();
	for (const file of index.list()) {
		present.add(file.path);
		const known = remembered.get(file.path);
		const isSame = known?.size === file.size && known.mtimeMs === file.mtimeMs && known.inode === file.inode;
		let lastEntryAt = isSame ? known.lastEntryAt : undefined;
		if (file.kind === 'session' && isReadingEnds && lastEntryAt === undefined) {
			lastEntryAt = (await readLastEntry(root, file.path, file.size, signal))?.timestamp ?? null;
		}

		if (!isSame || lastEntryAt !== known.lastEntryAt) learned.push({...file, lastEntryAt});
		if (file.kind === 'session') sessions.push({file, lastEntryAt: lastEntryAt ?? undefined});
	}

	const gone = [...remembered.keys()].filter(path => !present.has(path));
	store.later(() => {
		store.sessions.put(root, learned);
		store.sessions.drop(root, gone);
	});
	return sessions.sort((a, b) => (a.file.path < b.file.path ? -1 : 1));
}
