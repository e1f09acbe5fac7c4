export {compileExcludes, matchesExclude, type UnmatchedPattern, unmatchedPatterns} from './folder-excludes.js';

/** What a name alone tells: a `candidate` still needs its first line read; `other` never holds a session. */
export type NameKind = 'candidate' | 'conflict-copy' | 'temporary' | 'other';

/** Folders that rsync, Syncthing and we work in; nothing below them is anybody's session. */
const workFolders = new Set(['.stversions', '.stfolder', '.~tmp~', '.rsync-partial', '.pi-brain-staging', '.staging']);

// Syncthing's two spellings (Unix, Windows), then rsync's `.name.jsonl.XXXXXX` while it writes.
const temporaryName = /^\.syncthing\..*\.tmp$|^~syncthing~|^\..+\.jsonl\.[A-Za-z0-9]{6}$/s;

/**
 * True for a folder whose content is never looked at.
 * @param name last part of the folder's path
 */
export function isWorkFolder(name: string): boolean {
	return workFolders.has(name);
}

/**
 * Sorts a file by its name, without opening it.
 * @param path below the session root, `/`-separated
 */
export function kindByName(path: string): NameKind {
	const name = path.slice(path.lastIndexOf('/') + 1);
	// Asked for every file of every walk: what cannot be anything of the kind is not taken apart.
	if ((path.startsWith('.') || path.includes('/.')) && path.split('/').some(isWorkFolder)) return 'temporary';
	if ((name.startsWith('.') || name.startsWith('~')) && temporaryName.test(name)) return 'temporary';
	if (!name.endsWith('.jsonl')) return 'other';
	return name.includes('.sync-conflict-') ? 'conflict-copy' : 'candidate';
}
