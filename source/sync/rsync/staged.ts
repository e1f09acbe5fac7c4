import type {Dirent} from 'node:fs';
import {readdir} from 'node:fs/promises';
import path from 'node:path';
import {decodeName, encodeName} from '../../text/names.js';

/**
 * Regular files that stand in a staging folder, by their paths below it; rsync's own half-done ones are left out.
 * One walk, because asking for each listed file would cost a call per session the spoke has.
 */
export async function stagedFiles(staging: string): Promise<Set<string>> {
	const found = new Set<string>();
	const folders = [''];
	for (let below = folders.pop(); below !== undefined; below = folders.pop()) {
		for (const entry of await entries(staging, below)) {
			const name = decodeName(entry.name);
			const whole = below === '' ? name : `${below}/${name}`;
			if (entry.isDirectory() && name !== '.rsync-partial') folders.push(whole);
			if (entry.isFile()) found.add(whole);
		}
	}

	return found;
}

async function entries(staging: string, below: string): Promise<Array<Dirent<Buffer>>> {
	const folder = encodeName(path.posix.join(staging, below));
	try {
		return await readdir(folder, {withFileTypes: true, encoding: 'buffer'});
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
		throw error;
	}
}
