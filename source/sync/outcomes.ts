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
import {isLate, type Missed, missedText} from './schedule/lateness.js';
import type {HubEvent, HubState, SpokeState} from './state.js';
import {ageWord, isSleepLike, wordOf} from './status.js';
import {failureOf, type PastFailure, type SpokeFacts} from './store/facts.js';
import type {LoggedEvent} from './store/runs.js';
import type {Store} from './store/store.js';
import type {SyncthingFacts} from './syncthing/types.js';

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
export const notifyLimitMs = 30_000;

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
	if (spoke.source !== undefined) sayBack(hub, name, now);
	sayRunAgain(hub, name, now);
	// Nobody was asked when something else fills the folder: only what arrived counts.
	const isTransfer = spoke.source !== undefined || files.new + files.extended > 0;
	hub.learn(name, {
		checkedAt: now,
		failure: undefined,
		contactFailure: undefined,
		failures: 0,
		isTakenForSleep: false,
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
export function recordContact(hub: Recorder, spoke: SpokeConfig, {isConnected, via, failure, address}: Contact): void {
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
		contactFailure: undefined,
		...(address === undefined ? {} : {lastAddress: address}),
		...(isCured ? {failure: undefined, failures: 0} : {}),
	};
	attempt(hub, () => {
		sayBack(hub, name, now);
		hub.learn(name, facts);
	});
}

/** What Syncthing tells of a spoke, as the hub learns it. */
export interface Learned {
	/** Without its failure's times. */
	readonly facts: Omit<SyncthingFacts, 'failure'> | undefined;
	readonly failure: Failure | undefined;
	/** Milliseconds since the epoch; undefined: never. */
	readonly seenAt: number | undefined;
	readonly isConnected: boolean;
	readonly address: string | undefined;
}

/** What a sync or a probe met with at Syncthing is over when Syncthing, asked since, says nothing of the kind. */
function isOverBy({cause, at}: PastFailure, {facts, failure}: Learned, now: number): boolean {
	if (facts === undefined || failure || !cause.startsWith('ST_')) return false;
	// One of a time yet to come was noted before a clock was set back.
	return facts.at >= at || at > now;
}

/** What is learned ends a failure that the spoke still shows: to be recorded even if nothing else of it is new. */
export function isCure({facts}: SpokeState, learned: Learned, now: number): boolean {
	return [facts.failure, facts.contactFailure].some(past => past !== undefined && isOverBy(past, learned, now));
}

/** What the hub learns of a spoke from following Syncthing: connections, what is to come, what is wrong. */
export function recordSyncthing(hub: Recorder, spoke: SpokeConfig, learned: Learned): void {
	const {name, staleAfterMs} = spoke;
	const {facts, failure, seenAt, isConnected, address} = learned;
	const now = hub.clock.now();
	const before = hub.store.facts.get(name);
	const since = before.syncthing?.failure?.since ?? now;
	const isOver = (past: SpokeFacts['failure']) => past !== undefined && isOverBy(past, learned, now);
	// Who was there to pull from it knows better than Syncthing's own memory; when a file was entered says little.
	const isPulled = before.lastSeen !== undefined && !['Syncthing', 'arrival'].includes(before.lastSeenVia ?? '');
	const isLater = seenAt !== undefined && !(isPulled && seenAt < before.lastSeen! && before.lastSeen! <= now);
	const unwritten = attempt(hub, () => {
		if (isConnected) sayBack(hub, name, now);
		hub.learn(name, {
			syncthing: facts && {...facts, failure: failure && {...failure, at: now, since}},
			checkedAt: now,
			...(isLater ? {lastSeen: seenAt, lastSeenVia: 'Syncthing'} : {}),
			...(isOver(before.failure) ? {failure: undefined, failures: 0} : {}),
			...(isOver(before.contactFailure) ? {contactFailure: undefined} : {}),
			...(address === undefined ? {} : {lastAddress: address}),
		});
	});
	if (unwritten) return;
	if (failure) sayFailure(hub, spoke, failure, before);
	if (!isConnected && isLate(seenAt, now, staleAfterMs)) recordLate(hub, name);
}

/** What the hub learns from a sync that failed. */
export function recordFailure(hub: Recorder, spoke: SpokeConfig, failure: Failure): void {
	const {name} = spoke;
	const now = hub.clock.now();
	const before = hub.store.facts.get(name);
	hub.store.facts.turn(name, 'isMissedSaid', false);
	hub.learn(name, {
		checkedAt: now,
		contactFailure: undefined,
		failure: {...failure, at: now, since: failureOf(before)?.since ?? now},
		failures: before.failures + 1,
	});
	sayFailure(hub, spoke, failure, before);
	// Where only cron runs syncs nobody asks between them. One failure may be the hub's own network after it slept.
	if (before.failures > 0 && isLate(before.lastSeen, now, spoke.staleAfterMs)) recordLate(hub, name);
}

function sayFailure(hub: Recorder, {name, method}: SpokeConfig, failure: Failure, before: SpokeFacts): void {
	const known = [before.failure, before.contactFailure, before.syncthing?.failure];
	const isSame = known.some(one => one?.cause === failure.cause);
	// A transfer that breaks off again although the spoke has answered in between: it does not sleep, it is broken.
	const isAgain = before.failure?.cause === failure.cause && (before.lastSeen ?? 0) > before.failure.at;
	const isNoSleep = before.isTakenForSleep && isAgain;
	// The same failure every quarter of an hour is one incident, not a hundred lines.
	if (isSame && !isNoSleep) return;
	const isAsleep = !isNoSleep && isSleepLike(failure.cause, hub.clock.now(), before.lastSeen);
	if (isAsleep !== before.isTakenForSleep) attempt(hub, () => hub.learn(name, {isTakenForSleep: isAsleep}));
	const text = `${method === 'rsync' ? 'rsync' : 'sync'} failed for '${name}': ${failure.message}`;
	hub.log(isAsleep ? 'WARN' : 'ERROR', name, text);
	// Machines sleep every night; when one sleeps for too long somebody is told that it is late.
	if (isAsleep) return;
	notify(hub, name, isNoSleep ? 'error' : wordOf(failure.cause), failure.cause);
}

/** Says that a spoke was not seen for too long: once for an incident, whatever number of processes finds it. */
export function recordLate(hub: Recorder, name: string): void {
	if (!turn(hub, name, 'isLateSaid')) return;
	const facts = hub.store.facts.get(name);
	hub.log('WARN', name, `Spoke '${name}' not seen for ${sinceWord(facts.lastSeen, hub.clock.now())}`);
	notify(hub, name, 'late', failureOf(facts)?.cause ?? 'UNKNOWN');
}

/** Says that nobody runs a spoke's schedule: once for an incident, whatever number of processes finds it. */
export function recordMissed(hub: Recorder, name: string, missed: Missed): void {
	if (!turn(hub, name, 'isMissedSaid')) return;
	const age = sinceWord(hub.store.facts.get(name).lastSynced, hub.clock.now());
	hub.log('WARN', name, `Spoke '${name}' not synced for ${age}, ${missedText(missed)}`);
	notify(hub, name, 'late', 'SCHEDULE_NOBODY');
}

/** Tells that a verify nobody was watching found damage; the log has it already. `kind` is the worst finding's. */
export function recordDamage(hub: Recorder, name: string, kind: string): void {
	notify(hub, name, 'damage', kind);
}

/** @returns true for the one process that says it */
function turn(hub: Recorder, name: string, key: 'isLateSaid' | 'isMissedSaid'): boolean {
	let isOurs = false;
	attempt(hub, () => {
		isOurs = hub.store.facts.turn(name, key, true);
		hub.learn(name, {});
	});
	return isOurs;
}

function sayBack(hub: Recorder, name: string, now: number): void {
	const {lastSeen} = hub.store.facts.get(name);
	if (!hub.store.facts.turn(name, 'isLateSaid', false)) return;
	hub.log('INFO', name, `Spoke '${name}' is back after ${sinceWord(lastSeen, now)}`);
}

function sayRunAgain(hub: Recorder, name: string, now: number): void {
	const {lastSynced} = hub.store.facts.get(name);
	if (!hub.store.facts.turn(name, 'isMissedSaid', false)) return;
	hub.log('INFO', name, `Spoke '${name}' is synced again after ${sinceWord(lastSynced, now)}`);
}

function sinceWord(at: number | undefined, now: number): string {
	return at === undefined ? 'long' : ageWord(now - at);
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
