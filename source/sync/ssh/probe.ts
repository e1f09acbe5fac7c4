import {createConnection} from 'node:net';
import {clean} from '../../text/clean.js';
import {type Cause, type Failure, SyncError} from '../causes.js';
import type {SpokeConfig, TuiConfig} from '../config/types.js';
import {classify} from '../diagnosis/classify.js';
import type {Contact} from '../methods/types.js';
import {type Sharing, sshCommand} from './argv.js';
import type {Connections} from './connection.js';
import {childEnvironment, type Environment} from './environment.js';
import type {createResolver} from './resolve.js';
import {runShared} from './run-shared.js';

/** What a probe works with. */
export interface ProbeTools {
	readonly settings: TuiConfig['ssh'];
	readonly connections: Connections;
	readonly resolver: ReturnType<typeof createResolver>;
	readonly env: Environment;
}

/** `via` of a contact that nothing was asked for; the last contact stays what is known. */
export const notProbed = 'not probed: behind a jump host';

/**
 * Whether a spoke answers, without logging in: over the shared connection when one lives, else by TCP and the server's
 * greeting. A spoke behind a jump host or a proxy command cannot be tried that way; it gives `isConnected: false`
 * with `via: notProbed` and no failure, and says nothing about the spoke.
 * @param onCommand told of every command that is run for it, when it starts and when it ended
 * @throws the signal's reason when it aborts; never for a spoke that does not answer
 */
export async function probeSpoke(
	spoke: SpokeConfig,
	tools: ProbeTools,
	signal: AbortSignal,
	onCommand?: (line: string) => void,
): Promise<Contact> {
	const sharing = await tools.connections.live(spoke);
	if (sharing !== undefined) {
		const contact = await probeShared(spoke, sharing, tools, {signal, onCommand});
		if (contact !== undefined) return contact;
		// Nothing came back through it: whoever comes next must not wait for it either.
		await tools.connections.closeMaster(spoke, onCommand);
	}

	try {
		const destination = await tools.resolver.resolve(spoke, signal, onCommand);
		if (destination.isProxied) return {isConnected: false, via: notProbed, failure: undefined, roundTripMs: undefined};
		const limitMs = tools.settings.connectTimeoutSeconds * 1000;
		return await greet(destination.hostname, destination.port, limitMs, signal);
	} catch (error) {
		signal.throwIfAborted();
		if (!(error instanceof SyncError)) throw error;
		return {isConnected: false, via: 'tcp', failure: error.failure, roundTripMs: undefined};
	}
}

/** @returns undefined when the shared connection gave no answer */
async function probeShared(
	spoke: SpokeConfig,
	sharing: Sharing,
	{settings, env, connections}: ProbeTools,
	{signal, onCommand}: {readonly signal: AbortSignal; readonly onCommand: ((line: string) => void) | undefined},
): Promise<Contact | undefined> {
	const limitMs = settings.connectTimeoutSeconds * 1000;
	const argv = sshCommand(spoke, settings, sharing, 'true');
	const options = {limitMs, signal, env: childEnvironment(env), maxOutput: 65_536, onCommand};
	const finished = await runShared(argv, options, async () => connections.closeMaster(spoke, onCommand));
	if (finished.ended === 'cancelled') signal.throwIfAborted();
	if (finished.ended !== undefined || finished.exitCode === undefined) return undefined;
	// A restricted key refuses `true`; that it was the spoke which refused is all that is asked here.
	if (finished.exitCode !== 255)
		return {isConnected: true, via: 'shared connection', failure: undefined, roundTripMs: finished.tookMs};
	const {cause} = classify({...finished, program: 'ssh'});
	const isRefusal = cause === 'FORCED_RRSYNC' || cause === 'MUX_SOCKET';
	return isRefusal
		? {isConnected: true, via: 'shared connection', failure: undefined, roundTripMs: finished.tookMs}
		: undefined;
}

/** What a server said first. */
export interface Greeting extends Contact {
	/** Its first line, or the `SSH-` line where it said others before; not neutralised; undefined when it said nothing. */
	readonly greeting: string | undefined;
}

/**
 * Connects and waits for `SSH-`.
 * @param limitMs for the connection and the greeting together
 * @throws the signal's reason when it aborts
 */
export async function greet(host: string, port: number, limitMs: number, signal: AbortSignal): Promise<Greeting> {
	signal.throwIfAborted();
	const started = performance.now();
	const where = `${clean(host, 255)} port ${port}`;
	return new Promise((resolve, reject) => {
		const socket = createConnection({host, port});
		let text = '';
		let isOpen = false;
		const settle = (finish: () => void) => {
			clearTimeout(limit);
			signal.removeEventListener('abort', onAbort);
			socket.destroy();
			finish();
		};

		const fail = (cause: Cause, message: string) => {
			const failure: Failure = {cause, message, detail: ''};
			const greeting = text === '' ? undefined : text.split(/\r?\n/)[0];
			settle(() => resolve({isConnected: false, via: 'tcp', failure, roundTripMs: undefined, greeting}));
		};

		const notSsh = () =>
			fail('NOT_SSH', `${where} is not an ssh server, it says: ${clean(text.split(/\r?\n/)[0]!, 80)}`);
		const onAbort = () => settle(() => reject(signal.reason));
		const end = () => {
			if (text !== '') notSsh();
			else if (isOpen) fail('BANNER_TIMEOUT', `${where} accepts connections but says nothing`);
			else fail('TCP_TIMEOUT', `connect to ${where}: timed out`);
		};

		// A web server waits to be spoken to; what a client may say first (RFC 4253, 4.2) makes it show what it is. Its
		// answer is given the other half, also where this program itself was held up through the first.
		let limit = setTimeout(() => {
			if (isOpen && text === '') socket.write('SSH-2.0-probe\r\n');
			limit = setTimeout(end, limitMs / 2);
		}, limitMs / 2);
		signal.addEventListener('abort', onAbort, {once: true});
		socket.once('connect', () => {
			isOpen = true;
		});
		socket.on('data', chunk => {
			text += chunk.toString('latin1');
			// A server may say other lines first (RFC 4253, 4.2).
			const greeting = /^SSH-.*/m.exec(text)?.[0].trimEnd();
			if (greeting !== undefined) {
				const roundTripMs = performance.now() - started;
				const address = socket.remoteAddress;
				settle(() => resolve({isConnected: true, via: 'tcp', failure: undefined, roundTripMs, address, greeting}));
			} else if (text.length > 8192 || /^(?:HTTP\/|\x16\x03|220 |\+OK|RFB )/.test(text)) {
				notSsh();
			}
		});
		socket.once('end', () => {
			if (text === '') fail('KEX_DROPPED', `${where} closed the connection before it said anything`);
			// sshd says these instead of its greeting while it turns connections away (MaxStartups, PerSourcePenalties).
			else if (/^(?:Exceeded MaxStartups|Not allowed at this time)\r?$/m.test(text))
				fail('KEX_DROPPED', `${where} turned the connection away: ${clean(text.trim(), 80)}`);
			else notSsh();
		});
		socket.once('error', (error: NodeJS.ErrnoException) => {
			const [cause, words] = socketCauses[error.code ?? ''] ?? ['UNKNOWN', error.message];
			fail(
				isOpen ? 'KEX_DROPPED' : cause,
				isOpen ? `${where} broke the connection off` : `connect to ${where}: ${words}`,
			);
		});
	});
}

const socketCauses: Readonly<Record<string, readonly [Cause, string]>> = {
	ECONNRESET: ['KEX_DROPPED', 'broken off at once'],
	ECONNREFUSED: ['TCP_REFUSED', 'connection refused'],
	ETIMEDOUT: ['TCP_TIMEOUT', 'timed out'],
	EHOSTUNREACH: ['NO_ROUTE', 'no route to host'],
	EHOSTDOWN: ['NO_ROUTE', 'host is down'],
	ENETUNREACH: ['NET_UNREACHABLE', 'network is unreachable'],
	ENETDOWN: ['NET_UNREACHABLE', 'network is down'],
	EACCES: ['TCP_BLOCKED', 'permission denied by the hub itself'],
	EPERM: ['TCP_BLOCKED', 'operation not permitted by the hub itself'],
	ENOTFOUND: ['DNS_NXDOMAIN', 'no such host name'],
	EAI_AGAIN: ['DNS_TEMPORARY', 'the name could not be looked up just now'],
};
