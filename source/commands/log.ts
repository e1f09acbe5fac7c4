import {logLine} from '../sync/log.js';
import type {LoggedEvent} from '../sync/store/runs.js';
import {jsonLine} from '../text/json.js';
import {type HubFlags, openHub, pickSpokes, UsageError} from './open-hub.js';
import {runRecordJson} from './run-json.js';
import {type CommandIo, exit} from './types.js';

/** Lines shown from the past, and milliseconds between two looks for new ones. */
const pastLines = 200;
const followMs = 500;

/** `sync log`: past runs and events, oldest first; `--follow` goes on until interrupted. */
export async function syncLog(
	io: CommandIo,
	flags: HubFlags & {readonly names: readonly string[]; readonly follow?: boolean; readonly json?: boolean},
): Promise<number> {
	const {hub, close} = await openHub(io, flags, {by: 'command'});
	try {
		const [spoke, another] = pickSpokes(hub, flags.names);
		if (another !== undefined) throw new UsageError('sync log shows one spoke, or all of them without a name');
		const {runs} = hub.store;
		let after = 0;
		const past = runs.events(0, pastLines, spoke);
		if (flags.json) {
			io.stdout.write(
				jsonLine({schema: 1, events: past.map(eventJson), runs: runs.latest(pastLines, spoke).map(runRecordJson)}),
			);
			return exit.ok;
		}

		for (const event of past) {
			io.stdout.write(`${logLine(event)}\n`);
			after = event.id;
		}

		while (flags.follow && !io.signal.aborted) {
			await io.clock.sleep(followMs, io.signal).catch(() => {});
			for (const event of runs.events(after, pastLines, spoke)) {
				io.stdout.write(`${logLine(event)}\n`);
				after = event.id;
			}
		}

		return exit.ok;
	} finally {
		await close();
	}
}

function eventJson({at, level, spoke, text}: LoggedEvent): object {
	return {at: new Date(at).toISOString(), level, spoke: spoke ?? null, text};
}
