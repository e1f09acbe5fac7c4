import {logLine} from '../sync/log.js';
import type {LoggedEvent, RunRecord} from '../sync/store/runs.js';
import {formatCount, formatDuration} from '../text/format.js';
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
		if (flags.json && flags.follow)
			throw new UsageError('sync log prints one object with --json, and follows without it');
		if (flags.json) {
			io.stdout.write(
				jsonLine({schema: 1, events: past.map(eventJson), runs: runs.latest(pastLines, spoke).map(runRecordJson)}),
			);
			return exit.ok;
		}

		const quiet = runs
			.latest(pastLines, spoke)
			.filter(run => !isTold(run, past))
			.map(runEvent);
		const lines = [...past, ...quiet].sort((a, b) => a.at - b.at);
		for (const line of lines.slice(-pastLines)) io.stdout.write(`${logLine(line)}\n`);
		after = past.at(-1)?.id ?? 0;

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

/** A run as a line of the log, at the time it ended. */
function runEvent({spoke, startedAt, tookMs, result, by, files, message}: RunRecord): Omit<LoggedEvent, 'id'> {
	const counts = `${formatCount(files.new)} new, ${formatCount(files.extended)} grown, ${formatCount(files.unchanged)} unchanged`;
	const text = `run of '${spoke}' (${by}) ${result} in ${formatDuration(tookMs)}: ${result === 'done' ? counts : (message ?? '')}`;
	return {at: startedAt + tookMs, level: result === 'failed' ? 'ERROR' : 'INFO', spoke, text};
}

/** Milliseconds between a run's end and the line that tells of it, where only the time says that they belong together. */
const toldMs = 1000;

/** True when the log itself has a line about the run: what it brought, or how it failed for the first time. */
function isTold({spoke, startedAt, tookMs, result, files}: RunRecord, events: readonly LoggedEvent[]): boolean {
	// What a run brought is always told, however long the disk took to note it.
	if (result === 'done' && files.new + files.extended > 0) return true;
	return events.some(event => event.spoke === spoke && Math.abs(event.at - startedAt - tookMs) < toldMs);
}

function eventJson({at, level, spoke, text}: LoggedEvent): object {
	return {at: new Date(at).toISOString(), level, spoke: spoke ?? null, text};
}
