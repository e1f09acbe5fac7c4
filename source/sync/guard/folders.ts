import fs from 'node:fs';
import {dirname, join} from 'node:path';
import type {SpokeConfig} from '../config/types.js';

/** Where the guard works for one spoke; all absolute. */
export interface GuardFolders {
	/** The current versions. */
	readonly current: string;
	/** Everything below is ours and may be emptied at any time. */
	readonly staging: string;
	/** What a look brings in. */
	readonly pull: string;
	/** What the spoke last showed of held or unconfirmed sessions. */
	readonly seen: string;
	/** Kept earlier versions. */
	readonly generations: string;
}

/** The folder beside spokes' own that holds their staging. */
export const besideName = '.staging';

/** The staging folder's name when it must live inside the spoke's own path. */
export const insideName = '.pi-brain-staging';

/**
 * Creates the folders of a spoke that the hub fills. Staging stands beside `path`, or inside it when that is another file
 * system: promoting is a rename, and a rename needs one file system.
 *
 * For a folder that something else fills nothing is made in it or beside it, because what lies there is carried to other
 * machines; and one that Syncthing lost is not made anew, because it would look like one that was emptied.
 * @throws NodeJS.ErrnoException when a folder cannot be made
 */
export function makeFolders(spoke: SpokeConfig, databaseDir: string): GuardFolders {
	if (spoke.method !== 'syncthing') fs.mkdirSync(spoke.path, {recursive: true, mode: 0o700});
	const folders = foldersAt(
		spoke,
		spoke.source === undefined ? asideOf(spoke, databaseDir) : stagingOf(spoke),
		databaseDir,
	);
	if (spoke.source === undefined) return folders;
	fs.mkdirSync(folders.pull, {recursive: true, mode: 0o700});
	fs.mkdirSync(folders.seen, {recursive: true, mode: 0o700});
	return folders;
}

/** The folders of a spoke whose staging is known. */
export function foldersAt(
	{path, name}: Pick<SpokeConfig, 'path' | 'name'>,
	staging: string,
	databaseDir: string,
): GuardFolders {
	return {
		current: path,
		staging,
		pull: join(staging, 'pull'),
		seen: join(staging, 'seen'),
		generations: join(databaseDir, 'generations', name),
	};
}

/** What a method of before left in staging, where config.yaml alone was changed, is found; else nothing is ever there. */
function asideOf(spoke: SpokeConfig, databaseDir: string): string {
	const before = fs.existsSync(spoke.path) ? stagingOf(spoke) : undefined;
	return before !== undefined && fs.existsSync(before) ? before : join(databaseDir, 'staging', spoke.name);
}

/** Where staging of a spoke is; its path must exist. */
export function stagingOf(spoke: Pick<SpokeConfig, 'path' | 'name'>): string {
	const parent = dirname(spoke.path);
	return fs.statSync(parent).dev === fs.statSync(spoke.path).dev
		? join(parent, besideName, spoke.name)
		: join(spoke.path, insideName);
}

/** Where what the spoke last showed of held sessions is; undefined while the spoke has no folder on the hub. */
export function seenFolder(spoke: Pick<SpokeConfig, 'path' | 'name'>): string | undefined {
	return fs.existsSync(spoke.path) ? join(stagingOf(spoke), 'seen') : undefined;
}

/** Where a version that a person brings back is put together; empty unless that was killed. */
export function restoreFolder({staging}: Pick<GuardFolders, 'staging'>): string {
	return join(staging, 'restore');
}
