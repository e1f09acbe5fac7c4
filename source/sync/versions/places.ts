import path from 'node:path';
import {isInside, realPath} from '../config/paths.js';
import type {HubConfig} from '../config/types.js';
import {besideName} from '../guard/folders.js';

/**
 * Says whose folder a path lies in, of those that only the hub writes to: what a person puts there would be taken for a
 * session, or stand in the way of one.
 * @param target absolute; need not exist
 * @param isForFolders also those that pi and other programs fill: a whole tree has no business there, a single file may
 * @returns undefined when it is nobody's
 */
export async function hubFolderOf(
	{databaseDir, sessionsDir, spokes}: HubConfig,
	target: string,
	isForFolders: boolean,
): Promise<string | undefined> {
	const usable = spokes.filter(({invalid}) => invalid === undefined);
	const filled = usable.filter(({source}) => isForFolders || source !== undefined).map(spoke => spoke.path);
	const staging = usable.map(spoke => path.join(path.dirname(spoke.path), besideName));
	const real = await realPath(target);
	for (const folder of [databaseDir, ...(isForFolders ? [sessionsDir] : []), ...filled, ...staging]) {
		if (isInside(real, await realPath(folder))) return folder;
	}

	return undefined;
}
