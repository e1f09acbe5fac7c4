import {execFileSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {waitFor} from './after.js';

/** Parent of every process on the machine; `ps` where there is no /proc (macOS). */
function parents(): Map<number, number> {
	const found = new Map<number, number>();
	if (process.platform !== 'linux') {
		const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], {encoding: 'utf8'}).trim().split('\n');
		for (const line of lines) {
			const [pid, parent] = line.trim().split(/\s+/);
			found.set(Number(pid), Number(parent));
		}

		return found;
	}

	for (const name of readdirSync('/proc')) {
		if (!/^\d+$/.test(name)) continue;
		const stat = readText(`/proc/${name}/stat`);
		// The program's name stands in brackets and may itself hold brackets and spaces.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		// A zombie is gone already; only its parent can say so.
		if (fields.length > 2 && fields[0] !== 'Z') found.set(Number(name), Number(fields[1]));
	}

	return found;
}

function readText(file: string): string {
	try {
		return readFileSync(file, 'latin1');
	} catch {
		return '';
	}
}

/**
 * A process with its children, their children, and those that lost their parent but still carry the mark.
 * @param root process id; it need not live any more
 * @param mark `NAME=value` in the environment of commands that belong to it
 */
export function family(root: number, mark: string): number[] {
	const parentOf = parents();
	const members = new Set<number>(parentOf.has(root) ? [root] : []);
	for (const pid of parentOf.keys()) {
		if (pid !== process.pid && readText(`/proc/${pid}/environ`).split('\0').includes(mark)) members.add(pid);
	}

	for (let size = -1; size !== members.size; ) {
		size = members.size;
		for (const [pid, parent] of parentOf) if (members.has(parent)) members.add(pid);
	}

	return [...members];
}

/** Sends a signal to each; one that is gone already is no error. */
export function signalAll(pids: Iterable<number>, signal: NodeJS.Signals): void {
	for (const pid of pids) {
		try {
			process.kill(pid, signal);
		} catch {}
	}
}

/**
 * Ends a family for good: the root is stopped first, so that it cannot fork while the others are counted.
 * @throws Error when one of them lives on for long
 */
export async function endFamily(root: number, mark: string): Promise<void> {
	await waitFor(
		() => {
			endFamilyNow(root, mark);
			return family(root, mark).length === 0;
		},
		{message: `the end of process ${root} and its children`},
	);
}

/** One pass of `endFamily`, without waiting: for the end of the process. */
export function endFamilyNow(root: number, mark: string): void {
	signalAll(family(root, mark).includes(root) ? [root] : [], 'SIGSTOP');
	signalAll(family(root, mark), 'SIGKILL');
}
