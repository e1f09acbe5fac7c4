import {realpath} from 'node:fs/promises';
import path from 'node:path';

/**
 * A folder's real place, so that links and spellings do not hide that two are the same; what is not there is spelled out
 * as far as it goes.
 * @param folder absolute, or beginning with `~`, which is Syncthing's own word for its user's home
 * @param home absolute
 */
export async function realPlace(folder: string, home: string): Promise<string> {
	const spelled = folder === '~' || folder.startsWith('~/') ? path.join(home, folder.slice(1)) : folder;
	const absolute = path.resolve(spelled);
	for (let part = absolute; ; part = path.dirname(part)) {
		try {
			return path.join(await realpath(part), path.relative(part, absolute));
		} catch {
			if (part === path.dirname(part)) return absolute;
		}
	}
}

/** The one of several folders that is a spoke's. */
export async function folderAt<Folder extends {readonly path: string}>(
	folders: Iterable<Folder>,
	place: string,
	home: string,
): Promise<Folder | undefined> {
	const wanted = await realPlace(place, home);
	for (const folder of folders) if ((await realPlace(folder.path, home)) === wanted) return folder;
	return undefined;
}
