import type {Cause} from '../../../source/sync/causes.js';

const closed = (bytes: number) => `rsync: connection unexpectedly closed (${bytes} bytes received so far) [Receiver]\n`;
const summary = (text: string, code: number) => `rsync error: ${text} (code ${code}) at io.c(232) [Receiver=3.5.0]\n`;
/** What rsync adds when ssh has ended before anything came. */
export const dead = closed(0) + summary('unexplained error', 255);
/** What ssh says last when no key was accepted. */
export const denied = 'will@laptop: Permission denied (publickey).\r\n';
const at = '@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@';
const changed = [
	at,
	'@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @',
	at,
	'IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!',
	'Offending ED25519 key in /home/w/.ssh/known_hosts:1',
	'Host key for [127.0.0.1]:2222 has changed and you have requested strict checking.',
	'Host key verification failed.\n',
].join('\r\n');
const revoked = [
	at,
	'@       WARNING: REVOKED HOST KEY DETECTED!               @',
	at,
	'The ED25519 host key for laptop is marked as revoked.',
	'This could mean that a stolen key is being used to',
	'impersonate this host.',
	'ED25519 host key for laptop was revoked and you have requested strict checking.',
	'Host key verification failed.\n',
].join('\r\n');

/** Class, stderr as recorded (ssh's part), exit codes it came with. */
export const recorded: ReadonlyArray<readonly [Cause, string, ReadonlyArray<number>?]> = [
	['DNS_NXDOMAIN', 'ssh: Could not resolve hostname nowhere.invalid: Name or service not known\r\n'],
	['DNS_NXDOMAIN', 'ssh: Could not resolve hostname mac: nodename nor servname provided, or not known\r\n'],
	['DNS_TEMPORARY', 'ssh: Could not resolve hostname laptop: Temporary failure in name resolution\r\n'],
	['TCP_REFUSED', 'ssh: connect to host 127.0.0.1 port 1: Connection refused\r\n'],
	['TCP_TIMEOUT', 'ssh: connect to host 10.255.255.1 port 22: Connection timed out\r\n'],
	['TCP_TIMEOUT', 'ssh: connect to host 10.255.255.1 port 22: Operation timed out\r\n'],
	['NO_ROUTE', 'ssh: connect to host 10.0.0.9 port 22: No route to host\r\n'],
	['NO_ROUTE', 'ssh: connect to host 10.0.0.9 port 22: Host is down\r\n'],
	['NET_UNREACHABLE', 'ssh: connect to host 10.0.0.9 port 22: Network is unreachable\r\n'],
	['TCP_BLOCKED', 'ssh: connect to host 10.0.0.9 port 22: Permission denied\r\n'],
	['KEX_DROPPED', 'ssh: connect to host 127.0.0.1 port 22: Connection reset by peer\r\n'],
	['BANNER_TIMEOUT', 'Connection timed out during banner exchange\r\nConnection to 127.0.0.1 port 9 timed out\r\n'],
	['NOT_SSH', 'Bad packet length 1349676916.\r\n'],
	[
		'NOT_SSH',
		'kex_exchange_identification: banner line contains invalid characters\r\nbanner exchange: Connection to 127.0.0.1 port 80: invalid format\r\n',
	],
	[
		'KEX_DROPPED',
		'kex_exchange_identification: Connection closed by remote host\r\nConnection closed by 127.0.0.1 port 22\r\n',
	],
	[
		'KEX_DROPPED',
		'kex_exchange_identification: read: Connection reset by peer\r\nConnection reset by 127.0.0.1 port 22\r\n',
	],
	['KEX_DROPPED', 'Connection reset by UNKNOWN port -1\r\n'],
	['KEX_DROPPED', 'banner exchange: Connection to 127.0.0.1 port 22: Broken pipe\r\n'],
	[
		'ALGO_MISMATCH',
		'Unable to negotiate with 10.0.0.9 port 22: no matching host key type found. Their offer: ssh-rsa\r\n',
	],
	[
		'HOSTKEY_UNKNOWN',
		'No ED25519 host key is known for [127.0.0.1]:2222 and you have requested strict checking.\r\nHost key verification failed.\r\n',
	],
	['HOSTKEY_CHANGED', changed],
	['HOSTKEY_REVOKED', revoked],
	['HOSTKEY_OTHER', 'Host key verification failed.\r\n'],
	['AUTH_DENIED', denied],
	[
		'AUTH_TOO_MANY',
		'Received disconnect from 127.0.0.1 port 22:2: Too many authentication failures\r\nDisconnected from 127.0.0.1 port 22\r\n',
	],
	[
		'KEY_PERMS',
		`@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @\r\nPermissions 0644 for '/home/w/key' are too open.\r\nLoad key "/home/w/key": bad permissions\r\n${denied}`,
	],
	['KEY_MISSING', `Warning: Identity file /home/w/none not accessible: No such file or directory.\n${denied}`],
	['KEY_MISSING', `no such identity: /home/w/none: No such file or directory\r\n${denied}`],
	['KEY_UNREADABLE', `Load key "/home/w/key": Permission denied\r\n${denied}`],
	['KEY_BAD', `Load key "/home/w/key.pub": error in libcrypto\r\n${denied}`],
	[
		'AGENT_REFUSED',
		`sign_and_send_pubkey: signing failed for ED25519 "/home/w/key" from agent: agent refused operation\r\n${denied}`,
	],
	[
		'ACCOUNT_EXPIRED',
		'Your account has expired; please contact your system administrator.\nConnection closed by 127.0.0.1 port 22\r\n',
	],
	[
		'PASSWORD_EXPIRED',
		'WARNING: Your password has expired.\nPassword change required but no TTY available.\n',
		[1, 12],
	],
	[
		'LOGIN_CLOSED',
		'System is booting up. Unprivileged users are not permitted to log in yet.\nConnection closed by 127.0.0.1 port 22\r\n',
	],
	['LINK_DROPPED', 'Connection closed by 127.0.0.1 port 22\r\n'],
	[
		'SSH_CONFIG_BAD',
		'/home/w/.ssh/config: line 3: Bad configuration option: hostnam\r\n/home/w/.ssh/config: terminating, 1 bad configuration options\r\n',
	],
	['SSH_CONFIG_BAD', 'Bad owner or permissions on /home/w/.ssh/config\r\n'],
	['CFG_REMOTECOMMAND', 'Cannot execute command-line and remote command.\r\n'],
	['MUX_SOCKET', 'unix_listener: cannot bind to path /none/cm-1.x: No such file or directory\r\n'],
	['MUX_SOCKET', 'mux_client_request_session: session request failed: Session open refused by peer\r\n'],
	[
		'JUMP_FAILED',
		'ssh: connect to host jump port 22: Connection refused\r\nConnection closed by UNKNOWN port 65535\r\n',
	],
	[
		'JUMP_FAILED',
		'ssh: connect to host jump port 22: Connection refused\r\nbanner exchange: Connection to UNKNOWN port 65535: Broken pipe\r\n',
	],
	['LINK_DROPPED', 'Timeout, server 127.0.0.1 not responding.\r\n'],
	['LINK_DROPPED', 'Connection to 127.0.0.1 closed by remote host.\r\n'],
];

/** What dash says in three pieces of a program that is not there, with rsync's three lines between them. */
const torn = interleaved(
	['/bin/sh: 1: ', 'rsync: not found', '\n'],
	[
		'protocol version mismatch -- is your shell clean?\n',
		'(see the rsync manpage for an explanation)\n',
		summary('protocol incompatibility', 2),
	],
);

/** Every order in which two programs can write their pieces to the same place. */
function interleaved(one: readonly string[], other: readonly string[]): string[] {
	if (one.length === 0 || other.length === 0) return [[...one, ...other].join('')];
	const [first, second] = [one[0]!, other[0]!];
	return [
		...interleaved(one.slice(1), other).map(rest => first + rest),
		...interleaved(one, other.slice(1)).map(rest => second + rest),
	];
}

/** The same behind a connection that worked: stderr whole, with its codes. */
export const remote: ReadonlyArray<readonly [Cause, string, ReadonlyArray<number>]> = [
	['LINK_DROPPED', closed(4711) + summary('error in rsync protocol data stream', 12), [12, 255]],
	['FORCED_RRSYNC', `/usr/bin/rrsync error: option -s has been disabled on this server.\n${dead}`, [12, 255]],
	[
		'SHELL_NOISE',
		`protocol version mismatch -- is your shell clean?\n(see the rsync manpage for an explanation)\n${summary('protocol incompatibility', 2)}`,
		[2, 127],
	],
	...torn.map((stderr): readonly [Cause, string, ReadonlyArray<number>] => ['SHELL_NOISE', stderr, [2, 127]]),
	['SHELL_DIED', `/home/w/.bashrc: line 3: exec: zsh: not found\n${dead}`, [12, 126, 255]],
	['SHELL_DIED', dead, [12, 255]],
	[
		'RSYNC_MISSING',
		`bash: line 1: rsync: command not found\n${closed(0)}${summary('remote command not found', 127)}`,
		[12, 127],
	],
	[
		'RSYNC_MISSING',
		`sh: 1: /opt/none/rsync: not found\n${closed(0)}${summary('error in rsync protocol data stream', 12)}`,
		[12, 127],
	],
	['RSYNC_MISSING', `zsh:1: command not found: rsync\n${dead}`, [12, 127]],
	[
		'RSYNC_MISSING_HUB',
		`rsync: [Receiver] Failed to exec ssh: No such file or directory (2)\n${summary('error in IPC code', 14)}`,
		[14, 12],
	],
	[
		'OPTION_REJECTED',
		`rsync: on remote machine: --secluded-args: unknown option\n${summary('requested action not supported', 4)}`,
		[1, 4, 12],
	],
	['OPTION_REJECTED', `rsync: unrecognized option '--info=STATS2'\nusage: rsync [-0468BCDEFHI]\n${dead}`, [12]],
	['OPTION_REJECTED', `rsync: invalid option -- s\nusage: rsync\n${dead}`, [12]],
	[
		'PROTO_TOO_OLD',
		`--prune-empty-dirs requires protocol 29 or higher (negotiated 27).\n${summary('protocol incompatibility', 2)}`,
		[2],
	],
	[
		'SRC_MISSING',
		`rsync: [sender] change_dir "/home/w/none" failed: No such file or directory (2)\n${summary('some files/attrs were not transferred (see previous errors)', 23)}`,
		[23],
	],
	[
		'SRC_DENIED',
		`rsync: [sender] send_files failed to open "/home/w/a.jsonl": Permission denied (13)\n${summary('some files/attrs were not transferred (see previous errors)', 23)}`,
		[23],
	],
	['SRC_CHANGED', `file has vanished: "/home/w/a.jsonl"\n`, [24]],
	[
		'DST_DENIED',
		`rsync: [receiver] mkstemp "/hub/.a.jsonl.x" failed: Permission denied (13)\n${summary('some files/attrs were not transferred (see previous errors)', 23)}`,
		[23],
	],
	[
		'DST_FULL',
		`rsync: [receiver] write failed on "/hub/a.jsonl": No space left on device (28)\n${summary('error in file IO', 11)}`,
		[11],
	],
	['DST_QUOTA', `rsync: [receiver] write failed on "/hub/a.jsonl": Disk quota exceeded (122)\n`, [11]],
	['DST_RO', `rsync: [receiver] mkstemp "/hub/.a.jsonl.x" failed: Read-only file system (30)\n`, [23]],
	['DST_PARENT', `rsync: [Receiver] mkdir "/none/staging" failed: No such file or directory (2)\n`, [11]],
	[
		'TIMEOUT_30',
		`[Receiver] io timeout after 60 seconds -- exiting\n${summary('timeout in data send/receive', 30)}`,
		[30],
	],
	['VERIFY_RETRY', 'ERROR: p/a.jsonl failed verification -- update discarded.\n', [23]],
];
