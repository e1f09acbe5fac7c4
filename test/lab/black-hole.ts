import {createConnection, type Socket} from 'node:net';
import {setTimeout as delay} from 'node:timers/promises';
import type {LabSpoke} from './sshd.js';

/** More connections than sshd lets wait. */
const most = 1000;
/** Milliseconds after which the kernel is known to have dropped what asked for a connection; loopback needs none. */
const droppedMs = 300;

/**
 * Makes a spoke look as a machine that fell asleep does from outside: it is frozen, and so many connections wait for it
 * that the kernel answers no further one. Nothing needs a right to change the network for that.
 * @returns wakes it
 */
export async function fallAsleep(spoke: LabSpoke): Promise<() => void> {
	spoke.freeze();
	const waiting: Socket[] = [];
	const wake = () => {
		for (const socket of waiting) socket.destroy();
		spoke.thaw();
	};

	for (let isOpen = true; isOpen; ) {
		if (waiting.length === most) {
			wake();
			throw new Error(`${spoke.host} still takes connections after ${most}`);
		}

		const socket = createConnection({host: spoke.host, port: spoke.port}).on('error', () => {});
		waiting.push(socket);
		isOpen = await Promise.race([
			new Promise<boolean>(resolve => socket.once('connect', () => resolve(true))),
			delay(droppedMs, false),
		]);
	}

	return wake;
}
