import {clean} from '../../../text/clean.js';
import type {FixNames} from '../names.js';
import type {SyncthingTrouble} from '../syncthing-names.js';
import type {Fix} from '../types.js';
import {changeOf, cliWords, deviceOf, folderOf, pageOf, syncthingOf} from './syncthing-words.js';
import type {CauseEntry} from './types.js';
import {onHub, onSpoke, type Word} from './words.js';

interface Face {
	plain(names: FixNames): string;
	fixes(names: FixNames): readonly Fix[];
}

const onSpokeCli = (...words: readonly Word[]): readonly Word[] => ['syncthing', 'cli', 'config', ...words];

const startThere: Fix = onSpoke(
	'Start Syncthing there',
	['systemctl', '--user', 'enable', '--now', 'syncthing'],
	'On macOS: brew services start syncthing.',
);

/** What the spoke's user does to have the folder go to this hub. */
function acceptThere(names: FixNames): readonly Fix[] {
	const {folder, myId} = syncthingOf(names);
	const page = "Syncthing's page on the spoke (mostly http://127.0.0.1:8384)";
	return [
		onSpoke(
			`In ${page}, accept ${folderOf(names)} as send only, with the path of the sessions (~/.pi/agent/sessions)`,
			folder === undefined
				? undefined
				: onSpokeCli('folders', 'add', '--id', folder, '--path', {spoke: '.pi/agent/sessions'}, '--type', 'sendonly'),
			'Where the folder is there already, it only lacks this hub: the next step.',
		),
		onSpoke(
			'Share it with this hub',
			folder === undefined || myId === undefined
				? undefined
				: onSpokeCli('folders', folder, 'devices', 'add', '--device-id', myId),
		),
	];
}

const faces: Readonly<Partial<Record<SyncthingTrouble, Face>>> = {
	'no-device': {
		plain: names => `On the hub ${folderOf(names)} is shared with no device, so nobody can bring anything.`,
		fixes(names) {
			const {folder, device} = syncthingOf(names);
			const isKnown = folder !== undefined && device !== undefined;
			return [
				onHub(
					names,
					`Share it with ${deviceOf(names)}`,
					isKnown
						? cliWords(names, 'config', 'folders', folder, 'devices', 'add', '--device-id', device.id)
						: undefined,
					isKnown ? {} : {note: `In ${pageOf(names)}: the folder, Edit, Sharing.`},
				),
				...acceptThere(names),
			];
		},
	},
	'unknown-device': {
		plain: names =>
			`The device that ${folderOf(names)} is shared with is not among the devices of the hub's Syncthing.`,
		fixes(names) {
			const {device} = syncthingOf(names);
			return [
				onHub(
					names,
					'Add the device',
					device && cliWords(names, 'config', 'devices', 'add', '--device-id', device.id, '--name', names.spoke),
					{note: `Compare its id with what Syncthing on ${clean(names.spoke)} shows (Actions, Show ID).`},
				),
			];
		},
	},
	'device-paused': {
		plain: names => `The hub's Syncthing has paused ${deviceOf(names)}: it connects to it no longer.`,
		fixes(names) {
			const {device} = syncthingOf(names);
			const action = changeOf(names, device && {kind: 'resume-device', device: device.id});
			const words = device && cliWords(names, 'config', 'devices', device.id, 'paused', 'set', 'false');
			return [onHub(names, `Resume ${deviceOf(names)}`, words, {action})];
		},
	},
	never: {
		plain: names => `${deviceOf(names)} was never connected to the hub's Syncthing.`,
		fixes(names) {
			const {myId, device} = syncthingOf(names);
			return [
				startThere,
				onSpoke(
					'Add this hub as a device there',
					myId === undefined ? undefined : onSpokeCli('devices', 'add', '--device-id', myId, '--name', 'hub'),
					'Both sides must name each other.',
				),
				onSpoke(
					'Compare its id with the one the hub waits for',
					['syncthing', '--device-id'],
					device === undefined
						? undefined
						: `The hub waits for ${clean(device.id)}. From version 2 on: syncthing device-id.`,
				),
				...acceptThere(names),
			];
		},
	},
	disconnected: {
		plain(names) {
			const {away} = syncthingOf(names);
			return `${deviceOf(names)} is not connected to the hub's Syncthing${away === undefined ? '' : `, for ${away} now`}: it is off, asleep or offline, or its Syncthing does not run.`;
		},
		fixes: () => [onSpoke('Wake it, and see that it is online'), startThere],
	},
	'not-sharing': {
		plain: names => `${deviceOf(names)} is connected, but does not share ${folderOf(names)} with this hub.`,
		fixes: acceptThere,
	},
	'paused-there': {
		plain: names => `${deviceOf(names)} has paused ${folderOf(names)} on its side.`,
		fixes(names) {
			const {folder} = syncthingOf(names);
			return [
				onSpoke(
					'Resume the folder there',
					folder === undefined ? undefined : onSpokeCli('folders', folder, 'paused', 'set', 'false'),
				),
			];
		},
	},
};

const general: Face = {
	plain: () => 'The device is paused, not known, or does not share the folder with this hub.',
	fixes: names => [
		onHub(names, 'Let the diagnosis name what keeps it away', [
			...names.hub.program,
			...['sync', 'diagnose', names.spoke],
		]),
		onSpoke('See that Syncthing runs there, knows this hub and shares the folder with it'),
	],
};

/** The other side, as the hub's Syncthing sees it. */
export const syncthingDevice: CauseEntry = {
	cause: 'ST_DEVICE',
	scenario: 'K',
	title: 'The device cannot bring anything',
	plain: names => faceOf(names).plain(names),
	why: 'Both sides must name each other as devices and share the same folder; a pause lasts until somebody ends it. A device that is away brings what is missing when it comes back, with nothing to be done.',
	signature: "'laptop' is paused in Syncthing",
	check: 'st-device',
	confirm: 'Its pause, its connection, when it was last seen and what it says of the folder are read from the API.',
	fixes: names => faceOf(names).fixes(names),
	isRetryable: true,
};

function faceOf(names: FixNames): Face {
	const {trouble} = syncthingOf(names);
	return (trouble && faces[trouble]) ?? general;
}
