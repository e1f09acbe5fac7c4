import {SyncError} from '../sync/causes.js';
import {Refusal} from '../sync/versions/refusal.js';
import {clean, cleanLines} from '../text/clean.js';
import {type CommandIo, exit} from './types.js';

/**
 * Runs what changes versions, and tells on stderr why it could not: a refusal changed nothing and is the command line's
 * to mend, damage is damage, and what the hub's disk says is a failure.
 * @returns the exit status
 */
export async function answered(io: CommandIo, work: () => Promise<number>): Promise<number> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof Refusal) {
			io.stderr.write(`${cleanLines(error.message)}\n`);
			return error.isDamage ? exit.damage : exit.usage;
		}

		if (!(error instanceof SyncError)) throw error;
		io.stderr.write(`${clean(error.failure.message, 4096)} [${error.failure.cause}]\n`);
		return exit.failed;
	}
}

/** Says that another run holds the spoke. */
export function busy(io: CommandIo, spoke: string): number {
	io.stderr.write(`'${clean(spoke)}' is being synced right now; nothing was done, try again when that run has ended\n`);
	return exit.locked;
}
