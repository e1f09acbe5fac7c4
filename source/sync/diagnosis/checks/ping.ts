import type {CheckContext, Found} from '../context.js';
import type {Trace} from '../trace.js';

/** Seconds the spoke is given to answer. */
const waitSeconds = 2;
/** Milliseconds after which a ping that does not end by itself is ended; on a busy hub its start alone takes a while. */
const endMs = 8000;

/** Whether the spoke answers a ping: a hint only, because many networks drop them while ssh works. Never fails. */
export async function checkPing({findings}: CheckContext, trace: Trace): Promise<Found> {
	const [address] = findings.name ?? [];
	if (address === undefined) return {status: 'skip', summary: 'behind a jump host'};
	// Linux counts the wait in seconds by -W, macOS the whole run by -t; its ping knows no IPv6.
	const isMac = process.platform === 'darwin';
	const program = isMac && address.includes(':') ? 'ping6' : 'ping';
	const wait = isMac ? (program === 'ping6' ? [] : ['-t', String(waitSeconds)]) : ['-W', String(waitSeconds)];
	const finished = await trace.run([program, '-n', '-c', '1', ...wait, address], {limitMs: endMs});
	trace.say(finished.stdout, finished.stderr);
	if (finished.spawnError !== undefined) return {status: 'skip', summary: `no ${program} on the hub`};
	if (finished.exitCode === 0) {
		findings.ping = true;
		const time = /time[=<]([\d.]+ ms)/.exec(finished.stdout)?.[1];
		return {status: 'pass', summary: time === undefined ? 'answers' : `answers in ${time}`};
	}

	// 2 is an error of ping's own: no permission for raw sockets, no route.
	if (finished.exitCode !== 1 && finished.ended === undefined)
		return {status: 'skip', summary: 'ping could not be tried on this hub'};
	findings.ping = false;
	return {status: 'skip', summary: 'no reply (often blocked; not counted)', facts: {isPingAlive: false}};
}
