import fs from 'node:fs';
import {dirname} from 'node:path';
import {isDamage} from '../sync/store/damage.js';
import {Store} from '../sync/store/store.js';

/** The hub itself cannot work: exit status 1, the message alone on stderr, because no stack trace helps a full disk. */
export class HubError extends Error {
	override readonly name = 'HubError';
}

/**
 * Opens the hub's database.
 * @throws HubError with the file, the reason and the way out
 */
export async function openStore(file: string): Promise<Store> {
	try {
		return await Store.open(file);
	} catch (error) {
		throw new HubError(`${file} cannot be opened: ${reasonOf(file, error as Error)}`, {cause: error});
	}
}

function reasonOf(file: string, error: Error): string {
	const {message} = error;
	if (isDamage(error)) {
		return `${message}. Move it and what begins with its name away: the next command starts a new one from the ledger beside it; history is lost, sessions are not`;
	}

	try {
		if (fs.statfsSync(dirname(file)).bavail === 0) return 'the disk is full';
		fs.accessSync(dirname(file), fs.constants.W_OK);
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if (code === 'EROFS') return 'the file system is read-only';
		if (code === 'EACCES') return 'its folder may not be written to';
	}

	return message;
}
