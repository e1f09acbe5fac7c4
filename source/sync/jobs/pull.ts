import fs from 'node:fs';
import {formatCount} from '../../text/format.js';
import {type Failure, SyncError} from '../causes.js';
import type {SpokeConfig} from '../config/types.js';
import {adopt} from '../guard/adopt.js';
import {leaveConflictCopies} from '../guard/conflict-copies.js';
import type {GuardContext} from '../guard/context.js';
import {restoreFolder} from '../guard/folders.js';
import {type LookOutcome, takeLook} from '../guard/look.js';
import {returnedText} from '../guard/missing.js';
import {recover} from '../guard/recover.js';
import {confirmMs} from '../guard/remember.js';
import {sweepNamedFolders, sweepStaging} from '../guard/staging.js';
import type {Listing, LookOptions} from '../methods/types.js';
import {type HeldFile, walk} from '../sessions/tree.js';
import {noFiles} from '../store/runs.js';
import {announceNew, sayIdlePatterns} from './announce.js';
import {heldNote} from './held-note.js';
import type {Outcome, SyncJob} from './job.js';
import {planOf} from './plan.js';

/**
 * Brings a spoke's sessions in from its source: one look, and a second two seconds later when the first saw something
 * that must be confirmed.
 */
export async function pull(job: SyncJob, context: GuardContext): Promise<Outcome> {
	const {spoke, store, clock, signal, log, isDryRun} = job;
	if (!isDryRun) await finishEarlier(context);
	const {hold, sourceDevice: knownDevice} = store.facts.get(spoke.name);
	const {listing: first, current} = await lookBothWays(job, context, isDryRun || hold !== undefined);
	const {sessions: known} = store.ledger.totals(spoke.name);
	const isFirst = known === 0;
	const isReturning = known > 0 && current.size === 0;
	sayIdlePatterns(job, first);
	const sourceDevice = assertSourceThere(spoke, first, knownDevice);
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
	let outcome = await takeLook({...context, isReturning}, first, current);
	if (outcome.isUnsettled) {
		await clock.sleep(confirmMs, signal);
		listing = await look(job, context, {isDryRun: false});
		wire.sent += listing.sent;
		wire.received += listing.received;
		outcome = merge(outcome, await takeLook(context, listing, await walk(context.folders.current)));
	}

	await sweepStaging(context, listing);
	if (outcome.alarm) log('WARN', outcome.alarm.message);
	// New ones were not in the ledger before.
	else if (isReturning) log('WARN', returnedText(known, outcome.counts.new - outcome.added.length, spoke.name));
	announceNew(job, outcome.added, isFirst);
	const unread = unreadableNote(listing);
	return {
		...outcome,
		...wire,
		note: outcome.alarm ?? unread ?? heldNote(context),
		// A session that may not be read is not safe here, however well the rest went.
		isFailed: outcome.alarm === undefined && unread !== undefined && unread.cause !== 'SRC_CHANGED',
		facts: {
			lastSeen: clock.now(),
			lastSeenVia: 'sync',
			hold: outcome.alarm,
			sourceDevice,
			isShrinkAccepted: false,
			...(listing.files.length > 0 ? {isEmptyAccepted: false} : {}),
		},
	};
}

/** Finishes what an interrupted run left in staging, before anything else touches it. */
async function finishEarlier(context: GuardContext): Promise<void> {
	await recover(context);
	// Something else filled the folder before: nobody looks after them any more.
	await leaveConflictCopies(context);
	// What a killed restore had put together: complete by now, or never announced.
	fs.rmSync(restoreFolder(context.folders), {recursive: true, force: true});
	await sweepNamedFolders(context.folders.pull);
}

/**
 * Looks at the source and, while the source works on that, at the hub's own folder: what lies there without being in
 * the ledger is entered. The two touch nothing of each other.
 */
async function lookBothWays(
	job: SyncJob,
	context: GuardContext,
	isDryRun: boolean,
): Promise<{readonly listing: Listing; readonly current: ReadonlyMap<string, HeldFile>}> {
	const stop = new AbortController();
	const signal = AbortSignal.any([context.signal, stop.signal]);
	const started = Promise.withResolvers<void>();
	const {prepared} = job;
	const looking = look(job, {...context, signal}, {isDryRun, prepared, onStarted: started.resolve});
	try {
		await Promise.race([started.promise, looking.catch(() => {})]);
		const current = await walk(context.folders.current);
		if (!job.isDryRun) await enterFound(job, context, current);
		return {listing: await looking, current};
	} catch (error) {
		stop.abort(error);
		await looking.catch(() => {});
		throw error;
	}
}

async function enterFound(
	{spoke, log}: SyncJob,
	context: GuardContext,
	current: ReadonlyMap<string, HeldFile>,
): Promise<void> {
	const adopted = await adopt(context, current);
	if (adopted === 0) return;
	const count = formatCount(adopted);
	log('INFO', `${count} sessions already in the folder of '${spoke.name}' entered in the ledger`);
}

async function look(
	{spoke, method, onProgress, onCommand}: SyncJob,
	{folders, signal, store}: GuardContext,
	options: Pick<LookOptions, 'isDryRun' | 'onStarted' | 'prepared'>,
): Promise<Listing> {
	let isKnown = (_path: string) => false;
	// Asked only where old sessions are left out.
	if (spoke.initialSyncDays !== undefined) {
		const current = await walk(folders.current);
		const entries = store.ledger.paths(spoke.name);
		isKnown = path => current.has(path) || entries.has(path);
	}

	// Every folder compared with costs the source's every file a call, also an empty one.
	const compare = [folders.seen, folders.current].filter(folder => fs.readdirSync(folder).length > 0);
	return method.look(spoke, {
		...options,
		folders: {staging: folders.pull, compare},
		isKnown,
		onProgress,
		onCommand,
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
	const worst =
		unreadable.find(({cause}) => cause === 'SRC_DENIED') ??
		unreadable.find(({cause}) => cause === 'UNKNOWN') ??
		unreadable[0]!;
	const why = worst.cause === 'UNKNOWN' ? ` (${worst.reason})` : '';
	return {
		cause: worst.cause,
		message: `${unreadable.length} ${unreadable.length === 1 ? 'file' : 'files'} could not be read on the spoke${why}; the rest is in`,
		detail: unreadable
			.slice(0, 20)
			.map(({reason}) => reason)
			.join('\n'),
	};
}
