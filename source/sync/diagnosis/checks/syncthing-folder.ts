import {clean} from '../../../text/clean.js';
import type {FolderConfig} from '../../syncthing/answers.js';
import type {Client} from '../../syncthing/client.js';
import {folderAt} from '../../syncthing/match.js';
import type {CheckContext, Found} from '../context.js';
import type {SyncthingNames, SyncthingTrouble} from '../syncthing-names.js';
import type {Trace} from '../trace.js';
import {asking, knownOf} from './syncthing-client.js';

/** Other folders that are named when the spoke's is not among them. */
const named = 20;

/** A folder that is offered under such a name holds pi's sessions. */
const sessionsName = /sessions?\b|\bpi\b/i;

/** Whether Syncthing has a folder at the spoke's path, which receives and is not paused. */
export async function checkSyncthingFolder(context: CheckContext, trace: Trace): Promise<Found> {
	return asking(context, trace, async (client, ask) => {
		ask('GET config/folders');
		const {spoke, home, findings} = context;
		const folders = await client.folders();
		const folder = await folderAt(folders, spoke.path, home);
		if (!folder) return missing(context, client, folders);
		findings['st-folder'] = folder;
		const {id, type, paused, devices} = folder;
		const fail = (trouble: SyncthingTrouble, summary: string): Found => ({
			...{status: 'fail', summary: `'${clean(id)}' ${summary}`, cause: 'ST_FOLDER'},
			facts: {syncthing: {...knownOf(context), trouble}},
		});
		trace.say(
			`path ${folder.path}, type ${type}${paused ? ', paused' : ''}, ${devices.length} devices, this one included`,
		);
		if (paused) return fail('folder-paused', 'is paused');
		if (type === 'sendonly') return fail('send-only', 'only sends: it must be receive only');
		if (type === 'receiveencrypted') return fail('encrypted', 'receives encrypted files, which nobody can read here');
		const also = type === 'sendreceive' ? ', though it sends, too' : '';
		return {status: 'pass', summary: `'${clean(id)}' has this path, ${clean(type, 32)}${also}, not paused`};
	});
}

async function missing(context: CheckContext, client: Client, folders: readonly FolderConfig[]): Promise<Found> {
	const {spoke} = context;
	const offers = Object.entries(await client.pendingFolders().catch(() => ({})));
	const devices = await client.devices();
	// By name, as people call the two the same; whatever else is offered is only listed.
	const device = devices.find(({name}) => name?.toLowerCase() === spoke.name.toLowerCase());
	const [offered] =
		offers.find(
			([id, {offeredBy}]) =>
				device !== undefined &&
				device.deviceID in offeredBy &&
				sessionsName.test(`${id} ${offeredBy[device.deviceID]?.label ?? ''}`),
		) ?? [];
	const facts: SyncthingNames = {
		...{...knownOf(context), trouble: 'no-folder'},
		...(offered === undefined ? {} : {offered}),
		...(device ? {device: {id: device.deviceID, name: device.name || spoke.name}} : {}),
	};
	const hint = offered === undefined ? '' : `; '${clean(offered)}' is offered and not accepted yet`;
	return {
		...{status: 'fail', cause: 'ST_FOLDER', summary: `no folder has the path ${spoke.path}${hint}`},
		evidence: [
			...folders.slice(0, named).map(({id, path, type}) => `'${id}': ${path} (${type})`),
			...offers.slice(0, named).map(([id]) => `'${id}' is offered`),
		],
		facts: {syncthing: facts},
	};
}
