import fs from 'node:fs';
import type {Cause, Failure} from '../causes.js';
import {SyncError} from '../causes.js';
import type {Clock} from '../clock.js';
import type {HubConfig, SpokeConfig} from '../config/types.js';
import type {GuardContext} from '../guard/context.js';
import {walk} from '../guard/current.js';
import {makeFolders} from '../guard/folders.js';
import {leavePath} from '../guard/leave.js';
import {LedgerFile} from '../guard/ledger-file.js';
import {type LookOutcome, sweepStaging, takeLook} from '../guard/look.js';
import {foldFolder, recoverFolder, settleMs} from '../guard/protect.js';
import {adopt, recover} from '../guard/recover.js';
import {confirmMs} from '../guard/remember.js';
import type {Listing, Progress, SyncMethod} from '../methods/types.js';
import {acquireLease, type Holder} from '../schedule/lease.js';
import {endLeftovers} from '../schedule/leftovers.js';
import {unmatchedPatterns} from '../sessions/kinds.js';
import type {LastLook, SpokeFacts} from '../store/facts.js';
import {type FileCounts, noFiles, type RunBy, type RunRecord} from '../store/runs.js';
import type {Store} from '../store/store.js';
import {heldNote} from './held-note.js';
import {toFailure} from './local-failure.js';
import {type Plan, planOf} from './plan.js';

/** Everything one run of one spoke needs. */
export interface SyncJob {
	readonly config: HubConfig;
	readonly spoke: SpokeConfig;
	readonly method: SyncMethod;
	readonly store: Store;
	readonly clock: Clock;
	/** Folder of leases and sockets. */
	readonly runFolder: string;
	readonly by: RunBy;
	readonly isDryRun: boolean;
	readonly signal: AbortSignal;
	readonly onProgress: (progress: Progress) => void;
	readonly onCommand: (line: string) => void;
	readonly log: (level: 'INFO' | 'WARN' | 'ERROR', text: string) => void;
}

/** How a run ended, with what only the caller on the spot needs. */
export interface SyncReport extends RunRecord {
	/** What a dry run would do; undefined otherwise. */
	readonly plan: Plan | undefined;
	/** Sessions that the hub did not have. */
	readonly added: readonly string[];
}

interface Outcome {
	readonly counts: FileCounts;
	readonly bytes: number;
	readonly sent: number;
	readonly received: number;
	readonly added: readonly string[];
	readonly lastLook: LastLook;
	readonly facts: Partial<SpokeFacts>;
	readonly plan?: Plan;
	/** The run ended well, and still there is something to tell. */
	readonly note?: Failure;
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
		assertUsable(job);
		const lease = await acquireLease({folder: job.runFolder, spoke: spoke.name, by});
		if ('heldBy' in lease) return end('locked', {cause: 'LEASE_HELD', message: holderText(lease.heldBy), detail: ''});
		try {
			const outcome = await underLease(job);
			const {counts: files, bytes, sent, received, added, plan, note} = outcome;
			return {...end('done', note), files, bytes, sent, received, added, plan};
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

async function underLease(job: SyncJob): Promise<Outcome> {
	const {spoke, store, config, signal, clock, log} = job;
	const before = store.facts.get(spoke.name);
	const folders = makeFolders(spoke, config.databaseDir);
	await endLeftovers(folders.staging, signal);
	const ledger = await LedgerFile.open(config.databaseDir, spoke.name);
	try {
		const context: GuardContext = {spoke, folders, store, ledger, clock, signal, log};
		if (before.path !== spoke.path && !job.isDryRun) {
			if (before.path !== undefined) await leavePath(context, before.path, config.databaseDir);
			store.facts.patch(spoke.name, {path: spoke.path});
		}

		const outcome = spoke.source === undefined ? await fold(job, context) : await pull(job, context);
		if (!job.isDryRun) store.facts.patch(spoke.name, {...outcome.facts, lastLook: outcome.lastLook});
		return outcome;
	} finally {
		ledger.close();
	}
}

async function pull(job: SyncJob, context: GuardContext): Promise<Outcome> {
	const {spoke, store, clock, signal, log, isDryRun} = job;
	const {completed, unreadable} = await recover(context);
	if (completed > 0)
		log('INFO', `completed ${completed} sessions from '${spoke.name}' that an interrupted run had left`);
	if (unreadable > 0)
		log('WARN', `${unreadable} lines of ${context.ledger.file} could not be read and were passed over`);
	const adopted = await adopt(context);
	if (adopted > 0)
		log(
			'INFO',
			`${adopted.toLocaleString('en')} sessions already in the folder of '${spoke.name}' entered in the ledger`,
		);
	const {hold} = store.facts.get(spoke.name);
	const isFirst = store.ledger.totals(spoke.name).sessions === 0;
	const first = await look(job, context, isDryRun || hold !== undefined);
	sayIdlePatterns(job, first);
	const sourceDevice = assertSourceThere(spoke, first, store.facts.get(spoke.name).sourceDevice);
	const wire = {sent: first.sent, received: first.received};
	if (isDryRun || hold) {
		const plan = await planOf(context, first);
		const {holds = 0} = store.ledger.holdCounts().get(spoke.name) ?? {};
		const listed = first.files.filter(file => file.isFile).length;
		return {
			...wire,
			counts: {...noFiles, listed, unchanged: plan.unchanged, held: Math.max(holds, plan.hold.length, hold ? 1 : 0)},
			bytes: 0,
			added: [],
			plan: isDryRun ? plan : undefined,
			note: hold,
			facts: {},
			lastLook: {
				at: clock.now(),
				listed,
				pending: plan.arrive.length + plan.grow.length,
				notTaken: first.notTaken,
				gone: 0,
			},
		};
	}

	let listing = first;
	let outcome = await takeLook(context, first);
	if (outcome.isUnsettled) {
		await clock.sleep(confirmMs, signal);
		listing = await look(job, context, false);
		wire.sent += listing.sent;
		wire.received += listing.received;
		outcome = merge(outcome, await takeLook(context, listing));
	}

	sweepStaging(context, listing);
	if (outcome.alarm) log('WARN', outcome.alarm.message);
	announceNew(job, outcome.added, isFirst);
	return {
		...outcome,
		...wire,
		note: outcome.alarm ?? unreadableNote(listing) ?? heldNote(context),
		facts: {
			hold: outcome.alarm,
			sourceDevice,
			isShrinkAccepted: false,
			...(listing.files.length > 0 ? {isEmptyAccepted: false} : {}),
		},
	};
}

async function look(job: SyncJob, {folders, signal, store}: GuardContext, isDryRun: boolean): Promise<Listing> {
	const current = await walk(folders.current);
	const entries = store.ledger.all(job.spoke.name);
	return job.method.look(job.spoke, {
		folders: {staging: folders.pull, compare: [folders.seen, folders.current]},
		isDryRun,
		isKnown: path => current.has(path) || entries.has(path),
		onProgress: job.onProgress,
		onCommand: job.onCommand,
		signal,
	});
}

/**
 * A drive that is not plugged in leaves an empty mount point: another device than the one the sessions came from.
 * @returns the source's device number, when it held sessions
 */
function assertSourceThere({source}: SpokeConfig, {files}: Listing, known: number | undefined): number | undefined {
	if (source?.kind !== 'local') return undefined;
	const {dev} = fs.statSync(source.path);
	if (files.length > 0) return dev;
	if (known === undefined || known === dev) return known;
	throw new SyncError({
		cause: 'SOURCE_ABSENT',
		message: `${source.path} is empty and not the drive the sessions came from: is it plugged in and mounted?`,
		detail: '',
	});
}

function merge(first: LookOutcome, second: LookOutcome): LookOutcome {
	// What the first look promoted, the second lists as unchanged.
	const promoted = first.counts.new + first.counts.extended;
	return {
		...second,
		alarm: first.alarm && second.alarm,
		bytes: first.bytes + second.bytes,
		added: [...first.added, ...second.added],
		counts: {
			...second.counts,
			new: first.counts.new + second.counts.new,
			extended: first.counts.extended + second.counts.extended,
			unchanged: Math.max(0, second.counts.unchanged - promoted),
		},
	};
}

function unreadableNote({unreadable}: Listing): Failure | undefined {
	if (unreadable.length === 0) return undefined;
	const cause: Cause = unreadable.some(({reason}) => /permission denied/i.test(reason)) ? 'SRC_DENIED' : 'SRC_CHANGED';
	return {
		cause,
		message: `${unreadable.length} ${unreadable.length === 1 ? 'file' : 'files'} could not be read on the spoke; the rest is in`,
		detail: unreadable
			.slice(0, 20)
			.map(({reason}) => reason)
			.join('\n'),
	};
}

/**
 * A pattern that leaves nothing out, though one much like it would, is a misunderstanding worth a line: the seed's
 * `2024/*` below any folder does not match pi's `--cwd--/2024-….jsonl`. Said once for each pattern.
 */
function sayIdlePatterns({spoke, store, log}: SyncJob, {files}: Listing): void {
	if (spoke.excludePatterns.length === 0) return;
	const {saidPatterns} = store.facts.get(spoke.name);
	const idle = unmatchedPatterns(
		spoke.excludePatterns.filter(pattern => !saidPatterns.includes(pattern)),
		files.map(({path}) => path),
	).filter(({nearest}) => nearest !== undefined);
	if (idle.length === 0) return;
	for (const {pattern, nearest} of idle) {
		log(
			'WARN',
			`sync.exclude_patterns: '${pattern}' leaves nothing out on '${spoke.name}'; did you mean '${nearest}'?`,
		);
	}

	store.facts.patch(spoke.name, {saidPatterns: [...saidPatterns, ...idle.map(({pattern}) => pattern)]});
}

/** More new sessions than this in one run are one line in the log. */
const announcedSingly = 20;

function announceNew({spoke, log}: SyncJob, added: readonly string[], isFirst: boolean): void {
	if (added.length > announcedSingly || (isFirst && added.length > 1)) {
		log('INFO', `${added.length.toLocaleString('en')} sessions from ${spoke.name}${isFirst ? ', first sync' : ''}`);
	} else {
		for (const path of added) log('INFO', `New session from ${spoke.name}: ${path}`);
	}
}

async function fold(job: SyncJob, context: GuardContext): Promise<Outcome> {
	const {spoke, config, clock, signal, log, store, isDryRun} = job;
	await recoverFolder(context);
	const isFirst = store.ledger.totals(spoke.name).sessions === 0;
	const known = store.ledger.all(spoke.name).size;
	if (isDryRun) {
		const listed = (await walk(context.folders.current)).size;
		const {holds: held = 0} = store.ledger.holdCounts().get(spoke.name) ?? {};
		const lastLook = {at: clock.now(), listed, pending: 0, notTaken: 0, gone: 0};
		const plan = {arrive: [], grow: [], hold: [], unchanged: listed};
		return {counts: {...noFiles, listed, held}, bytes: 0, sent: 0, received: 0, added: [], lastLook, facts: {}, plan};
	}

	const isProtecting = config.tui.protect !== 'off';
	let outcome = await foldFolder(context, isProtecting);
	if (outcome.unsettled > 0) {
		await clock.sleep(settleMs + 100, signal);
		const second = await foldFolder(context, isProtecting);
		outcome = {...second, added: [...outcome.added, ...second.added], bytes: outcome.bytes + second.bytes};
	}

	const {counts, bytes, added, unsettled, gone} = outcome;
	announceNew(job, added, isFirst);
	const isEmptied = counts.listed === 0 && known > 0 && !store.facts.get(spoke.name).isEmptyAccepted;
	const hold = isEmptied
		? {
				cause: 'GUARD_EMPTIED' as const,
				message: `the folder of '${spoke.name}' was emptied; the hub's copies of ${known.toLocaleString('en')} sessions are kept`,
				detail: `They are below ${context.folders.generations}. When the folder is meant to be empty: pi-brain-tui sync release ${spoke.name}`,
				at: clock.now(),
			}
		: undefined;
	if (hold) log('WARN', hold.message);
	const hasArrived = added.length > 0 || counts.extended > 0;
	return {
		counts,
		bytes,
		added,
		sent: 0,
		received: 0,
		note: hold ?? heldNote(context),
		lastLook: {at: clock.now(), listed: counts.listed, pending: unsettled, notTaken: 0, gone},
		facts: {hold, ...(hasArrived ? {lastSeen: clock.now(), lastSeenVia: 'arrival'} : {})},
	};
}
