import type {Cause} from '../causes.js';

/** How a failure is waited out. `hard`: trying again soon makes it worse or cannot help. */
export type BackoffKind = 'transient' | 'hard' | 'none';

/** What a spoke that failed waits for. */
export interface Backoff {
	readonly kind: 'transient' | 'hard';
	readonly cause: Cause;
	/** Failures of this kind in a row, 1 or more. */
	readonly failures: number;
	/** Milliseconds since the epoch before which no scheduled run starts. */
	readonly until: number;
}

const minute = 60_000;
const hour = 60 * minute;

// OpenSSH 9.8 and later shut out an address that fails to log in too often (PerSourcePenalties; shows as KEX_DROPPED),
// and a host key that does not match wants a person.
const hard: ReadonlySet<Cause> = new Set<Cause>([
	'AUTH_DENIED',
	'AUTH_TOO_MANY',
	'KEY_LOCKED',
	'KEY_PERMS',
	'KEY_MISSING',
	'KEY_UNREADABLE',
	'KEY_BAD',
	'AGENT_REFUSED',
	'CRON_ONLY',
	'ACCOUNT_EXPIRED',
	'PASSWORD_EXPIRED',
	'NOLOGIN_SHELL',
	'KEX_DROPPED',
	'HOSTKEY_UNKNOWN',
	'HOSTKEY_CHANGED',
	'HOSTKEY_REVOKED',
	'HOSTKEY_OTHER',
]);

// Our own guard's findings and a busy lease say nothing about whether the next run can succeed.
const none: ReadonlySet<Cause> = new Set<Cause>([
	'LEASE_HELD',
	'GUARD_TRUNCATED',
	'GUARD_REWRITTEN',
	'GUARD_RETYPED',
	'GUARD_EMPTIED',
	'GUARD_GONE',
]);

const unreachable: ReadonlySet<Cause> = new Set<Cause>([
	'DNS_NXDOMAIN',
	'DNS_TEMPORARY',
	'TCP_REFUSED',
	'TCP_TIMEOUT',
	'NO_ROUTE',
	'NET_UNREACHABLE',
	'TCP_BLOCKED',
	'BANNER_TIMEOUT',
	'NOT_SSH',
	'JUMP_FAILED',
	'LINK_DROPPED',
	'STALLED',
	'TIMEOUT_30',
	'SOURCE_ABSENT',
]);

/** How a class of failure is waited out. */
function backoffKind(cause: Cause): BackoffKind {
	if (hard.has(cause)) return 'hard';
	return none.has(cause) ? 'none' : 'transient';
}

/** True when the failure means that the spoke, or the way to it, did not hold. */
export function isUnreachable(cause: Cause): boolean {
	return unreachable.has(cause);
}

// A greeting says nothing about these: the spoke greeted before, too.
const beyondGreeting: ReadonlySet<Cause> = new Set<Cause>(['JUMP_FAILED', 'LINK_DROPPED', 'STALLED', 'TIMEOUT_30']);

/** True when an answer of the spoke, without a login, disproves the failure. */
export function isCuredByAnswer(cause: Cause): boolean {
	return unreachable.has(cause) && !beyondGreeting.has(cause);
}

/**
 * Milliseconds to wait after a failure: 5 min · 2ⁿ up to 1 h, or for hard ones 1 h more each time up to 6 h. Between
 * two scheduled attempts lies the longer of this and the schedule's own distance.
 * @param failures in a row, 1 for the first
 */
function backoffMs(kind: Backoff['kind'], failures: number): number {
	if (kind === 'hard') return Math.min(6, failures) * hour;
	return Math.min(hour, 5 * minute * 2 ** Math.min(10, failures - 1));
}

/** The wait after one more failure; undefined when this class is not waited out. */
export function nextBackoff(before: Backoff | undefined, cause: Cause, now: number): Backoff | undefined {
	const kind = backoffKind(cause);
	if (kind === 'none') return undefined;
	const failures = before?.kind === kind ? before.failures + 1 : 1;
	return {kind, cause, failures, until: now + backoffMs(kind, failures)};
}
