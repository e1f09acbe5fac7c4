import type {Cause} from '../causes.js';

/** One way a failure shows itself. */
export interface Signature {
	readonly cause: Cause;
	/** Against one whole line of stderr, without its line end. */
	readonly patterns: readonly RegExp[];
	/** Exit codes that can go with it; undefined: any but the codes of a transfer that mostly worked. */
	readonly codes?: readonly number[];
	/** Classes whose lines say the same thing more exactly, when they stand right above the matching line. */
	readonly refinedBy?: readonly Cause[];
}

/*
 * Lines of ssh after which it is gone: nothing of the spoke's own can follow them, which is what tells them from a
 * banner that merely quotes them. Recorded from OpenSSH 9.2 unless the system is named.
 */
const keyTrouble: readonly Cause[] = [
	'KEY_PERMS',
	'KEY_MISSING',
	'KEY_UNREADABLE',
	'KEY_BAD',
	'AGENT_REFUSED',
	'ACCOUNT_EXPIRED',
];
const dropTrouble: readonly Cause[] = [
	'KEX_DROPPED',
	'NOT_SSH',
	'BANNER_TIMEOUT',
	'AUTH_TOO_MANY',
	'ACCOUNT_EXPIRED',
	'JUMP_FAILED',
	'LINK_DROPPED',
];

/** Failures of the connection itself, told by ssh's last line. */
export const sshSignatures: readonly Signature[] = [
	{
		cause: 'DNS_NXDOMAIN',
		patterns: [
			/^ssh: Could not resolve hostname \S+: (?:Name or service not known|nodename nor servname provided, or not known|No address associated.*|Non-recoverable failure in name resolution)$/,
		],
	},
	{cause: 'DNS_TEMPORARY', patterns: [/^ssh: Could not resolve hostname \S+: Temporary failure in name resolution$/]},
	{cause: 'TCP_REFUSED', patterns: [/^ssh: connect to host \S+ port \d+: Connection refused$/]},
	{cause: 'TCP_TIMEOUT', patterns: [/^ssh: connect to host \S+ port \d+: (?:Connection|Operation) timed out$/]},
	{cause: 'NO_ROUTE', patterns: [/^ssh: connect to host .*: (?:No route to host|Host is down)$/]},
	{cause: 'NET_UNREACHABLE', patterns: [/^ssh: connect to host .*: Network is unreachable$/]},
	{cause: 'TCP_BLOCKED', patterns: [/^ssh: connect to host .*: (?:Permission denied|Operation not permitted)$/]},
	{
		cause: 'BANNER_TIMEOUT',
		patterns: [/^Connection timed out during banner exchange$/, /^Connection to \S+ port \d+ timed out$/],
	},
	{
		cause: 'NOT_SSH',
		patterns: [
			/^Bad packet length \d+\.?$/,
			/^Protocol major versions differ/,
			/^banner exchange: .* could not read protocol version$/,
			/^(?:kex|ssh)_exchange_identification: (?:No SSH identification string received|banner line contains invalid characters|client sent invalid protocol identifier.*)\.?$/,
			/^banner exchange: .*: invalid format$/,
		],
	},
	{
		cause: 'KEX_DROPPED',
		patterns: [
			/^(?:kex|ssh)_exchange_identification: (?:read: )?Connection (?:closed|reset)/,
			/^ssh: connect to host \S+ port \d+: Connection reset by peer$/,
			// Broken off before ssh had asked for the other side's address, or while it said its own greeting.
			/^Connection (?:closed|reset) by UNKNOWN port -1$/,
			/^banner exchange: Connection to (?!UNKNOWN port 65535)\S+ port -?\d+: Broken pipe$/,
		],
	},
	{
		cause: 'ALGO_MISMATCH',
		patterns: [/^Unable to negotiate with .*: no matching .+ found\. Their offer: .*$/],
	},
	{cause: 'HOSTKEY_UNKNOWN', patterns: [/^No \S+ host key is known for \S+ and you have requested strict checking\.$/]},
	{
		cause: 'HOSTKEY_CHANGED',
		patterns: [
			/^@ +WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! +@$/,
			/^(?:Host|\S+ host) key for \S+ has changed and you have requested strict checking\.$/,
		],
	},
	{
		cause: 'HOSTKEY_REVOKED',
		patterns: [
			/^@ +WARNING: REVOKED HOST KEY DETECTED! +@$/,
			/^The \S+ host key for \S+ is marked as revoked\.$/,
			/^\S+ host key for \S+ was revoked and you have requested strict checking\.$/,
		],
	},
	{
		cause: 'HOSTKEY_OTHER',
		patterns: [/^Host key verification failed\.$/],
		refinedBy: ['HOSTKEY_REVOKED', 'HOSTKEY_CHANGED', 'HOSTKEY_UNKNOWN'],
	},
	{cause: 'AUTH_TOO_MANY', patterns: [/^Received disconnect from .*: Too many authentication failures/]},
	{cause: 'AGENT_REFUSED', patterns: [/^sign_and_send_pubkey: signing failed for .* from agent: .*$/]},
	{
		cause: 'AUTH_DENIED',
		patterns: [/^(?:\S+@)?\S+: Permission denied \([^)]*\)\.$/],
		refinedBy: keyTrouble,
	},
	{cause: 'KEY_PERMS', patterns: [/^Permissions 0\d+ for '(?!.*\.pub').+' are too open\.?$/]},
	{
		cause: 'KEY_MISSING',
		patterns: [/^(?:Warning: Identity file .+ not accessible|no such identity: .+): No such file or directory\.?$/],
	},
	{cause: 'KEY_UNREADABLE', patterns: [/^Load key ".+": Permission denied$/]},
	{
		cause: 'KEY_BAD',
		patterns: [
			/^Load key ".+": (?:error in libcrypto|invalid format)$/,
			// A public key may be read by everybody: that it is named where the private one belongs is what is wrong.
			/^Permissions 0\d+ for '.+\.pub' are too open\.?$/,
		],
	},
	{cause: 'ACCOUNT_EXPIRED', patterns: [/^Your account has expired/]},
	{cause: 'PASSWORD_EXPIRED', patterns: [/^Password change required but no TTY available\.?$/], codes: [1, 12, 255]},
	{
		cause: 'SSH_CONFIG_BAD',
		patterns: [
			/^.+: terminating, \d+ bad configuration options$/,
			/^(?:.+: line \d+: |command-line: line 0: )?Bad configuration option: .*$/,
			/^Bad owner or permissions on .+$/,
			/^Can't open user config file .+: .+$/,
		],
	},
	{cause: 'CFG_REMOTECOMMAND', patterns: [/^Cannot execute command-line and remote command\.?$/]},
	{
		cause: 'JUMP_FAILED',
		patterns: [
			/^Connection (?:closed|reset) by UNKNOWN port 65535$/,
			// What stands between had ended before ssh said its greeting.
			/^banner exchange: Connection to UNKNOWN port 65535: Broken pipe$/,
			/^stdio forwarding failed$/,
		],
	},
	{
		cause: 'LINK_DROPPED',
		patterns: [
			/^Timeout, server \S+ not responding\.$/,
			/^Connection to \S+ closed by remote host\.$/,
			/^client_loop: send disconnect: .*$/,
			/^Connection reset by \S+ port \d+$/,
			/^Read from remote host .+: .+$/,
		],
		refinedBy: ['KEX_DROPPED'],
	},
	{cause: 'LOGIN_CLOSED', patterns: [/^Connection closed by \S+ port \d+$/], refinedBy: dropTrouble},
	{cause: 'LOGIN_CLOSED', patterns: [/^Disconnected from .*\bport \d+$/], refinedBy: dropTrouble},
	{
		cause: 'MUX_SOCKET',
		patterns: [
			/^unix_listener: cannot bind to path/,
			/^unix_listener: path ".*" too long for Unix domain socket$/,
			/^ControlPath too long/,
			/^mux_client_request_session: session request failed: Session open refused by peer$/,
			/^mux_client_.*: (?:read from master failed|master session terminated).*$/,
		],
	},
];

/** Failures behind a connection that worked, in the order in which they are believed. */
export const remoteSignatures: readonly Signature[] = [
	{cause: 'FORCED_RRSYNC', patterns: [/rrsync error: .+$/], codes: [1, 2, 12, 255]},
	{
		cause: 'DST_FULL',
		patterns: [/^rsync: (?:\[\w+\] )?.*: No space left on device \(28\)$/],
		codes: [3, 10, 11, 12, 23],
	},
	{cause: 'DST_QUOTA', patterns: [/^rsync: (?:\[\w+\] )?.*: Dis[ck] quota exceeded \(\d+\)$/], codes: [3, 11, 12, 23]},
	{
		cause: 'DST_RO',
		patterns: [/^rsync: \[(?:receiver|generator|Receiver)\] .*: Read-only file system \(30\)$/],
		codes: [3, 11, 12, 23],
	},
	{
		cause: 'DST_DENIED',
		patterns: [
			/^rsync: \[(?:receiver|generator|Receiver)\] .*(?:mkdir|mkstemp|rename|open|chdir|change_dir|set times).*: Permission denied \(13\)$/,
		],
		codes: [3, 11, 12, 23],
	},
	{
		cause: 'DST_PARENT',
		patterns: [/^rsync: \[Receiver\] mkdir ".+" failed: No such file or directory \(2\)$/],
		codes: [3, 11, 12],
	},
	{
		cause: 'OPTION_REJECTED',
		patterns: [
			/^rsync: on remote machine: \S+: unknown option$/,
			/unrecognized option '?--\S+?'?$/,
			/(?:invalid|illegal|unknown) option -- .*$/,
			/^rsync: -\S+: unknown option$/,
		],
		codes: [1, 2, 4, 5, 12],
	},
	{
		cause: 'PROTO_TOO_OLD',
		patterns: [/requires protocol \d+ or higher \(negotiated \d+\)\.?$/],
		codes: [1, 2, 4, 12],
	},
	{
		cause: 'SHELL_NOISE',
		patterns: [/^protocol version mismatch -- is your shell clean\?$/],
		// The others where what ran on the spoke ended in its own way before rsync did.
		codes: [2, 12, 126, 127, 255],
	},
	{cause: 'TIMEOUT_30', patterns: [/io timeout after \d+ seconds/], codes: [30]},
	{
		cause: 'RSYNC_MISSING_HUB',
		patterns: [/^rsync: (?:\[\w+\] )?Failed to exec \S+: .*$/],
		codes: [12, 13, 14],
	},
	{
		cause: 'RSYNC_MISSING',
		patterns: [
			/^(?!rsync).*\brsync\S*: (?:command )?not found$/,
			/^(?!rsync).*command not found: \S*rsync\S*$/,
			/^(?!rsync).*Unknown command:? '?\S*rsync\S*$/,
			/^(?!rsync error).*\brsync\S*: No such file or directory$/,
			/^rsync error: remote command not found \(code 127\)/,
		],
		codes: [12, 126, 127, 255],
	},
	{
		cause: 'SRC_MISSING',
		patterns: [
			/^rsync: (?:\[[Ss]ender\] )?(?:change_dir|link_stat) ".+" failed: No such file or directory \(2\)$/,
			/error: .+: \(l\)stat: No such file or directory$/,
		],
		codes: [2, 3, 12, 23],
	},
	{
		cause: 'SRC_DENIED',
		patterns: [
			/^rsync: (?:\[[Ss]ender\] )?(?:opendir ".*"|send_files failed to open ".*"|change_dir ".*"|(?:read)?link_stat\(?".*"\)?).*: (?:Permission denied \(13\)|Operation not permitted \(1\))$/,
		],
		codes: [3, 12, 23],
	},
	{
		cause: 'VERIFY_RETRY',
		patterns: [/^(?:WARNING|ERROR): .* failed verification -- update (?:retained|discarded|put into partial-dir).*$/],
		codes: [23],
	},
	{
		cause: 'SRC_CHANGED',
		patterns: [/read errors mapping ".*": No data available \(\d+\)$/, /^file has vanished: ".*"$/],
		codes: [23, 24],
	},
	{
		cause: 'LINK_DROPPED',
		patterns: [/^rsync: (?:\[\w+\] )?connection unexpectedly closed \([1-9]\d* bytes/],
		codes: [10, 12, 20, 255],
	},
	{
		cause: 'SHELL_DIED',
		patterns: [/^rsync: (?:\[\w+\] )?connection unexpectedly closed \(0 bytes/],
	},
];
