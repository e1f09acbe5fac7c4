import fs from 'node:fs';
import {realpath, rm, rmdir} from 'node:fs/promises';
import path from 'node:path';
import {isFilledByHub} from '../config/filled.js';
import type {SpokeConfig} from '../config/types.js';
import {stagingOf} from '../guard/folders.js';
import {LedgerFile} from '../guard/ledger-file.js';
import {acquireLease, type Holder} from '../schedule/lease.js';
import {endLeftovers} from '../schedule/leftovers.js';
import {walk} from '../sessions/tree.js';
import type {RunBy} from '../store/runs.js';
import type {Store} from '../store/store.js';

/** What a purge works with. */
export interface PurgeRequest {
	readonly spoke: SpokeConfig;
	readonly store: Store;
	readonly databaseDir: string;
	/** Folder of leases. */
	readonly runFolder: string;
	readonly by: RunBy;
	readonly signal: AbortSignal;
	/** Takes the entry out of config.yaml, while nobody can sync the spoke; called last. */
	readonly onDeleted: () => Promise<void>;
}

/** What was deleted. */
export interface Purged {
	/** Session files that lay in the spoke's folder, and their bytes. */
	readonly sessions: number;
	readonly bytes: number;
	/** Kept earlier versions. */
	readonly generations: number;
	/** Absolute paths. */
	readonly deleted: readonly string[];
	/** A folder that something else fills stays: with Syncthing, deleting there would delete on other machines. */
	readonly kept: string | undefined;
}

/**
 * Deletes everything the hub holds of a spoke: its copy, earlier versions, ledger, history. What lies on the spoke is not
 * touched. Killed half-way it can be run again, because the entry in config.yaml goes last.
 * @returns who holds the spoke's lease, when nothing was done because of that
 * @throws NodeJS.ErrnoException when something cannot be deleted
 */
export async function purgeSpoke(request: PurgeRequest): Promise<Purged | {readonly heldBy: Holder}> {
	const {spoke, store, databaseDir, runFolder, by, signal, onDeleted} = request;
	const lease = await acquireLease({folder: runFolder, spoke: spoke.name, by});
	if ('heldBy' in lease) return lease;
	try {
		const staging = fs.existsSync(spoke.path)
			? stagingOf(spoke)
			: path.join(path.dirname(spoke.path), '.staging', spoke.name);
		if (lease.isAfterCrash) await endLeftovers(staging, signal);
		const isOurs = isFilledByHub(spoke);
		const files = isOurs && fs.existsSync(spoke.path) ? await walk(spoke.path) : new Map<string, {size: number}>();
		const {total: generations} = store.ledger.latestGenerations(spoke.name, 0);
		const deleted: string[] = [];
		const remove = async (target: string) => {
			if (!fs.existsSync(target)) return;
			// Where the folder is a link, what it leads to is what holds the sessions.
			const real = await realpath(target);
			await rm(real, {recursive: true, force: true, maxRetries: 3});
			if (real !== target) await rm(target, {force: true});
			deleted.push(target);
		};

		await remove(staging);
		await rmdir(path.dirname(staging)).catch(() => {});
		if (isOurs) await remove(spoke.path);
		await remove(path.join(databaseDir, 'generations', spoke.name));
		await remove(LedgerFile.path(databaseDir, spoke.name));
		store.forget(spoke.name, spoke.path);
		await onDeleted();
		const bytes = [...files.values()].reduce((sum, {size}) => sum + size, 0);
		return {sessions: files.size, bytes, generations, deleted, kept: isOurs ? undefined : spoke.path};
	} finally {
		await lease.release();
	}
}
