import {clean} from '../../../text/clean.js';
import {formatAge, formatAgo} from '../../../text/format.js';
import {isLate} from '../../schedule/lateness.js';
import type {Client} from '../../syncthing/client.js';
import {deviceOf, shareOf} from '../../syncthing/convert.js';
import {ApiError} from '../../syncthing/request.js';
import {namesOf} from '../../syncthing/standing.js';
import type {StDevice, StShare} from '../../syncthing/types.js';
import type {CheckContext, Found} from '../context.js';
import type {SyncthingTrouble} from '../syncthing-names.js';
import type {Trace} from '../trace.js';
import {asking, knownOf} from './syncthing-client.js';

/** Whether a device shares the folder with the hub, is known, not paused, connected, and has not paused it itself. */
export async function checkSyncthingDevice(context: CheckContext, trace: Trace): Promise<Found> {
	return asking(context, trace, async (client, ask) => {
		ask('GET config/devices, system/connections, stats/device');
		const {myId} = context.findings.syncthing!;
		const {id, devices: shared} = context.findings['st-folder']!;
		const ids = shared.map(({deviceID}) => deviceID).filter(one => one !== myId);
		const devices = await readAll(client, context.hub.clock.now());
		const wanted = devices.filter(({id: one}) => ids.includes(one));
		const others = devices.filter(one => one.id !== myId);
		trace.say(...wanted.map(device => lineOf(device, context.hub.clock.now())));
		const fail = (trouble: SyncthingTrouble, summary: string, device?: Pick<StDevice, 'id' | 'name'>, away?: string) =>
			({
				...{status: 'fail', cause: 'ST_DEVICE', summary},
				facts: {
					syncthing: {
						...{...knownOf(context), trouble},
						...(device ? {device: {id: device.id, name: device.name}} : {}),
						...(away === undefined ? {} : {away}),
					},
				},
			}) as const satisfies Found;
		if (ids.length === 0) {
			const named = others.find(({name}) => name.toLowerCase() === context.spoke.name.toLowerCase());
			return fail(
				'no-device',
				'the folder is shared with no device',
				named ?? (others.length === 1 ? others[0] : undefined),
			);
		}

		const [first] = wanted;
		if (!first) {
			const id = ids[0]!;
			return fail('unknown-device', `${id.slice(0, 7)} is not among its devices`, {id, name: id.slice(0, 7)});
		}

		const paused = wanted.filter(({isPaused}) => isPaused);
		if (paused.length === wanted.length)
			return fail('device-paused', `${namesOf(paused)} paused on the hub`, paused[0]);
		const connected = wanted.filter(({isConnected}) => isConnected);
		if (connected.length === 0) return away(context, wanted, fail);
		const shares = await Promise.all(connected.map(async device => shareWith(client, id, device.id)));
		const refusing = shares.find(share => share?.remoteState === 'notSharing' || share?.remoteState === 'paused');
		const isBringing = shares.some(share => share?.remoteState === undefined || share.remoteState === 'valid');
		if (refusing && !isBringing) {
			const device = connected.find(one => one.id === refusing.device)!;
			return refusing.remoteState === 'paused'
				? fail('paused-there', `'${device.name}' has paused the folder`, device)
				: fail('not-sharing', `'${device.name}' does not share the folder with this hub`, device);
		}

		const [one] = connected;
		const where = one!.address === undefined ? '' : ` at ${one!.address}`;
		const version = one!.clientVersion === undefined ? '' : `, ${one!.clientVersion}`;
		return {status: 'pass', summary: `${namesOf(connected)} connected${where}${version}`};
	});
}

function away(
	{hub, spoke}: CheckContext,
	wanted: readonly StDevice[],
	fail: (trouble: SyncthingTrouble, summary: string, device: StDevice, away?: string) => Found,
): Found {
	const now = hub.clock.now();
	const device = wanted.find(({isPaused}) => !isPaused)!;
	const seen = wanted.flatMap(({lastSeen}) => lastSeen ?? []);
	if (seen.length === 0) return fail('never', `'${device.name}' was never connected`, device);
	const at = Math.max(...seen);
	const summary = `'${device.name}' is not connected, last seen ${formatAgo(at, now)}`;
	if (isLate(at, now, spoke.staleAfterMs)) return fail('disconnected', summary, device, formatAge(at, now));
	// A laptop that sleeps is no fault; what is missing comes when it wakes.
	return {status: 'warn', summary: `${summary}: asleep or off? what is missing comes when it is back`};
}

async function readAll(client: Client, now: number): Promise<StDevice[]> {
	const [configs, connections, stats] = await Promise.all([
		client.devices(),
		client.connections(),
		client.deviceStats(),
	]);
	return configs.map(config => {
		const {deviceID} = config;
		return deviceOf(config, connections[deviceID], stats[deviceID]?.lastSeen, now);
	});
}

/** What a connected device says of the folder; undefined where Syncthing does not know yet. */
async function shareWith(client: Client, folder: string, device: string): Promise<StShare | undefined> {
	try {
		return shareOf(device, await client.completion(folder, device));
	} catch (error) {
		if (error instanceof ApiError && error.status === 404) return undefined;
		throw error;
	}
}

function lineOf({id, name, isConnected, isPaused, address, lastSeen}: StDevice, now: number): string {
	const seen = lastSeen === undefined ? 'never seen' : `seen ${formatAgo(lastSeen, now)}`;
	const state = isPaused ? 'paused' : isConnected ? `connected at ${address ?? 'an unknown address'}` : seen;
	return clean(`${name} (${id}): ${state}`);
}
