import {formatCount} from '../../text/format.js';
import {isAlarming} from '../guard/alarm.js';
import type {GuardContext} from '../guard/context.js';
import {type FoldOutcome, foldFolder} from '../guard/protect.js';
import {recover} from '../guard/recover.js';
import {confirmMs} from '../guard/remember.js';
import {settleMs} from '../guard/resting.js';
import type {SpokeFacts, SpokeHold} from '../store/facts.js';
import {noFiles} from '../store/runs.js';
import {announceNew} from './announce.js';
import {heldNote} from './held-note.js';
import type {Outcome, SyncJob} from './job.js';
import {planOfFolder} from './plan.js';

/** Enters what something else brought into the spoke's folder. */
export async function fold(job: SyncJob, context: GuardContext): Promise<Outcome> {
	const {spoke, config, clock, signal, log, store, isDryRun} = job;
	if (isDryRun) return planned(job, context);
	const refused = job.isArrival ? undefined : await job.method.rescan?.(spoke, job);
	await recover(context);
	const isFirst = store.ledger.totals(spoke.name).sessions === 0;
	const known = store.ledger.all(spoke.name).size;
	const isProtecting = config.tui.protect !== 'off';
	let outcome = await foldFolder(context, isProtecting);
	const isUnconfirmed = store.ledger
		.observations(spoke.name)
		.values()
		.some(({isConfirmed}) => !isConfirmed);
	const isUnsettled = outcome.unsettled + outcome.unsettledCopies > 0;
	if (isUnsettled || isUnconfirmed) {
		await clock.sleep((isUnsettled ? settleMs : confirmMs) + 100, signal);
		outcome = together(outcome, await foldFolder(context, isProtecting));
	}

	const {counts, bytes, added, unsettled, gone} = outcome;
	announceNew(job, added, isFirst);
	const before = store.facts.get(spoke.name);
	const hold = holdOf(context, outcome, known, before);
	if (hold && before.hold?.cause !== hold.cause) log('WARN', hold.message);
	// Where Syncthing says when the spoke was in touch, a file that is entered late must not say it anew.
	const hasArrived = (added.length > 0 || counts.extended > 0) && before.syncthing === undefined;
	return {
		counts,
		bytes,
		added,
		sent: 0,
		received: 0,
		note: refused ?? hold ?? heldNote(context),
		isFailed: refused !== undefined,
		lastLook: {at: clock.now(), listed: counts.listed, pending: unsettled, notTaken: 0, gone},
		facts: {
			hold,
			isShrinkAccepted: false,
			...(counts.listed > 0 ? {isEmptyAccepted: false} : {}),
			...(hasArrived ? {lastSeen: clock.now(), lastSeenVia: 'arrival'} : {}),
		},
	};
}

/** What two looks in one run came to. */
function together(first: FoldOutcome, second: FoldOutcome): FoldOutcome {
	const added = [...first.added, ...second.added];
	const extended = first.counts.extended + second.counts.extended;
	const unchanged = Math.max(0, second.counts.unchanged - first.added.length - first.counts.extended);
	return {
		...second,
		counts: {...second.counts, new: added.length, extended, unchanged},
		added,
		shrunk: first.shrunk + second.shrunk,
		bytes: first.bytes + second.bytes,
	};
}

/** What nobody should overlook: the folder was emptied, or many sessions in it were cut at once. */
function holdOf(
	{spoke, folders, clock}: GuardContext,
	{counts, shrunk}: FoldOutcome,
	known: number,
	{hold, isEmptyAccepted}: SpokeFacts,
): SpokeHold | undefined {
	const at = clock.now();
	const detail = `The hub's copies are below ${folders.generations}. When you have looked: pi-brain-tui sync release ${spoke.name}`;
	if (counts.listed === 0 && known > 0) {
		if (isEmptyAccepted) return undefined;
		const copies = `${formatCount(known)} ${known === 1 ? 'session' : 'sessions'}`;
		const message = `the folder of '${spoke.name}' was emptied; the hub's copies of ${copies} are kept`;
		return {cause: 'GUARD_EMPTIED', message, detail, at};
	}

	if (isAlarming(shrunk, known)) {
		const message = `${formatCount(shrunk)} of ${formatCount(known)} sessions in the folder of '${spoke.name}' were cut at once; the earlier bytes are kept`;
		return {cause: 'GUARD_TRUNCATED', message, detail, at};
	}

	// A cut is seen once, when it is entered; only a person ends the hold.
	return hold?.cause === 'GUARD_TRUNCATED' ? hold : undefined;
}

async function planned({spoke, clock, store}: SyncJob, context: GuardContext): Promise<Outcome> {
	const plan = await planOfFolder(context);
	const listed = plan.arrive.length + plan.grow.length + plan.hold.length + plan.unchanged;
	const {holds = 0} = store.ledger.holdCounts().get(spoke.name) ?? {};
	const counts = {...noFiles, listed, unchanged: plan.unchanged, held: Math.max(holds, plan.hold.length)};
	const pending = plan.arrive.length + plan.grow.length;
	const lastLook = {at: clock.now(), listed, pending, notTaken: 0, gone: 0};
	return {counts, bytes: 0, sent: 0, received: 0, added: [], lastLook, facts: {}, plan};
}
