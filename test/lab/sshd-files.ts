import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {chmod, mkdir, readdir, rename, symlink, writeFile} from 'node:fs/promises';
import {userInfo} from 'node:os';
import path from 'node:path';

/** What a login on a spoke of the lab may do and says. */
export interface Access {
	/** `restrict,command="rrsync -ro <sessionsDir>"`: the key can only pull the sessions; the remote path is `./`. */
	readonly isRestricted?: boolean;
	/** A shell command that runs instead of what the client asked for. */
	readonly forcedCommand?: string;
	/** Text the login shell prints on stdout before the command, as a careless .bashrc does. */
	readonly noise?: string;
	/** PATH without rsync, but with what a probe needs. */
	readonly isWithoutRsync?: boolean;
	/** PATH on the spoke; the machine's own unless told. */
	readonly path?: string;
}

/** Where Ubuntu 22.04 keeps it. */
const oldRrsync = '/usr/share/rsync/scripts/rrsync';
const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Name of the user who runs this; logins are only possible as that one. */
export function login(): string {
	return userInfo().username;
}

function locate(name: string, ...more: readonly string[]): string | undefined {
	return [...usualPath.split(':').map(folder => path.join(folder, name)), ...more].find(file => existsSync(file));
}

/**
 * Absolute path of sshd; it insists on being started by one.
 * @throws Error that says what to install
 */
export function sshdPath(): string {
	const found = locate('sshd', '/usr/libexec/sshd');
	if (!found) throw new Error('sshd is not installed; on Debian and Ubuntu: apt-get install openssh-server');
	return found;
}

/** True when rsync, ssh and sshd are all there, so that `startSpoke` can work. */
export function hasSshLab(): boolean {
	return ['rsync', 'ssh', 'ssh-keygen'].every(name => locate(name)) && Boolean(locate('sshd', '/usr/libexec/sshd'));
}

/** True when a key can be restricted to pulling; Apple's rsync comes without rrsync. */
export function hasRrsync(): boolean {
	return locate('rrsync', oldRrsync) !== undefined;
}

function rrsyncPath(): string {
	const found = locate('rrsync', oldRrsync);
	if (!found) throw new Error('rrsync is not installed; it comes with rsync on Debian 12, Ubuntu 22.04 and newer');
	return found;
}

/**
 * Makes an ed25519 key pair.
 * @param file private key; must not exist
 * @returns the public key without its comment
 */
export function keyPair(file: string): string {
	execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'lab', '-f', file]);
	return readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
}

/** The script that every login runs: notes what was asked, moves into the spoke's home, then does as `access` says. */
export function wrapperText(
	files: {readonly record: string; readonly wrapper: string; readonly home: string; readonly sessionsDir: string},
	access: Access,
): string {
	const searchPath = access.isWithoutRsync ? `${files.wrapper}-bin` : (access.path ?? usualPath);
	const forced = access.isRestricted ? `${quote(rrsyncPath())} -ro ${quote(files.sessionsDir)}` : access.forcedCommand;
	return [
		'#!/bin/sh',
		`printf '%s\\0' "\${SSH_ORIGINAL_COMMAND-}" >> ${quote(files.record)}`,
		`cd ${quote(files.home)} || exit 1`,
		`export HOME=${quote(files.home)} PATH=${quote(searchPath)}`,
		...(access.noise === undefined ? [] : [`printf '%s' ${quote(access.noise)}`]),
		...(forced === undefined
			? [`[ -n "\${SSH_ORIGINAL_COMMAND-}" ] || exec /bin/sh`, 'exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"']
			: [`exec /bin/sh -c ${quote(access.isRestricted ? `exec ${forced}` : forced)}`]),
		'',
	].join('\n');
}

/** Puts the script in place with one rename, so that no login meets half of it, and the PATH without rsync beside it. */
export async function writeWrapper(file: string, text: string): Promise<void> {
	await writeFile(`${file}.new`, text);
	await chmod(`${file}.new`, 0o755);
	await rename(`${file}.new`, file);
	const tools = `${file}-bin`;
	if (!text.includes(tools) || existsSync(tools)) return;
	await mkdir(tools);
	for (const folder of ['/usr/bin', '/bin']) {
		for (const name of await readdir(folder)) {
			if (/^(?:\[|[a-z]{1,9}|python3)$/.test(name) && !/rsync/.test(name) && !existsSync(path.join(tools, name)))
				await symlink(path.join(folder, name), path.join(tools, name)).catch(() => {});
		}
	}
}

function quote(word: string): string {
	return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Ssh client configuration for one spoke; nothing of the user's or the machine's own is read with it. */
export function sshConfigText(of: {
	readonly name: string;
	readonly host: string;
	readonly port: number;
	readonly user: string;
	readonly keyFile: string;
	readonly knownHosts: string;
}): string {
	return [
		`Host ${of.name}`,
		`\tHostName ${of.host}`,
		`\tPort ${of.port}`,
		`\tUser ${of.user}`,
		`\tIdentityFile ${of.keyFile}`,
		'\tIdentitiesOnly yes',
		'\tIdentityAgent none',
		`\tUserKnownHostsFile ${of.knownHosts}`,
		'\tGlobalKnownHostsFile /dev/null',
		'\tStrictHostKeyChecking yes',
		'\tUpdateHostKeys no',
		'',
	].join('\n');
}

/** Configuration of a spoke's sshd. As root it also makes the folder sshd wants for privilege separation. */
export async function sshdConfigText(of: {
	readonly host: string;
	readonly port: number;
	readonly home: string;
	readonly mark: string;
	readonly folder: string;
	readonly authorized: string;
	readonly banner: string | undefined;
	readonly maxSessions: number;
	readonly lines: readonly string[];
}): Promise<string> {
	const isRoot = process.getuid?.() === 0;
	if (isRoot && process.platform === 'linux') await mkdir('/run/sshd', {recursive: true, mode: 0o755});
	const sftp = locate('sftp-server', '/usr/lib/openssh/sftp-server', '/usr/libexec/sftp-server');
	const keyword = (line: string) => line.split(' ')[0]!.toLowerCase();
	const asked = new Set(of.lines.map(line => keyword(line)));
	const own = [
		`ListenAddress ${of.host}`,
		`Port ${of.port}`,
		`HostKey ${path.join(of.folder, 'host-key')}`,
		`AuthorizedKeysFile ${of.authorized}`,
		'AuthenticationMethods publickey',
		'PasswordAuthentication no',
		'KbdInteractiveAuthentication no',
		// Without PAM sshd refuses an account whose password is locked, which root's is on some systems.
		`UsePAM ${isRoot && isLocked() ? 'yes' : 'no'}`,
		`PermitRootLogin ${isRoot ? 'yes' : 'no'}`,
		'StrictModes no',
		'PermitUserRC no',
		'PrintMotd no',
		'UseDNS no',
		'PidFile none',
		'LogLevel VERBOSE',
		// More than may ever wait for a spoke that was frozen: none of them is turned away by chance.
		'MaxStartups 2000',
		`MaxSessions ${of.maxSessions}`,
		`SetEnv HOME=${of.home} ${of.mark}`,
		...(of.banner === undefined ? [] : [`Banner ${of.banner}`]),
		...(sftp ? [`Subsystem sftp ${sftp}`] : []),
		// OpenSSH 9.8 shuts out an address whose logins fail; older ones do not know the word and would not start.
		...(clientVersion() >= 9.8 ? ['PerSourcePenalties no'] : []),
	];
	return [...own.filter(line => !asked.has(keyword(line))), ...of.lines, ''].join('\n');
}

function isLocked(): boolean {
	try {
		return /^root:!/m.test(readFileSync('/etc/shadow', 'utf8'));
	} catch {
		return false;
	}
}

function clientVersion(): number {
	return Number(/OpenSSH_(\d+\.\d+)/.exec(spawnSync('ssh', ['-V'], {encoding: 'utf8'}).stderr)?.[1] ?? 0);
}
