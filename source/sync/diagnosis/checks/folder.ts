import {constants} from 'node:fs';
import {access, stat} from 'node:fs/promises';
import {userInfo} from 'node:os';
import {dirname, join} from 'node:path';
import type {Cause} from '../../causes.js';
import {insideName} from '../../guard/folders.js';
import type {CheckContext, Found} from '../context.js';
import type {Trace} from '../trace.js';

/** Whether the hub can write where the spoke's sessions, their staging and their generations go. Makes nothing. */
export async function checkFolder({spoke, config, hub}: CheckContext, trace: Trace): Promise<Found> {
	const places = [
		spoke.path,
		join(dirname(spoke.path), '.staging', spoke.name),
		join(spoke.path, insideName),
		join(config.databaseDir, 'generations', spoke.name),
	];
	// We never write into a folder that something else fills.
	const written = spoke.source === undefined ? places.slice(-1) : places;
	for (const place of written) {
		const trouble = await troubleOf(place);
		if (trouble) return {status: 'fail', ...trouble};
	}

	if (await isThere(spoke.path)) return {status: 'pass', summary: `${spoke.path} is writable`};
	trace.say(`${spoke.path} does not exist`);
	const {lastSynced} = hub.store.facts.get(spoke.name);
	const {sessions} = hub.store.ledger.totals(spoke.name);
	if (lastSynced === undefined && sessions === 0)
		return {status: 'pass', summary: `${spoke.path} is not there yet: the first sync makes it`};
	return {
		status: 'warn',
		summary: `${spoke.path} is gone, though sessions were synced to it: the next sync makes it again`,
		cause: 'DST_PARENT',
		facts: {path: spoke.path},
	};
}

/** Whether anything can be reached at a path. */
export async function isThere(path: string): Promise<boolean> {
	return stat(path).then(
		() => true,
		() => false,
	);
}

/** What would keep the hub from writing there, or from making what is missing on the way. */
async function troubleOf(place: string): Promise<Omit<Found, 'status'> | undefined> {
	for (let path = place; ; path = dirname(path)) {
		try {
			const found = await stat(path);
			if (!found.isDirectory()) {
				return {summary: `${path} is no folder`, cause: 'DST_PARENT', facts: {path, place: path}};
			}

			await access(path, constants.W_OK | constants.X_OK);
			return undefined;
		} catch (error) {
			const {code = '', message} = error as NodeJS.ErrnoException;
			if ((code === 'ENOENT' || code === 'ENOTDIR') && path !== dirname(path)) continue;
			const cause = causes[code] ?? 'UNKNOWN';
			const words = code === 'EROFS' ? 'is on a file system that is mounted read-only' : 'may not be written to';
			const owner = await ownerOf(path);
			return {
				summary: cause === 'UNKNOWN' ? message : `${path} ${words}`,
				cause,
				evidence: [message, ...(owner === undefined ? [] : [`${path} belongs to ${owner}`])],
				facts: {path, ...(owner === undefined ? {} : {owner})},
			};
		}
	}
}

const causes: Readonly<Record<string, Cause>> = {EACCES: 'DST_DENIED', EPERM: 'DST_DENIED', EROFS: 'DST_RO'};

async function ownerOf(path: string): Promise<string | undefined> {
	try {
		const {uid} = await stat(path);
		if (uid === process.getuid?.()) return userInfo().username;
		return uid === 0 ? 'root' : `user ${uid}`;
	} catch {
		return undefined;
	}
}
