import path from 'node:path';
import {clean} from '../../text/clean.js';
import {shellQuote} from '../process.js';
import type {HubPlan, HubSide, Remote, RemoteFolder, RemotePlan, SetupStep} from './setup-types.js';
import {SetupRefusal} from './setup-undo.js';

/** The folder of a spoke's Syncthing that holds its sessions; undefined: none does. */
export function remoteFolderAt(
	{folders, home}: Pick<Remote, 'folders' | 'home'>,
	place: string,
): RemoteFolder | undefined {
	return folders.find(folder => spelled(folder.path, home) === spelled(place, home));
}

function spelled(place: string, home: string | undefined): string {
	const inHome = place === '~' || place.startsWith('~/');
	return path.posix.resolve('/', inHome && home !== undefined ? path.posix.join(home, place.slice(1)) : place);
}

/**
 * What is to be made on a spoke's Syncthing. Without having seen it: everything.
 * @param place its folder of sessions, absolute or beginning with `~/`
 * @throws SetupRefusal where it would collide with what is there, or where the folder would not send
 */
export function planRemote(
	{myId, name}: Pick<HubSide, 'myId' | 'name'>,
	{folderId, deviceName}: Pick<HubPlan, 'folderId' | 'deviceName'>,
	place: string,
	remote: Remote | undefined,
): RemotePlan {
	const here = remote && remoteFolderAt(remote, place);
	if (here && here.id !== folderId) {
		throw new SetupRefusal(
			`on the spoke ${clean(place)} is folder '${clean(here.id)}', on the hub it would be '${clean(folderId)}': one folder has one id`,
			[`use the spoke's: --folder-id ${clean(here.id)}`],
		);
	}

	const same = remote?.folders.find(({id}) => id === folderId);
	if (same && !here) {
		throw new SetupRefusal(`the spoke has a folder '${clean(folderId)}' already, at ${clean(same.path)}`, [
			`name that place: --spoke-path ${clean(same.path)}`,
			'or name another folder: --folder-id ID',
		]);
	}

	if (here && here.type !== 'sendonly' && here.type !== 'sendreceive') {
		throw new SetupRefusal(`on the spoke folder '${clean(here.id)}' is ${clean(here.type)}: it sends nothing`, [
			'make it send only in its Syncthing: Edit, Advanced, Folder Type',
		]);
	}

	return {
		hubId: myId,
		hubName: name,
		folderId,
		path: place,
		label: `pi sessions of ${deviceName}`,
		addsDevice: !remote?.devices.includes(myId),
		folder: !here ? 'add' : here.devices.includes(myId) ? 'keep' : 'share',
	};
}

/**
 * What a plan does on the spoke, with the commands for a shell there; they are the same for Syncthing 1.19 and 2.x. The
 * folder only sends: nothing the hub has can ever come back to it.
 */
export function remoteSteps(plan: RemotePlan): SetupStep[] {
	const {hubId, hubName, folderId, path: place, addsDevice, folder} = plan;
	const [device, add, share] = remoteCommands(plan).map(words => shellQuote(words));
	const steps: SetupStep[] = [];
	if (addsDevice) {
		steps.push({side: 'spoke', text: `add this hub as a device: ${clean(hubName)}, ${hubId}`, command: device});
	}

	if (folder === 'add') {
		const text = `add folder ${clean(place)} with the id ${clean(folderId)} and the type Send Only (Syncthing puts its marker .stfolder there)`;
		steps.push({side: 'spoke', text, command: add});
	}

	if (folder !== 'keep') steps.push({side: 'spoke', text: 'share that folder with this hub', command: share});
	return steps;
}

/**
 * The three commands of a setup, as words: the device, the folder, its sharing. A leading `~` of the folder's path stays
 * unquoted: Syncthing reads it as the shell does.
 */
export function remoteCommands({
	hubId,
	hubName,
	folderId,
	label,
	path: place,
}: RemotePlan): [string[], string[], string[]] {
	const config = ['syncthing', 'cli', 'config'];
	return [
		[...config, 'devices', 'add', '--device-id', hubId, '--name', hubName],
		[...config, 'folders', 'add', '--id', folderId, '--label', label, '--path', place, '--type', 'sendonly'],
		[...config, 'folders', folderId, 'devices', 'add', '--device-id', hubId],
	];
}
