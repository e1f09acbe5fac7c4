import {setTimeout as delay} from 'node:timers/promises';
import {clean} from '../../../text/clean.js';
import {applyFolderFix} from '../../syncthing/advice.js';
import {type Client, createClient} from '../../syncthing/client.js';
import {findInstance, type Instance, leadsOf} from '../../syncthing/instance.js';
import {ApiError} from '../../syncthing/request.js';
import type {FixAction, SyncthingChange} from '../types.js';
import {failed} from './files.js';
import {requestsOf} from './syncthing-requests.js';
import type {FixDeps, FixOutcome} from './types.js';

type Action = Extract<FixAction, {type: 'syncthing'}>;

/** Milliseconds in which what was resumed is expected to work: Syncthing dials at once, then every few seconds. */
const comesBackMs = 8000;
const lookMs = 250;

/**
 * Has the hub's Syncthing change something, and waits a little for what comes of it.
 * @throws ApiError, SyncError, or the signal's reason
 */
export async function changeSyncthing(action: Action, deps: FixDeps): Promise<FixOutcome> {
	const instance = await instanceAt(action.url, deps);
	if (!instance) return failed(`no Syncthing of this hub is at ${action.url} any more: nothing was changed`);
	const client = createClient(instance, deps.signal);
	try {
		deps.onCommand?.(requestsOf(action)[0]!);
		const message = await perform(client, action.change, deps.signal);
		return {ok: true, message: clean(message), evidence: []};
	} finally {
		client.close();
	}
}

async function instanceAt(url: string, {syncthing, env, home}: FixDeps): Promise<Instance | undefined> {
	const surroundings = {settings: syncthing, env, home};
	for (const lead of leadsOf(surroundings)) {
		// One that is set up wrongly says nothing of another one.
		const instance = await findInstance(lead, surroundings).catch(() => undefined);
		if (instance?.url === url) return instance;
	}

	return undefined;
}

async function perform(client: Client, change: SyncthingChange, signal: AbortSignal): Promise<string> {
	switch (change.kind) {
		case 'resume-device': {
			await client.resume(change.device);
			const isBack = await comesBack(signal, async () => {
				const connections = await client.connections();
				return connections[change.device]?.connected === true;
			});
			return isBack ? 'the device is resumed and connected' : 'the device is resumed; it is not connected yet';
		}

		case 'resume-folder': {
			await client.patchFolder(change.folder, {paused: false});
			const isBack = await comesBack(signal, async () => isRunning(client, change.folder));
			return `the folder '${change.folder}' is resumed${isBack ? '' : '; it is still being started'}`;
		}

		case 'pause-folder':
			await client.patchFolder(change.folder, {paused: true});
			return `the folder '${change.folder}' is paused`;
		case 'rescan':
			await client.scan(change.folder);
			return `the folder '${change.folder}' was scanned`;
		case 'folder-setting':
			await applyFolderFix(client, change.folder, change.fix);
			await comesBack(signal, async () => isRunning(client, change.folder));
			return `the folder '${change.folder}': ${change.fix.label}`;
	}
}

/** Syncthing starts a folder anew for each change; until then it tells nothing of it. */
async function isRunning(client: Client, folder: string): Promise<boolean> {
	try {
		const {state} = await client.folderStatus(folder);
		return state === 'idle' || state === 'error';
	} catch (error) {
		if (error instanceof ApiError && error.status === 404) return false;
		throw error;
	}
}

async function comesBack(signal: AbortSignal, isBack: () => Promise<boolean>): Promise<boolean> {
	for (const until = performance.now() + comesBackMs; performance.now() < until; ) {
		if (await isBack()) return true;
		await delay(lookMs, undefined, {signal});
	}

	return false;
}
