import {type Dirent, readdirSync} from 'node:fs';
import path from 'node:path';
import {setImmediate as turn} from 'node:timers/promises';
import {decodeName, encodeName} from '../../text/names.js';

/** Folders between two turns of the event loop: about 2 ms of work. Promises would cost four times the reading. */
const foldersPerTurn = 200;

/**
 * Regular files that stand in a staging folder, by their paths below it; rsync's own half-done ones are left out.
 * One walk, because asking for each listed file would cost a call per session the spoke has.
 */
export async function stagedFiles(staging: string): Promise<Set<string>> {
	const found = new Set<string>();
	const folders = [''];
	let count = 0;
	for (let below = folders.pop(); below !== undefined; below = folders.pop()) {
		if (++count % foldersPerTurn === 0) await turn();
		for (const entry of entries(staging, below)) {
			const name = decodeName(entry.name);
			const whole = below === '' ? name : `${below}/${name}`;
			if (entry.isDirectory() && name !== '.rsync-partial') folders.push(whole);
			if (entry.isFile()) found.add(whole);
		}
	}

	return found;
}

function entries(staging: string, below: string): Array<Dirent<Buffer>> {
	const folder = encodeName(path.posix.join(staging, below));
	try {
		return readdirSync(folder, {withFileTypes: true, encoding: 'buffer'});
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
		throw error;
	}
}
