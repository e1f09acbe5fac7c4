import type {Failure} from '../causes.js';
import {SyncError} from '../causes.js';
import type {Clock} from '../clock.js';
import type {SpokeConfig} from '../config/types.js';
import type {Surroundings} from '../syncthing/instance.js';
import type {Contact, SyncMethod} from './types.js';

/** What the Syncthing method is made of. */
export interface SyncthingMethodOptions extends Surroundings {
	readonly clock: Clock;
}

/** Milliseconds a question may take. */
const probeLimitMs = 15_000;

/**
 * Syncthing fills the spoke's folder; a sync has the hub's side scan it, waits for what is on its way and enters what
 * arrived in the ledger. Nothing is ever written into the folder.
 */
export function createSyncthingMethod({clock, ...surroundings}: SyncthingMethodOptions): SyncMethod {
	return {
		name: 'syncthing',
		undriven: () => undefined,
		async look({name}) {
			throw new Error(`'${name}' has no source to look at: Syncthing fills its folder`);
		},
		async rescan({path, name}, {signal, onProgress, onCommand}) {
			// The client, and what reads its answers, only where it is used.
			const [{reach}, {rescanFolder}] = await Promise.all([
				import('../syncthing/reach.js'),
				import('../syncthing/rescan.js'),
			]);
			try {
				const reached = await reach(path, surroundings, signal);
				if (!reached) return undefined;
				const {client, folder} = reached;
				try {
					if (!folder) return unknownFolder(client.instance.url, path);
					onCommand(`syncthing rescan of folder '${folder.id}' (${client.instance.url}) for ${name}`);
					return await rescanFolder(client, folder, {clock, signal, onProgress});
				} finally {
					client.close();
				}
			} catch (error) {
				signal.throwIfAborted();
				if (error instanceof SyncError) return error.failure;
				throw error;
			}
		},
		async account({path, name}, {signal, onCommand}) {
			const {accountOf} = await import('../syncthing/account.js');
			onCommand(`syncthing asked what of ${name} is announced and not here, and what was changed here`);
			return accountOf(path, surroundings, signal);
		},
		probe: async (spoke, signal) => probe(spoke, surroundings, signal),
	};
}

function unknownFolder(url: string, path: string): Failure {
	return {cause: 'ST_FOLDER', message: `no folder of Syncthing (${url}) has the path ${path}`, detail: ''};
}

async function probe({path}: SpokeConfig, surroundings: Surroundings, signal: AbortSignal): Promise<Contact> {
	const {reach} = await import('../syncthing/reach.js');
	const started = performance.now();
	const via = 'Syncthing';
	const none = {isConnected: false, via, failure: undefined, roundTripMs: undefined};
	const limit = AbortSignal.any([signal, AbortSignal.timeout(probeLimitMs)]);
	try {
		const reached = await reach(path, surroundings, limit);
		if (!reached) return none;
		const {client, folder} = reached;
		try {
			if (!folder) return {...none, failure: unknownFolder(client.instance.url, path)};
			const connections = await client.connections();
			const connected = folder.devices.find(device => connections[device]?.connected);
			if (connected === undefined) return none;
			const address = connections[connected]?.address || undefined;
			return {isConnected: true, via, failure: undefined, roundTripMs: performance.now() - started, address};
		} finally {
			client.close();
		}
	} catch (error) {
		signal.throwIfAborted();
		if (error instanceof SyncError) return {...none, failure: error.failure};
		return {
			...none,
			failure: {
				cause: 'ST_DOWN',
				message: `Syncthing's API did not answer within ${probeLimitMs / 1000} s`,
				detail: '',
			},
		};
	}
}
