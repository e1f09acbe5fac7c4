import {basename} from 'node:path';
import {systemClock} from '../clock.js';
import {listProcesses, type ProcessInfo, processStartTime} from './processes.js';

/** A process group that outlived the holder that started it. */
export interface Leftover {
	readonly pgid: number;
	/** The process whose arguments name the staging folder. */
	readonly pid: number;
	readonly argv: readonly string[];
	/** False: it was still there after SIGKILL (stuck in the kernel, or somebody else's). */
	readonly isGone: boolean;
}

/** Milliseconds given between SIGTERM and SIGKILL, and after SIGKILL. */
const graceMs = 3000;

/**
 * Ends the transfers of a dead holder that still write into a staging folder. To be called with the spoke's lease in
 * hand: whatever still writes there then is nobody's. Nothing had to be recorded beforehand, so that no moment exists
 * at which a child is running and not yet known.
 * @param stagingFolder absolute path; a process belongs to it that is an rsync and has it, or a path below it, as an argument
 * @returns what was ended, and what could not be
 * @throws the signal's reason when it aborts while waiting
 */
export async function endLeftovers(stagingFolder: string, signal: AbortSignal): Promise<Leftover[]> {
	signal.throwIfAborted();
	const table = await listProcesses();
	const own = table.find(({pid}) => pid === process.pid)?.pgid;
	const groups = new Map<number, ProcessInfo>();
	for (const info of table) {
		if (info.isZombie || info.pgid <= 1 || info.pgid === own) continue;
		// Somebody's editor or pager on a staged file is not ours to end.
		if (isRsync(info) && namesFolder(info.argv, stagingFolder) && !groups.has(info.pgid)) groups.set(info.pgid, info);
	}

	return Promise.all([...groups.values()].map(async info => endOne(info, signal)));
}

/** True when an argument is the folder or a path below it. */
export function namesFolder(argv: readonly string[], folder: string): boolean {
	const wanted = folder.replace(/\/+$/, '');
	const isNamed = (word: string) => word === wanted || word.startsWith(`${wanted}/`);
	if (argv.some(isNamed)) return true;
	// Where `ps` told one line, a path with spaces has come apart.
	if (process.platform === 'linux' || !wanted.includes(' ')) return false;
	const line = ` ${argv.join(' ')} `;
	return line.includes(` ${wanted} `) || line.includes(` ${wanted}/`);
}

// The second word for rsync through an interpreter, as `sh /opt/rsync-wrapper …`.
function isRsync({argv}: ProcessInfo): boolean {
	return argv.slice(0, 2).some(word => basename(word).includes('rsync'));
}

async function endOne(info: ProcessInfo, signal: AbortSignal): Promise<Leftover> {
	const {pid, pgid, argv} = info;
	// The table is some milliseconds old, and pids are used again.
	if ((await processStartTime(pid)) !== info.startTime) return {pgid, pid, argv, isGone: true};
	for (const name of ['SIGTERM', 'SIGKILL'] as const) {
		if (!signalGroup(pgid, name)) break;
		const until = performance.now() + graceMs;
		for (let waitMs = 10; performance.now() < until; waitMs = Math.min(200, waitMs * 2)) {
			await systemClock.sleep(waitMs, signal);
			if (await isGroupGone(pgid)) return {pgid, pid, argv, isGone: true};
		}
	}

	return {pgid, pid, argv, isGone: await isGroupGone(pgid)};
}

function signalGroup(pgid: number, name: NodeJS.Signals): boolean {
	try {
		process.kill(-pgid, name);
		return true;
	} catch {
		return false;
	}
}

// Signal 0 alone would wait for zombies, which in a container may never be collected.
async function isGroupGone(pgid: number): Promise<boolean> {
	try {
		process.kill(-pgid, 0);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'ESRCH';
	}

	const table = await listProcesses();
	return !table.some(info => info.pgid === pgid && !info.isZombie);
}
