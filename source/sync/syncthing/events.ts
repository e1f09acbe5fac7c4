import * as z from 'zod/mini';
import {clean} from '../../text/clean.js';
import {completion, folderErrors, folderStatus, type SyncthingEvent} from './answers.js';
import {errorsPart, shareOf, statusPart} from './convert.js';
import type {StFolder, StInstance} from './types.js';

/** Events that change what is followed; a name that a version does not know is ignored there. */
export const followed = [
	'DeviceConnected',
	'DeviceDisconnected',
	'DevicePaused',
	'DeviceResumed',
	'StateChanged',
	'FolderSummary',
	'FolderErrors',
	'FolderCompletion',
	'FolderPaused',
	'FolderResumed',
	'FolderWatchStateChanged',
	'ItemFinished',
	'ConfigSaved',
	'PendingDevicesChanged',
	'PendingFoldersChanged',
] as const;

/** What must be asked for anew, because an event only says that it changed. */
export interface Dirt {
	readonly devices: boolean;
	/** Settings of folders and devices, and with them everything. */
	readonly config: boolean;
	readonly pending: boolean;
	/** Folders whose `db/status` is to be asked for. */
	readonly folders: ReadonlySet<string>;
}

const named = z.object({folder: z.string()});
const stateChange = z.object({folder: z.string(), to: z.string()});
const summary = z.object({folder: z.string(), summary: folderStatus});
const errors = z.extend(folderErrors, {folder: z.string()});
const complete = z.extend(completion, {folder: z.string(), device: z.string()});
const item = z.object({
	folder: z.string(),
	item: z.string(),
	action: z.optional(z.string()),
	error: z.nullish(z.string()),
});

/**
 * Folds events into what is known; pure.
 * @param now milliseconds since the epoch
 */
export function applyEvents(
	before: StInstance,
	events: readonly SyncthingEvent[],
	now: number,
): {readonly state: StInstance; readonly dirt: Dirt} {
	const folders = new Map(before.folders);
	const asked = new Set<string>();
	let [isDeviceDirty, isConfigDirty, isPendingDirty] = [false, false, false];
	const change = (id: string, make: (folder: StFolder) => Partial<StFolder>) => {
		const folder = folders.get(id);
		if (folder) folders.set(id, {...folder, ...make(folder)});
	};

	for (const {type, data} of events) {
		switch (type) {
			case 'DeviceConnected':
			case 'DeviceDisconnected': {
				isDeviceDirty = true;
				break;
			}

			case 'DevicePaused':
			case 'DeviceResumed':
			case 'FolderPaused':
			case 'FolderResumed':
			case 'ConfigSaved': {
				isConfigDirty = true;
				break;
			}

			case 'PendingDevicesChanged':
			case 'PendingFoldersChanged': {
				isPendingDirty = true;
				break;
			}

			case 'StateChanged': {
				const read = stateChange.safeParse(data);
				if (!read.success) break;
				const {folder, to} = read.data;
				// The event does not say what is wrong, or that it no longer is.
				if (to === 'error' || folders.get(folder)?.error !== undefined) asked.add(folder);
				// A pull begins with a clean slate; what fails again is told again.
				const isPull = to === 'syncing' || to === 'sync-preparing';
				change(folder, () => ({
					state: clean(to, 32),
					stateSince: now,
					...(isPull ? {errors: [], errorCount: 0} : {}),
				}));
				break;
			}

			case 'FolderSummary': {
				const read = summary.safeParse(data);
				if (!read.success) break;
				asked.delete(read.data.folder);
				change(read.data.folder, () => statusPart(read.data.summary));
				break;
			}

			case 'FolderErrors': {
				const read = errors.safeParse(data);
				if (read.success) change(read.data.folder, () => errorsPart(read.data.errors));
				break;
			}

			case 'FolderCompletion': {
				const read = complete.safeParse(data);
				if (!read.success) break;
				const share = shareOf(read.data.device, read.data);
				change(read.data.folder, ({shares}) => ({
					shares: [...shares.filter(({device}) => device !== share.device), share],
				}));
				break;
			}

			case 'FolderWatchStateChanged': {
				const read = named.safeParse(data);
				if (read.success) asked.add(read.data.folder);
				break;
			}

			case 'ItemFinished': {
				const read = item.safeParse(data);
				if (!read.success || read.data.error) break;
				const {folder, item: path, action} = read.data;
				change(folder, () => ({lastFile: {path: clean(path, 300), at: now, isDeleted: action === 'delete'}}));
				break;
			}

			default: {
				break;
			}
		}
	}

	const isSame =
		folders.size === before.folders.size && [...folders].every(([id, one]) => before.folders.get(id) === one);
	return {
		state: {...before, at: now, folders: isSame ? before.folders : folders},
		dirt: {devices: isDeviceDirty, config: isConfigDirty, pending: isPendingDirty, folders: asked},
	};
}
