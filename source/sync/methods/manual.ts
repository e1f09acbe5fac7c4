import fs from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {promisify} from 'node:util';
import {clean} from '../../text/clean.js';
import {fsPath} from '../../text/names.js';
import {breathe} from '../breathe.js';
import {SyncError} from '../causes.js';
import type {SpokeConfig} from '../config/types.js';
import {compare} from '../guard/content.js';
import {matchesExclude} from '../sessions/kinds.js';
import {entryAt, folderOf, makeWay, shown, walk} from '../sessions/tree.js';
import type {
	BringOptions,
	Contact,
	ListedFile,
	Listing,
	ListOptions,
	LookOptions,
	SpokeFile,
	SpokeListing,
	SyncMethod,
	UnreadCause,
	UnreadFile,
} from './types.js';

const copyFile = promisify(fs.copyFile);
const dayMs = 24 * 3600 * 1000;

/**
 * Manual copy. With a `source` folder (USB drive, network mount) a sync copies from it, with nothing but Node; without
 * one something else fills the spoke's folder, and a sync only enters what arrived in the ledger.
 * @param now milliseconds since the epoch, for `initial_sync_days`
 */
export function createManualMethod(now: () => number): SyncMethod {
	return {
		name: 'manual',
		undriven: () => undefined,
		look: async (spoke, options) => look(spoke, options, now()),
		list: async (spoke, options) => list(spoke, options),
		bring: async (spoke, paths, options) => bringThese(sourceOf(spoke), paths, options),
		probe: async spoke => probe(spoke),
	};
}

async function probe(spoke: SpokeConfig): Promise<Contact> {
	if (spoke.source?.kind !== 'local') {
		return {isConnected: false, via: 'folder', failure: undefined, roundTripMs: undefined};
	}

	const started = performance.now();
	const failure = absent(spoke.source.path)?.failure;
	return {
		isConnected: !failure,
		via: 'source folder',
		failure,
		roundTripMs: failure ? undefined : performance.now() - started,
	};
}

function absent(folder: string): SyncError | undefined {
	let reason = 'it is not a folder';
	try {
		if (fs.statSync(folder).isDirectory()) {
			fs.accessSync(folder, fs.constants.R_OK | fs.constants.X_OK);
			return undefined;
		}
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if (code === 'EACCES') {
			return new SyncError({
				cause: 'SRC_DENIED',
				message: `the source folder ${folder} cannot be read (permission denied)`,
				detail: String(error),
			});
		}

		reason = code === 'ENOENT' ? 'it does not exist: is the drive plugged in and mounted?' : String(error);
	}

	return new SyncError({
		cause: 'SOURCE_ABSENT',
		message: `the source folder ${clean(folder)} is not there; ${clean(reason)}`,
		detail: '',
	});
}

async function look(spoke: SpokeConfig, options: LookOptions, now: number): Promise<Listing> {
	const root = sourceOf(spoke);
	const files: ListedFile[] = [];
	const found = await walkSource(root, path => files.push({path, size: 0, mtimeMs: 0, isFile: false, isStaged: false}));
	const unreadable: UnreadFile[] = [];
	let notTaken = 0;
	let bytes = 0;
	let filesDone = 0;
	const started = performance.now();
	for (const [path, {size, mtimeMs}] of found) {
		options.signal.throwIfAborted();
		if (matchesExclude(spoke.excludePatterns, path)) continue;
		const isOld = spoke.initialSyncDays !== undefined && mtimeMs < now - spoke.initialSyncDays * dayMs;
		if (isOld && !options.isKnown(path)) {
			notTaken++;
			continue;
		}

		const isUnchanged = options.folders.compare.some(folder => isAlike(fsPath(folder, path), size, mtimeMs));
		if (isUnchanged || options.isDryRun) {
			files.push({path, size, mtimeMs, isFile: true, isStaged: !isUnchanged});
		} else {
			const to = fsPath(options.folders.staging, path);
			try {
				const stat = isAlike(to, size, mtimeMs)
					? {size, mtimeMs}
					: await bring(fsPath(root, path), options.folders.staging, path);
				files.push({path, ...stat, isFile: true, isStaged: true});
				bytes += stat.size;
			} catch (failed) {
				if (!isSourceError(failed)) throw failed;
				unreadable.push(toUnread(path, failed));
			}
		}

		filesDone++;
		const seconds = (performance.now() - started) / 1000;
		options.onProgress({
			filesDone,
			filesTotal: found.size,
			bytes,
			percent: (100 * filesDone) / found.size,
			rate: seconds > 0 ? bytes / seconds : undefined,
		});
		await breathe();
	}

	return {files, isComplete: true, unreadable, notTaken, bytes, sent: 0, received: bytes};
}

/** @throws SyncError when it is not there */
function sourceOf(spoke: SpokeConfig): string {
	if (spoke.source?.kind !== 'local') throw new Error(`spoke '${spoke.name}' has no source folder to copy from`);
	const error = absent(spoke.source.path);
	if (error) throw error;
	return spoke.source.path;
}

async function list(spoke: SpokeConfig, {folder, isDeep, patterns, signal}: ListOptions): Promise<SpokeListing> {
	const root = sourceOf(spoke);
	const files: SpokeFile[] = [];
	const unreadable: UnreadFile[] = [];
	const addOther = (path: string) => files.push({path, size: 0, mtimeMs: 0, isFile: false, isSame: undefined});
	for (const [path, {size, mtimeMs}] of await walkSource(root, addOther)) {
		if (matchesExclude(patterns, path)) continue;
		const file = {path, size, mtimeMs, isFile: true};
		let isSame: boolean | undefined;
		// Of different sizes the bytes differ too.
		if (isDeep && entryAt(fsPath(folder, path))?.size === size) {
			try {
				const {current, isPrefix} = await compare(fsPath(root, path), fsPath(folder, path), {signal});
				isSame = isPrefix && current?.size === size;
			} catch (failed) {
				if (!isSourceError(failed)) throw failed;
				unreadable.push(toUnread(path, failed));
			}
		}

		files.push({...file, isSame});
	}

	return {files, isComplete: true, unreadable, passedOver: 0};
}

async function bringThese(root: string, paths: readonly string[], {staging, signal}: BringOptions): Promise<void> {
	await mkdir(staging, {recursive: true, mode: 0o700});
	for (const path of paths) {
		signal.throwIfAborted();
		if (entryAt(fsPath(root, path))?.isFile()) await bring(fsPath(root, path), staging, path);
	}
}

async function walkSource(root: string, onOther: (path: string) => void) {
	try {
		return await walk(root, onOther);
	} catch (error) {
		const {code, message} = error as NodeJS.ErrnoException;
		if (code === 'EACCES') throw new SyncError({cause: 'SRC_DENIED', message: clean(message), detail: ''});
		throw new SyncError({
			cause: 'SOURCE_ABSENT',
			message: `the source could not be read: ${clean(message)}`,
			detail: '',
		});
	}
}

/** Milliseconds: what setting a file's time through seconds as a double can lose. */
const precisionMs = 0.01;

function isAlike(file: string | Buffer, size: number, mtimeMs: number): boolean {
	const stat = entryAt(file);
	return stat?.isFile() === true && stat.size === size && Math.abs(stat.mtimeMs - mtimeMs) < precisionMs;
}

/** Copies one file into staging under its own name only when it is whole. */
async function bring(from: string | Buffer, staging: string, path: string): Promise<{size: number; mtimeMs: number}> {
	makeWay(staging, path);
	await mkdir(fsPath(staging, folderOf(path)), {recursive: true, mode: 0o700});
	// One copy at a time, so one name serves them all; beside a session's own it could be too long.
	const half = `${staging}/.copying.half`;
	const {mtimeMs, mtime} = fs.statSync(from);
	await copyFile(from, half, fs.constants.COPYFILE_FICLONE);
	fs.chmodSync(half, 0o600);
	fs.utimesSync(half, mtime, mtimeMs / 1000);
	const {size} = fs.statSync(half);
	fs.renameSync(half, fsPath(staging, path));
	return {size, mtimeMs};
}

/** Errors of one source file; everything else (a full hub disk) ends the run. */
function isSourceError(error: unknown): boolean {
	return ['ENOENT', 'EACCES', 'EPERM', 'EIO', 'ESTALE'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function toUnread(path: string, failed: unknown): UnreadFile {
	const reason = `${clean(shown(path))}: ${clean(String((failed as Error).message))}`;
	return {path, reason, cause: causeOf(failed)};
}

function causeOf(error: unknown): UnreadCause {
	const {code} = error as NodeJS.ErrnoException;
	if (code === 'ENOENT') return 'SRC_CHANGED';
	return code === 'EACCES' || code === 'EPERM' ? 'SRC_DENIED' : 'UNKNOWN';
}
