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

/** The staging folder's name when it must live inside the spoke's own path. */
export const insideName = '.pi-brain-staging';

/**
 * Creates the folders of a spoke. Staging stands beside `path`, or inside it when that is another file system: promoting
 * is a rename, and a rename needs one file system.
 * @throws NodeJS.ErrnoException when a folder cannot be made
 */
export function makeFolders(spoke: SpokeConfig, databaseDir: string): GuardFolders {
	fs.mkdirSync(spoke.path, {recursive: true, mode: 0o700});
	const staging = stagingOf(spoke);
	const folders = {
		current: spoke.path,
		staging,
		pull: join(staging, 'pull'),
		seen: join(staging, 'seen'),
		generations: join(databaseDir, 'generations', spoke.name),
	};
	fs.mkdirSync(folders.pull, {recursive: true, mode: 0o700});
	fs.mkdirSync(folders.seen, {recursive: true, mode: 0o700});
	return folders;
}

/** Where staging of a spoke is; its path must exist. */
export function stagingOf(spoke: Pick<SpokeConfig, 'path' | 'name'>): string {
	const parent = dirname(spoke.path);
	return fs.statSync(parent).dev === fs.statSync(spoke.path).dev
		? join(parent, '.staging', spoke.name)
		: join(spoke.path, insideName);
}
