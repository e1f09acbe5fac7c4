import {rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {type Scope, temporaryFolder} from '../lab/after.js';
import {limits} from '../lab/faults-hub.js';
import {writeSession} from '../lab/sessions.js';
import {flow, type LabSyncthing, pair, share, startSyncthing} from '../lab/syncthing.js';
import type {Fault, FaultRow} from './fault.js';

const folder = 'sessions';

/** Device ids that are well formed and belong to nobody. */
const nobody = 'HGM4BZB-7K34QX7-DSG5NMX-QMVP5NM-62NQEAO-VXSKJCI-C4MTKCN-4SL56A4';
const paused = 'LEOQ5QS-CLC44WQ-ZRYD4IN-3HJ4BMT-52KBS4P-XDVFJX5-VWRR5CH-LN44MQC';

let starting: Promise<LabSyncthing> | undefined;

/** One Syncthing for every fault that does not break the program itself; it ends with this process. */
async function running(): Promise<LabSyncthing> {
	starting ??= startSyncthing();
	return starting;
}

/** The spoke's folder in it, shared with a device that is not there, with one session. */
async function shareFolder(scope: Scope, daemon: LabSyncthing, device = nobody): Promise<Place> {
	const {path: sessions} = await temporaryFolder(scope);
	const id = path.basename(sessions);
	await daemon.client.putDevice({...(await daemon.client.defaultDevice()), deviceID: device, name: 'laptop'});
	await writeSession(sessions);
	const settings = {versioning: {type: 'simple'}, devices: [{deviceID: daemon.id}, {deviceID: device}]};
	// The other side is not there: what lies in the folder is then of the hub's own making, unless it may send.
	await share(id, {on: daemon, path: sessions, type: 'sendreceive', settings});
	return {id, sessions, home: daemon.home, client: daemon.client};
}

interface Place extends Pick<LabSyncthing, 'home' | 'sessions' | 'client'> {
	/** Id of the folder. */
	readonly id: string;
}

/** The spoke whose folder it is. */
function spokeOf(
	{sessions, home}: Pick<Place, 'home' | 'sessions'>,
	changes: Readonly<Record<string, unknown>> = {},
): Fault {
	return {
		entry: {name: 'laptop', sync_method: 'syncthing', path: sessions},
		settings: {tui: {...limits.tui, syncthing: {home, ...changes}}},
	};
}

/** What Syncthing says when it does not work, or not as a hub needs it. */
export const syncthingFaults: readonly FaultRow[] = [
	{
		cause: 'ST_DOWN',
		by: 'a Syncthing that was ended',
		word: 'unreachable',
		firstFix: /[Ss]tart Syncthing/,
		async make(scope) {
			const daemon = await startSyncthing({scope});
			await daemon.stop();
			return spokeOf(daemon);
		},
	},
	{
		cause: 'ST_KEY',
		by: 'a key that is not its own',
		word: 'auth',
		firstFix: /home under tui\.syncthing/,
		make: async scope => spokeOf(await shareFolder(scope, await running()), {api_key: 'not-the-key'}),
	},
	{
		cause: 'ST_HOST',
		by: 'another certificate than the one that is expected',
		word: 'error',
		make: async scope => spokeOf(await startSyncthing({scope, isSecure: true}), {fingerprint: 'AB'.repeat(32)}),
	},
	{
		cause: 'ST_FOLDER',
		by: 'a folder without its marker',
		word: 'error',
		firstFix: /Look whether the sessions are there/,
		async make(scope) {
			const place = await shareFolder(scope, await running());
			rmSync(path.join(place.sessions, '.stfolder'), {recursive: true});
			return spokeOf(place);
		},
	},
	{
		cause: 'ST_FOLDER',
		by: 'a folder that is paused',
		word: 'error',
		firstFix: /Resume the folder: .*paused set false/,
		async make(scope) {
			const place = await shareFolder(scope, await running());
			await place.client.patchFolder(place.id, {paused: true});
			return spokeOf(place);
		},
	},
	{
		cause: 'ST_FOLDER',
		by: 'a path that is none of its folders',
		word: 'error',
		firstFix: /folders add --id pi-sessions-laptop/,
		async make(scope) {
			const place = await shareFolder(scope, await running());
			await place.client.removeFolder(place.id);
			return spokeOf(place);
		},
	},
	{
		cause: 'ST_DEVICE',
		by: 'a device that is paused',
		word: 'never',
		run: 'done',
		firstFix: /Resume laptop: .*paused set false/,
		async make(scope) {
			const place = await shareFolder(scope, await running(), paused);
			await place.client.pause(paused);
			return spokeOf(place);
		},
	},
	{
		cause: 'ST_DEVICE',
		by: 'a device that was never connected',
		word: 'never',
		run: 'done',
		firstFix: /Start Syncthing there/,
		make: async scope => spokeOf(await shareFolder(scope, await running())),
	},
	{
		cause: 'ST_LOCAL',
		by: 'a file that somebody writes on the hub',
		word: 'never',
		run: 'done',
		firstFix: /move what is to be kept/,
		async make(scope) {
			const [daemon, laptop] = await Promise.all([startSyncthing({scope}), startSyncthing({scope, name: 'laptop'})]);
			await pair(daemon, laptop);
			await share(
				folder,
				{on: daemon, type: 'receiveonly', settings: {versioning: {type: 'simple'}}},
				{on: laptop, type: 'sendonly'},
			);
			await writeSession(laptop.sessions);
			await flow(folder, laptop, daemon);
			return {
				...spokeOf(daemon),
				spoil: () => writeFileSync(path.join(daemon.sessions, 'mine.jsonl'), '{}\n'),
			};
		},
	},
];
