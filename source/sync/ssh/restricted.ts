import {readFile} from 'node:fs/promises';
import {type RunOptions, run} from '../process.js';
import {wrapperPath} from './wrapper.js';

/** What a key may do on a spoke: pull one folder. */
export interface Restriction {
	/** `rrsync` comes with rsync on Debian 12, Ubuntu 22.04 and newer; `wrapper` is our own script for all others. */
	readonly by: 'rrsync' | 'wrapper';
	/** The folder as `remotePath` gives it: relative to the home of whoever logs in, or absolute. */
	readonly root: string;
	/** Absolute path of rrsync on the spoke; undefined: found by its PATH. */
	readonly rrsync?: string;
	/** rsync on the spoke, where it is not found by its PATH; for the wrapper only. */
	readonly rsync?: string;
}

/** pi's own folder of sessions, below the home. */
export const piSessionRoot = '.pi/agent/sessions';

/** The path a restricted key pulls: the folder it is restricted to. */
export const restrictedPath = './';

/**
 * The line of `~/.ssh/authorized_keys` that lets a key pull one folder and nothing else: `restrict` refuses forwarding
 * of ports, agents and X11, a terminal and rc files; the forced command refuses every request but a pull.
 * @param publicKey `type base64 [comment]`
 */
export function authorizedLine(restriction: Restriction, publicKey: string): string {
	// sshd ends the command at the first quote that has no backslash before it.
	return `restrict,command="${forcedCommand(restriction).replaceAll('"', String.raw`\"`)}" ${publicKey.trim()}`;
}

/** The forced command, as the spoke's login shell reads it. */
function forcedCommand({by, root, rrsync, rsync}: Restriction): string {
	if (by === 'rrsync') return `${shellWord(rrsync ?? 'rrsync')} -ro ${shellPath(root)}`;
	return [wrapperPath, shellPath(root), ...(rsync === undefined ? [] : [shellPath(rsync)])].join(' ');
}

/** A path below the home keeps its `~/` outside the quotes, where a shell expands it. */
function shellPath(path: string): string {
	if (path.startsWith('/')) return shellWord(path);
	const inner = path.replace(/^(?:~|\.)\//, '');
	return inner === '' ? '~' : `~/${shellWord(inner)}`;
}

function shellWord(word: string): string {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * The public half of a key.
 * @param file absolute path of the private key; `file.pub` is read where it exists
 * @returns undefined when neither it nor the private key can be read (missing, or locked by a passphrase)
 */
export async function publicKeyOf(
	file: string,
	options: Pick<RunOptions, 'signal' | 'env' | 'onCommand'>,
): Promise<string | undefined> {
	const known = await readFile(`${file}.pub`, 'utf8').catch(() => '');
	const text = /^\S+ [A-Za-z\d+/=]+/m.test(known) ? known : await askKeygen(file, options);
	return text?.trim().split('\n')[0];
}

async function askKeygen(
	file: string,
	options: Pick<RunOptions, 'signal' | 'env' | 'onCommand'>,
): Promise<string | undefined> {
	const {exitCode, stdout} = await run(['ssh-keygen', '-y', '-P', '', '-f', file], {...options, limitMs: 10_000});
	return exitCode === 0 ? stdout : undefined;
}
