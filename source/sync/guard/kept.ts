import fs from 'node:fs';
import {dirname, relative, sep} from 'node:path';
import {isInside} from '../config/paths.js';
import type {GuardContext} from './context.js';
import {syncFolder} from './durable.js';
import {removeEmpty} from './staging.js';

/**
 * Removes files of kept versions that the plain ledger says are pruned, and the folders that this leaves empty. Files that
 * are gone already are passed over; what does not lie below the spoke's generations is never touched.
 * @throws NodeJS.ErrnoException when one cannot be removed
 */
export async function removeKept(
	{folders: {generations}}: Pick<GuardContext, 'folders'>,
	files: Iterable<string>,
): Promise<void> {
	const touched = new Set<string>();
	for (const file of files) {
		if (!isInside(file, generations)) continue;
		fs.rmSync(file, {force: true});
		touched.add(dirname(file));
	}

	for (const folder of touched) {
		if (fs.existsSync(folder)) await syncFolder(folder);
		removeEmpty(generations, relative(generations, folder).split(sep).join('/'));
	}
}
