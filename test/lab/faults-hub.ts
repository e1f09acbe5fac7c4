import {execFile} from 'node:child_process';
import {chownSync} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';
import type {Cause} from '../../source/sync/causes.js';
import {systemClock} from '../../source/sync/clock.js';
import {loadConfig} from '../../source/sync/config/load.js';
import {startDiagnosis} from '../../source/sync/diagnosis/diagnose.js';
import type {Diagnosis} from '../../source/sync/diagnosis/types.js';
import {Hub} from '../../source/sync/hub.js';
import {createMethods} from '../../source/sync/methods/index.js';
import {closeAllMasters} from '../../source/sync/ssh/connection.js';
import {type StateWord, verdictOf} from '../../source/sync/status.js';
import {Store} from '../../source/sync/store/store.js';
import type {Scope} from './after.js';
import {bin, createHub, type LabHub, type SpokeEntry} from './hub.js';

/** Where and as whom a hub's programs run. */
export interface Standing {
	/** Argv put before the program: another network, say. */
	readonly prefix?: readonly string[];
	/** Somebody else than the one who runs the tests; the hub's folder is given to them. */
	readonly as?: {readonly uid: number; readonly gid: number};
	/** On top of the environment; undefined takes a variable away. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** System crontabs of the machine, of which there are none otherwise. */
	readonly crontabs?: readonly string[];
}

/** How a run ended, wherever it ran. */
export interface EngineRun {
	readonly result: string;
	readonly cause: Cause | undefined;
	readonly message: string | undefined;
	/** Undefined for a run of the built program, which does not print it. */
	readonly detail: string | undefined;
	/** What the spoke's row says from then on. */
	readonly word: StateWord;
}

/** What a diagnosis came to, wherever it ran. */
export interface EngineDiagnosis {
	readonly verdict: Diagnosis['verdict'];
	readonly cause: Cause | undefined;
	readonly plain: string | undefined;
	readonly fixes: ReadonlyArray<{readonly title: string; readonly command?: string | null; readonly where: string}>;
	readonly checks: ReadonlyArray<{readonly id: string; readonly status: string; readonly summary: string}>;
}

/** A hub whose engine runs in this process, or as the built program where it must stand elsewhere. */
export interface EngineHub extends LabHub {
	/** One real run of one spoke. */
	run(spoke: string, standing?: Standing): Promise<EngineRun>;
	/** One real diagnosis of one spoke. */
	diagnose(spoke: string, standing?: Standing): Promise<EngineDiagnosis>;
}

/** Limits, in seconds, that also a machine keeps which does much else, and no run that nobody asked for. */
export const limits = limitsOf({connect: 20, stall: 60});

/** Other limits, in seconds: short ones, for faults that are found out by waiting for them. */
export function limitsOf({connect, stall}: {readonly connect: number; readonly stall: number}) {
	return {tui: {default_schedule: 'off', ssh: {connect_timeout: connect, stall_timeout: stall}}};
}

/** Makes a hub with one spoke and short limits; its shared connections end with the scope. */
export async function engineHub(
	scope: Scope,
	entry: SpokeEntry,
	settings: Readonly<Record<string, unknown>> = {},
): Promise<EngineHub> {
	const hub = await createHub({scope, spokes: [entry], settings: {...limits, ...settings}});
	scope.after(async () => closeAllMasters(join(hub.folder, 'run')));
	return {
		...hub,
		run: async (spoke, standing = {}) =>
			isElsewhere(standing) ? runBuilt(hub, spoke, standing) : runHere(hub, spoke, standing),
		diagnose: async (spoke, standing = {}) =>
			isElsewhere(standing)
				? runCommand<EngineDiagnosis>(hub, ['sync', 'diagnose', '--json', spoke], standing)
				: diagnoseHere(hub, spoke, standing),
	};
}

function isElsewhere({prefix, as}: Standing): boolean {
	return prefix !== undefined || as !== undefined;
}

async function diagnoseHere(hub: LabHub, spoke: string, standing: Standing): Promise<EngineDiagnosis> {
	const env = {...process.env, HOME: hub.home, ...standing.env};
	return withHub(hub, env, async opened => {
		const {home} = hub;
		// This machine's own jobs are nothing to the lab's.
		const machine = {crontab: ['true'], systemCrontabs: standing.crontabs ?? [], unitFolders: [], scriptFolders: []};
		const sources = {home, ...machine, processes: async () => []};
		return startDiagnosis({hub: opened, spoke, env, home, sources, signal: opened.signal}).ended;
	});
}

async function runHere(hub: LabHub, spoke: string, {env: changes}: Standing): Promise<EngineRun> {
	return withHub(hub, {...process.env, HOME: hub.home, ...changes}, async opened => {
		const [report] = await opened.sync([spoke]);
		const {result, cause, message, detail} = report!;
		const {state: word} = verdictOf(opened.spoke(spoke)!, systemClock.now(), false);
		return {result, cause, message, detail, word};
	});
}

/**
 * Opens the hub in this process for as long as the work takes.
 * @param env of ssh and rsync
 */
async function withHub<T>(
	{home, configFile}: LabHub,
	env: Readonly<Record<string, string | undefined>>,
	work: (hub: Hub) => Promise<T>,
): Promise<T> {
	const {config, problems} = await loadConfig({file: configFile, home, hostname: hostname(), env});
	if (!config) throw new Error(problems.map(({message}) => message).join('\n'));
	const store = await Store.open(join(config.databaseDir, 'sync.db'));
	const clock = systemClock;
	const methods = (current: typeof config) => createMethods(current, env, clock);
	const hub = new Hub({config, problems, store, methods, clock, by: 'command'});
	try {
		return await work(hub);
	} finally {
		await hub.close();
		store.close();
	}
}

async function runBuilt(hub: LabHub, spoke: string, standing: Standing): Promise<EngineRun> {
	const {runs} = await runCommand<{runs: Array<{result: string; cause: Cause | null; message: string | null}>}>(
		hub,
		['sync', 'run', '--json', spoke],
		standing,
	);
	const {result, cause, message} = runs[0]!;
	const {spokes} = await runCommand<{spokes: Array<{state: StateWord}>}>(hub, ['sync', 'status', '--json'], standing);
	return {result, cause: cause ?? undefined, message: message ?? undefined, detail: undefined, word: spokes[0]!.state};
}

/**
 * Runs the built program where a fault wants it.
 * @returns the JSON it printed
 * @throws Error with all it wrote when that is none
 */
async function runCommand<T>(hub: LabHub, args: readonly string[], standing: Standing): Promise<T> {
	const {prefix = [], as, env} = standing;
	const [program, ...words] = [...prefix, process.execPath, bin, ...args];
	if (as) for (const folder of [hub.home, join(hub.home, '.pi'), hub.folder]) chownSync(folder, as.uid, as.gid);
	return new Promise((resolve, reject) => {
		execFile(
			program!,
			words,
			{cwd: hub.home, env: {PATH: process.env.PATH, HOME: hub.home, ...env}, timeout: 120_000, ...as},
			(_error, stdout, stderr) => {
				try {
					resolve(JSON.parse(stdout) as T);
				} catch {
					reject(new Error(`${args.join(' ')} printed no JSON:\n${stdout}\n${stderr}`));
				}
			},
		);
	});
}
