import {SyncError} from '../sync/causes.js';
import type {HubConfig} from '../sync/config/types.js';
import {type SpokeSetup, waitForDevice} from '../sync/services/spoke-setup.js';
import type {StepContext} from '../sync/services/spoke-step.js';
import {clean} from '../text/clean.js';
import type {Asker} from './spoke-ask.js';
import type {CommandIo} from './types.js';

/** Milliseconds `--wait` waits for the first connection. */
const connectionMs = 600_000;

/** What the steps of a setup work with. */
export function stepContext(io: CommandIo, config: HubConfig, asker: Asker, isAgreed = false): StepContext {
	return {
		...{io, asker, isAgreed, settings: config.tui.ssh},
		say: line => io.stderr.write(`${clean(line, 8192)}\n`),
	};
}

/** Says what happens from here on, or stays until the device has connected. */
export async function sayNext({say, io}: StepContext, setup: SpokeSetup, isWaiting: boolean): Promise<void> {
	const {side, hub, remote, onSpoke} = setup;
	const isMade = remote !== undefined || hub.folder === 'keep';
	if (!isMade) {
		say(`this hub's device id, for the spoke: ${side.myId}`);
		say(`on the spoke the folder must have the id ${onSpoke.folderId} and be of the type Send Only`);
	}

	if (!isWaiting) {
		say('the sessions come as soon as both sides have found each other; sync status tells');
		return;
	}

	say(
		`waiting up to ${connectionMs / 60_000} minutes for the device to connect; ctrl-c ends the waiting, nothing else`,
	);
	try {
		const isConnected = await waitForDevice(side, hub.folderId, connectionMs, io.signal);
		say(isConnected ? 'the device is connected' : 'it has not connected yet; what was set up stays');
	} catch (error) {
		if (!(error instanceof SyncError)) throw error;
		say(`${error.failure.message}; what was set up stays`);
	}
}
