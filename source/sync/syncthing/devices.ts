import {SyncError} from '../causes.js';
import type {Surroundings} from './instance.js';
import {type Reached, reach} from './reach.js';

/**
 * Pauses the devices a spoke's folder is shared with: Syncthing connects to them no longer, for none of their folders.
 * @param place absolute path of the spoke's folder
 * @returns ids of the devices
 * @throws SyncError ST_DOWN, ST_KEY, ST_HOST, ST_FOLDER; the signal's reason
 */
export async function pauseDevice(
	place: string,
	surroundings: Surroundings,
	signal: AbortSignal,
): Promise<readonly string[]> {
	return forDevices(place, surroundings, signal, async ({client}, device) => client.pause(device));
}

/** Resumes them; as `pauseDevice`. */
export async function resumeDevice(
	place: string,
	surroundings: Surroundings,
	signal: AbortSignal,
): Promise<readonly string[]> {
	return forDevices(place, surroundings, signal, async ({client}, device) => client.resume(device));
}

async function forDevices(
	place: string,
	surroundings: Surroundings,
	signal: AbortSignal,
	act: (reached: Reached, device: string) => Promise<void>,
): Promise<readonly string[]> {
	const reached = await reach(place, surroundings, signal);
	if (!reached) throw new SyncError({cause: 'ST_DOWN', message: 'there is no Syncthing here', detail: ''});
	try {
		if (!reached.folder) {
			throw new SyncError({cause: 'ST_FOLDER', message: `no folder of Syncthing has the path ${place}`, detail: ''});
		}

		for (const device of reached.folder.devices) await act(reached, device);
		return reached.folder.devices;
	} finally {
		reached.client.close();
	}
}
