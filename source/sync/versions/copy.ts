import fs from 'node:fs';
import {promisify} from 'node:util';
import {digest} from '../guard/content.js';

const copyFile = promisify(fs.copyFile);
const fsync = promisify(fs.fsync);

/**
 * Copies the first bytes of a file under a new name, times kept, data on disk: without using room where the file system
 * can share it.
 * @param to nothing may stand there; what a failure leaves there is removed
 * @param length bytes; the file may be longer
 * @returns what was written: shorter than asked when the file is
 * @throws NodeJS.ErrnoException (EEXIST, ENOSPC, ENOENT …); the signal's reason when it aborts
 */
export async function copyStart(
	from: string | Buffer,
	to: string | Buffer,
	length: number,
	signal?: AbortSignal,
): Promise<{readonly size: number; readonly sha256: string}> {
	signal?.throwIfAborted();
	const {COPYFILE_EXCL, COPYFILE_FICLONE} = fs.constants;
	// Looked at first: a copy that fails because of what stands there must not remove that.
	if (fs.lstatSync(to, {throwIfNoEntry: false})) throw existsAlready(to);
	try {
		await copyFile(from, to, COPYFILE_EXCL | COPYFILE_FICLONE);
		fs.chmodSync(to, 0o600);
		if (fs.statSync(to).size > length) fs.truncateSync(to, length);
		const {atimeMs, mtimeMs} = fs.statSync(from);
		// As seconds with their fraction: a Date would cut the time to milliseconds.
		fs.utimesSync(to, atimeMs / 1000, mtimeMs / 1000);
		const found = await digest(to, {signal});
		if (!found) throw Object.assign(new Error(`${to} is gone again`), {code: 'ENOENT'});
		const fd = fs.openSync(to, 'r');
		try {
			await fsync(fd);
		} finally {
			fs.closeSync(fd);
		}

		return {size: found.size, sha256: found.sha256};
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') fs.rmSync(to, {force: true});
		throw error;
	}
}

function existsAlready(file: string | Buffer): Error {
	return Object.assign(new Error(`EEXIST: file already exists, ${file}`), {code: 'EEXIST', path: String(file)});
}
