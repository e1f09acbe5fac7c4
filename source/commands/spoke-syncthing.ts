import {SyncError} from '../sync/causes.js';
import type {HubConfig, SpokeConfig} from '../sync/config/types.js';
import {folderWarnings} from '../sync/syncthing/advice.js';
import {emptyFolder} from '../sync/syncthing/convert.js';
import {reach} from '../sync/syncthing/reach.js';
import {findFolder, type SpokeFolder} from '../sync/syncthing/setup-leave.js';
import {readDevices} from '../sync/syncthing/snapshot.js';
import {clean} from '../text/clean.js';
import {type Asker, isYes} from './spoke-ask.js';
import type {CommandIo} from './types.js';

/** Milliseconds Syncthing is given to answer a command that is not about it alone. */
const limitMs = 10_000;

/** Where a command finds the Syncthings of the hub. */
export function surroundingsOf({env, home}: Pick<CommandIo, 'env' | 'home'>, {tui}: HubConfig) {
	return {settings: tui.syncthing, env, home};
}

/**
 * Finds the Syncthing folder of a spoke; one that cannot be asked for is said on stderr.
 * @returns undefined when there is none, or when nobody answers
 */
export async function folderOf(io: CommandIo, config: HubConfig, spoke: SpokeConfig): Promise<SpokeFolder | undefined> {
	if (spoke.method !== 'syncthing' || spoke.invalid !== undefined) return undefined;
	const signal = AbortSignal.any([io.signal, AbortSignal.timeout(limitMs)]);
	try {
		return await findFolder(spoke.path, surroundingsOf(io, config), signal);
	} catch (error) {
		io.signal.throwIfAborted();
		io.stderr.write(`${messageOf(error)}; nothing was changed in Syncthing\n`);
		return undefined;
	}
}

/** A device of a spoke's folder, as `spoke show` tells it. */
export interface ShownDevice {
	readonly id: string;
	readonly name: string;
	readonly connected: boolean;
	readonly paused: boolean;
	readonly address: string | null;
	/** ISO 8601; null: never. */
	readonly lastSeen: string | null;
}

/**
 * Asks whether something is to be done to the Syncthing folder of a spoke.
 * @param isAgreed `--yes`
 */
export async function isWanted(asker: Asker, isAgreed: boolean | undefined, question: string): Promise<boolean> {
	return isAgreed === true || isYes(asker, question);
}

/**
 * Changes the Syncthing folder of a spoke, config.yaml being written already.
 * @param byHand what is to be done by hand where it fails
 * @returns false when it could not be; that was said on stderr
 */
export async function changeFolder(io: CommandIo, change: Promise<void>, byHand: string): Promise<boolean> {
	try {
		await change;
		return true;
	} catch (error) {
		io.stderr.write(`${messageOf(error)}\n  → ${clean(byHand)}\n`);
		return false;
	}
}

/** What Syncthing has for a spoke, as `spoke show` tells it. */
export interface ShownSyncthing {
	readonly api: string | null;
	/** Why nothing can be told; null: it can. */
	readonly problem: string | null;
	readonly folder: {
		readonly id: string;
		readonly type: string;
		/** `simple`, `staggered`, …; null: none. */
		readonly versioning: string | null;
		readonly paused: boolean;
	} | null;
	readonly devices: readonly ShownDevice[];
	readonly warnings: readonly string[];
}

/** Asks Syncthing for a spoke's folder and devices; never throws but the signal's reason. */
export async function showSyncthing(io: CommandIo, config: HubConfig, {path}: SpokeConfig): Promise<ShownSyncthing> {
	const nothing = {api: null, folder: null, devices: [], warnings: []};
	const signal = AbortSignal.any([io.signal, AbortSignal.timeout(limitMs)]);
	try {
		const reached = await reach(path, surroundingsOf(io, config), signal);
		if (!reached) return {...nothing, problem: 'no Syncthing was found on this hub'};
		const {client, myId, folder} = reached;
		try {
			const api = clean(client.instance.url);
			if (!folder) return {...nothing, api, problem: `no folder of Syncthing has the path ${clean(path)}`};
			const devices = await readDevices(client, myId, io.clock.now());
			return {
				...{api, problem: null},
				folder: {
					id: clean(folder.id),
					type: folder.type,
					versioning: folder.versioning === '' ? null : folder.versioning,
					paused: folder.isPaused,
				},
				devices: folder.devices.flatMap(id => {
					const device = devices.get(id);
					if (!device) return [];
					const {name, isConnected: connected, isPaused: paused, address = null, lastSeen} = device;
					const seen = lastSeen === undefined ? null : new Date(lastSeen).toISOString();
					return [{id, name, connected, paused, address, lastSeen: seen}];
				}),
				warnings: folderWarnings(emptyFolder(folder)).map(({text}) => text),
			};
		} finally {
			client.close();
		}
	} catch (error) {
		io.signal.throwIfAborted();
		return {...nothing, problem: messageOf(error)};
	}
}

/** What Syncthing has for a spoke, as pairs of a name and a line. */
export function syncthingLines({api, problem, folder, devices, warnings}: ShownSyncthing): Array<[string, string]> {
	return [
		...(api === null ? [] : [['syncthing', api] as [string, string]]),
		...(problem === null ? [] : [['syncthing', problem] as [string, string]]),
		...(folder
			? [
					['folder', `${folder.id}${folder.paused ? ', paused' : ''}`] as [string, string],
					['type', folder.type] as [string, string],
					['versioning', folder.versioning ?? 'none'] as [string, string],
				]
			: []),
		...devices.map(({name, id, connected, paused, address, lastSeen}): [string, string] => [
			'device',
			`${name}, ${id}, ${connected ? `connected${address === null ? '' : ` at ${address}`}` : `last seen ${lastSeen ?? 'never'}`}${paused ? ', paused' : ''}`,
		]),
		...warnings.map((text): [string, string] => ['warning', text]),
	];
}

function messageOf(error: unknown): string {
	if (error instanceof SyncError) return clean(error.failure.message);
	return `Syncthing's API did not answer within ${limitMs / 1000} s`;
}
