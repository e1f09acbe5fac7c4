/**
 * Every class of failure the product names. The classes of ssh, rsync and the destination are recognised in
 * `diagnosis/`; the `GUARD_*` ones come from the append-only guard. The last three before UNKNOWN are no failure of a run:
 * only a diagnosis says them.
 */
export const causes = [
	'DNS_NXDOMAIN',
	'DNS_TEMPORARY',
	'TCP_REFUSED',
	'TCP_TIMEOUT',
	'NO_ROUTE',
	'NET_UNREACHABLE',
	'TCP_BLOCKED',
	'BANNER_TIMEOUT',
	'NOT_SSH',
	'KEX_DROPPED',
	'ALGO_MISMATCH',
	'HOSTKEY_UNKNOWN',
	'HOSTKEY_CHANGED',
	'HOSTKEY_REVOKED',
	'HOSTKEY_OTHER',
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
	'LOGIN_CLOSED',
	'NOLOGIN_SHELL',
	'SSH_CONFIG_BAD',
	'CFG_REMOTECOMMAND',
	'MUX_SOCKET',
	'JUMP_FAILED',
	'LINK_DROPPED',
	'FORCED_RRSYNC',
	'FORCED_OTHER',
	'SHELL_NOISE',
	'SHELL_DIED',
	'RSYNC_MISSING',
	'RSYNC_MISSING_HUB',
	'OPTION_REJECTED',
	'PROTO_TOO_OLD',
	'SRC_MISSING',
	'SRC_DENIED',
	'SRC_CHANGED',
	'DST_DENIED',
	'DST_FULL',
	'DST_QUOTA',
	'DST_RO',
	'DST_PARENT',
	'STALLED',
	'TIMEOUT_30',
	'VERIFY_RETRY',
	'GUARD_TRUNCATED',
	'GUARD_REWRITTEN',
	'GUARD_RETYPED',
	'GUARD_EMPTIED',
	'GUARD_GONE',
	'CONFIG_INVALID',
	'SOURCE_ABSENT',
	'ST_DOWN',
	'ST_KEY',
	'ST_HOST',
	'ST_FOLDER',
	'ST_DEVICE',
	'ST_LOCAL',
	'LEASE_HELD',
	'RSYNC_VULNERABLE',
	'WRITER_FOREIGN',
	'SCHEDULE_NOBODY',
	'UNKNOWN',
] as const;

/** One class of failure. */
export type Cause = (typeof causes)[number];

/** A failure with its class; `message` is one line for people, `detail` the verbatim evidence. */
export interface Failure {
	readonly cause: Cause;
	/** One line, neutralised, without the spoke's name in front. */
	readonly message: string;
	/** The lines that say so, verbatim but neutralised and bounded to 64 KiB; empty when there are none. */
	readonly detail: string;
}

/** An error that already knows its class. */
export class SyncError extends Error {
	readonly failure: Failure;
	constructor(failure: Failure, options?: ErrorOptions) {
		super(failure.message, options);
		this.name = 'SyncError';
		this.failure = failure;
	}
}
