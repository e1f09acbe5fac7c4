import {clean} from '../../text/clean.js';
import type {Client} from './client.js';
import {deviceOf, emptyFolder, errorsPart, settingsOf, shareOf, statusPart} from './convert.js';
import {ApiError} from './request.js';
import type {StDevice, StFolder, StFolderSettings, StInstance, StPendingDevice, StPendingFolder} from './types.js';

/** Folders asked about at the same time. */
const atOnce = 6;

/** What is looked at, and when. */
export interface Looking {
	/** Folders whose state matters; that of the others is not asked for, because it is dear. */
	readonly isFollowed: (folder: StFolderSettings) => Promise<boolean>;
	/** Milliseconds since the epoch. */
	readonly now: number;
}

/**
 * Asks a Syncthing for everything that is followed.
 * @throws ApiError when one of the answers cannot be had
 */
export async function takeSnapshot(client: Client, {isFollowed, now}: Looking): Promise<StInstance> {
	const [{myID}, {version}] = await Promise.all([client.status(), client.version()]);
	const [devices, settings, pending] = await Promise.all([
		readDevices(client, myID, now),
		readSettings(client, myID),
		readPending(client),
	]);
	const folders = await readFolders(client, settings, {isFollowed});
	const {url, home} = client.instance;
	return {
		name: url,
		at: now,
		failure: undefined,
		isAbsent: false,
		home,
		version: clean(version, 64),
		myId: myID,
		devices,
		settings,
		folders,
		...pending,
	};
}

/** Its devices, without itself. */
export async function readDevices(client: Client, myId: string, now: number): Promise<Map<string, StDevice>> {
	const [configs, connections, stats] = await Promise.all([
		client.devices(),
		client.connections(),
		client.deviceStats(),
	]);
	return new Map(
		configs
			.filter(({deviceID}) => deviceID !== myId)
			.map(config => {
				const {deviceID} = config;
				return [deviceID, deviceOf(config, connections[deviceID], stats[deviceID]?.lastSeen, now)];
			}),
	);
}

/** The settings of its folders. */
export async function readSettings(client: Client, myId: string): Promise<Map<string, StFolderSettings>> {
	return new Map((await client.folders()).map(config => [config.id, settingsOf(config, myId)]));
}

/** How the followed folders are. */
async function readFolders(
	client: Client,
	settings: ReadonlyMap<string, StFolderSettings>,
	{isFollowed}: Pick<Looking, 'isFollowed'>,
): Promise<Map<string, StFolder>> {
	const followed: StFolderSettings[] = [];
	for (const one of settings.values()) if (await isFollowed(one)) followed.push(one);
	const stats = followed.length === 0 ? {} : await client.folderStats();
	const found = new Map<string, StFolder>();
	const waiting = [...followed];
	const work = async () => {
		for (let next = waiting.pop(); next; next = waiting.pop()) {
			const {lastScan, lastFile} = stats[next.id] ?? {};
			const path = lastFile?.filename;
			found.set(next.id, {
				...(await readFolder(client, next)),
				lastScan,
				lastFile:
					path && lastFile.at !== undefined
						? {path: clean(path, 300), at: lastFile.at, isDeleted: lastFile.deleted ?? false}
						: undefined,
			});
		}
	};

	await Promise.all(Array.from({length: atOnce}, work));
	return found;
}

async function readFolder(client: Client, settings: StFolderSettings): Promise<StFolder> {
	const empty = emptyFolder(settings);
	const {id, devices} = settings;
	const whenRunning = <Part>(answer: Promise<Part>): Promise<Part | undefined> => answer.catch(asStopped);
	const [status, errors, shares] = await Promise.all([
		whenRunning(client.folderStatus(id)),
		settings.isPaused ? undefined : whenRunning(client.folderErrors(id)),
		settings.isPaused
			? []
			: Promise.all(devices.map(async device => ({device, part: await whenRunning(client.completion(id, device))}))),
	]);
	return {
		...empty,
		...(status ? statusPart(status) : {}),
		...(errors && errors.length > 0 ? errorsPart(errors) : {}),
		shares: shares.flatMap(({device, part}) => (part ? [shareOf(device, part)] : [])),
	};
}

/** A folder that is paused or just being started has nothing to tell, which Syncthing says as 404. */
function asStopped(error: unknown): undefined {
	if (error instanceof ApiError && error.status === 404) return undefined;
	throw error;
}

/** Who knocks and what is offered; Syncthing before 1.13 cannot tell. */
export async function readPending(
	client: Client,
): Promise<{readonly pendingDevices: readonly StPendingDevice[]; readonly pendingFolders: readonly StPendingFolder[]}> {
	const [devices = {}, folders = {}] = await Promise.all([
		client.pendingDevices().catch(asStopped),
		client.pendingFolders().catch(asStopped),
	]);
	return {
		pendingDevices: Object.entries(devices).map(([id, {name, address, time}]) => ({
			id,
			name: clean(name ?? '', 64),
			address: clean(address ?? '', 200),
			at: time,
		})),
		pendingFolders: Object.entries(folders).flatMap(([id, {offeredBy}]) =>
			Object.entries(offeredBy).map(([device, {label, time}]) => ({
				id,
				label: clean(label || id, 64),
				device,
				at: time,
			})),
		),
	};
}
