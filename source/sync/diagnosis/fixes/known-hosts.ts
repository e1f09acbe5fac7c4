import {chmod, chown, mkdir, open, readFile, realpath, rm, stat} from 'node:fs/promises';
import {dirname} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {clean} from '../../../text/clean.js';
import {run} from '../../process.js';
import {childEnvironment} from '../../ssh/environment.js';
import {
	compareHostKeys,
	fingerprintText,
	type HostKey,
	type KnownHostKey,
	knownHostKeys,
	parseHostKey,
} from '../host-keys.js';
import type {FixAction} from '../types.js';
import {failed} from './files.js';
import type {FixDeps, FixOutcome} from './types.js';

type Trust = Extract<FixAction, {type: 'trust-host-key'}>;
type Replace = Extract<FixAction, {type: 'replace-host-key'}>;
type Deps = Pick<FixDeps, 'env' | 'signal' | 'onCommand'>;

/** Milliseconds to wait for another one who is changing the same file; a lock older than that was left behind. */
const lockMs = 10_000;

/**
 * Adds host keys to a known_hosts file. What is there stays as it is, to the byte; a file that is not there is made for
 * its owner alone. Refuses what does not match the fingerprints that were shown, and hosts of which another key is known.
 * @throws the signal's reason when it aborts
 */
export async function trustHostKey(action: Trust, deps: Deps): Promise<FixOutcome> {
	const keys = shownKeys(action);
	if (!keys) return failed('the lines are not the keys whose fingerprints were shown: nothing was changed');
	return locked(action.file, deps, async () => append(action.file, keys, deps));
}

/**
 * Puts new host keys in the place of those that are known, as `ssh-keygen -R` and an append. The file before stays as
 * `.old` beside it.
 * @throws the signal's reason when it aborts
 */
export async function replaceHostKey(action: Replace, deps: Deps): Promise<FixOutcome> {
	const keys = shownKeys(action);
	if (!keys) return failed('the lines are not the keys whose fingerprints were shown: nothing was changed');
	if (keys.some(key => nameOf(key) !== action.host))
		return failed(`the new keys are not for ${action.host}: nothing was changed`);
	return locked(action.file, deps, async () => {
		// ssh-keygen would put a plain file in the place of a link.
		const file = await realpath(action.file);
		const known = await knownHostKeys([file], action.host, deps);
		const plain = known.filter(({marker}) => marker === undefined);
		const refusal = refusalOf(action, file, known, plain, keys);
		if (refusal !== undefined) return failed(`${refusal}: nothing was changed`);
		const {mode, uid, gid} = await stat(file);
		const removed = await run(['ssh-keygen', '-f', file, '-R', action.host], {...options(deps), limitMs: 10_000});
		if (removed.ended === 'cancelled') deps.signal.throwIfAborted();
		if (removed.exitCode !== 0) {
			return failed(
				`ssh-keygen could not remove ${action.host} from ${file}`,
				removed.stderr.split('\n').filter(Boolean),
			);
		}

		// ssh-keygen puts a new file in its place: readable for whoever ran it, and belonging to them.
		const made = await stat(file);
		if (made.uid !== uid || made.gid !== gid) await chown(file, uid, gid);
		await chmod(file, mode & 0o777);
		const added = await append(file, keys, deps);
		return {
			...added,
			message: added.ok ? clean(`replaced the host key of ${action.host} in ${file}`) : added.message,
			evidence: [...added.evidence, clean(`the file before: ${file}.old`)],
		};
	});
}

function refusalOf(
	action: Replace,
	file: string,
	known: readonly KnownHostKey[],
	plain: readonly KnownHostKey[],
	keys: readonly HostKey[],
): string | undefined {
	if (compareHostKeys(known, keys) === 'revoked') return `the new key is marked as revoked in ${file}`;
	const pattern = plain.find(key => /[*?!]/.test(nameOf(key)));
	if (pattern)
		return `line ${pattern.lineNumber} of ${file} is a pattern for several hosts, which only a person can change`;
	const now = new Set(plain.map(fingerprintText));
	const isAsShown = action.before.length === now.size && action.before.every(text => now.has(text));
	return isAsShown ? undefined : `${file} has changed since it was shown`;
}

async function append(file: string, keys: readonly HostKey[], deps: Deps): Promise<FixOutcome> {
	const known: KnownHostKey[] = [];
	for (const name of new Set(keys.map(nameOf))) known.push(...(await knownHostKeys([file], name, deps)));
	const relation = compareHostKeys(known, keys);
	const other = known.find(
		one => one.marker === undefined && keys.some(key => key.type === one.type && key.fingerprint !== one.fingerprint),
	);
	if (relation === 'revoked') return failed(`this key is marked as revoked in ${file}: nothing was added`);
	if (relation === 'changed' || other) {
		const {lineNumber} = other ?? known[0]!;
		return failed(`another key of this host is known in line ${lineNumber} of ${file}: nothing was added`);
	}

	const missing = keys.filter(key => !known.some(({fingerprint}) => fingerprint === key.fingerprint));
	if (missing.length === 0) return {ok: true, message: clean(`known already in ${file}`), evidence: []};
	await appendLines(
		file,
		missing.map(({line}) => line),
	);
	return {ok: true, message: clean(`added to ${file}`), evidence: missing.map(({line}) => clean(line))};
}

/** One write at the end, so that neither a kill nor an ssh that adds a line at the same time leaves half of one. */
async function appendLines(file: string, lines: readonly string[]): Promise<void> {
	const handle = await open(file, 'a+', 0o600);
	try {
		const {size} = await handle.stat();
		const last = Buffer.alloc(1);
		if (size > 0) await handle.read(last, 0, 1, size - 1);
		const start = size > 0 && last.toString() !== '\n' ? '\n' : '';
		await handle.write(`${start}${lines.join('\n')}\n`);
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** The keys of the lines; undefined when they are not exactly those whose fingerprints a person has seen. */
function shownKeys({lines, fingerprints}: Trust | Replace): readonly HostKey[] | undefined {
	const keys = lines.map(line => (/\p{Cc}/u.test(line) ? undefined : parseHostKey(line)));
	const isAllKeys = keys.length > 0 && keys.every(parsed => parsed !== undefined && parsed.marker === undefined);
	if (!isAllKeys) return undefined;
	const parsed = keys.map(key => key!.key);
	const shown = new Set(fingerprints);
	return parsed.length === shown.size && parsed.every(key => shown.has(fingerprintText(key))) ? parsed : undefined;
}

function nameOf({line}: HostKey): string {
	return line.split(' ', 1)[0]!;
}

function options({env, signal, onCommand}: Deps) {
	return {env: childEnvironment(env), signal, onCommand, maxOutput: 65_536};
}

/** Nobody else of ours changes the file meanwhile. */
async function locked(file: string, {signal}: Deps, change: () => Promise<FixOutcome>): Promise<FixOutcome> {
	const lock = `${file}.pi-brain-lock`;
	await mkdir(dirname(file), {recursive: true, mode: 0o700});
	const until = performance.now() + lockMs;
	for (;;) {
		signal.throwIfAborted();
		try {
			const handle = await open(lock, 'wx', 0o600);
			await handle.writeFile(String(process.pid));
			await handle.close();
			break;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
			if (await isLeftBehind(lock)) await rm(lock, {force: true});
			else if (performance.now() > until) return failed(`${lock} is there: somebody else is changing the file`);
			else await delay(25, undefined, {signal});
		}
	}

	try {
		return await change();
	} finally {
		await rm(lock, {force: true});
	}
}

/** Its maker died without taking it away. */
async function isLeftBehind(lock: string): Promise<boolean> {
	try {
		const pid = Number(await readFile(lock, 'utf8'));
		if (pid > 0) {
			try {
				process.kill(pid, 0);
				return false;
			} catch (error) {
				return (error as NodeJS.ErrnoException).code === 'ESRCH';
			}
		}

		return Date.now() - (await stat(lock)).mtimeMs > lockMs;
	} catch {
		return false;
	}
}
