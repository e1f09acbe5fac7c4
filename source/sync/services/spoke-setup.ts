import {setTimeout as delay} from 'node:timers/promises';
import {clean} from '../../text/clean.js';
import {type FolderWarning, folderWarnings, versionsKept} from '../syncthing/advice.js';
import {emptyFolder} from '../syncthing/convert.js';
import type {Surroundings} from '../syncthing/instance.js';
import {reach} from '../syncthing/reach.js';
import {planRemote, remoteFolderAt, remoteSteps} from '../syncthing/remote.js';
import {makeHub, planHub} from '../syncthing/setup-hub.js';
import type {HubPlan, HubSide, Remote, RemotePlan, SetupStep, Wish} from '../syncthing/setup-types.js';
import {SetupRefusal, Undo} from '../syncthing/setup-undo.js';
import {readDevices, readPending, readSettings} from '../syncthing/snapshot.js';

export {openRest, type RestTarget} from '../syncthing/remote-rest.js';
export {openSsh} from '../syncthing/remote-ssh.js';
export {DeviceIdError, readDeviceId} from '../syncthing/setup-device-id.js';
export type {HubSide, Remote, SetupStep, Wish} from '../syncthing/setup-types.js';
export {SetupRefusal} from '../syncthing/setup-undo.js';

/** Milliseconds between two looks for a device that is waited for. */
const lookMs = 500;
/** Milliseconds two that have just connected are given to compare what they have; more comes by itself. */
const agreementMs = 15_000;

/** Everything a setup of a Syncthing spoke is going to do, before any of it is done. */
export interface SpokeSetup {
	readonly side: HubSide;
	readonly hub: HubPlan;
	/** The spoke's Syncthing where it can be reached; undefined: a person does the spoke's steps. */
	readonly remote: Remote | undefined;
	readonly onSpoke: RemotePlan;
	/** In the order they are done; those of the spoke are done by us only where `remote` is there. */
	readonly steps: readonly SetupStep[];
	/** What is unwise in a folder that is there already and stays as it is. */
	readonly warnings: readonly FolderWarning[];
}

/**
 * Looks at the hub's Syncthing: of several the one that has the place, else the first that answers. Its client is the
 * caller's to close.
 * @param place absolute path of the spoke's sessions on the hub
 * @returns undefined when there is no Syncthing on this hub
 * @throws SyncError ST_DOWN, ST_KEY or ST_HOST; the signal's reason
 */
export async function lookAtHub(
	place: string,
	surroundings: Surroundings,
	signal: AbortSignal,
): Promise<HubSide | undefined> {
	const reached = await reach(place, surroundings, signal);
	if (!reached) return undefined;
	const {client, myId, folder} = reached;
	try {
		const [all, devices, folders, pending] = await Promise.all([
			client.devices(),
			readDevices(client, myId, Date.now()),
			readSettings(client, myId),
			readPending(client),
		]);
		const name = clean(all.find(({deviceID}) => deviceID === myId)?.name || 'hub', 64);
		return {client, url: client.instance.url, myId, name, folders, devices, folder, ...pending};
	} catch (error) {
		client.close();
		throw error;
	}
}

/** Who knocks and what is offered now, for whoever waits for it. */
export async function lookAgain(side: HubSide): Promise<HubSide> {
	return {...side, ...(await readPending(side.client))};
}

/**
 * Plans a setup; changes nothing.
 * @param spokePlace the folder of sessions on the spoke, absolute or beginning with `~/`
 * @param remote the spoke's Syncthing, where it was reached: its device id and the id of its folder are taken over
 * @throws SetupRefusal where it would collide with what is there, or no device is known
 */
export async function planSetup(side: HubSide, wish: Wish, spokePlace: string, remote?: Remote): Promise<SpokeSetup> {
	if (remote && wish.deviceId !== undefined && remote.myId !== wish.deviceId) {
		throw new SetupRefusal(`the Syncthing ${remote.how} is another device: ${remote.myId}`, [
			'leave --device-id out: it is read there',
		]);
	}

	const deviceId = wish.deviceId ?? remote?.myId;
	const isShared = (side.folder?.devices.length ?? 0) > 0;
	if (deviceId === undefined && !isShared) {
		throw new SetupRefusal('the device id of the spoke is not known', ['name it: --device-id ID']);
	}

	const known = remote && side.folder === undefined ? remoteFolderAt(remote, spokePlace)?.id : undefined;
	const folderId = wish.folderId ?? known;
	const hub = await planHub(side, {...wish, deviceId, ...(folderId === undefined ? {} : {folderId})});
	const onSpoke = planRemote(side, hub, spokePlace, remote);
	// Somebody has set both sides up by hand.
	const isDone = hub.folder === 'keep' && remote === undefined;
	return {
		...{side, hub, remote, onSpoke},
		steps: [...hubSteps(hub), ...(isDone ? [] : remoteSteps(onSpoke))],
		warnings: side.folder ? folderWarnings(emptyFolder(side.folder)) : [],
	};
}

function hubSteps({folderId, place, deviceId, deviceName, addsDevice, folder, addresses}: HubPlan): SetupStep[] {
	const steps: SetupStep[] = [];
	const where = addresses.includes('dynamic') ? '' : ` at ${clean(addresses.join(', '))}`;
	if (addsDevice) steps.push({side: 'hub', text: `add the device ${clean(deviceName)}, ${deviceId}${where}`});
	const folderText = `folder '${clean(folderId)}' at ${clean(place)}`;
	if (folder === 'add') {
		steps.push({
			side: 'hub',
			text: `add ${folderText}: receives only, keeps ${versionsKept} versions of each file and every conflict copy`,
		});
	} else if (folder === 'share') steps.push({side: 'hub', text: `share ${folderText} with that device`});
	else steps.push({side: 'hub', text: `${folderText} is there and shared: it stays as it is`});
	return steps;
}

/**
 * Carries out a setup: the hub's side, the spoke's where it can be reached, and last `commit`. Whatever fails, also a
 * cancellation, takes back what was made before it.
 * @param commit writes config.yaml
 * @throws SetupRefusal with what could not be taken back, if anything; else whatever failed
 */
export async function carryOut<Result>(
	{side, hub, remote, onSpoke}: SpokeSetup,
	commit: () => Promise<Result>,
	signal: AbortSignal,
): Promise<Result> {
	const undo = new Undo();
	try {
		await makeHub(side, hub, undo, signal);
		if (remote) {
			await undo.make(
				`what was made on the spoke (${remote.how})`,
				async () => remote.make(onSpoke),
				async () => remote.takeBack(onSpoke),
			);
		}

		signal.throwIfAborted();
		return await commit();
	} catch (error) {
		const left = await undo.takeBack();
		if (left.length === 0) throw error;
		const {message, next = []} = error as Partial<SetupRefusal> & Error;
		throw new SetupRefusal(message, [...left, ...next], {cause: error});
	}
}

/**
 * Waits until a device of a folder is connected, and then a moment for the two to find out what they both have.
 * @returns false when none was connected within the time
 * @throws ApiError; the signal's reason
 */
export async function waitForDevice(
	{client, myId}: Pick<HubSide, 'client' | 'myId'>,
	folderId: string,
	limitMs: number,
	signal: AbortSignal,
): Promise<boolean> {
	const devices = (await readSettings(client, myId)).get(folderId)?.devices ?? [];
	const isConnected = await holds(limitMs, signal, async () => {
		const connections = await client.connections();
		return devices.some(device => connections[device]?.connected);
	});
	if (!isConnected) return false;
	await holds(agreementMs, signal, async () => {
		const {state, globalFiles = 0, needTotalItems = 0, receiveOnlyTotalItems = 0} = await client.folderStatus(folderId);
		return state === 'idle' && globalFiles > 0 && needTotalItems + receiveOnlyTotalItems === 0;
	});
	return true;
}

async function holds(limitMs: number, signal: AbortSignal, condition: () => Promise<boolean>): Promise<boolean> {
	const until = performance.now() + limitMs;
	while (!(await condition())) {
		if (performance.now() > until) return false;
		await delay(lookMs, undefined, {signal});
	}

	return true;
}
