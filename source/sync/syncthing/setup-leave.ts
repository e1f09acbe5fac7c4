import {type Client, createClient} from './client.js';
import type {Instance, Surroundings} from './instance.js';
import {reach} from './reach.js';
import type {StFolderSettings} from './types.js';

/** The Syncthing folder of a spoke that is to be paused or taken out, as it was found. */
export interface SpokeFolder {
	readonly instance: Instance;
	readonly folder: StFolderSettings;
}

/**
 * The Syncthing folder at a spoke's place.
 * @returns undefined when no Syncthing of this hub has one there
 * @throws SyncError ST_DOWN, ST_KEY or ST_HOST; the signal's reason
 */
export async function findFolder(
	place: string,
	surroundings: Surroundings,
	signal: AbortSignal,
): Promise<SpokeFolder | undefined> {
	const reached = await reach(place, surroundings, signal);
	reached?.client.close();
	return reached?.folder && {instance: reached.client.instance, folder: reached.folder};
}

/**
 * Stops or resumes a folder on the hub; the spoke keeps what it has. Works after a cancellation too, so that one can be
 * taken back.
 * @throws ApiError
 */
export async function pauseFolder({instance, folder}: SpokeFolder, isPaused: boolean): Promise<void> {
	await ask(instance, async client => client.patchFolder(folder.id, {paused: isPaused}));
}

/**
 * Takes a folder out of the hub's Syncthing. No file in it is touched, here or on the spoke.
 * @throws ApiError
 */
export async function removeFolder({instance, folder}: SpokeFolder): Promise<void> {
	await ask(instance, async client => client.removeFolder(folder.id));
}

async function ask(instance: Instance, act: (client: Client) => Promise<void>): Promise<void> {
	const client = createClient(instance);
	try {
		await act(client);
	} finally {
		client.close();
	}
}
