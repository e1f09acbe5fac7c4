import type * as z from 'zod/mini';
import {clean} from '../../text/clean.js';
import * as answers from './answers.js';
import type {Instance} from './instance.js';
import {ApiError, type Order, openLine} from './request.js';

/** Milliseconds an ordinary request may take. */
const limitMs = 20_000;
/** Milliseconds a scan may take: the request lasts as long as it does. */
const scanLimitMs = 300_000;
/** Seconds Syncthing holds an event request open when nothing happens. */
const pollSeconds = 60;

/** Settings of a folder or device, as Syncthing has them: more keys than anybody here knows. */
export type Settings = Record<string, unknown>;

/** The part of Syncthing's REST API that is used, typed; every call throws ApiError, or the signal's reason. */
export type Client = ReturnType<typeof createClient>;

/**
 * Makes a client of one instance. Nothing is sent before the first call.
 * @param signal ends every call
 */
export function createClient(instance: Instance, signal?: AbortSignal) {
	const line = openLine(instance);
	const ask = async <Schema extends z.ZodMiniType>(
		schema: Schema,
		order: Pick<Order, 'path'> & Partial<Order>,
	): Promise<z.output<Schema>> => {
		const text = await line.send({method: 'GET', limitMs, signal, ...order});
		return understood(schema, text, instance.url, order.path);
	};

	const tell = async (order: Pick<Order, 'path' | 'method'> & Partial<Order>): Promise<void> => {
		await line.send({limitMs, signal, ...order});
	};

	return {
		/** The instance it talks to. */
		instance,
		/** Closes what is open; later calls open it again. */
		close: () => line.close(),
		/** As in `Line`. */
		dials: () => line.dials(),
		/** As in `Line`. */
		isStanding: () => line.isStanding(),
		status: async () => ask(answers.systemStatus, {path: 'system/status'}),
		version: async () => ask(answers.systemVersion, {path: 'system/version'}),
		connections: async () => (await ask(answers.connections, {path: 'system/connections'})).connections,
		deviceStats: async () => ask(answers.deviceStats, {path: 'stats/device'}),
		folderStats: async () => ask(answers.folderStats, {path: 'stats/folder'}),
		devices: async () => ask(answers.lists.devices, {path: 'config/devices'}),
		folders: async () => ask(answers.lists.folders, {path: 'config/folders'}),
		/** Dear to Syncthing in a large folder: not to be asked at every tick. */
		folderStatus: async (folder: string) => ask(answers.folderStatus, {path: 'db/status', query: {folder}}),
		/** What a device still lacks of the folder; that of this one without `device`. */
		completion: async (folder: string, device?: string) =>
			ask(answers.completion, {path: 'db/completion', query: {folder, ...(device === undefined ? {} : {device})}}),
		folderErrors: async (folder: string) =>
			(await ask(answers.folderErrors, {path: 'folder/errors', query: {folder, perpage: 1000}})).errors,
		/**
		 * What is announced and not here, page by page.
		 * @param page from 1
		 */
		async need(folder: string, page: number, perpage: number) {
			const {progress, queued, rest} = await ask(answers.need, {path: 'db/need', query: {folder, page, perpage}});
			return [...progress, ...queued, ...rest];
		},
		/** What somebody changed on this machine in a folder that only receives. */
		localChanged: async (folder: string) =>
			(await ask(answers.localChanged, {path: 'db/localchanged', query: {folder, perpage: 1000}})).files,
		folderVersions: async (folder: string) => ask(answers.folderVersions, {path: 'folder/versions', query: {folder}}),
		pendingDevices: async () => ask(answers.pendingDevices, {path: 'cluster/pending/devices'}),
		pendingFolders: async () => ask(answers.pendingFolders, {path: 'cluster/pending/folders'}),
		/**
		 * Events after `since`, or none after `seconds` without any.
		 * @param types a combination that is new to Syncthing begins empty
		 */
		events: async (types: readonly string[], since: number, seconds = pollSeconds, end?: AbortSignal) =>
			ask(answers.lists.events, {
				path: 'events',
				query: {events: types.join(','), since, timeout: seconds},
				limitMs: (seconds + 15) * 1000,
				...(end ? {signal: signal ? AbortSignal.any([signal, end]) : end} : {}),
			}),
		/** Scans a folder of this machine, and waits for that. */
		scan: async (folder: string) => tell({method: 'POST', path: 'db/scan', query: {folder}, limitMs: scanLimitMs}),
		/**
		 * Connects to a device no longer, until resumed. As a setting: what `system/pause` and `system/resume` say is not
		 * written down, so that a device which was resumed would be paused again after a restart.
		 */
		pause: async (device: string) =>
			tell({method: 'PATCH', path: `config/devices/${part(device)}`, body: {paused: true}}),
		resume: async (device: string) =>
			tell({method: 'PATCH', path: `config/devices/${part(device)}`, body: {paused: false}}),
		/** What Syncthing would fill in for a new folder: never leave keys out of one that is added. */
		defaultFolder: async (): Promise<Settings> => ask(answers.settings, {path: 'config/defaults/folder'}),
		defaultDevice: async (): Promise<Settings> => ask(answers.settings, {path: 'config/defaults/device'}),
		/** Every setting of a folder; ApiError with status 404 when there is none. */
		folderSettings: async (folder: string): Promise<Settings> =>
			ask(answers.settings, {path: `config/folders/${part(folder)}`}),
		deviceSettings: async (device: string): Promise<Settings> =>
			ask(answers.settings, {path: `config/devices/${part(device)}`}),
		/** Adds a folder, or replaces the one of that id. */
		putFolder: async (folder: Settings) => tell({method: 'POST', path: 'config/folders', body: folder}),
		putDevice: async (device: Settings) => tell({method: 'POST', path: 'config/devices', body: device}),
		/** Changes the given settings and no others. */
		patchFolder: async (folder: string, changes: Settings) =>
			tell({method: 'PATCH', path: `config/folders/${part(folder)}`, body: changes}),
		patchDevice: async (device: string, changes: Settings) =>
			tell({method: 'PATCH', path: `config/devices/${part(device)}`, body: changes}),
		/** Forgets a folder; its files stay where they are. */
		removeFolder: async (folder: string) => tell({method: 'DELETE', path: `config/folders/${part(folder)}`}),
		removeDevice: async (device: string) => tell({method: 'DELETE', path: `config/devices/${part(device)}`}),
		/** Forgets that a device knocked, or offered a folder, until it does again. */
		dismissDevice: async (device: string) => tell({method: 'DELETE', path: 'cluster/pending/devices', query: {device}}),
		dismissFolder: async (folder: string, device: string) =>
			tell({method: 'DELETE', path: 'cluster/pending/folders', query: {folder, device}}),
	};
}

function part(id: string): string {
	return encodeURIComponent(id);
}

function understood<Schema extends z.ZodMiniType>(
	schema: Schema,
	text: string,
	url: string,
	path: string,
): z.output<Schema> {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw new ApiError(
			'UNKNOWN',
			`what answers at ${clean(url)} is no Syncthing: ${path} gave no JSON`,
			text.slice(0, 4096),
		);
	}

	const read = schema.safeParse(value);
	if (read.success) return read.data;
	const [issue] = read.error.issues;
	const where = issue?.path.join('.') ?? '';
	throw new ApiError(
		'UNKNOWN',
		`what Syncthing at ${clean(url)} answered to ${path} is not understood (${clean(`${where} ${issue?.message ?? ''}`.trim())})`,
		text.slice(0, 4096),
	);
}
