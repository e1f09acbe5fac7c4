import {chmod, mkdir, stat} from 'node:fs/promises';
import {clean} from '../../../text/clean.js';
import type {FixOutcome} from './types.js';

/** Takes a file's or folder's permissions down to its owner's. */
export async function makePrivate(path: string, mode: 0o600 | 0o700): Promise<FixOutcome> {
	const before = await stat(path);
	// A device such as /dev/null, which an IdentityFile may name, is everybody's.
	if (mode === 0o700 ? !before.isDirectory() : !before.isFile())
		return failed(`${path} is no ${mode === 0o700 ? 'folder' : 'file'}: nothing was changed`);

	await chmod(path, mode);
	const after = await stat(path);
	const text = `${octal(before.mode)} is now ${octal(after.mode)}`;
	return {ok: (after.mode & 0o777) === mode, message: clean(`${path}: ${text}`), evidence: []};
}

/** Creates a folder and those above it that are missing, for their owner alone. */
export async function makeFolder(path: string): Promise<FixOutcome> {
	const created = await mkdir(path, {recursive: true, mode: 0o700});
	return created === undefined
		? {ok: true, message: clean(`${path} is there already`), evidence: []}
		: {ok: true, message: clean(`created ${path}`), evidence: created === path ? [] : [clean(`from ${created} on`)]};
}

/** A fix that did not work, and why. */
export function failed(message: string, evidence: readonly string[] = []): FixOutcome {
	return {ok: false, message: clean(message), evidence: evidence.map(line => clean(line))};
}

function octal(mode: number): string {
	return (mode & 0o777).toString(8).padStart(4, '0');
}
