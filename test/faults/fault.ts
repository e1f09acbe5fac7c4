import {readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import type {Cause} from '../../source/sync/causes.js';
import type {StateWord} from '../../source/sync/status.js';
import {type Scope, waitFor} from '../lab/after.js';
import {canAccounts, canBeNobody} from '../lab/faults-accounts.js';
import type {EngineHub, Standing} from '../lab/faults-hub.js';
import {canNet} from '../lab/faults-net.js';
import {type SpokeEntry, spokeEntry} from '../lab/hub.js';
import {canMount} from '../lab/mounts.js';
import {olderRsync} from '../lab/rsync-versions.js';
import {writeSession} from '../lab/sessions.js';
import {type LabSpoke, type SpokeOptions, startSpoke} from '../lab/sshd.js';
import {hasRrsync} from '../lab/sshd-files.js';

/** Something that is broken for real, and the spoke that meets it. */
export interface Fault extends Standing {
	readonly entry: SpokeEntry;
	/** Top-level keys of config.yaml, in place of the lab's limits where they name them. */
	readonly settings?: Readonly<Record<string, unknown>>;
	/** A run that ends well comes before it. */
	readonly isAfterRun?: boolean;
	/** Breaks it, once the hub stands and, with `isAfterRun`, has run. */
	spoil?(hub: EngineHub): Promise<void> | void;
}

/** What a fault asks of the machine. */
const needs = {
	net: {has: canNet, reason: 'no network namespace can be made here'},
	accounts: {has: canAccounts, reason: 'password files can only be replaced for one sshd by root'},
	nobody: {has: canBeNobody, reason: 'only root can run a hub as somebody else'},
	mount: {has: canMount, reason: 'no file system can be mounted here'},
	'older-rsync': {has: hasOlderRsync, reason: 'no older rsync can be had here'},
	rrsync: {has: hasRrsync, reason: 'there is no rrsync here'},
} as const;

/** One class of failure and a way to bring it about. */
export interface FaultRow {
	readonly cause: Cause;
	/** What is done; two rows of one class differ in it. */
	readonly by: string;
	/** What the spoke's row says in one word once the run has ended. */
	readonly word: StateWord;
	/** What a run can tell by itself, where it takes a check to find the cause; `done` when it goes well all the same. */
	readonly run?: Cause | 'done';
	/**
	 * What a diagnosis finds where the run's word is not its: the fault has gone by then, or has left another one behind;
	 * `ok` when nothing blocks.
	 */
	readonly diagnosis?: Cause | 'ok';
	/** Title and command of the best fix. */
	readonly firstFix?: RegExp;
	readonly needs?: ReadonlyArray<keyof typeof needs>;
	make(scope: Scope): Promise<Fault>;
}

/** Why a fault cannot be brought about on this machine; undefined when it can. */
export async function impossible({needs: asked = []}: FaultRow): Promise<string | undefined> {
	for (const name of asked) if (!(await needs[name].has())) return needs[name].reason;
	return undefined;
}

async function hasOlderRsync(): Promise<boolean> {
	const older = await olderRsync();
	return older !== undefined && /^[0-2]\.|^3\.[0-3]\./.test(older.version);
}

/** A spoke with one session. */
export async function startFilled(scope: Scope, options: SpokeOptions = {}): Promise<LabSpoke> {
	const spoke = await startSpoke({scope, ...options});
	await writeSession(spoke.sessionsDir);
	return spoke;
}

/** Changes a spoke's ssh_config. */
export function editSshConfig({sshConfig}: LabSpoke, edit: (text: string) => string): void {
	writeFileSync(sshConfig, edit(readFileSync(sshConfig, 'utf8')));
}

/** Replaces or adds options of the only host in a spoke's ssh_config; the first of two would win. */
export function setSshOptions(spoke: LabSpoke, options: Readonly<Record<string, string>>): void {
	editSshConfig(spoke, text => {
		const kept = text.split('\n').filter(line => !Object.hasOwn(options, line.trim().split(' ')[0]!));
		const added = Object.entries(options).map(([name, value]) => `\t${name} ${value}`);
		return [...kept.slice(0, 1), ...added, ...kept.slice(1)].join('\n');
	});
}

/** The fault of a spoke that is broken as it stands. */
export function broken(spoke: LabSpoke, changes: Readonly<Record<string, unknown>> = {}): Fault {
	return {entry: {...spokeEntry(spoke), ...changes}};
}

/**
 * Does something as soon as the first bytes of a pull have come. When none come, nothing is done: what the fault was to
 * bring about is then missing.
 */
export function onceStaged(hub: EngineHub, spoke: string, act: () => unknown): void {
	void waitFor(() => stagedBytes(hub, spoke) > 0).then(act, () => {});
}

function stagedBytes({folder}: EngineHub, spoke: string): number {
	const staging = path.join(folder, 'synced', '.staging', spoke);
	return readdirSync(staging, {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile())
		.reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}
