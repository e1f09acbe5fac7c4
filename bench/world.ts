import {appendFile, rm} from 'node:fs/promises';
import path from 'node:path';
import {closeAllMasters} from '../source/sync/ssh/connection.js';
import {type Scope, temporaryFolder} from '../test/lab/after.js';
import {bin, createHub, type LabHub} from '../test/lab/hub.js';
import {type LabSpoke, startSpoke} from '../test/lab/sshd.js';
import {timed} from './measure.js';

/** Both sides use the cipher that costs least on machines with AES instructions, so that neither is measured by it. */
const cipher = 'aes128-gcm@openssh.com';

/** Spokes, a hub that syncs them, and what the seed would run instead. */
export interface World {
	readonly spokes: readonly LabSpoke[];
	readonly hub: LabHub;
	/** A folder for whatever a benchmark builds. */
	readonly folder: string;
	/** The seed's command for one spoke, over the same ssh, into a folder of its own. */
	seed(spoke: LabSpoke, ...more: readonly string[]): readonly string[];
	/** Where the seed's copy of a spoke is. */
	seedCopy(spoke: LabSpoke): string;
	/** Runs the installed command on the hub, as a process of its own. */
	command(...words: readonly string[]): Promise<{readonly tookMs: number; readonly stdout: string}>;
	/** Ends the hub's shared connections, so that the next command logs in. */
	closeMasters(): Promise<void>;
	/** Forgets everything the hub holds, as before a first pull. */
	forget(): Promise<void>;
}

/**
 * Starts spokes on loopback and a hub for them.
 * @param settings top-level keys of config.yaml beside `spokes`
 * @param entry keys of each spoke beside what reaches it
 */
export async function startWorld(
	scope: Scope,
	names: readonly string[],
	settings: Readonly<Record<string, unknown>> = {},
	entry: Readonly<Record<string, unknown>> = {},
): Promise<World> {
	const folder = (await temporaryFolder(scope)).path;
	const spokes = await Promise.all(names.map(async name => startSpoke({scope, name})));
	await Promise.all(spokes.map(async ({sshConfig}) => appendFile(sshConfig, `\tCiphers ${cipher}\n`)));
	const hub = await createHub({scope, settings, spokes: spokes.map(spoke => ({...entryOf(spoke), ...entry}))});
	const env = {PATH: process.env.PATH, HOME: hub.home, LANG: 'C.UTF-8'};
	const world: World = {
		spokes,
		hub,
		folder,
		seedCopy: spoke => path.join(folder, 'seed', spoke.name),
		seed: (spoke, ...more) => [
			'rsync',
			'-avz',
			'--delete',
			'--mkpath',
			...more,
			...['-e', `ssh -F ${spoke.sshConfig}`],
			`${spoke.source}/`,
			`${world.seedCopy(spoke)}/`,
		],
		command: async (...words) => timed([process.execPath, bin, ...words], env),
		closeMasters: async () => closeAllMasters(path.join(hub.folder, 'run')),
		async forget() {
			for (const name of ['synced', 'data', 'logs']) {
				await rm(path.join(hub.folder, name), {recursive: true, force: true});
			}
		},
	};
	// A connection that outlives its hub would keep the spoke's folder busy.
	scope.after(world.closeMasters);
	return world;
}

function entryOf({name, source, sshConfig, knownHosts}: LabSpoke) {
	return {name, sync_method: 'rsync', source, ssh_config: sshConfig, known_hosts: knownHosts};
}

/** Runs benchmarks with a scope that ends with them. */
export async function withScope<T>(work: (scope: Scope) => Promise<T>): Promise<T> {
	const ends: Array<() => void | Promise<void>> = [];
	try {
		return await work({after: end => ends.push(end)});
	} finally {
		for (const end of ends.toReversed()) await end();
	}
}
