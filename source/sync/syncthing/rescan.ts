import type {Failure} from '../causes.js';
import type {Clock} from '../clock.js';
import type {Progress} from '../methods/types.js';
import type {Client} from './client.js';
import {emptyFolder, percentOf, statusPart} from './convert.js';
import {ApiError} from './request.js';
import type {StFolder, StFolderSettings} from './types.js';

/** Milliseconds between two looks at a folder that pulls. */
const lookMs = 500;
/** Milliseconds without anything moving after which what is still missing is left to come by itself. */
const patienceMs = 15_000;
/** Milliseconds after which what has arrived is entered, whatever is still to come: the rest is entered as it settles. */
const longestMs = 120_000;

/** What a rescan takes. */
export interface Rescan {
	readonly clock: Clock;
	readonly signal: AbortSignal;
	readonly onProgress: (progress: Progress) => void;
}

/**
 * Has the hub's Syncthing scan a folder, and waits while it brings what is missing: until nothing is, no device is there
 * to bring it, or nothing moved for a while. The spoke scans by itself; nobody here can make it.
 * @returns why it could not
 * @throws ApiError, or the signal's reason
 */
export async function rescanFolder(
	client: Client,
	settings: StFolderSettings,
	{clock, signal, onProgress}: Rescan,
): Promise<Failure | undefined> {
	const {id, devices} = settings;
	if (settings.isPaused) return {cause: 'ST_FOLDER', message: `folder '${id}' is paused in Syncthing`, detail: ''};
	const connections = await client.connections();
	const refused = await scan(client, settings);
	if (refused) return refused;
	const isThere = devices.some(device => connections[device]?.connected);
	const until = clock.now() + longestMs;
	let [lastNeed, movedAt, first] = [Number.POSITIVE_INFINITY, clock.now(), undefined as number | undefined];
	for (;;) {
		const folder: StFolder = {...emptyFolder(settings), ...statusPart(await client.folderStatus(id))};
		const {needBytes, needItems, needFiles, error, state} = folder;
		if (error !== undefined) return stopped(id, error);

		const isBusy = state !== 'idle' && state !== '';
		if ((needItems === 0 && !isBusy) || !isThere || clock.now() > until) return undefined;
		first ??= needBytes;
		const need = needBytes + needItems;
		if (need !== lastNeed) [lastNeed, movedAt] = [need, clock.now()];
		else if (clock.now() - movedAt > patienceMs) return undefined;
		onProgress({
			filesDone: Math.max(0, folder.localFiles),
			filesTotal: folder.localFiles + needFiles,
			bytes: Math.max(0, first - needBytes),
			percent: percentOf(folder),
			rate: undefined,
		});
		await clock.sleep(lookMs, signal);
	}
}

/** Scans; Syncthing refuses for a folder whose path or marker is gone, and says so with a status of 500. */
async function scan(client: Client, {id}: StFolderSettings): Promise<Failure | undefined> {
	try {
		await client.scan(id);
		return undefined;
	} catch (error) {
		if (!(error instanceof ApiError) || error.status !== 500) throw error;
		const {error: why} = statusPart(await client.folderStatus(id));
		if (why === undefined) throw error;
		return stopped(id, why);
	}
}

function stopped(id: string, why: string): Failure {
	return {cause: 'ST_FOLDER', message: `Syncthing has stopped folder '${id}': ${why}`, detail: why};
}
