import {statfs} from 'node:fs/promises';
import {dirname} from 'node:path';
import {formatBytes} from '../../../text/format.js';
import {walk} from '../../sessions/tree.js';
import type {CheckContext, Found} from '../context.js';
import type {Trace} from '../trace.js';

/** Bytes below which nothing at all can be brought in: an rsync's own files and the database want as much. */
const leastBytes = 1 << 20;

/** Room that makes no one worry: the share that file systems keep for root anyway. */
const leastShare = 0.05;

/** Whether the hub's disk has room for sessions to arrive: bytes, and inodes where the file system counts them. */
export async function checkDisk({spoke, config}: CheckContext, trace: Trace): Promise<Found> {
	const [disk, data] = await Promise.all([roomOf(spoke.path), roomOf(config.databaseDir)]);
	const sizes = [...(await walk(spoke.path).catch(() => new Map<string, {size: number}>())).values()];
	// While a session is brought in, its staged copy and the one it replaces both stand.
	const neededBytes = Math.max(leastBytes, 2 * sizes.reduce((most, {size}) => Math.max(most, size), 0));
	const judged = [disk, data].map(room => judge(room, neededBytes));
	trace.say(...[disk, data].map(room => `${room.folder}: ${words(room)}`));
	return judged.find(({status}) => status === 'fail') ?? judged.find(({status}) => status === 'warn') ?? judged[0]!;
}

interface Room {
	readonly folder: string;
	/** Bytes. */
	readonly free: number;
	readonly total: number;
	readonly freeInodes: number;
	/** Zero where the file system has no such limit. */
	readonly inodes: number;
}

function judge(room: Room, neededBytes: number): Found {
	const {free, total, freeInodes, inodes} = room;
	const facts = {path: room.folder, freeBytes: free, freeInodes, neededBytes};
	const summary = words(room);
	if (free < leastBytes || (inodes > 0 && freeInodes === 0)) {
		return {status: 'fail', summary: `full: ${summary}`, cause: 'DST_FULL', facts};
	}

	const isLow = free / total < leastShare || (inodes > 0 && freeInodes / inodes < leastShare);
	if (isLow) return {status: 'warn', summary: `nearly full: ${summary}`, cause: 'DST_FULL', facts};
	if (free < neededBytes) {
		const wanted = `twice the largest session, ${formatBytes(neededBytes)}, should be free`;
		return {status: 'warn', summary: `${summary}; ${wanted}`, cause: 'DST_FULL', facts};
	}

	return {status: 'pass', summary};
}

function words({free, total, freeInodes, inodes}: Room): string {
	const percent = total === 0 ? 0 : Math.floor((100 * free) / total);
	const files = inodes === 0 ? '' : `, inodes ${Math.floor((100 * freeInodes) / inodes)} % free`;
	return `${formatBytes(free)} free (${percent} %)${files}`;
}

/** A folder that is yet to be made will be on the file system of the nearest one that exists. */
async function roomOf(folder: string): Promise<Room> {
	for (let path = folder; ; path = dirname(path)) {
		try {
			const {bavail, blocks, bsize, ffree, files} = await statfs(path);
			return {folder: path, free: bavail * bsize, total: blocks * bsize, freeInodes: ffree, inodes: files};
		} catch (error) {
			const {code = ''} = error as NodeJS.ErrnoException;
			if (!['ENOENT', 'ENOTDIR', 'EACCES'].includes(code) || path === dirname(path)) throw error;
		}
	}
}
