import {countOf, formatBytes} from '../../text/format.js';
import {SyncError} from '../causes.js';
import type {Account} from '../methods/types.js';
import type {Client} from './client.js';
import {statusPart} from './convert.js';
import type {Surroundings} from './instance.js';
import {reach} from './reach.js';
import type {StFolderSettings} from './types.js';

/** Items of a page, and pages that are asked for: a verify keeps no more findings than these name. */
const perPage = 1000;
const pages = 10;

/**
 * What Syncthing tells of a spoke's side, where nobody else can be asked: what is announced and not here, and what was
 * changed here.
 * @param place absolute path of the spoke's folder
 * @returns undefined when there is no Syncthing here
 * @throws SyncError ST_DOWN, ST_KEY, ST_HOST or ST_FOLDER; the signal's reason
 */
export async function accountOf(
	place: string,
	surroundings: Surroundings,
	signal: AbortSignal,
): Promise<Account | undefined> {
	const reached = await reach(place, surroundings, signal);
	if (!reached) return undefined;
	const {client, folder} = reached;
	try {
		if (!folder) throw folderError(`no folder of Syncthing (${client.instance.url}) has the path ${place}`);
		if (folder.isPaused) throw folderError(`folder '${folder.id}' is paused in Syncthing`);
		return await read(client, folder);
	} finally {
		client.close();
	}
}

function folderError(message: string): SyncError {
	return new SyncError({cause: 'ST_FOLDER', message, detail: ''});
}

async function read(client: Client, {id, type, devices}: StFolderSettings): Promise<Account> {
	const {error, needItems = 0, needBytes = 0} = statusPart(await client.folderStatus(id));
	if (error !== undefined) throw folderError(`Syncthing has stopped folder '${id}': ${error}`);
	const [connections, stats, local] = await Promise.all([
		client.connections(),
		client.deviceStats(),
		type === 'receiveonly' ? client.localChanged(id) : [],
	]);
	const isConnected = devices.some(device => connections[device]?.connected);
	// Until a spoke has told what it has, all that lies here counts as changed here.
	const wasThere = isConnected || devices.some(device => stats[device]?.lastSeen !== undefined);
	const changed = wasThere ? local : [];
	const missing = [];
	for (let page = 1; page <= pages && needItems > 0; page++) {
		const items = await client.need(id, page, perPage);
		missing.push(...items);
		if (items.length < perPage) break;
	}

	const behind =
		needItems === 0
			? 'all that was announced is here'
			: `${countOf(needItems, 'item')} (${formatBytes(needBytes)}) announced and not here yet`;
	const away = isConnected
		? ''
		: wasThere
			? '; the spoke is not connected, so what it did since is not known'
			: '; the spoke was never connected, so what it has is not known';
	return {
		missing: missing
			.filter(({type: kind, deleted}) => kind === 'FILE_INFO_TYPE_FILE' && deleted !== true)
			.map(({name, size = 0, modified = 0}) => ({path: name, size, mtimeMs: modified})),
		changed: changed
			.filter(({type: kind}) => kind === 'FILE_INFO_TYPE_FILE')
			.map(({name, size = 0, deleted = false}) => ({path: name, size, isDeleted: deleted})),
		summary: `only Syncthing was asked, by its word: ${behind}${away}`,
	};
}
