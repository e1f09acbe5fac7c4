import {type Finished, type RunOptions, run} from '../process.js';

/**
 * Runs a command that may use a shared connection. The connection's own process then holds the command's stderr, and
 * keeps it open for as long as the spoke does not confirm the end of the session: from a frozen spoke that never comes,
 * and nobody could tell that the command has ended. So the connection is ended when the command is gone but its pipes are not.
 * @param release ends the shared connection; undefined when none is used
 */
export async function runShared(
	argv: readonly string[],
	options: RunOptions,
	release: (() => Promise<void>) | undefined,
): Promise<Finished> {
	return run(argv, release === undefined ? options : {...options, onHeld: release});
}

/** True when the process exists. */
export function isProcess(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}
