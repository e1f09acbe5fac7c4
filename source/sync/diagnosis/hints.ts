import type {Cause} from '../causes.js';
import type {SpokeConfig} from '../config/types.js';

/** What to try first, in one line, by class; `HOST` stands for the spoke's ssh destination, `NAME` for the spoke. */
const hints: Partial<Record<Cause, string>> = {
	DNS_NXDOMAIN: 'correct the host in config.yaml or in ~/.ssh/config, or use its address',
	DNS_TEMPORARY: 'the hub itself seems to be offline: check its network',
	TCP_REFUSED:
		'start the ssh server on the spoke (sudo systemctl enable --now ssh; macOS: Remote Login), or correct the port',
	TCP_TIMEOUT: 'wake the spoke, or open its ssh port in the firewall',
	NO_ROUTE: 'wake the spoke, or join its network (VPN)',
	NET_UNREACHABLE: 'connect the hub to the network or the VPN',
	TCP_BLOCKED: "a firewall on the hub blocks the connection: this is not about the spoke's keys",
	NOT_SSH: 'something other than an ssh server answers there: correct the port',
	KEX_DROPPED: 'the spoke turns connections away for now: wait some minutes, then look at its sshd log',
	HOSTKEY_UNKNOWN: 'log in once by hand and compare the fingerprint with the spoke’s own: ssh HOST true',
	HOSTKEY_CHANGED:
		'compare the new fingerprint at the spoke itself before anything else; only then ssh-keygen -R the old one',
	HOSTKEY_OTHER: 'log in once by hand and compare the fingerprint: ssh HOST true',
	HOSTKEY_REVOKED: 'this host key was revoked: treat it as an attack until you know better',
	AUTH_DENIED: 'give the spoke this hub’s key: ssh-copy-id HOST',
	AUTH_TOO_MANY:
		'name one key for this host: ssh_key in config.yaml, or IdentityFile and IdentitiesOnly in ~/.ssh/config',
	KEY_LOCKED: 'unlock the key: ssh-add; for a schedule use a key of its own without passphrase',
	KEY_PERMS: 'make the key private: chmod 600 on it',
	KEY_MISSING: 'correct ssh_key in config.yaml, or make the key: ssh-keygen -t ed25519',
	RSYNC_MISSING: 'install rsync on the spoke (sudo apt install rsync; brew install rsync), or set rsync_path',
	RSYNC_MISSING_HUB: 'install rsync and ssh on the hub',
	SRC_MISSING: 'has pi run there? If its sessions live elsewhere, correct the source in config.yaml',
	SRC_DENIED: 'let the ssh user read the sessions: chmod -R u+rX on the spoke',
	SHELL_NOISE: 'a start-up file of the spoke’s shell prints text: make it silent for non-interactive shells',
	FORCED_RRSYNC: 'the key is restricted by rrsync: write the source as HOST:./',
	DST_FULL: 'make room on the hub’s disk',
	DST_QUOTA: 'make room on the hub, or raise its quota',
	DST_DENIED: 'who owns the folder on the hub? A run as root may have left it',
	DST_RO: 'mount the hub’s file system for writing',
	SOURCE_ABSENT: 'plug in or mount the source',
	GUARD_TRUNCATED: 'when you have looked: pi-brain-tui sync release NAME',
	GUARD_EMPTIED: 'when it is meant to be empty: pi-brain-tui sync release NAME',
	CONFIG_INVALID: 'pi-brain-tui config check shows the place',
};

/** What to try first; undefined where no advice fits every case. */
export function hintOf(cause: Cause, spoke: SpokeConfig): string | undefined {
	const host = spoke.source?.kind === 'ssh' ? spoke.source : undefined;
	const destination = host === undefined ? spoke.name : `${host.user === undefined ? '' : `${host.user}@`}${host.host}`;
	return hints[cause]?.replaceAll('HOST', destination).replaceAll('NAME', spoke.name);
}
