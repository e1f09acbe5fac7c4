import {cleanLines} from '../../text/clean.js';
import {SyncError} from '../causes.js';
import type {GuardFolders} from '../guard/folders.js';
import {sweepTemporaries} from '../guard/staging.js';
import {endLeftovers} from '../schedule/leftovers.js';

/**
 * Ends what an earlier holder of the lease, killed, has left running, before anything touches staging.
 * @throws SyncError STALLED when it cannot be ended
 */
export async function clearAfterCrash({staging, pull: folder}: GuardFolders, signal: AbortSignal): Promise<void> {
	const stuck = (await endLeftovers(staging, signal)).find(({isGone}) => !isGone);
	if (stuck) {
		throw new SyncError({
			cause: 'STALLED',
			message: `an rsync that a killed run has left (pid ${stuck.pid}) still writes to ${staging} and cannot be ended`,
			detail: cleanLines(stuck.argv.join(' ')),
		});
	}

	sweepTemporaries(folder);
}
