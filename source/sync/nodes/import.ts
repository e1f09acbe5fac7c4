import {randomUUID} from 'node:crypto';
import fs from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {promisify} from 'node:util';
import type {Clock} from '../clock.js';
import {placeNew, syncFolder} from '../guard/durable.js';
import {acquireLease, type Lease, type LeaseUser} from '../schedule/lease.js';
import {nodesFolder, readNodeFile, versionsOf} from './node-files.js';
import {type NodeText, readNode, withVersion} from './node-text.js';

/** What became of an imported node. */
export interface ImportedNode {
	readonly id: string;
	/** The version it has in the hub's store. */
	readonly version: number;
	/** Absolute path there. */
	readonly file: string;
	/**
	 * `stored`: the id was new, and the file is there byte for byte. `new-version`: the id was there, and this became its
	 * next version. `known`: a version that differs in nothing but its number is there already; nothing was written.
	 */
	readonly result: 'stored' | 'new-version' | 'known';
	/** What its previousVersions name. */
	readonly previousVersions: readonly string[];
}

/** Where and how nodes are imported. */
export interface NodeImport {
	readonly databaseDir: string;
	/** The run folder, absolute: importers wait for each other there. */
	readonly runFolder: string;
	readonly by: LeaseUser;
	readonly clock: Clock;
	readonly signal: AbortSignal;
}

/** Importers that run at the same time take turns: no spoke can have this name. */
const lease = '(nodes)';
const retryMs = 50;
/** Milliseconds after which an importer that does not end is no longer waited for. */
const waitMs = 30_000;
/** Names of files that are being written begin so; pi-brain reads what ends in .json alone. */
const unfinished = '.importing-';
/** A program that knows nothing of our turns can take a name just before us; the next number is free then. */
const attempts = 100;

/**
 * Takes an analysis node into the hub's store. No file that is there is ever changed or replaced: an id that exists
 * becomes a version of its own behind the highest, with the same text but for `version` and `previousVersions`.
 * @param source absolute path of the file to import, which is only read
 * @throws JsonTextError with line and column for a file that is no node; Error in words for people when the existing
 * version cannot be read or another import does not end; the file system's own; the signal's reason
 */
export async function importNode(source: string, options: NodeImport): Promise<ImportedNode> {
	const bytes = readNodeFile(source);
	const node = readNode(bytes);
	const turn = await takeTurn(options);
	try {
		for (let attempt = 1; ; attempt++) {
			options.signal.throwIfAborted();
			try {
				return await place(node, bytes, options);
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === attempts) throw error;
			}
		}
	} finally {
		await turn.release();
	}
}

async function place(node: NodeText, bytes: Buffer, {databaseDir, clock}: NodeImport): Promise<ImportedNode> {
	const {id} = node;
	const existing = versionsOf(databaseDir, id).map(found => ({...found, node: known(found.file)}));
	const same = existing.find(found => found.node.essence === node.essence);
	if (same) {
		const {version, file, node: own} = same;
		return {id, version, file, result: 'known', previousVersions: own.previousVersions};
	}

	const highest = existing.at(-1);
	const version = highest ? highest.version + 1 : node.version;
	const previousVersions = highest
		? [...highest.node.previousVersions, `${id}-v${highest.version}`]
		: node.previousVersions;
	const content = highest ? Buffer.from(withVersion(node, version, previousVersions)) : bytes;
	const folder = join(nodesFolder(databaseDir), ...monthOf(node.at ?? clock.now()));
	const file = join(folder, `${id}-v${version}.json`);
	await write(folder, file, content);
	return {id, version, file, result: highest ? 'new-version' : 'stored', previousVersions};
}

function known(file: string): NodeText {
	try {
		return readNode(readNodeFile(file));
	} catch (error) {
		throw new Error(
			`a version of it is there and cannot be read, so that nothing can follow it: ${file}: ${(error as Error).message}`,
			{cause: error},
		);
	}
}

/** Year and month in the hub's own time, as pi-brain files its nodes and looks for them. */
function monthOf(at: number): [year: string, month: string] {
	const date = new Date(at);
	return [`${date.getFullYear()}`.padStart(4, '0'), `${date.getMonth() + 1}`.padStart(2, '0')];
}

/**
 * Whole and durable, or not at all.
 * @throws EEXIST when something has that name
 */
async function write(folder: string, file: string, content: Buffer): Promise<void> {
	const made = await mkdir(folder, {recursive: true, mode: 0o700});
	// Nobody else imports while we have the turn: what is there was left by one that was killed.
	for (const name of fs.readdirSync(folder))
		if (name.startsWith(unfinished)) fs.rmSync(join(folder, name), {force: true});
	const half = join(folder, `${unfinished}${randomUUID()}`);
	try {
		const fd = fs.openSync(half, 'wx', 0o600);
		try {
			for (let at = 0; at < content.length; ) at += fs.writeSync(fd, content, at);
			await promisify(fs.fsync)(fd);
		} finally {
			fs.closeSync(fd);
		}

		placeNew(half, file);
	} catch (error) {
		fs.rmSync(half, {force: true});
		throw error;
	}

	await syncFolder(folder);
	// A new folder is an entry of the one above it.
	for (let parent = folder; made !== undefined && parent.length >= made.length; ) {
		parent = dirname(parent);
		await syncFolder(parent);
	}
}

async function takeTurn({runFolder, by, clock, signal}: NodeImport): Promise<Lease> {
	for (let waited = 0; ; waited += retryMs) {
		const taken = await acquireLease({folder: runFolder, spoke: lease, by});
		if (!('heldBy' in taken)) return taken;
		if (waited >= waitMs) {
			const {pid} = taken.heldBy;
			throw new Error(`another import${pid === undefined ? '' : ` (pid ${pid})`} does not end; try again when it has`);
		}

		await clock.sleep(retryMs, signal);
	}
}
