import {readdirSync, readFileSync} from 'node:fs';
import {decodeName} from '../../text/names.js';

/** One process of this machine. */
export interface ProcessInfo {
	readonly pid: number;
	readonly ppid: number;
	readonly pgid: number;
	/** Names this life of the pid: equal for one process, different for the next one with the same pid. */
	readonly startTime: string;
	/**
	 * Spelled as in `text/names.ts`; empty for kernel threads and processes we may not look at. Where the system tells
	 * only one line (`ps`), that line split at single spaces.
	 */
	readonly argv: readonly string[];
	/** Ended, waiting for its parent to take notice: writes nothing, holds nothing. */
	readonly isZombie: boolean;
}

const hasProc = process.platform === 'linux';

/**
 * Every process of this machine, ours included.
 * @throws Error when neither /proc nor `ps` can be read
 */
export async function listProcesses(): Promise<ProcessInfo[]> {
	if (!hasProc) return parsePs(await askPs(['-axww']));
	const found: ProcessInfo[] = [];
	for (const name of readdirSync('/proc')) {
		if (!/^\d+$/.test(name)) continue;
		const info = readProc(Number(name), true);
		if (info) found.push(info);
	}

	return found;
}

/**
 * When a process was started, or undefined when no living process has that pid.
 * @returns a text to compare, not to read: on Linux boot id and clock ticks since boot, elsewhere what `ps` says
 */
export async function processStartTime(pid: number): Promise<string | undefined> {
	if (hasProc) {
		const info = readProc(pid, false);
		return info && !info.isZombie ? info.startTime : undefined;
	}

	const [info] = parsePs(await askPs(['-ww', '-p', String(pid)]));
	return info && !info.isZombie ? info.startTime : undefined;
}

let bootId: string | undefined;

function readProc(pid: number, withArgv: boolean): ProcessInfo | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		// The second field is the program's name in parentheses, and may hold spaces and parentheses itself.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
		return {
			pid,
			ppid: Number(fields[1]),
			pgid: Number(fields[2]),
			startTime: `${bootId} ${fields[19]}`,
			argv: withArgv ? splitArgv(readFileSync(`/proc/${pid}/cmdline`)) : [],
			isZombie: fields[0] === 'Z' || fields[0] === 'X',
		};
	} catch {
		// It ended between two reads, or belongs to somebody whose processes are hidden.
		return undefined;
	}
}

function splitArgv(bytes: Buffer): string[] {
	const words = decodeName(bytes).split('\0');
	if (words.at(-1) === '') words.pop();
	return words;
}

async function askPs(selection: readonly string[]): Promise<string> {
	const {run} = await import('../process.js');
	const columns = 'pid=,ppid=,pgid=,state=,lstart=,command=';
	const finished = await run(['ps', ...selection, '-o', columns], {limitMs: 10_000, maxOutput: 1 << 24});
	if (finished.spawnError !== undefined) throw new Error(`ps could not be started (${finished.spawnError})`);
	return finished.stdout;
}

/** Reads what `ps -o pid=,ppid=,pgid=,state=,lstart=,command=` prints; lines of another form are left out. */
export function parsePs(text: string): ProcessInfo[] {
	const found: ProcessInfo[] = [];
	for (const line of text.split('\n')) {
		const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]+\s+\d{4})\s?(.*)$/.exec(line);
		if (!match) continue;
		const [, pid, ppid, pgid, state, started, command] = match;
		found.push({
			pid: Number(pid),
			ppid: Number(ppid),
			pgid: Number(pgid),
			startTime: started!.replaceAll(/\s+/g, ' '),
			argv: command === '' ? [] : command!.split(' '),
			isZombie: state!.startsWith('Z'),
		});
	}

	return found;
}
