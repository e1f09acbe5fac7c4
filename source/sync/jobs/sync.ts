import type {Failure} from '../causes.js';
import {SyncError} from '../causes.js';
import type {GuardContext} from '../guard/context.js';
import {makeFolders} from '../guard/folders.js';
import {leavePath} from '../guard/leave.js';
import {LedgerFile} from '../guard/ledger-file.js';
import {acquireLease, type Holder} from '../schedule/lease.js';
import {noFiles, type RunBy, type RunRecord} from '../store/runs.js';
import {clearAfterCrash} from './after-crash.js';
import {fold} from './fold.js';
import type {Outcome, SyncJob} from './job.js';
import {toFailure} from './local-failure.js';
import type {Plan} from './plan.js';
import {pull} from './pull.js';

export type {SyncJob} from './job.js';

/** How a run ended, with what only the caller on the spot needs. */
export interface SyncReport extends RunRecord {
	/** What a dry run would do; undefined otherwise. */
	readonly plan: Plan | undefined;
	/** Sessions that the hub did not have. */
	readonly added: readonly string[];
}

/** The report of a run that found the spoke taken by another job of this very process. */
export function turnedAway(spoke: string, by: RunBy, startedAt: number): SyncReport {
	return {
		spoke,
		by,
		startedAt,
		tookMs: 0,
		result: 'locked',
		files: noFiles,
		bytes: 0,
		sent: 0,
		received: 0,
		cause: 'LEASE_HELD',
		message: 'this spoke is being synced already',
		detail: undefined,
		plan: undefined,
		added: [],
	};
}

/** Runs one spoke to its end. Never throws: every failure is in the report, classified. */
export async function runSync(job: SyncJob): Promise<SyncReport> {
	const {spoke, clock, by} = job;
	const startedAt = clock.now();
	const base = {
		spoke: spoke.name,
		startedAt,
		by,
		files: noFiles,
		bytes: 0,
		sent: 0,
		received: 0,
		added: [],
		plan: undefined,
	};
	const end = (result: RunRecord['result'], failure?: Failure) => ({
		...base,
		tookMs: clock.now() - startedAt,
		result,
		cause: failure?.cause,
		message: failure?.message,
		detail: failure?.detail || undefined,
	});
	try {
		// Cancelled while it waited for its turn: nothing is to begin.
		job.signal.throwIfAborted();
		assertUsable(job);
		const lease = await acquireLease({folder: job.runFolder, spoke: spoke.name, by});
		if ('heldBy' in lease) return end('locked', {cause: 'LEASE_HELD', message: holderText(lease.heldBy), detail: ''});
		try {
			// Only with the lease: two logins at once would leave a connection that nobody shares and nobody ends.
			const prepared = spoke.source && job.method.prepare?.(spoke, job);
			const outcome = await underLease({...job, prepared}, lease.isAfterCrash);
			const {counts: files, bytes, sent, received, added, plan, note, isFailed} = outcome;
			return {...end(isFailed ? 'failed' : 'done', note), files, bytes, sent, received, added, plan};
		} finally {
			await lease.release();
		}
	} catch (error) {
		if (job.signal.aborted) return end('cancelled');
		return end('failed', toFailure(error));
	}
}

function assertUsable({spoke, method}: SyncJob): void {
	if (spoke.invalid !== undefined) throw new SyncError({cause: 'CONFIG_INVALID', message: spoke.invalid, detail: ''});
	const reason = method.undriven(spoke);
	if (reason !== undefined) throw new SyncError({cause: 'UNKNOWN', message: reason, detail: ''});
}

function holderText({by, pid, since}: Holder): string {
	const who = {dashboard: 'the dashboard', watch: 'sync watch', cron: 'a cron run', command: 'another sync run'};
	return `${by === undefined ? 'another run' : who[by]} holds this spoke${pid === undefined ? '' : ` (pid ${pid}, since ${new Date(since).toISOString()})`}`;
}

async function underLease(job: SyncJob, isAfterCrash: boolean): Promise<Outcome> {
	const {spoke, store, config, signal, clock, log} = job;
	const before = store.facts.get(spoke.name);
	const folders = makeFolders(spoke, config.databaseDir);
	if (isAfterCrash) await clearAfterCrash(folders, signal);
	const ledger = await LedgerFile.open(config.databaseDir, spoke.name);
	try {
		const context: GuardContext = {spoke, folders, store, ledger, clock, signal, log};
		if (before.path !== spoke.path && !job.isDryRun) {
			if (before.path !== undefined) await leavePath(context, before.path, config.databaseDir);
			store.facts.patch(spoke.name, {path: spoke.path});
		}

		// What another method's program told says nothing of this one.
		if (before.syncthing && spoke.method !== 'syncthing') store.facts.patch(spoke.name, {syncthing: undefined});
		const outcome = spoke.source === undefined ? await fold(job, context) : await pull(job, context);
		// A dry run changes nothing; what it listed is known from then on all the same.
		store.facts.patch(spoke.name, {...(job.isDryRun ? {} : outcome.facts), lastLook: outcome.lastLook});
		return outcome;
	} finally {
		ledger.close();
	}
}
