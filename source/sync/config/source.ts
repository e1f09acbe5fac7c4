import {isIPv6} from 'node:net';
import {hubPath, refuseControl, ValueError} from './paths.js';
import type {Source} from './types.js';

// Letters, digits and what real host names, ssh aliases and IPv6 addresses (zone included) are made of: nothing a
// shell, ssh or rsync could take for something else. A leading dash would be an option.
const hostPattern = /^[\p{L}\p{N}_:][\p{L}\p{N}._:%+=-]*$/u;
// What ssh itself refuses in a user name, and white space.
const userPattern = /^[^-\s@'"`$\\;&<>|(){}:/][^\s@'"`$\\;&<>|(){}:/]*$/u;

/**
 * Where an rsync or manual spoke's sessions come from: `user@host:path`, `host:path`, `user@[v6]:path`, or a folder on
 * this machine.
 * @param home the hub user's home, for a local `~/`
 * @throws ValueError when it cannot be used, saying why
 */
export function parseSource(text: string, home: string): Source {
	refuseControl(text);
	if (text.trim() === '') throw new ValueError('is empty');
	if (text.startsWith('-')) throw new ValueError('must not begin with "-": rsync would take it for an option');
	if (/^rsync:\/\//i.test(text) || /^[^/[]*::/.test(text.replace(/\[[^\]]*\]/, ''))) {
		throw new ValueError(
			'names an rsync daemon, which sends sessions in the clear; write user@host:path, which goes through ssh',
		);
	}

	if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) {
		throw new ValueError('must be user@host:path or a folder, not a URL; a port goes into port:');
	}

	const remote = /^(?:([^/[\]]*)@)?(?:\[([^\]/]*)\]|([^/:[\]@]*)):(.*)$/su.exec(text);
	if (remote) {
		const [, user, v6, name, path] = remote;
		return sshSource(v6 ?? name ?? '', user, path ?? '');
	}

	if (text.startsWith('/') || text.startsWith('~')) return {kind: 'local', path: hubPath(text, home)};
	throw new ValueError(`must be user@host:path, or a folder beginning with / or ~/, not "${text}"`);
}

/**
 * A source over ssh from its parts, as the runbook's `host`, `user` and `session_dir` give them.
 * @param host host, ssh alias or IPv6 address, with or without brackets; `user@host` where no user is given apart
 * @param path on the spoke
 * @throws ValueError when a part cannot be used, saying why
 */
export function sshSource(host: string, user: string | undefined, path: string): Source {
	const at = host.lastIndexOf('@');
	if (at >= 0 && user === undefined) return sshSource(host.slice(at + 1), host.slice(0, at), path);
	return {kind: 'ssh', host: checkedHost(host), user: checkedUser(user), path: remotePath(path)};
}

function checkedHost(text: string): string {
	const host = /^\[.*\]$/.test(text) ? text.slice(1, -1) : text;
	refuseControl(host);
	if (host === '') throw new ValueError('names no host');
	if (host.startsWith('-')) throw new ValueError('names a host that begins with "-": ssh would take it for an option');
	if (!hostPattern.test(host)) {
		throw new ValueError(`names "${host}", which is no host name: letters, digits and . _ - : % only`);
	}

	if (host.includes(':') && !isIPv6(host)) {
		throw new ValueError(`names "${host}", which is no host name; a port goes into port:`);
	}

	return host;
}

function checkedUser(user: string | undefined): string | undefined {
	if (user === undefined) return undefined;
	refuseControl(user);
	if (!userPattern.test(user)) throw new ValueError(`names "${user}", which is no user name`);
	return user;
}

/**
 * A folder on the spoke as rsync takes it: relative to the spoke's home, or absolute.
 * @returns without a trailing slash; `./` for the folder the login (or a restricted key) starts in
 * @throws ValueError when it cannot be used, saying why
 */
export function remotePath(text: string): string {
	refuseControl(text);
	if (text === '') throw new ValueError('names no folder on the spoke, such as ~/.pi/agent/sessions/');
	if (text.startsWith('-'))
		throw new ValueError('names a folder that begins with "-": rsync would take it for an option');
	if (text.startsWith('~') && text !== '~' && !text.startsWith('~/')) {
		throw new ValueError(`names "${text}": only ~/ of the user who logs in is understood; write the whole path`);
	}

	if (/[*?[\]]/.test(text)) throw new ValueError(`names "${text}": rsync would expand * ? [ ] on the spoke`);
	const path = text.replace(/^~\/*/, '').replace(/^(?:\.\/+)+/, '');
	const isAbsolute = path.startsWith('/');
	const parts = path.split('/').filter(part => part !== '' && part !== '.');
	if (parts.includes('..')) throw new ValueError(`names "${text}": ".." is not allowed, write the whole path`);
	if (isAbsolute && parts.length === 0) throw new ValueError('names the whole spoke, not its folder of sessions');
	// "~/-x" would otherwise reach the spoke as an option of its rsync, "./~x" as somebody's home.
	if (!isAbsolute && /^[-~]/.test(parts[0] ?? '')) return `./${parts.join('/')}`;
	return isAbsolute ? `/${parts.join('/')}` : parts.length === 0 ? './' : parts.join('/');
}

const programPattern = /^(?:~\/|\/)?[\p{L}\p{N}._+][\p{L}\p{N}._+@/-]*$/u;

/**
 * rsync on the spoke. It reaches the spoke's shell as written, hence letters, digits and `. _ + @ / -` only.
 * @returns undefined for plain `rsync`, which is what is used anyway
 * @throws ValueError when it could be more than a program's path
 */
export function remoteProgram(text: string): string | undefined {
	refuseControl(text);
	if (!programPattern.test(text)) {
		throw new ValueError(`must be the path of a program without spaces or arguments, not "${text}"`);
	}

	return text === 'rsync' ? undefined : text;
}
