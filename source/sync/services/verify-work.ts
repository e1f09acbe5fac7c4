import {join} from 'node:path';
import type {SpokeConfig} from '../config/types.js';
import {LedgerFile} from '../guard/ledger-file.js';
import type {Hub} from '../hub.js';
import {type SpokeWork, withSpoke} from '../jobs/spoke-work.js';
import {entryAt} from '../sessions/tree.js';
import {noteChunks} from '../verify/report-chunks.js';

/** What work on a spoke's versions under its lease takes of a hub. */
export function workOf(hub: Hub, spoke: SpokeConfig, signal: AbortSignal = hub.signal): SpokeWork {
	const {config} = hub.state;
	return {
		...{spoke, store: hub.store, clock: hub.clock, by: hub.by, signal},
		databaseDir: config.databaseDir,
		runFolder: join(config.folder, 'run'),
		log: (level, text) => hub.log(level, spoke.name, text),
	};
}

/** Milliseconds between two looks at whether another run has filled a lost database. */
const waitMs = 250;

/**
 * Makes the database know what the plain ledger tells, before anything is claimed from it: a killed run has not entered
 * its last sessions, and a lost database has no entry at all, against which everything would look fine.
 * @throws SyncError where the lease cannot be taken; what the hub's own disk says; the signal's reason when it aborts
 */
export async function settleLedger(hub: Hub, spoke: SpokeConfig, signal: AbortSignal): Promise<void> {
	const file = LedgerFile.path(hub.state.config.databaseDir, spoke.name);
	for (;;) {
		signal.throwIfAborted();
		const {ledgerOffset, path = spoke.path} = hub.store.facts.get(spoke.name);
		const size = entryAt(file)?.size ?? 0;
		// Until the next sync the ledger speaks of another folder, and that sync settles it.
		if (size === (ledgerOffset ?? 0) || path !== spoke.path) return;
		const settled = await withSpoke(workOf(hub, spoke, signal), async () => undefined);
		if (!settled) {
			hub.refresh();
			return;
		}

		// A run that works now is ahead of the database by what it is about to enter; nothing at all is another matter.
		if (ledgerOffset !== undefined) return;
		await hub.clock.sleep(waitMs, signal);
	}
}

/** Bytes that are read under one lease: about half a second, so that no sync is turned away for long. */
const leaseBytes = 128 * 1024 * 1024;

/**
 * Notes the chunks of sessions that a deep verify found sound and whose chunks no ledger knows: they were entered by an
 * earlier version of the program. Left for the next deep verify where a run holds the spoke.
 * @throws SyncError; what the hub's own disk says; the signal's reason when it aborts
 */
export async function noteMissingChunks(
	hub: Hub,
	spoke: SpokeConfig,
	sessions: ReadonlyArray<{readonly path: string; readonly bytes: number}>,
	signal: AbortSignal,
): Promise<void> {
	const rest = [...sessions];
	while (rest.length > 0) {
		signal.throwIfAborted();
		const paths: string[] = [];
		for (let bytes = 0; rest.length > 0 && bytes < leaseBytes; ) {
			const {path, bytes: size} = rest.pop()!;
			paths.push(path);
			bytes += size;
		}

		const held = await withSpoke(workOf(hub, spoke, signal), async context => noteChunks(context, paths));
		if (held && 'heldBy' in held) return;
	}
}
