import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {stringify} from 'yaml';
import {onExit, patienceMs, type Scope, temporaryFolder} from './after.js';
import type {LabSpoke} from './sshd.js';

/** The built program, as `npm run build` leaves it. */
export const bin = path.resolve(import.meta.dirname, '../../dist/pi-brain-tui.js');

/** An entry of `spokes:` as config.yaml spells it; what a spoke of the lab leaves open is filled in. */
export type SpokeEntry = Readonly<Record<string, unknown>> & {readonly name: string};

/** What a hub is to be. */
export interface HubOptions {
	readonly scope?: Scope;
	/** Spokes of the lab become rsync spokes; anything else is written as it stands. */
	readonly spokes?: ReadonlyArray<LabSpoke | SpokeEntry>;
	/** Further top-level keys of config.yaml: `tui`, `sync`, `hub`. */
	readonly settings?: Readonly<Record<string, unknown>>;
	/** The whole text of config.yaml instead. */
	readonly configText?: string;
}

/** How a command ended. */
export interface CliResult {
	/** Undefined when a signal ended it. */
	readonly exitCode: number | undefined;
	readonly signal: NodeJS.Signals | undefined;
	readonly stdout: string;
	readonly stderr: string;
	/** Stdout as one JSON value; throws with both streams in the message when it is none. */
	json<T = Record<string, unknown>>(): T;
}

/** What a command is started with. */
export interface CliOptions {
	/** On top of the hub's own; undefined takes a variable away. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** Milliseconds, twice `patienceMs` unless told; then SIGKILL. */
	readonly timeoutMs?: number;
	readonly input?: string;
	readonly cwd?: string;
}

/** A command that runs now, for tests that interrupt or kill it. */
export interface Running {
	readonly pid: number;
	readonly child: ChildProcess;
	/** What it has written so far. */
	stdout(): string;
	stderr(): string;
	kill(signal: NodeJS.Signals): void;
	readonly ended: Promise<CliResult>;
}

/** A throw-away hub: a home folder with a config.yaml, and the built program to run on it. */
export interface LabHub {
	readonly home: string;
	readonly configFile: string;
	/** `<home>/.pi-brain`. */
	readonly folder: string;
	/** Where a spoke's sessions end up unless its entry names a `path`. */
	synced(spoke: string): string;
	/** Writes config.yaml anew. */
	configure(options: Omit<HubOptions, 'scope'>): Promise<void>;
	/** Runs a command to its end. */
	cli(args: readonly string[], options?: CliOptions): Promise<CliResult>;
	/** Starts a command. */
	start(args: readonly string[], options?: CliOptions): Running;
	remove(): Promise<void>;
}

/** Makes a hub in a temporary folder. */
export async function createHub(options: HubOptions = {}): Promise<LabHub> {
	const temporary = await temporaryFolder();
	const home = temporary.path;
	const folder = path.join(home, '.pi-brain');
	const configFile = path.join(folder, 'config.yaml');
	await mkdir(path.join(home, '.pi', 'agent', 'sessions'), {recursive: true});
	await mkdir(folder, {recursive: true});
	const running = new Set<Running>();
	const hub: LabHub = {
		home,
		configFile,
		folder,
		synced: spoke => path.join(folder, 'synced', spoke),
		async configure(changed) {
			await writeFile(configFile, configTextOf(changed));
		},
		start(args, startOptions = {}) {
			const started = startCli(home, args, startOptions);
			running.add(started);
			void started.ended.then(() => running.delete(started));
			return started;
		},
		cli: async (args, cliOptions) => hub.start(args, cliOptions).ended,
		async remove() {
			for (const {kill} of running) kill('SIGKILL');
			await Promise.all([...running].map(async ({ended}) => ended));
			await temporary.remove();
		},
	};
	await hub.configure(options);
	options.scope?.after(async () => hub.remove());
	return hub;
}

function configTextOf({spokes = [], settings = {}, configText}: Omit<HubOptions, 'scope'>): string {
	return configText ?? stringify({...settings, spokes: spokes.map(spoke => spokeEntry(spoke))});
}

/** The entry that syncs a spoke of the lab; spread it to change one key. */
export function spokeEntry(spoke: LabSpoke | SpokeEntry): SpokeEntry {
	if (!('sshdLog' in spoke)) return spoke;
	const {name, source, sshConfig, knownHosts} = spoke as LabSpoke;
	return {name, sync_method: 'rsync', source, ssh_config: sshConfig, known_hosts: knownHosts};
}

function startCli(home: string, args: readonly string[], options: CliOptions): Running {
	if (!existsSync(bin)) throw new Error(`${bin} does not exist; build it first: npm run build`);
	const child = spawn(process.execPath, [bin, ...args], {
		env: {PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', TERM: 'xterm-256color', ...options.env},
		cwd: options.cwd ?? home,
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	const forget = onExit(() => child.kill('SIGKILL'));
	const collected = {stdout: '', stderr: ''};
	child.stdout.setEncoding('utf8').on('data', (text: string) => (collected.stdout += text));
	child.stderr.setEncoding('utf8').on('data', (text: string) => (collected.stderr += text));
	// A program that ends without reading closes the pipe; that is its right.
	child.stdin.on('error', () => {});
	child.stdin.end(options.input ?? '');
	const limit = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 2 * patienceMs);
	const finish = async (): Promise<CliResult> => {
		await once(child, 'close');
		clearTimeout(limit);
		forget();
		return {
			exitCode: child.exitCode ?? undefined,
			signal: child.signalCode ?? undefined,
			...collected,
			json<T>() {
				try {
					return JSON.parse(collected.stdout) as T;
				} catch (cause) {
					throw new Error(`${args.join(' ')}: stdout is no JSON: ${collected.stdout}\n${collected.stderr}`, {cause});
				}
			},
		};
	};

	return {
		pid: child.pid!,
		child,
		stdout: () => collected.stdout,
		stderr: () => collected.stderr,
		kill: signal => void child.kill(signal),
		ended: finish(),
	};
}
