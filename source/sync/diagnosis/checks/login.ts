import {randomBytes} from 'node:crypto';
import {lstat} from 'node:fs/promises';
import {join} from 'node:path';
import {cleanLines} from '../../../text/clean.js';
import {type Failure, SyncError} from '../../causes.js';
import {assertRan, type Finished} from '../../process.js';
import {type Sharing, sshCommand} from '../../ssh/argv.js';
import {childEnvironment} from '../../ssh/environment.js';
import {runShared} from '../../ssh/run-shared.js';
import {socketFolder} from '../../ssh/sockets.js';
import {classify} from '../classify.js';
import type {CheckContext, Found} from '../context.js';
import type {Trace} from '../trace.js';
import {climb} from './auth-ladder.js';
import {spokeScript} from './spoke-script.js';

/** Marks the round trip's answer among whatever else a login prints. */
export const nonce = randomBytes(8).toString('hex');

/**
 * Whether the hub can log in: for real, with the options of every sync. Where no shared connection lives the login becomes
 * it; where one does it must not hide that nobody could log in any more, so the round trip is made with a login of its own.
 */
export async function checkLogin(context: CheckContext, trace: Trace): Promise<Found> {
	const {connections, spoke, config, findings} = context;
	try {
		const alive = await connections.live(spoke);
		let sharing = alive;
		let answer: Finished | undefined;
		if (alive === undefined) ({sharing} = await connections.ensureMaster(spoke, trace.signal, trace.onCommand));
		// Without a shared connection every command logs in: the round trip is the login then.
		if (alive !== undefined || !config.tui.ssh.multiplex) answer = await roundTrip(context, {kind: 'none'}, trace);
		if (answer) assertLoggedIn(answer, trace);
		findings.login = {sharing: sharing!, answer};
	} catch (error) {
		if (!(error instanceof SyncError)) throw error;
		return failed(context, trace, error.failure);
	}

	const {loginUser = '', hostname} = findings['ssh-config']!;
	return {status: 'pass', summary: `logged in as ${loginUser}@${hostname}`};
}

/** Runs the script that reads everything on the spoke. */
export async function roundTrip(context: CheckContext, sharing: Sharing, trace: Trace): Promise<Finished> {
	const {spoke, config, env, connections} = context;
	const argv = sshCommand(spoke, config.tui.ssh, sharing, 'sh -s');
	const options = {
		limitMs: trace.limitMs,
		signal: trace.signal,
		env: childEnvironment(env),
		maxOutput: 262_144,
		input: spokeScript(spoke, nonce),
		onCommand: trace.onCommand,
	};
	const release = sharing.kind === 'attach' ? async () => connections.closeMaster(spoke) : undefined;
	const finished = await runShared(argv, options, release);
	if (finished.ended === 'cancelled') trace.signal.throwIfAborted();
	return finished;
}

/** What a command ended with behind a login that worked is the next check's to judge. */
function assertLoggedIn(answer: Finished, trace: Trace): void {
	assertRan(answer, 'ssh', trace.signal);
	if (answer.exitCode !== 255 || answer.stdout !== '') return;
	const failure = classify({...answer, program: 'ssh'});
	// A shell that was killed ends ssh with 255 as well, but says nothing about the login; neither does a refusal.
	if (failure.cause === 'UNKNOWN' && answer.stderr.trim() === '') return;
	if (failure.cause === 'FORCED_RRSYNC') return;
	throw new SyncError(failure);
}

async function failed(context: CheckContext, trace: Trace, {cause, message, detail}: Failure): Promise<Found> {
	trace.say(cleanLines(detail));
	if (cause === 'AUTH_DENIED' || cause === 'AUTH_TOO_MANY') return climb(context, trace, {cause, message, detail});
	const [keyFile] = [
		...message.matchAll(/(?:for|file:?|key) ['"]?([^'"]+?)['"]?(?: are too open| not accessible|:|$)/g),
	].map(match => match[1]);
	const sockets = cause === 'MUX_SOCKET' ? await openSocketFolder(context, message) : undefined;
	const isAboutKey = cause.startsWith('KEY_') && keyFile?.startsWith('/');
	return {
		status: 'fail',
		summary: message,
		cause,
		facts: {serverSays: message, ...(isAboutKey ? {keyFile} : {}), ...(sockets === undefined ? {} : {path: sockets})},
	};
}

/** The folder of control sockets, where it is the user's own and only open to others. */
async function openSocketFolder({config, env}: CheckContext, message: string): Promise<string | undefined> {
	const folder = socketFolder(join(config.folder, 'run'), env);
	// What ssh itself says of a socket is not about the folder.
	if (!message.startsWith(`${folder} must `)) return undefined;
	const stats = await lstat(folder).catch(() => undefined);
	return stats?.isDirectory() && stats.uid === process.getuid?.() ? folder : undefined;
}
