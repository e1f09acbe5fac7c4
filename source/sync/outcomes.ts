import {formatCount} from '../text/format.js';
import type {Failure} from './causes.js';
import type {Clock} from './clock.js';
import type {SpokeConfig} from './config/types.js';
import {toFailure} from './jobs/local-failure.js';
import type {SyncReport} from './jobs/sync.js';
import type {Contact} from './methods/types.js';
import type {Pending} from './pending.js';
import {run} from './process.js';
import {isCuredByAnswer} from './schedule/backoff.js';
import type {HubEvent, HubState, SpokeState} from './state.js';
import {wordOf} from './status.js';
import {failureOf, type SpokeFacts} from './store/facts.js';
import type {LoggedEvent} from './store/runs.js';
import type {Store} from './store/store.js';

/** What recording needs of the hub. */
export interface Recorder {
	readonly store: Store;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	readonly state: HubState;
	spoke(name: string): SpokeState | undefined;
	learn(name: string, facts: Partial<SpokeFacts>): void;
	log(level: LoggedEvent['level'], spoke: string | undefined, text: string): void;
	emit(event: HubEvent): void;
	/** Notifications under way: the hub does not close before they had their chance. */
	readonly telling: Pending;
}

/** Milliseconds `tui.notify_command` may take. */
const notifyLimitMs = 30_000;

/**
 * What the hub learns from a run that was no dry run: facts, log lines, notifications, history.
 * @returns the report; as failed when the run ended well but the hub could not note that
 */
export function recordRun(hub: Recorder, spoke: SpokeConfig, report: SyncReport): SyncReport {
	const {name} = spoke;
	const unwritten = attempt(hub, () => {
		if (report.result === 'failed') {
			recordFailure(hub, spoke, {cause: report.cause!, message: report.message!, detail: report.detail ?? ''});
		} else if (report.result === 'done') {
			recordSuccess(hub, spoke, report);
		}

		hub.emit({type: 'holds', spoke: name, ...(hub.store.ledger.holdCounts().get(name) ?? {holds: 0, gone: 0})});
	});
	const final: SyncReport =
		unwritten && report.result === 'done' ? {...report, result: 'failed', ...unwritten} : report;
	const {plan, added, ...run} = final;
	hub.store.later(() => hub.store.runs.add(run));
	hub.emit({type: 'ran', run});
	return final;
}

/** A disk that takes no facts ends neither the other runs nor the program: it is said, once. */
function attempt(hub: Recorder, write: () => void): Failure | undefined {
	try {
		write();
		return undefined;
	} catch (error) {
		hub.store.complain(error);
		return toFailure(error);
	}
}

function recordSuccess(hub: Recorder, spoke: SpokeConfig, {files, bytes, tookMs, cause}: SyncReport): void {
	const {name} = spoke;
	const now = hub.clock.now();
	const isHeld = hub.store.facts.get(name).hold !== undefined;
	const before = hub.spoke(name);
	// Nobody was asked when something else fills the folder: only what arrived counts.
	const isTransfer = spoke.source !== undefined || files.new + files.extended > 0;
	hub.learn(name, {
		checkedAt: now,
		failure: undefined,
		contactFailure: undefined,
		failures: 0,
		isLateSaid: false,
		...(spoke.source === undefined ? {} : {lastSeen: now, lastSeenVia: 'sync'}),
		...(isHeld || !isTransfer ? {} : {lastSynced: now}),
	});
	const isNews = isHeld ? !before?.facts.hold : files.held > 0 && before?.holds === 0;
	if (isNews && cause) notify(hub, name, 'held', cause);
	if (files.new + files.extended === 0) return;
	const what = `${formatCount(files.new)} new, ${formatCount(files.extended)} grown`;
	hub.log('INFO', name, `'${name}' synced: ${what}, ${formatCount(bytes)} bytes in ${(tookMs / 1000).toFixed(1)} s`);
}

/** The log line for a database that takes no writes. */
export function writesNothing(error: unknown): string {
	return `The database takes no writes, what is new is kept in memory for now: ${toFailure(error).message}`;
}

/** What the hub learns from asking a spoke whether it is there. */
export function recordContact(hub: Recorder, spoke: SpokeConfig, {isConnected, via, failure}: Contact): void {
	const {name} = spoke;
	const now = hub.clock.now();
	const before = hub.store.facts.get(name);
	if (!isConnected) {
		if (!failure) return;
		const since = failureOf(before)?.since ?? now;
		const facts = {checkedAt: now, contactFailure: {...failure, at: now, since}};
		if (attempt(hub, () => hub.learn(name, facts))) return;
		sayFailure(hub, spoke, failure, before);
		return;
	}

	const isCured = before.failure !== undefined && isCuredByAnswer(before.failure.cause);
	const facts = {
		lastSeen: now,
		lastSeenVia: via,
		checkedAt: now,
		isLateSaid: false,
		contactFailure: undefined,
		...(isCured ? {failure: undefined, failures: 0} : {}),
	};
	attempt(hub, () => hub.learn(name, facts));
}

/** What the hub learns from a sync that failed. */
export function recordFailure(hub: Recorder, spoke: SpokeConfig, failure: Failure): void {
	const {name} = spoke;
	const now = hub.clock.now();
	const before = hub.store.facts.get(name);
	hub.learn(name, {
		checkedAt: now,
		contactFailure: undefined,
		failure: {...failure, at: now, since: failureOf(before)?.since ?? now},
		failures: before.failures + 1,
	});
	sayFailure(hub, spoke, failure, before);
}

function sayFailure(hub: Recorder, {name, method}: SpokeConfig, failure: Failure, before: SpokeFacts): void {
	// The same failure every quarter of an hour is one incident, not a hundred lines.
	if (before.failure?.cause === failure.cause || before.contactFailure?.cause === failure.cause) return;
	hub.log('ERROR', name, `${method === 'rsync' ? 'rsync' : 'sync'} failed for '${name}': ${failure.message}`);
	notify(hub, name, wordOf(failure.cause), failure.cause);
}

/**
 * Says, once for an incident, that a spoke was not seen for too long.
 * @param age as people say it: `2h`
 */
export function recordLate(hub: Recorder, name: string, age: string): void {
	if (attempt(hub, () => hub.learn(name, {isLateSaid: true}))) return;
	hub.log('WARN', name, `Spoke '${name}' not seen for ${age}`);
	notify(hub, name, 'late', failureOf(hub.store.facts.get(name))?.cause ?? 'UNKNOWN');
}

function notify(hub: Recorder, name: string, state: string, cause: string): void {
	const command = hub.state.config.tui.notifyCommand;
	if (!command) return;
	const env = {PI_BRAIN_SPOKE: name, PI_BRAIN_STATE: state, PI_BRAIN_CAUSE: cause};
	const telling = run(command, {limitMs: notifyLimitMs, env, signal: hub.signal}).then(
		({exitCode, spawnError}) => {
			if (exitCode !== 0) hub.log('WARN', name, `tui.notify_command failed: ${spawnError ?? `exit ${exitCode}`}`);
		},
		// Leaving the program ends it; that is nobody's failure.
		() => {},
	);
	hub.telling.add(telling);
}
