import {rm} from 'node:fs/promises';
import {type Failure, SyncError} from '../causes.js';
import type {SpokeConfig, TuiConfig} from '../config/types.js';
import {classify} from '../diagnosis/classify.js';
import {assertRan, run} from '../process.js';
import {controlCommand, masterCommand, type Sharing} from './argv.js';
import {childEnvironment, type Environment} from './environment.js';
import {isProcess} from './run-shared.js';
import {controlSockets, isListening, makeSocketFolder, socketFolder, socketPath} from './sockets.js';

/** What the commands to a spoke share. */
export interface Connections {
	/**
	 * Sees to it that the spoke's shared connection lives, logging in if need be.
	 * @param onCommand told of the login, as `RunOptions.onCommand`
	 * @param onStarted called when a login has begun
	 * @returns how to use it, and whether it lived before
	 * @throws SyncError with ssh's own classified failure; the signal's reason when it aborts
	 */
	ensureMaster(
		spoke: SpokeConfig,
		signal: AbortSignal,
		onCommand?: (line: string) => void,
		onStarted?: () => void,
	): Promise<{readonly sharing: Sharing; readonly wasAlive: boolean}>;
	/** How to use the spoke's shared connection if one lives now; undefined when none does. Never logs in. */
	live(spoke: SpokeConfig): Promise<Sharing | undefined>;
	/** Ends the spoke's shared connection, whatever state it is in. */
	closeMaster(spoke: SpokeConfig, onCommand?: (line: string) => void): Promise<void>;
}

/** Milliseconds the shared connection's process is given to answer before it is ended without being asked. */
const controlLimitMs = 2000;

/**
 * The shared connections below one run folder.
 * @param runFolder absolute: `run` in the folder of config.yaml
 * @param env environment of the commands
 */
export function createConnections(settings: TuiConfig['ssh'], runFolder: string, env: Environment): Connections {
	const folder = socketFolder(runFolder, env);
	const starting = new Map<string, Promise<{sharing: Sharing; wasAlive: boolean}>>();

	async function start(
		spoke: SpokeConfig,
		signal: AbortSignal,
		onCommand?: (line: string) => void,
		onStarted?: () => void,
	) {
		const socket = socketPath(folder, spoke);
		const sharing: Sharing = {kind: 'attach', socket};
		if (await isListening(socket)) return {sharing, wasAlive: true};
		await makeSocketFolder(folder);
		// Whatever is left there was left by a connection that was killed, and ssh would not listen beside it.
		await rm(socket, {force: true});
		const argv = masterCommand(spoke, settings, socket);
		const failure = await login(argv, socket, settings, env, {signal, onCommand, onStarted});
		if (failure === undefined) return {sharing, wasAlive: false};
		// ssh could log in but not listen (a file system without sockets, say): every command then logs in for itself.
		if (failure.cause === 'MUX_SOCKET') return {sharing: {kind: 'none'} as const, wasAlive: false};
		throw new SyncError(failure);
	}

	return {
		async ensureMaster(spoke, signal, onCommand, onStarted) {
			if (!settings.multiplex) return {sharing: {kind: 'none'}, wasAlive: false};
			const key = socketPath(folder, spoke);
			const pending =
				starting.get(key) ?? start(spoke, signal, onCommand, onStarted).finally(() => starting.delete(key));
			starting.set(key, pending);
			return pending;
		},
		async live(spoke) {
			if (!settings.multiplex) return undefined;
			const socket = socketPath(folder, spoke);
			return (await isListening(socket)) ? {kind: 'attach', socket} : undefined;
		},
		async closeMaster(spoke, onCommand) {
			await closeSocket(socketPath(folder, spoke), env, {order: 'exit', onCommand});
		},
	};
}

/** @returns undefined when the shared connection stands */
async function login(
	argv: readonly string[],
	socket: string,
	settings: TuiConfig['ssh'],
	env: Environment,
	{signal, onCommand, onStarted}: {signal: AbortSignal; onCommand?: (line: string) => void; onStarted?: () => void},
): Promise<Failure | undefined> {
	// ConnectTimeout covers TCP and the banner; keys, agents and the login itself are given as long again, and 10 s.
	const limitMs = settings.connectTimeoutSeconds * 2000 + 10_000;
	let pid: number | undefined;
	const finished = run(argv, {
		signal,
		limitMs,
		env: childEnvironment(env),
		onCommand,
		onStart(started) {
			pid = started;
			onStarted?.();
		},
	});
	const ended = await Promise.race([finished, standsWithout(socket, () => pid, finished)]);
	if (ended === undefined) return undefined;
	assertRan({...ended, spawnError: undefined}, 'ssh', signal);
	if (ended.exitCode === 0) return undefined;
	return classify({...ended, program: 'ssh'});
}

/**
 * Resolves when ssh has left for the background but still holds our pipes, as OpenSSH before 8.5 does: waiting for the
 * pipes to close would mean waiting for the connection to end.
 */
async function standsWithout(socket: string, pid: () => number | undefined, finished: Promise<unknown>) {
	let isOver = false;
	const over = finished.then(
		() => {
			isOver = true;
		},
		() => {
			isOver = true;
		},
	);
	for (;;) {
		await Promise.race([over, new Promise(resolve => setTimeout(resolve, 250).unref())]);
		if (isOver) return new Promise<undefined>(() => {});
		const leader = pid();
		if (leader !== undefined && !isProcess(leader) && (await isListening(socket))) return undefined;
	}
}

/**
 * Ends every shared connection of a run folder, as leaving the dashboard and stopping `sync watch` promise.
 * @param runFolder as given to `createConnections`
 * @param isInUse another process works on the hub: what its transfers use carries them to their end
 */
export async function closeAllMasters(
	runFolder: string,
	env: Environment = process.env,
	isInUse = false,
): Promise<void> {
	const sockets = await controlSockets(socketFolder(runFolder, env));
	await Promise.all(sockets.map(async socket => closeSocket(socket, env, {order: isInUse ? 'stop' : 'exit'})));
}

async function closeSocket(
	socket: string,
	env: Environment,
	{order, onCommand}: {readonly order: 'exit' | 'stop'; readonly onCommand?: (line: string) => void},
): Promise<void> {
	if (await isListening(socket)) {
		const options = {limitMs: controlLimitMs, env: childEnvironment(env), onCommand};
		const asked = await run(controlCommand(socket, order), options);
		if (asked.exitCode !== 0 || (await isListening(socket))) {
			const {stdout, stderr} = await run(controlCommand(socket, 'check'), options);
			const pid = /\(pid=(\d+)\)/.exec(stdout + stderr)?.[1];
			if (pid !== undefined && isProcess(Number(pid))) process.kill(Number(pid), 'SIGKILL');
		}
	}

	// One that does not even answer can no longer be reached once its socket is gone, and ends with its connection.
	await rm(socket, {force: true});
}
