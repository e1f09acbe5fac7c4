import {clean} from '../../text/clean.js';
import {SyncError} from '../causes.js';
import type {Clock} from '../clock.js';
import type {SpokeConfig} from '../config/types.js';
import type {GuardContext} from '../guard/context.js';
import {makeFolders} from '../guard/folders.js';
import {LedgerFile} from '../guard/ledger-file.js';
import {recover} from '../guard/recover.js';
import {acquireLease, type Holder} from '../schedule/lease.js';
import type {RunBy} from '../store/runs.js';
import type {Store} from '../store/store.js';
import {clearAfterCrash} from './after-crash.js';

/** Everything that changes a spoke's versions works with, beside a sync. */
export interface SpokeWork {
	readonly spoke: SpokeConfig;
	readonly store: Store;
	readonly clock: Clock;
	readonly databaseDir: string;
	/** Folder of leases. */
	readonly runFolder: string;
	readonly by: RunBy;
	readonly signal: AbortSignal;
	readonly log: GuardContext['log'];
}

/**
 * Does something with a spoke's versions under its lease, after whatever a killed run left has been finished.
 * @returns who holds the lease, when nothing was done because of that
 * @throws SyncError where the lease cannot be taken or the spoke's folder is another than last time; whatever `act` throws
 */
export async function withSpoke<Result>(
	work: SpokeWork,
	act: (context: GuardContext) => Promise<Result>,
): Promise<Result | {readonly heldBy: Holder}> {
	const {spoke, store, clock, databaseDir, runFolder, by, signal, log} = work;
	if (spoke.invalid !== undefined) throw new SyncError({cause: 'CONFIG_INVALID', message: spoke.invalid, detail: ''});
	const lease = await acquireLease({folder: runFolder, spoke: spoke.name, by});
	if ('heldBy' in lease) return lease;
	try {
		takePath(store, spoke);
		const folders = makeFolders(spoke, databaseDir);
		if (lease.isAfterCrash) await clearAfterCrash(folders, signal);
		const ledger = await LedgerFile.open(databaseDir, spoke.name);
		try {
			const context: GuardContext = {spoke, folders, store, ledger, clock, signal, log};
			await recover(context);
			return await act(context);
		} finally {
			ledger.close();
		}
	} finally {
		await lease.release();
	}
}

/** The ledger speaks of the folder it was written for: a sync is what moves it to another. */
function takePath(store: Store, spoke: SpokeConfig): void {
	const {path} = store.facts.get(spoke.name);
	if (path === undefined) {
		store.facts.patch(spoke.name, {path: spoke.path});
	} else if (path !== spoke.path) {
		throw new SyncError({
			cause: 'UNKNOWN',
			message: `the folder of '${spoke.name}' was changed from ${clean(path)} to ${clean(spoke.path)}; sync it once first`,
			detail: '',
		});
	}
}
