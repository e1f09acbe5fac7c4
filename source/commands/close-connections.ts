import {join} from 'node:path';
import type {Hub} from '../sync/hub.js';
import {LeaseView} from '../sync/live/leases.js';
import {closeAllMasters} from '../sync/ssh/connection.js';
import type {CommandIo} from './types.js';

/** Ends the shared connections of a hub that this process leaves; what others transfer over them goes on. */
export async function closeConnections({state}: Hub, {env}: CommandIo): Promise<void> {
	const runFolder = join(state.config.folder, 'run');
	const others = await new LeaseView(runFolder).look();
	await closeAllMasters(runFolder, env, others.size > 0);
}
