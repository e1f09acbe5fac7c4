import {clean} from '../../text/clean.js';
import {type Client, createClient, type Settings} from './client.js';
import {firstError} from './first-error.js';
import {findInstance} from './instance.js';
import type {Remote, RemotePlan} from './setup-types.js';
import {SetupRefusal, Undo} from './setup-undo.js';

/** Where a spoke's Syncthing answers. */
export interface RestTarget {
	readonly url: string;
	/** Absolute path of a file that holds its API key and nothing else. */
	readonly keyFile: string;
	/** SHA-256 of its https certificate, in hexadecimal digits; undefined: one the system trusts. */
	readonly fingerprint: string | undefined;
}

/**
 * Looks at a spoke's Syncthing through its REST API; changes nothing.
 * @throws SyncError ST_DOWN, ST_KEY, ST_HOST or UNKNOWN; the signal's reason
 */
export async function openRest({url, keyFile, fingerprint}: RestTarget, signal: AbortSignal): Promise<Remote> {
	const lead = {
		...{url: url.replace(/\/+$/, ''), apiKey: undefined, apiKeyFile: keyFile, home: undefined},
		fingerprint: fingerprint?.replaceAll(/[^\dA-Fa-f]/g, '').toUpperCase(),
	};
	const instance = (await findInstance(lead, {settings: [], env: {}, home: '/'}))!;
	const client = createClient(instance, signal);
	const late = createClient(instance);
	const undo = new Undo();
	const close = () => {
		client.close();
		late.close();
	};

	try {
		const [{myID: myId, tilde}, devices, folders] = await Promise.all([
			client.status(),
			client.devices(),
			client.folders(),
		]);
		return {
			how: `at ${clean(url)}`,
			myId,
			home: tilde || undefined,
			devices: devices.map(({deviceID}) => deviceID),
			folders: folders.map(({id, path, type, devices: own}) => ({
				...{id, path, type},
				devices: own.map(({deviceID}) => deviceID),
			})),
			make: async plan => make({client, late, undo, signal}, plan),
			async takeBack() {
				const left = await undo.takeBack();
				if (left.length > 0) throw new Error(left.join('; '));
			},
			close,
		};
	} catch (error) {
		close();
		throw error;
	}
}

interface Making {
	readonly client: Client;
	/** Works after the signal. */
	readonly late: Client;
	readonly undo: Undo;
	readonly signal: AbortSignal;
}

async function make({client, late, undo, signal}: Making, plan: RemotePlan): Promise<void> {
	const {hubId, hubName, folderId, label, path, addsDevice, folder} = plan;
	if (addsDevice) {
		await undo.make(
			'this hub as a device of the spoke',
			async () => client.putDevice({...(await client.defaultDevice()), deviceID: hubId, name: hubName, paused: false}),
			async () => late.removeDevice(hubId),
		);
	}

	if (folder === 'add') {
		await undo.make(
			`folder '${folderId}' of the spoke`,
			async () =>
				client.putFolder({
					...(await client.defaultFolder()),
					...{id: folderId, label, path, type: 'sendonly', paused: false, devices: [{deviceID: hubId}]},
				}),
			async () => late.removeFolder(folderId),
		);
		const error = await firstError(client, folderId, signal);
		if (error !== undefined) {
			throw new SetupRefusal(`Syncthing on the spoke cannot use ${clean(path)}: ${error}`, [
				'name the folder of sessions there: --spoke-path DIR',
			]);
		}
	}

	if (folder === 'share') {
		const {devices} = await client.folderSettings(folderId);
		await undo.make(
			`folder '${folderId}' of the spoke shared with this hub`,
			async () => client.patchFolder(folderId, {devices: [...(devices as Settings[]), {deviceID: hubId}]}),
			async () => late.patchFolder(folderId, {devices}),
		);
	}
}
