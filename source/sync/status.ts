import type {Cause} from './causes.js';
import type {HubConfig} from './config/types.js';
import {keptWhere} from './jobs/held-note.js';
import {isUnreachable} from './schedule/backoff.js';
import {isLate, type Missed, missedText} from './schedule/lateness.js';
import type {SpokeState} from './state.js';
import {failureOf, type PastFailure} from './store/facts.js';
import {isSyncthingConnected, syncthingVerdict} from './syncthing/verdict.js';

/** What a row says in one word. */
export type StateWord =
	| 'ok'
	| 'syncing'
	| 'due'
	| 'late'
	| 'asleep'
	| 'unreachable'
	| 'auth'
	| 'host-key'
	| 'remote-config'
	| 'local-disk'
	| 'held'
	| 'error'
	| 'disabled'
	| 'never';

/** A row's word, and why; `reason` is one line, neutralised; undefined for `ok` and the like. */
export interface Verdict {
	readonly state: StateWord;
	readonly reason: string | undefined;
	readonly cause: Cause | undefined;
}

/** What a machine that sleeps or left the network looks like from outside. */
const asleepCauses: ReadonlySet<Cause> = new Set<Cause>([
	'TCP_TIMEOUT',
	'NO_ROUTE',
	'STALLED',
	'LINK_DROPPED',
	'TIMEOUT_30',
]);

const words: ReadonlyArray<readonly [RegExp, StateWord]> = [
	[/^(AUTH_|KEY_|AGENT_|CRON_ONLY|ACCOUNT_|PASSWORD_|NOLOGIN_)/, 'auth'],
	[/^HOSTKEY_/, 'host-key'],
	[/^(DNS_|TCP_|NO_ROUTE|NET_|BANNER_|NOT_SSH|KEX_|JUMP_|LOGIN_|LINK_|STALLED|TIMEOUT_|SOURCE_ABSENT)/, 'unreachable'],
	[/^(RSYNC_MISSING$|SHELL_|FORCED_|SRC_|OPTION_|PROTO_|ALGO_|SSH_CONFIG_|CFG_)/, 'remote-config'],
	[/^DST_/, 'local-disk'],
	[/^(GUARD_|ST_LOCAL)/, 'held'],
	[/^ST_KEY/, 'auth'],
	[/^ST_(DOWN|DEVICE)/, 'unreachable'],
];

/** What the schedule and its keeper have to do with how a spoke is. */
export interface Watched {
	/** Scheduled syncs that nobody ran. */
	readonly missed?: Missed | undefined;
	/** It is about to be asked for the first time in long: that it was not seen proves nothing. */
	readonly isYetToBeAsked?: boolean;
}

/** The word of a class of failure. */
export function wordOf(cause: Cause): StateWord {
	return words.find(([pattern]) => pattern.test(cause))?.[1] ?? 'error';
}

/**
 * Says how a spoke is, from facts alone.
 * @param now milliseconds since the epoch
 * @param isDue a scheduled time has passed and nothing ran since
 */
export function verdictOf(spoke: SpokeState, now: number, isDue: boolean, watched: Watched = {}): Verdict {
	const {config, facts, holds, undriven, totals} = spoke;
	const sessions = totals?.sessions ?? 0;
	const say = (state: StateWord, reason?: string, cause?: Cause): Verdict => ({state, reason, cause});
	if (config.invalid !== undefined) return say('error', config.invalid, 'CONFIG_INVALID');
	if (!config.enabled) return say('disabled');
	if (spoke.job?.startedAt !== undefined) return say('syncing');
	if (undriven !== undefined) return say(sessions > 0 ? 'ok' : 'never', undriven);
	if (facts.hold) return say('held', facts.hold.message, facts.hold.cause);
	const failure = failureOf(facts);
	if (failure) return failed(spoke, failure, now);
	if (holds > 0)
		return say('held', `${holds} ${holds === 1 ? 'session is' : 'sessions are'} held: ${keptWhere(config)}`);
	if (config.method === 'syncthing') {
		return syncthingVerdict(spoke, now, watched.isYetToBeAsked ?? false, ageWord);
	}

	// Nobody can ask a folder that others fill when it was last in touch; it holds something or it never did.
	if (config.source === undefined) {
		return sessions > 0 || facts.isEmptyAccepted
			? say('ok')
			: say('never', facts.lastSynced === undefined ? 'nothing has arrived in its folder yet' : 'its folder is empty');
	}

	if (facts.lastSynced === undefined) return say('never', 'never synced');
	const unseen =
		!watched.isYetToBeAsked && isLate(facts.lastSeen, now, config.staleAfterMs)
			? `not seen for ${ageWord(now - facts.lastSeen!)}`
			: undefined;
	const {missed} = watched;
	if (missed) {
		const reason = [unseen, missedText(missed)].filter(part => part !== undefined).join('; ');
		return say('late', reason, missed.keeper ? undefined : 'SCHEDULE_NOBODY');
	}

	if (unseen !== undefined) return say('late', unseen);
	return isDue ? say('due', 'its scheduled time has passed') : say('ok');
}

/** True when a failure is what a machine that was well and sleeps now looks like, and it has not answered since. */
export function isSleepLike(cause: Cause, at: number, lastSeen: number | undefined): boolean {
	return asleepCauses.has(cause) && lastSeen !== undefined && lastSeen <= at;
}

function failed({config, facts}: SpokeState, {cause, message, at}: PastFailure, now: number): Verdict {
	// It has answered since: whatever ended the transfer, the machine neither sleeps nor is it out of reach.
	if (asleepCauses.has(cause) && facts.lastSeen !== undefined && facts.lastSeen > at) {
		return {state: 'error', reason: message, cause};
	}

	if (!isSleepLike(cause, at, facts.lastSeen)) return {state: wordOf(cause), reason: message, cause};
	if (isLate(facts.lastSeen, now, config.staleAfterMs)) {
		return {state: 'late', reason: `not seen for ${ageWord(now - facts.lastSeen!)}: ${message}`, cause};
	}

	return {state: 'asleep', reason: message, cause};
}

/** Milliseconds as the log says them: `2h`, `26h`, `3d`. */
export function ageWord(ms: number): string {
	const minutes = Math.floor(ms / 60_000);
	if (minutes < 60) return `${Math.max(1, minutes)}m`;
	const hours = Math.floor(minutes / 60);
	return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}

/** Contact within two probe intervals, and nothing to the contrary since. */
export function isConnected(spoke: SpokeState, {tui}: HubConfig, now: number): boolean {
	const {facts, config} = spoke;
	if (config.method === 'syncthing') return isSyncthingConnected(spoke, now);
	const {lastSeen} = facts;
	const failure = failureOf(facts);
	// A folder that something else fills is in touch with nobody.
	if (config.source === undefined) return false;
	if (lastSeen === undefined || now - lastSeen > 2 * tui.probeIntervalMs) return false;
	return !(failure && isUnreachable(failure.cause) && failure.at > lastSeen);
}
