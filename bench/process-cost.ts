import {readdirSync, readFileSync} from 'node:fs';

/**
 * Time that a process has spent on processors so far, in milliseconds, all its threads together: to the nanosecond, but
 * without the threads that have ended.
 * @param pid of a process on this machine, which must be Linux
 */
export function processorMs(pid: number): number {
	let nanoseconds = 0;
	for (const thread of readdirSync(`/proc/${pid}/task`)) {
		try {
			nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0]);
		} catch {
			// It ended since it was listed.
		}
	}

	return nanoseconds / 1e6;
}

/** Resident memory of a process in bytes. */
export function residentBytes(pid: number): number {
	return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
}
