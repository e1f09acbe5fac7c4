import fs from 'node:fs';
import {dirname} from 'node:path';
import {clean, cleanLines} from '../../text/clean.js';
import {type Cause, type Failure, SyncError} from '../causes.js';

/** What the hub's own file system says, by errno. */
const byCode: Readonly<Record<string, readonly [Cause, string]>> = {
	ENOSPC: ['DST_FULL', 'the disk of the hub is full'],
	EDQUOT: ['DST_QUOTA', "the hub user's disk quota is used up"],
	EROFS: ['DST_RO', "the hub's file system is read-only"],
	EACCES: ['DST_DENIED', 'the hub may not write there'],
	EPERM: ['DST_DENIED', 'the hub may not write there'],
	ENOENT: ['DST_PARENT', 'a folder on the hub is missing'],
	ENOTDIR: ['DST_PARENT', 'a file stands where the hub needs a folder'],
	EEXIST: ['DST_PARENT', 'a file stands where the hub needs a folder'],
};

/** What the hub's database says, by SQLite's code. */
function ofDatabase(errcode: number): readonly [Cause, string] | undefined {
	// The index of the write-ahead log could not grow (SQLITE_IOERR_SHMSIZE): a full disk in other words.
	if (errcode % 256 === 13 || errcode === 4874) return ['DST_FULL', "the disk of the hub's database is full"];
	if (errcode % 256 === 8) return ['DST_RO', "the hub's database is read-only"];
	return undefined;
}

/** Classifies any error of a job; what is not recognised stays UNKNOWN, verbatim. */
export function toFailure(error: unknown): Failure {
	if (error instanceof SyncError) return error.failure;
	const {message, path, syscall, errcode, code: said} = error as NodeJS.ErrnoException & {errcode?: number};
	const code = said === 'ENOENT' && syscall === 'mkdir' && path !== undefined ? whyNotMade(path) : said;
	const known =
		code === 'ERR_SQLITE_ERROR' ? ofDatabase(errcode ?? 0) : syscall === undefined ? undefined : byCode[code ?? ''];
	if (!known)
		return {
			cause: 'UNKNOWN',
			message: clean(String(message ?? error)),
			detail: cleanLines(String((error as Error).stack ?? ''), 4096),
		};
	const [cause, text] = known;
	return {cause, message: clean(path === undefined ? text : `${text}: ${path}`), detail: clean(String(message))};
}

/** Node says ENOENT for every folder it could not make together with its parents; the nearest one there is knows why. */
function whyNotMade(folder: string): string {
	for (let parent = dirname(folder); ; parent = dirname(parent)) {
		try {
			fs.accessSync(parent, fs.constants.W_OK);
			return 'ENOENT';
		} catch (error) {
			const {code = 'ENOENT'} = error as NodeJS.ErrnoException;
			if (code !== 'ENOENT' || parent === dirname(parent)) return code;
		}
	}
}
