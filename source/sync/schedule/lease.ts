import {randomBytes} from 'node:crypto';
import {constants} from 'node:fs';
import {access, mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import type {DatabaseSync} from 'node:sqlite';
import {type Cause, SyncError} from '../causes.js';
import {systemClock} from '../clock.js';
import {openDatabase} from '../sqlite.js';
import {processStartTime} from './processes.js';

/** The lease of whoever keeps the hub: no spoke can have this name. */
export const keeperLease = '(keeper)';

/** What kind of program asks for a lease. */
export type LeaseUser = 'dashboard' | 'watch' | 'cron' | 'command';

/** Who holds a spoke. */
export interface Holder {
	/** Undefined only when the lease is certainly held and its holder did not say by whom. */
	readonly pid: number | undefined;
	/** As `processStartTime` tells it; empty when `pid` is undefined. */
	readonly startTime: string;
	readonly by: LeaseUser | undefined;
	/** Milliseconds since the epoch. */
	readonly since: number;
}

/** The right to write for one spoke, until released or until this process ends in whatever way. */
export interface Lease {
	readonly spoke: string;
	readonly holder: Holder;
	/** The holder before us died without releasing: children of it may still be writing (`endLeftovers`). */
	readonly isAfterCrash: boolean;
	/** Gives it back; calling it twice does nothing. */
	release(): Promise<void>;
}

/** What `acquireLease` takes. */
export interface LeaseRequest {
	/** The run folder, absolute; created with mode 0700. */
	readonly folder: string;
	readonly spoke: string;
	readonly by: LeaseUser;
}

const sqliteBusy = 5;
/** Two processes that ask in the same instant can each see the other half way in, and neither get it: ask again. */
const attempts = 40;
const retryMs = 25;

/*
 * The lease is an exclusive lock on a file of its own, so that the kernel frees it whatever its holder dies of. POSIX
 * drops a process's locks on a file when *any* descriptor of it is closed in that process: hence this registry, and
 * nobody may open a `.lease` file of a spoke that is in it.
 */
const held = new Map<string, Holder>();

/**
 * Takes a spoke's lease, or says who has it. Does not wait for a holder; a holder that is suspended still holds.
 * @throws SyncError when the run folder cannot be used: DST_DENIED, DST_FULL, DST_RO or UNKNOWN with the verbatim reason
 */
export async function acquireLease(request: LeaseRequest): Promise<Lease | {readonly heldBy: Holder}> {
	const {folder, spoke, by} = request;
	const files = leaseFiles(folder, spoke);
	const already = held.get(files.lease);
	if (already) return {heldBy: already};
	const holder: Holder = {
		pid: process.pid,
		startTime: '',
		by,
		since: Date.now(),
	};
	// Entered before the first wait, so that a second caller in this process cannot open the file meanwhile.
	held.set(files.lease, holder);
	let database: DatabaseSync | undefined;
	try {
		const known = {...holder, startTime: (await processStartTime(process.pid)) ?? ''};
		held.set(files.lease, known);
		await mkdir(folder, {recursive: true, mode: 0o700});
		// SQLite's own words for a folder that cannot be written are "unable to open database file".
		await access(folder, constants.W_OK | constants.X_OK);
		database = await lock(files.lease, async () => readHolder(files.holder));
		if (!database) {
			held.delete(files.lease);
			const heldBy = await readHolder(files.holder);
			return {heldBy: heldBy ?? {pid: undefined, startTime: '', by: undefined, since: Date.now()}};
		}

		const isAfterCrash = await exists(files.holder);
		await writeHolder(files.holder, known);
		return makeLease(spoke, known, isAfterCrash, files, database);
	} catch (error) {
		database?.close();
		held.delete(files.lease);
		throw asSyncError(error, spoke, files.lease);
	}
}

/**
 * Who holds a spoke now, without touching the lease: what its holder wrote down, if that process still lives.
 * @param folder the run folder, absolute
 */
export async function leaseHolder(folder: string, spoke: string): Promise<Holder | undefined> {
	const files = leaseFiles(folder, spoke);
	return held.get(files.lease) ?? readHolder(files.holder);
}

function makeLease(
	spoke: string,
	holder: Holder,
	isAfterCrash: boolean,
	files: LeaseFiles,
	database: DatabaseSync,
): Lease {
	let isReleased = false;
	return {
		spoke,
		holder,
		isAfterCrash,
		async release() {
			if (isReleased) return;
			isReleased = true;
			// First the name, then the lock: the next holder writes its own name once it has the lock.
			await rm(files.holder, {force: true}).catch(() => {});
			database.close();
			held.delete(files.lease);
		},
	};
}

async function lock(file: string, livingHolder: () => Promise<Holder | undefined>): Promise<DatabaseSync | undefined> {
	const database = openDatabase(file, {busyMs: 0});
	for (let attempt = 1; ; attempt++) {
		try {
			database.exec('BEGIN EXCLUSIVE');
			// SQLite opens a file it may not write for reading only, and then an exclusive transaction excludes nobody.
			await access(file, constants.W_OK);
			return database;
		} catch (error) {
			const isBusy = (error as {errcode?: number}).errcode === sqliteBusy;
			if (!isBusy || attempt === attempts || (await livingHolder())) {
				database.close();
				if (!isBusy) throw error;
				return undefined;
			}

			await systemClock.sleep(retryMs * (0.5 + Math.random()));
		}
	}
}

/** The file in which the holder of a lease says who it is. */
export function holderFile(folder: string, spoke: string): string {
	return leaseFiles(folder, spoke).holder;
}

/** The spoke of such a file, by its name without the folder; undefined for any other file. */
export function spokeOfHolderFile(file: string): string | undefined {
	const name = /^(.+)\.holder\.json$/.exec(file)?.[1];
	try {
		return name && decodeURIComponent(name);
	} catch {
		return undefined;
	}
}

interface LeaseFiles {
	readonly lease: string;
	readonly holder: string;
}

function leaseFiles(folder: string, spoke: string): LeaseFiles {
	const base = join(resolve(folder), encodeURIComponent(spoke));
	return {lease: `${base}.lease`, holder: `${base}.holder.json`};
}

async function writeHolder(file: string, holder: Holder): Promise<void> {
	const temporary = `${file}.${randomBytes(4).toString('hex')}`;
	await writeFile(temporary, JSON.stringify(holder), {mode: 0o600});
	await rename(temporary, file);
}

async function readHolder(file: string): Promise<Holder | undefined> {
	try {
		const {pid, startTime, by, since} = JSON.parse(await readFile(file, 'utf8')) as Holder;
		if (typeof pid !== 'number' || typeof startTime !== 'string' || typeof since !== 'number') return undefined;
		return (await processStartTime(pid)) === startTime ? {pid, startTime, by, since} : undefined;
	} catch {
		// Absent or half a file: nobody has said anything, and the lock itself decides.
		return undefined;
	}
}

async function exists(file: string): Promise<boolean> {
	return access(file).then(
		() => true,
		() => false,
	);
}

/** By errno, and by SQLite's result codes for "cannot open", "read-only" and "full". */
const causeOf: Readonly<Record<string, Cause>> = {
	EACCES: 'DST_DENIED',
	EPERM: 'DST_DENIED',
	ENOSPC: 'DST_FULL',
	EROFS: 'DST_RO',
	14: 'DST_DENIED',
	8: 'DST_DENIED',
	13: 'DST_FULL',
};

function asSyncError(error: unknown, spoke: string, file: string): SyncError {
	const {code, message, errcode} = error as NodeJS.ErrnoException & {errcode?: number};
	return new SyncError(
		{
			cause: causeOf[code ?? ''] ?? causeOf[errcode ?? 0] ?? 'UNKNOWN',
			message: `the lease of ${spoke} cannot be taken: ${message}; check that this user may write ${file}`,
			detail: String(message),
		},
		{cause: error},
	);
}
