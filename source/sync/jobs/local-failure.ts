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

/** Classifies any error of a job; what is not recognised stays UNKNOWN, verbatim. */
export function toFailure(error: unknown): Failure {
	if (error instanceof SyncError) return error.failure;
	const {code, message, path, syscall} = error as NodeJS.ErrnoException;
	const known = syscall === undefined ? undefined : byCode[code ?? ''];
	if (!known)
		return {
			cause: 'UNKNOWN',
			message: clean(String(message ?? error)),
			detail: cleanLines(String((error as Error).stack ?? ''), 4096),
		};
	const [cause, text] = known;
	return {cause, message: clean(`${text}: ${path ?? ''}`), detail: clean(String(message))};
}
