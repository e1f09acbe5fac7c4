import type {GuardContext} from '../guard/context.js';
import {foldFolder, recoverFolder, settleMs} from '../guard/protect.js';
import {noFiles} from '../store/runs.js';
import {announceNew} from './announce.js';
import {heldNote} from './held-note.js';
import type {Outcome, SyncJob} from './job.js';
import {planOfFolder} from './plan.js';

/** Enters what something else brought into the spoke's folder. */
export async function fold(job: SyncJob, context: GuardContext): Promise<Outcome> {
	const {spoke, config, clock, signal, log, store, isDryRun} = job;
	if (isDryRun) return planned(job, context);
	await recoverFolder(context);
	const isFirst = store.ledger.totals(spoke.name).sessions === 0;
	const known = store.ledger.all(spoke.name).size;
	const isProtecting = config.tui.protect !== 'off';
	let outcome = await foldFolder(context, isProtecting);
	if (outcome.unsettled > 0) {
		await clock.sleep(settleMs + 100, signal);
		const second = await foldFolder(context, isProtecting);
		outcome = {...second, added: [...outcome.added, ...second.added], bytes: outcome.bytes + second.bytes};
	}

	const {counts, bytes, added, unsettled, gone} = outcome;
	announceNew(job, added, isFirst);
	const {isEmptyAccepted, hold: before} = store.facts.get(spoke.name);
	const isEmptied = counts.listed === 0 && known > 0 && !isEmptyAccepted;
	const hold = isEmptied
		? {
				cause: 'GUARD_EMPTIED' as const,
				message: `the folder of '${spoke.name}' was emptied; the hub's copies of ${known.toLocaleString('en')} ${known === 1 ? 'session' : 'sessions'} are kept`,
				detail: `They are below ${context.folders.generations}. When the folder is meant to be empty: pi-brain-tui sync release ${spoke.name}`,
				at: clock.now(),
			}
		: undefined;
	if (hold && before?.cause !== hold.cause) log('WARN', hold.message);
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

async function planned({spoke, clock, store}: SyncJob, context: GuardContext): Promise<Outcome> {
	const plan = await planOfFolder(context);
	const listed = plan.arrive.length + plan.grow.length + plan.hold.length + plan.unchanged;
	const {holds = 0} = store.ledger.holdCounts().get(spoke.name) ?? {};
	const counts = {...noFiles, listed, unchanged: plan.unchanged, held: Math.max(holds, plan.hold.length)};
	const lastLook = {at: clock.now(), listed, pending: 0, notTaken: 0, gone: 0};
	return {counts, bytes: 0, sent: 0, received: 0, added: [], lastLook, facts: {}, plan};
}
