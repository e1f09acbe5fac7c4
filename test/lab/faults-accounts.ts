import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {type Scope, temporaryFolder} from './after.js';
import {canMount} from './mounts.js';
import {type LabSpoke, type SpokeOptions, startSpoke} from './sshd.js';

/** Users that exist on a spoke of their own only: the machine's password files are never touched. */
export const accounts = {
	/** May log in, and is not root. */
	plain: 'pbl-plain',
	/** Expired on 2 January 1970. */
	expired: 'pbl-expired',
	/** Must change the password first. */
	stale: 'pbl-stale',
	/** The password is locked, which without PAM closes the account to keys as well. */
	locked: 'pbl-locked',
	/** Has no shell. */
	shellless: 'pbl-shellless',
} as const;

/** Above what systems hand out to people, below the reserved end. */
const firstUid = 64_100;

/** A user of the machine itself that owns nothing: what a hub of somebody else than root runs as. */
export const nobody = {uid: 65_534, gid: 65_534} as const;

/** True when files of /etc can be replaced for a single sshd. */
export function canAccounts(): boolean {
	return canMount();
}

/** True when this Node may be run by somebody else than root, and root is who runs it now. */
export function canBeNobody(): boolean {
	if (process.getuid?.() !== 0) return false;
	return spawnSync(process.execPath, ['--version'], {...nobody, cwd: '/'}).status === 0;
}

/**
 * Starts a spoke that has further users and knows passwords' ages (PAM).
 * @param closedBecause text of its /run/nologin: nobody but root may log in
 */
export async function startAccounts(
	scope: Scope,
	options: SpokeOptions & {readonly closedBecause?: string; readonly hasPam?: boolean} = {},
): Promise<LabSpoke> {
	const {path: folder} = await temporaryFolder(scope);
	const [passwd, shadow] = [path.join(folder, 'passwd'), path.join(folder, 'shadow')];
	const names = Object.values(accounts);
	writeFileSync(
		passwd,
		readFileSync('/etc/passwd', 'utf8') +
			names
				.map((name, index) => {
					const shell = name === accounts.shellless ? '/usr/sbin/nologin' : '/bin/sh';
					return `${name}:x:${firstUid + index}:65534::/:${shell}\n`;
				})
				.join(''),
	);
	const today = Math.floor(Date.now() / 86_400_000);
	const ages: Readonly<Record<string, string>> = {
		[accounts.expired]: `*:${today}:0:99999:7::1:`,
		[accounts.stale]: '*:0:0:99999:7:::',
		[accounts.locked]: `!:${today}:0:99999:7:::`,
	};
	writeFileSync(
		shadow,
		readFileSync('/etc/shadow', 'utf8') +
			names.map(name => `${name}:${ages[name] ?? `*:${today}:0:99999:7:::`}\n`).join(''),
		{mode: 0o600},
	);
	const {closedBecause, hasPam = true} = options;
	const script = [
		'set -e',
		'mount --bind "$1" /etc/passwd',
		'mount --bind "$2" /etc/shadow',
		...(closedBecause === undefined
			? []
			: ['mount -t tmpfs pi-brain-lab /run', 'mkdir -m 755 /run/sshd', 'printf "%s\\n" "$3" > /run/nologin']),
		'shift 3',
		'exec "$@"',
	].join('\n');
	const words = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'lab'];
	return startSpoke({
		...options,
		scope,
		isForOthers: true,
		launcher: [...words, passwd, shadow, closedBecause ?? ''],
		sshdLines: [`UsePAM ${hasPam ? 'yes' : 'no'}`, ...(options.sshdLines ?? [])],
	});
}
