import {mkdir, rmdir, stat} from 'node:fs/promises';
import {clean} from '../../text/clean.js';
import {simpleVersioning} from './advice.js';
import {createClient, type Settings} from './client.js';
import {firstError} from './first-error.js';
import {within} from './match-within.js';
import type {HubPlan, HubSide, Wish} from './setup-types.js';
import {SetupRefusal, type Undo} from './setup-undo.js';

/**
 * What is to be made on the hub's Syncthing for a spoke. A folder that is there already, at the very place, is used.
 * @throws SetupRefusal where it would collide with what is there
 */
export async function planHub(side: HubSide, wish: Wish): Promise<HubPlan> {
	const {folder, devices, myId} = side;
	const {name, place, home, deviceId} = wish;
	if (deviceId === myId) {
		throw new SetupRefusal('that is the device id of this hub itself', [
			'show the id of the spoke: in its Syncthing under Actions, Show ID',
		]);
	}

	const folderId = folder?.id ?? wish.folderId ?? offered(side, deviceId) ?? `pi-sessions-${name}`;
	if (wish.folderId !== undefined && wish.folderId !== folderId) {
		throw new SetupRefusal(
			`${clean(place)} is folder '${clean(folderId)}' in Syncthing already, not '${clean(wish.folderId)}'`,
			[`leave --folder-id out, or give the spoke another path`],
		);
	}

	if (!folder) await assertFree(side, folderId, place, home);
	return {
		folderId,
		place,
		deviceId,
		deviceName: wish.deviceName ?? name,
		addresses: wish.addresses ?? ['dynamic'],
		addsDevice: deviceId !== undefined && !devices.has(deviceId),
		folder: !folder ? 'add' : deviceId === undefined || folder.devices.includes(deviceId) ? 'keep' : 'share',
	};
}

/** The folder the device offers, where it offers one alone. */
function offered({pendingFolders}: HubSide, deviceId: string | undefined): string | undefined {
	const [first, ...more] = pendingFolders.filter(({device}) => device === deviceId);
	return more.length === 0 ? first?.id : undefined;
}

async function assertFree({folders, url}: HubSide, folderId: string, place: string, home: string): Promise<void> {
	const same = folders.get(folderId);
	if (same) {
		throw new SetupRefusal(
			`Syncthing (${clean(url)}) has a folder '${clean(folderId)}' already, at ${clean(same.path)}`,
			['give the spoke that path, or name another folder: --folder-id ID'],
		);
	}

	for (const other of folders.values()) {
		const relation = await within(other.path, place, home);
		if (relation === undefined) continue;
		throw new SetupRefusal(
			`${clean(place)} is ${relation === 'inside' ? 'inside of' : 'around'} ${clean(other.path)}, which is folder '${clean(other.id)}' in Syncthing: two folders must not share files`,
			['give the spoke another path: --path DIR'],
		);
	}
}

/**
 * Makes device and folder on the hub, every setting not named from Syncthing's own defaults.
 * @param undo is told of everything that is made
 * @throws SetupRefusal when Syncthing cannot use the folder; ApiError; the signal's reason
 */
export async function makeHub(side: HubSide, plan: HubPlan, undo: Undo, signal: AbortSignal): Promise<void> {
	const {client} = side;
	// A cancelled setup is taken back all the same.
	const late = createClient(client.instance);
	const {deviceId, folderId, place} = plan;
	if (plan.addsDevice && deviceId !== undefined) {
		await undo.make(
			`device ${deviceId.slice(0, 7)} in the hub's Syncthing`,
			async () =>
				client.putDevice({
					...(await client.defaultDevice()),
					...{deviceID: deviceId, name: plan.deviceName, addresses: plan.addresses, paused: false},
				}),
			async () => late.removeDevice(deviceId).finally(() => late.close()),
		);
	}

	if (plan.folder === 'share' && deviceId !== undefined) {
		const {devices} = await client.folderSettings(folderId);
		await undo.make(
			`folder '${folderId}' shared with ${deviceId.slice(0, 7)}`,
			async () => client.patchFolder(folderId, {devices: [...(devices as Settings[]), {deviceID: deviceId}]}),
			async () => late.patchFolder(folderId, {devices}).finally(() => late.close()),
		);
	}

	if (plan.folder !== 'add') return;
	await makePlace(place, undo);
	await undo.make(
		`folder '${folderId}' in the hub's Syncthing`,
		async () => client.putFolder(await folderOf(side, plan)),
		async () => late.removeFolder(folderId).finally(() => late.close()),
	);
	const error = await firstError(client, folderId, signal);
	if (error === undefined) return;
	throw new SetupRefusal(`Syncthing cannot use ${clean(place)}: ${error}`, [
		'see that the user Syncthing runs as may write that folder, or give the spoke another path: --path DIR',
	]);
}

/** Made by us, because Syncthing would let others of this machine read it; its marker is Syncthing's to make. */
async function makePlace(place: string, undo: Undo): Promise<void> {
	if (await stat(place).catch(() => undefined)) return;
	await undo.make(
		clean(place),
		async () => void (await mkdir(place, {recursive: true, mode: 0o700})),
		// What is not empty holds something that is worth more than tidiness.
		async () => rmdir(place).catch(() => {}),
	);
}

async function folderOf({client, myId}: HubSide, {folderId, place, deviceId, deviceName}: HubPlan): Promise<Settings> {
	const defaults = await client.defaultFolder();
	return {
		...defaults,
		...{id: folderId, label: `pi sessions of ${deviceName}`, path: place, type: 'receiveonly', paused: false},
		devices: [myId, ...(deviceId === undefined ? [] : [deviceId])].map(deviceID => ({deviceID})),
		versioning: {...(defaults.versioning as Settings | undefined), ...simpleVersioning},
		...{maxConflicts: -1, ignoreDelete: false, ignorePerms: true, fsWatcherEnabled: true},
	};
}
