import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {closeSync, existsSync, openSync, readdirSync, readFileSync} from 'node:fs';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import type {Socket} from 'node:net';
import path from 'node:path';
import {type Client, createClient} from '../../source/sync/syncthing/client.js';
import {findInstance} from '../../source/sync/syncthing/instance.js';
import {onExit, type Scope, temporaryFolder, waitFor} from './after.js';
import {freePorts, loopbackAddress} from './net.js';

/** What a Syncthing of the lab can be asked to be. */
export interface SyncthingOptions {
	readonly name?: string;
	/** Ends it and removes its folder when the scope ends. */
	readonly scope?: Scope;
	/** Its API speaks https, with the certificate it makes itself. */
	readonly isSecure?: boolean;
}

/** A real Syncthing with a home of its own, which talks to nobody but those it is paired with. */
export interface LabSyncthing {
	readonly name: string;
	/** Folder of its config.xml, as `tui.syncthing.home` takes it. */
	readonly home: string;
	/** Where its sessions may lie; exists. */
	readonly sessions: string;
	readonly url: string;
	readonly apiKey: string;
	/** Its device id. */
	readonly id: string;
	/** `tcp://127.0.0.9:41234`, where it listens for other devices. */
	readonly address: string;
	/** Answers as long as it runs. */
	readonly client: Client;
	/** SIGTERM, and waits for its end. */
	stop(): Promise<void>;
	/** SIGKILL, and waits for its end. */
	kill(): Promise<void>;
	/** Starts it anew, same home and addresses; fulfilled when its API answers. */
	start(): Promise<void>;
	/** Everything it has logged. */
	log(): Promise<string>;
	remove(): Promise<void>;
}

/** A folder as `share` makes it on one side. */
export interface SharedSide {
	readonly on: LabSyncthing;
	/** Absolute; `sessions` of that Syncthing unless told. */
	readonly path?: string;
	/** `receiveonly`, `sendonly`, `sendreceive`. */
	readonly type: string;
	/** Further settings of the folder. */
	readonly settings?: Readonly<Record<string, unknown>>;
}

/** Version of the program the tests run, as it says itself. */
export function syncthingVersion(): string {
	return execFileSync('syncthing', ['--version'], {encoding: 'utf8'}).split(' ')[1] ?? '';
}

/**
 * Starts a Syncthing on loopback: no discovery, relays, NAT, upgrades, crash or usage reports, no browser.
 * @throws Error when its API does not answer (its log is in the message)
 */
export async function startSyncthing(options: SyncthingOptions = {}): Promise<LabSyncthing> {
	const {name = 'hub', isSecure = false} = options;
	const folder = await temporaryFolder();
	const home = path.join(folder.path, 'st');
	const sessions = path.join(folder.path, 'sessions');
	await mkdir(sessions);
	execFileSync('syncthing', ['generate', '--home', home, '--no-default-folder'], {
		env: environment(folder.path),
		stdio: 'pipe',
	});
	const host = loopbackAddress();
	const [port, apiPort] = await freePorts(host, 2);
	const file = path.join(home, 'config.xml');
	await writeFile(
		file,
		quiet(await readFile(file, 'utf8'), {name, listen: `tcp://${host}:${port}`, api: `${host}:${apiPort}`, isSecure}),
	);
	const instance = async () => {
		const lead = {url: undefined, apiKey: undefined, apiKeyFile: undefined, home, fingerprint: undefined};
		return (await findInstance(lead, {settings: [], env: {}, home: folder.path}))!;
	};

	const {url, apiKey} = await instance();
	let client = createClient(await instance());
	let id = '';
	let daemon: ChildProcess | undefined;
	let keeper: ChildProcess | undefined;
	let forget: (() => void) | undefined;
	const logFile = path.join(folder.path, 'log');
	const end = async (signal: NodeJS.Signals) => {
		const child = daemon;
		if (!child) return;
		daemon = undefined;
		keeper?.kill('SIGKILL');
		const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
		toGroup(child.pid!, signal);
		const limit = setTimeout(() => toGroup(child.pid!, 'SIGKILL'), 15_000);
		await gone;
		clearTimeout(limit);
		forget?.();
		client.close();
	};

	const lab: LabSyncthing = {
		name,
		home,
		sessions,
		url,
		apiKey,
		get id() {
			return id;
		},
		address: `tcp://${host}:${port}`,
		get client() {
			return client;
		},
		stop: async () => end('SIGTERM'),
		kill: async () => end('SIGKILL'),
		async start() {
			if (daemon) throw new Error('This Syncthing runs already');
			const log = openSync(logFile, 'a');
			// A group of its own: the daemon that does the work is a child of the one that watches it.
			const child = spawn(
				'syncthing',
				['serve', '--home', home, '--no-browser', '--no-restart', '--no-default-folder'],
				{
					stdio: ['ignore', log, log],
					detached: true,
					env: environment(folder.path),
				},
			);
			closeSync(log);
			daemon = child;
			forget = onExit(() => toGroup(child.pid!, 'SIGKILL'));
			// Its standard input ends with this process, however that ends: no daemon is left.
			keeper = spawn('/bin/sh', ['-c', 'read -r _; kill -KILL "-$0"', String(child.pid)], {
				stdio: ['pipe', 'ignore', 'ignore'],
			});
			child.unref();
			keeper.unref();
			(keeper.stdin as Socket).unref();
			await waitFor(
				async () => {
					if (child.exitCode !== null) return 'gone';
					// Its certificate is made at the first start.
					if (isSecure && !existsSync(path.join(home, 'https-cert.pem'))) return false;
					client.close();
					client = createClient(await instance());
					id = (await client.status()).myID;
					return id;
				},
				{message: `the API of ${name}'s Syncthing`},
			);
			if (child.exitCode !== null) throw new Error(`Syncthing ended with ${child.exitCode}`);
		},
		log: async () => readFile(logFile, 'utf8'),
		async remove() {
			await end('SIGKILL');
			await folder.remove();
		},
	};
	options.scope?.after(async () => lab.remove());
	try {
		await lab.start();
	} catch (error) {
		const log = await lab.log().catch(() => '');
		await lab.remove();
		throw new Error(`Syncthing of ${name} did not start: ${log}`, {cause: error});
	}

	return lab;
}

/** Makes each of them know each other one, at its address; they connect within a second or two. */
export async function pair(...all: readonly LabSyncthing[]): Promise<void> {
	for (const one of all) {
		for (const other of all) {
			if (one === other) continue;
			const device = await one.client.defaultDevice();
			await one.client.putDevice({...device, deviceID: other.id, name: other.name, addresses: [other.address]});
		}
	}
}

/**
 * Starts two that know each other, at the same time.
 * @param laptop what the second, the spoke's side, is to be besides
 */
export async function startPair(
	scope: Scope,
	laptop: Omit<SyncthingOptions, 'name' | 'scope'> = {},
): Promise<[hubSide: LabSyncthing, laptop: LabSyncthing]> {
	const both = await Promise.all([
		startSyncthing({name: 'hub', scope}),
		startSyncthing({...laptop, name: 'laptop', scope}),
	]);
	await pair(...both);
	return both;
}

/** What Syncthing is told to keep of what it replaces, as the setup tells it. */
export const versioning = {type: 'simple', params: {keep: '50'}} as const;

/**
 * Shares a folder between them. Each change of a folder breaks its connections, and after a few of them within minutes
 * Syncthing waits long before it dials again: they are apart meanwhile.
 */
export async function share(folder: string, ...sides: readonly SharedSide[]): Promise<void> {
	const [first, ...others] = sides;
	const devices = sides.map(({on}) => ({deviceID: on.id}));
	for (const {on} of others) await first?.on.client.pause(on.id);
	for (const {on, path: place = on.sessions, type, settings = {}} of sides) {
		await mkdir(place, {recursive: true});
		await on.client.putFolder({
			...(await on.client.defaultFolder()),
			...{id: folder, label: folder, path: place, type, devices},
			...{fsWatcherEnabled: true, fsWatcherDelayS: 1, rescanIntervalS: 3600, pullerPauseS: 1},
			...settings,
		});
	}

	for (const {on} of others) await first?.on.client.resume(on.id);
}

/** Milliseconds after which a folder that has not arrived is asked for again. */
const askAgainMs = 10_000;

/** Scans where something changed, and waits until the other side has the very same sessions. */
export async function flow(folder: string, from: LabSyncthing, to: LabSyncthing): Promise<void> {
	const place = async (side: LabSyncthing) => (await side.client.folderSettings(folder)).path as string;
	const [source, target] = [await place(from), await place(to)];
	await from.client.scan(folder);
	let askedAt = performance.now();
	await waitFor(
		async () => {
			// What was written within the clock tick of a scan, or lost with a connection, is sent when it is asked for again.
			if (performance.now() - askedAt > askAgainMs) {
				askedAt = performance.now();
				await from.client.scan(folder);
				await to.client.pause(from.id);
				await to.client.resume(from.id);
			}

			if ((await to.client.folderStatus(folder)).state !== 'idle') return false;
			return contentOf(source) === contentOf(target);
		},
		{message: `folder ${folder} of ${from.name} to be whole on ${to.name}`},
	);
}

/** Every session below a folder with its bytes, as one text. */
function contentOf(root: string): string {
	return readdirSync(root, {recursive: true, encoding: 'utf8'})
		.filter(name => name.endsWith('.jsonl') && !/\.stversions|\.syncthing\.|sync-conflict/.test(name))
		.sort()
		.map(name => `${name}\n${readFileSync(path.join(root, name), 'utf8')}`)
		.join('\n');
}

function environment(home: string): NodeJS.ProcessEnv {
	return {
		PATH: process.env.PATH,
		HOME: home,
		LANG: 'C.UTF-8',
		STNOUPGRADE: '1',
		// Without these it measures the machine for a second at each start, and takes every processor.
		STHASHING: 'standard',
		GOMAXPROCS: '2',
	};
}

interface Place {
	readonly name: string;
	readonly listen: string;
	readonly api: string;
	readonly isSecure: boolean;
}

function quiet(xml: string, {name, listen, api, isSecure}: Place): string {
	const options: Readonly<Record<string, string>> = {
		listenAddress: listen,
		globalAnnounceEnabled: 'false',
		localAnnounceEnabled: 'false',
		relaysEnabled: 'false',
		natEnabled: 'false',
		stunServer: '',
		startBrowser: 'false',
		urAccepted: '-1',
		crashReportingEnabled: 'false',
		autoUpgradeIntervalH: '0',
		reconnectionIntervalS: '1',
		setLowPriority: 'false',
	};
	let text = xml.replace(/<address>127\.0\.0\.1:\d+<\/address>/, `<address>${api}</address>`);
	text = text.replace(/(<device id="[^"]+" )name="[^"]*"/, `$1name="${name}"`);
	if (isSecure) text = text.replace('tls="false"', 'tls="true"');
	for (const [key, value] of Object.entries(options)) {
		text = text.replace(new RegExp(`<${key}>[^<]*</${key}>`), `<${key}>${value}</${key}>`);
	}

	return text;
}

function toGroup(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(-pid, signal);
	} catch {}
}
