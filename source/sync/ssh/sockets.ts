import {createHash} from 'node:crypto';
import {lstat, mkdir, readdir} from 'node:fs/promises';
import {createConnection} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {SyncError} from '../causes.js';
import type {SpokeConfig} from '../config/types.js';

/** Bytes a control socket's path may have: 104 of a Unix socket on macOS, less the 17 ssh adds while it makes it. */
const longestPath = 87;

const prefix = 'cm-';

/**
 * The folder for control sockets: the run folder, or a short one of its own where the socket's path would be too long.
 * @param runFolder absolute
 * @param env of the process: `XDG_RUNTIME_DIR`
 */
export function socketFolder(runFolder: string, env: Readonly<Record<string, string | undefined>>): string {
	// Any socket's name is as long as this one.
	if (Buffer.byteLength(path.join(runFolder, `${prefix}0123456789abcdef`)) <= longestPath) return runFolder;
	const own = digest(runFolder).slice(0, 8);
	const short = env.XDG_RUNTIME_DIR ? path.join(env.XDG_RUNTIME_DIR, `pi-brain-${own}`) : undefined;
	if (short !== undefined && Buffer.byteLength(short) + 20 <= longestPath) return short;
	return path.join(tmpdir(), `pi-brain-${process.getuid?.() ?? 0}-${own}`);
}

/**
 * Makes the folder, private to the user.
 * @throws SyncError MUX_SOCKET when it belongs to somebody else, is open to others or is no folder
 */
export async function makeSocketFolder(folder: string): Promise<void> {
	await mkdir(folder, {recursive: true, mode: 0o700});
	const stats = await lstat(folder);
	const isOurs = process.getuid === undefined || stats.uid === process.getuid();
	if (stats.isDirectory() && isOurs && (stats.mode & 0o022) === 0) return;
	throw new SyncError({
		cause: 'MUX_SOCKET',
		message: `${folder} must be a folder of yours that nobody else can write to: chmod 700 it, or remove it`,
		detail: '',
	});
}

/** The control socket of a spoke: another one as soon as anything that decides where it leads to is changed. */
export function socketPath(folder: string, spoke: SpokeConfig): string {
	const source = spoke.source?.kind === 'ssh' ? [spoke.source.host, spoke.source.user ?? ''] : [];
	const facts = [spoke.name, ...source, spoke.port ?? '', spoke.sshKey ?? '', spoke.sshConfig ?? '', spoke.knownHosts];
	return path.join(folder, `${prefix}${digest(JSON.stringify(facts)).slice(0, 16)}`);
}

/** Control sockets that stand in the folder, alive or not; none when there is no folder. */
export async function controlSockets(folder: string): Promise<string[]> {
	const names = await readdir(folder).catch(() => []);
	return names.filter(name => name.startsWith(prefix)).map(name => path.join(folder, name));
}

/** True when a process listens on the socket; never waits longer than a second. */
export async function isListening(socket: string): Promise<boolean> {
	return new Promise(resolve => {
		const connection = createConnection(socket);
		const done = (isAlive: boolean) => {
			connection.destroy();
			resolve(isAlive);
		};

		connection.setTimeout(1000, () => done(false));
		connection.once('connect', () => done(true));
		connection.once('error', () => done(false));
	});
}

function digest(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}
