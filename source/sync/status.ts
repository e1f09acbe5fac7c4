import type {Cause} from './causes.js';
import type {HubConfig} from './config/types.js';
import {keptWhere} from './jobs/held-note.js';
import {isUnreachable} from './schedule/backoff.js';
import {isLate} from './schedule/lateness.js';
import type {SpokeState} from './state.js';
import {failureOf, type PastFailure} from './store/facts.js';

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
	[/^GUARD_/, 'held'],
];

/** The word of a class of failure. */
export function wordOf(cause: Cause): StateWord {
	return words.find(([pattern]) => pattern.test(cause))?.[1] ?? 'error';
}

/**
 * Says how a spoke is, from facts alone.
 * @param now milliseconds since the epoch
 * @param isDue a scheduled time has passed and nothing ran since
 */
export function verdictOf(spoke: SpokeState, now: number, isDue: boolean): Verdict {
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
	// Nobody can ask a folder that others fill when it was last in touch; it holds something or it never did.
	if (config.source === undefined) {
		return sessions > 0 || facts.isEmptyAccepted ? say('ok') : say('never', 'nothing has arrived in its folder yet');
	}

	if (facts.lastSynced === undefined) return say('never', 'never synced');
	if (isLate(facts.lastSeen, now, config.staleAfterMs))
		return say('late', `not seen for ${ageWord(now - facts.lastSeen!)}`);
	return isDue ? say('due', 'its scheduled time has passed') : say('ok');
}

function failed({config, facts}: SpokeState, {cause, message}: PastFailure, now: number): Verdict {
	if (!asleepCauses.has(cause) || facts.lastSeen === undefined) return {state: wordOf(cause), reason: message, cause};
	if (isLate(facts.lastSeen, now, config.staleAfterMs)) {
		return {state: 'late', reason: `not seen for ${ageWord(now - facts.lastSeen)}: ${message}`, cause};
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
export function isConnected({facts, config}: SpokeState, {tui}: HubConfig, now: number): boolean {
	const {lastSeen} = facts;
	const failure = failureOf(facts);
	// A folder that something else fills is in touch with nobody.
	if (config.source === undefined) return false;
	if (lastSeen === undefined || now - lastSeen > 2 * tui.probeIntervalMs) return false;
	return !(failure && isUnreachable(failure.cause) && failure.at > lastSeen);
}
