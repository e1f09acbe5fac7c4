import {rmSync} from 'node:fs';
import {rmdir} from 'node:fs/promises';
import {dirname} from 'node:path';
import {clean} from '../../text/clean.js';
import {countOf} from '../../text/format.js';
import {fsPath} from '../../text/names.js';
import {SyncError} from '../causes.js';
import {isFilledByHub} from '../config/filled.js';
import type {SpokeConfig} from '../config/types.js';
import {compare, isAbsent} from '../guard/content.js';
import type {GuardContext} from '../guard/context.js';
import {foldFolder} from '../guard/protect.js';
import {forget} from '../guard/remember.js';
import {settleMs} from '../guard/resting.js';
import {type SpokeWork, withSpoke} from '../jobs/spoke-work.js';
import type {Holder} from '../schedule/lease.js';
import {pauseFolder, removeFolder, type SpokeFolder} from '../syncthing/setup-leave.js';
import {Refusal} from '../versions/refusal.js';
import {carryOut, type SpokeSetup} from './spoke-setup.js';

/** Looks at the folder before what is still being written stops a migration. */
const patience = 4;

/** What changes a spoke's method. */
export interface Migration<Result> extends SpokeWork {
	/** The spoke as config.yaml will have it; same name, same path. */
	readonly after: SpokeConfig;
	/** What is made in Syncthing; undefined: nothing. */
	readonly setup: SpokeSetup | undefined;
	/** The folder Syncthing has for it until now, and what is to become of it; undefined: none. */
	readonly leaving: {readonly folder: SpokeFolder; readonly fate: 'remove' | 'pause'} | undefined;
	/** Writes config.yaml; called last. */
	readonly commit: () => Promise<Result>;
}

/** What a migration came to. */
export interface Migrated<Result> {
	readonly committed: Result;
	/** Sessions of the spoke that the ledger answers for. */
	readonly sessions: number;
	/** Of these, sessions that are no longer on the spoke: they stay, and Syncthing calls them local additions. */
	readonly onlyHere: number;
	/** Sessions of which the spoke has another version that is held; the hub's stays and is kept. */
	readonly held: number;
	/** Why the Syncthing folder is paused and not removed, as was wanted; undefined: as wanted. */
	readonly stays: string | undefined;
}

/**
 * Changes what brings a spoke's sessions, into the same folder and with the same ledger. Nobody else works on the spoke
 * meanwhile: its lease is held, and a Syncthing folder is paused. Before anything new may write there, every session in
 * the folder has a copy of the hub's own. config.yaml is written last; what fails before leaves everything as it was.
 * @returns who holds the lease, when nothing was done because of that
 * @throws SyncError, SetupRefusal, whatever `commit` throws, the signal's reason
 */
export async function migrateSpoke<Result>(
	migration: Migration<Result>,
): Promise<Migrated<Result> | {readonly heldBy: Holder}> {
	const {spoke, after} = migration;
	if (after.path !== spoke.path) {
		const message = `a new method needs the same folder (${clean(spoke.path)}): change the path in a step of its own`;
		throw new SyncError({cause: 'CONFIG_INVALID', message, detail: ''});
	}

	const {store, setup, leaving, commit, signal} = migration;
	return withSpoke(migration, async context => {
		const {holds = 0, gone = 0} = store.ledger.holdCounts().get(spoke.name) ?? {};
		let committed: Result;
		try {
			if (leaving) await pauseFolder(leaving.folder, true);
			if (isFilledByHub(spoke) && !isFilledByHub(after)) await assertSound(context);
			if (!isFilledByHub(spoke) || !isFilledByHub(after)) await protect(context);
			if (isFilledByHub(spoke)) await emptyStaging(context);
			signal.throwIfAborted();
			committed = setup ? await carryOut(setup, commit, signal) : await commit();
		} catch (error) {
			if (leaving) await pauseFolder(leaving.folder, leaving.folder.folder.isPaused).catch(() => {});
			throw error;
		}

		const {sessions} = store.ledger.totals(spoke.name);
		const stays = leaving?.fate === 'remove' ? await failureOf(removeFolder(leaving.folder)) : undefined;
		return {committed, sessions, onlyHere: gone, held: holds, stays};
	});
}

async function failureOf(work: Promise<void>): Promise<string | undefined> {
	try {
		await work;
		return undefined;
	} catch (error) {
		return clean((error as Error).message);
	}
}

/**
 * A copy of damaged bytes protects nothing, and entering them would make the ledger forget the true ones: what is wrong
 * is mended first.
 */
async function assertSound({store, spoke, folders, signal}: GuardContext): Promise<void> {
	let damaged = 0;
	for (const [path, {length, sha256}] of store.ledger.all(spoke.name)) {
		signal.throwIfAborted();
		const found = await compare(fsPath(folders.current, path), undefined, {signal}).catch((error: unknown) => {
			if (isAbsent(error)) return undefined;
			throw error;
		});
		if (found?.size !== length || found.sha256 !== sha256) damaged++;
	}

	if (damaged === 0) return;
	const what = `${countOf(damaged, 'session')} of '${spoke.name}' ${damaged === 1 ? 'is' : 'are'} not as the ledger says`;
	throw new Refusal(`${what}: nothing was changed; first pi-brain-tui sync verify ${spoke.name} --deep --repair`, {
		isDamage: true,
	});
}

/** Makes a copy of the hub's own of every session in the folder, and enters what came since the last run. */
async function protect(context: GuardContext): Promise<void> {
	for (let look = 1; ; look++) {
		const {unsettled} = await foldFolder(context, true);
		if (unsettled === 0) return;
		if (look === patience) {
			const message = `${unsettled} of its sessions are being written right now: nothing was changed, try again later`;
			throw new SyncError({cause: 'SRC_CHANGED', message, detail: ''});
		}

		await context.clock.sleep(settleMs + 100, context.signal);
	}
}

/** What rsync left for its next look would never be asked for again; versions in it that stand nowhere else are kept. */
async function emptyStaging(context: GuardContext): Promise<void> {
	const {store, spoke, folders} = context;
	for (const seen of [...store.ledger.observations(spoke.name).values()]) await forget(context, seen, undefined);
	rmSync(folders.staging, {recursive: true, force: true});
	await rmdir(dirname(folders.staging)).catch(() => {});
}
