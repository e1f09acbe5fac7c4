import fs from 'node:fs';
import {dirname} from 'node:path';
import {promisify} from 'node:util';

const fsync = promisify(fs.fsync);

/** Brings a folder's entries to disk, so that a rename or link survives a power cut. */
export async function syncFolder(folder: string | Buffer): Promise<void> {
	const fd = fs.openSync(folder, 'r');
	try {
		await fsync(fd);
	} catch (error) {
		// Some network file systems refuse to sync a folder; they order metadata themselves.
		if (!['EINVAL', 'ENOTSUP', 'EBADF', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
	} finally {
		fs.closeSync(fd);
	}
}

/**
 * Puts a file where nothing stands yet, never overwriting.
 * @throws EEXIST when something stands there
 */
export function placeNew(from: string | Buffer, to: string | Buffer): void {
	try {
		fs.linkSync(from, to);
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code ?? '';
		if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'].includes(code)) throw error;
		// No hard links here (FAT, some network file systems): an exclusive create claims the name first.
		fs.closeSync(fs.openSync(to, 'wx', 0o600));
		try {
			fs.renameSync(from, to);
			return;
		} catch (failed) {
			fs.unlinkSync(to);
			throw failed;
		}
	}

	fs.unlinkSync(from);
}

/**
 * A second name or a copy of a file, durable before it returns.
 * @param isCopyNeeded true when somebody may write into `from` in place: a hard link would change with it
 * @throws EEXIST when something stands at `to`
 */
export async function preserve(from: string | Buffer, to: string, isCopyNeeded: boolean): Promise<void> {
	fs.mkdirSync(dirname(to), {recursive: true, mode: 0o700});
	let isLinked = false;
	if (!isCopyNeeded) {
		try {
			fs.linkSync(from, to);
			isLinked = true;
		} catch (error) {
			const code = (error as NodeJS.ErrnoException).code ?? '';
			if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'].includes(code)) throw error;
		}
	}

	if (!isLinked) {
		// Under a temporary name until it is whole, so that a kill in between never leaves half a version under its name.
		const half = `${to}.half`;
		fs.rmSync(half, {force: true});
		await promisify(fs.copyFile)(from, half, fs.constants.COPYFILE_FICLONE);
		fs.chmodSync(half, 0o600);
		const {atime, mtime} = fs.statSync(from);
		fs.utimesSync(half, atime, mtime);
		const fd = fs.openSync(half, 'r');
		try {
			await fsync(fd);
		} finally {
			fs.closeSync(fd);
		}

		placeNew(half, to);
	}

	await syncFolder(dirname(to));
}
