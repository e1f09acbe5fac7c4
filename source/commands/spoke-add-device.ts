import {DeviceIdError, type HubSide, lookAgain, readDeviceId} from '../sync/services/spoke-setup.js';
import {type StepContext, StepError} from '../sync/services/spoke-step.js';
import {planRemote, remoteSteps} from '../sync/syncthing/remote.js';
import type {StPendingDevice} from '../sync/syncthing/types.js';
import {isUtf8} from '../terminal/capabilities.js';
import {qrLines} from '../text/qr.js';

/** Answers that choose nothing, after which nobody seems to be there. */
const patience = 100;
/** Milliseconds between two looks when nothing was typed: an input that has ended answers at once. */
const againMs = 1000;

/**
 * Finds the device of a spoke with a person: shows this hub's id, what is to be done on the spoke, and who knocks.
 * @param spokePath the folder of sessions on the spoke
 * @param folderId as on the command line
 * @throws StepError when nobody is there to choose; the signal's reason
 */
export async function chooseDevice(
	context: StepContext,
	side: HubSide,
	name: string,
	spokePath: string,
	folderId = `pi-sessions-${name}`,
): Promise<{readonly side: HubSide; readonly deviceId: string}> {
	const {asker, say, io} = context;
	say(`the device id of this hub: ${side.myId}`);
	if (!asker.isThere) throw unknownDevice(side);
	for (const line of qrLines(side.myId, !isUtf8(io.env))) say(line);
	say('on the spoke, in its Syncthing or with these commands:');
	for (const {text, command} of remoteSteps(planRemote(side, {folderId, deviceName: name}, spokePath, undefined))) {
		say(`  ${text}`);
		if (command !== undefined) say(`    ${command}`);
	}

	let now = side;
	for (let look = 0; look < patience; look++) {
		const {pendingDevices: knocking} = now;
		if (knocking.length === 0) say('nobody is knocking yet');
		for (const [index, device] of knocking.entries()) say(`  ${index + 1}  ${knockText(device)}`);
		const answer = await asker.ask('Its number, the device id of the spoke, or enter to look again: ');
		const deviceId = chosen(answer, knocking, say);
		if (deviceId !== undefined) return {side: now, deviceId};
		if (answer === '') await io.clock.sleep(againMs, io.signal);
		now = await lookAgain(now);
	}

	throw unknownDevice(now);
}

function chosen(answer: string, knocking: readonly StPendingDevice[], say: StepContext['say']): string | undefined {
	if (answer === '') return undefined;
	if (/^\d{1,3}$/.test(answer)) {
		const device = knocking[Number(answer) - 1];
		if (!device) say(`there is no ${answer}`);
		return device?.id;
	}

	try {
		return readDeviceId(answer);
	} catch (error) {
		if (!(error instanceof DeviceIdError)) throw error;
		say(`that is no device id: ${error.message}`);
		return undefined;
	}
}

function knockText({id, name, address}: StPendingDevice): string {
	return `${name === '' ? 'a device' : name} is knocking: ${id}${address === '' ? '' : `, from ${address}`}`;
}

function unknownDevice({myId, pendingDevices}: HubSide): StepError {
	return new StepError('the device id of the spoke is not known', [
		...pendingDevices.map(device => knockText(device)),
		'name the one it is: --device-id ID',
		`the spoke needs the id of this hub: ${myId}`,
	]);
}
