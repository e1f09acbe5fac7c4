import {createConnection, type Socket} from 'node:net';
import {setTimeout as delay} from 'node:timers/promises';
import {waitFor} from './after.js';
import type {Running} from './hub.js';
import {readBanner} from './net.js';
import type {LabSpoke} from './sshd.js';

/** More connections than sshd lets wait. */
const most = 1000;
/** Milliseconds, twice, after which the kernel has dropped what asked for a connection; loopback needs none. */
const droppedMs = 150;
/** Milliseconds in which the process of a connection that was closed is gone; that of one whose client stands still stays. */
const idleMs = 500;

type Asker = Pick<Running, 'kill'>;

/**
 * Makes a spoke look as a machine that fell asleep does from outside: it is frozen, and so many connections wait for it
 * that the kernel answers no further one. Nothing needs a right to change the network for that.
 * @param asker a program that keeps asking the spoke: it stands still while the spoke goes to sleep and while it wakes
 * up, because who asks at such a moment meets a machine that takes the connection and says nothing
 * @returns wakes it; does nothing where it is awake, or gone
 */
export async function fallAsleep(spoke: LabSpoke, asker?: Asker): Promise<() => Promise<void>> {
	if (asker) await betweenQuestions(spoke, asker);
	spoke.freeze();
	const waiting: Socket[] = [];
	const wake = async () => {
		if (waiting.length === 0) return;
		asker?.kill('SIGSTOP');
		for (const socket of waiting.splice(0)) socket.destroy();
		spoke.thaw();
		// Answered in the order in which they came: whoever waited before this one has had an answer.
		if (spoke.processes().length > 0) await greetingOf(spoke);
		asker?.kill('SIGCONT');
	};

	for (let isOpen = true; isOpen; ) {
		if (waiting.length === most) {
			await wake();
			throw new Error(`${spoke.host} still takes connections after ${most}`);
		}

		const socket = createConnection({host: spoke.host, port: spoke.port}).on('error', () => {});
		waiting.push(socket);
		isOpen = await Promise.race([
			new Promise<boolean>(resolve => socket.once('connect', () => resolve(true))),
			// Twice: what this process has slept through is heard between the two.
			delay(droppedMs).then(async () => delay(droppedMs, false)),
		]);
	}

	asker?.kill('SIGCONT');
	return wake;
}

async function greetingOf({host, port, name}: LabSpoke): Promise<void> {
	await waitFor(async () => (await readBanner(host, port)).startsWith('SSH-'), {message: `the greeting of ${name}`});
}

/** Stops whoever asks a spoke, at a moment when none of its questions is under way. */
async function betweenQuestions(spoke: LabSpoke, asker: Asker): Promise<void> {
	for (;;) {
		asker.kill('SIGSTOP');
		// Each connection that came before this one has a process of its own by now.
		await greetingOf(spoke);
		const isIdle = async () => waitFor(() => spoke.processes().length === 1, {timeoutMs: idleMs});
		if (await isIdle().catch(() => false)) return;
		asker.kill('SIGCONT');
		await delay(idleMs);
	}
}
