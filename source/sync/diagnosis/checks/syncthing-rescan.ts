import {clean} from '../../../text/clean.js';
import {formatDuration} from '../../../text/format.js';
import {statusPart} from '../../syncthing/convert.js';
import {ApiError} from '../../syncthing/request.js';
import type {CheckContext, Found} from '../context.js';
import type {Trace} from '../trace.js';
import {asking, knownOf} from './syncthing-client.js';

/** Milliseconds a scan is waited for; a very large folder goes on without us. */
const waitMs = 20_000;

/**
 * Has the hub's Syncthing scan the folder, as a forced sync does: the last word on whether it works. The spoke scans by
 * itself.
 */
export async function checkSyncthingRescan(context: CheckContext, trace: Trace): Promise<Found> {
	return asking(context, trace, async (client, ask) => {
		const {id, type} = context.findings['st-folder']!;
		// A scan finds what was changed here; a folder that sends would then change the spoke.
		if (type !== 'receiveonly') return {status: 'skip', summary: 'not done: this folder would send what a scan finds'};
		ask(`POST db/scan?folder=${id}`);
		const started = performance.now();
		const enough = AbortSignal.timeout(waitMs);
		try {
			await Promise.race([client.scan(id), until(enough)]);
		} catch (error) {
			if (!(error instanceof ApiError) || error.status !== 500) throw error;
			const {error: why} = statusPart(await client.folderStatus(id));
			const summary = why ?? error.failure.message;
			return {
				...{status: 'fail', summary: clean(summary), cause: 'ST_FOLDER'},
				facts: {syncthing: {...knownOf(context), trouble: 'stopped', error: summary}},
			};
		}

		if (enough.aborted) return {status: 'pass', summary: `still scanning after ${waitMs / 1000} s: a large folder`};
		const took = formatDuration(performance.now() - started);
		return {status: 'pass', summary: `scanned here in ${took}; the spoke scans by itself`};
	});
}

async function until(signal: AbortSignal): Promise<void> {
	return new Promise(resolve => {
		signal.addEventListener('abort', () => resolve(), {once: true});
	});
}
