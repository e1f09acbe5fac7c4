import path from 'node:path';
import {SyncError} from '../causes.js';
import {expandHome} from '../config/paths.js';
import type {SpokeConfig} from '../config/types.js';
import {classify} from '../diagnosis/classify.js';
import {trustHostKey} from '../diagnosis/fixes/known-hosts.js';
import {
	compareHostKeys,
	fingerprintText,
	type HostKey,
	type KeyTarget,
	knownHostKeys,
	knownHostName,
	scanHostKeys,
} from '../diagnosis/host-keys.js';
import {run} from '../process.js';
import {sshCommand} from '../ssh/argv.js';
import {greet} from '../ssh/probe.js';
import {parseDestination} from '../ssh/resolve.js';
import {isYes} from './asker.js';
import {failedStep, running, type StepContext, StepError} from './spoke-step.js';

/** What the machine's administrator trusts: read, never written. */
const globalKnownHosts = '/etc/ssh/ssh_known_hosts';

interface Target extends KeyTarget {
	readonly isProxied: boolean;
	/** The user's own known_hosts files, absolute, in the order ssh reads them. */
	readonly files: readonly string[];
}

/**
 * Sees to it that an ssh server answers and that its host key is known. An unknown one is shown by its fingerprints and
 * trusted only on a `y` at a terminal or by the very fingerprint on the command line; a changed one never.
 * @param accepted value of `--accept-host-key`
 * @throws StepError
 */
export async function meetHost(context: StepContext, spoke: SpokeConfig, accepted: string | undefined): Promise<void> {
	const target = await resolve(context, spoke);
	const {io, say, settings} = context;
	if (target.isProxied) {
		say('behind a jump host: neither its port nor its host key can be looked at from here, the login will tell');
		return;
	}

	const contact = await greet(target.hostname, target.port, settings.connectTimeoutSeconds * 1000, io.signal);
	if (contact.failure) throw failedStep(contact.failure, spoke);
	say(`an ssh server answers on ${target.hostname} port ${target.port}`);
	const scan = await scanHostKeys(target, {env: io.env, signal: io.signal});
	const known = await knownHostKeys([...target.files, globalKnownHosts], knownHostName(target), {
		env: io.env,
		signal: io.signal,
	});
	const verdict = compareHostKeys(known, scan.keys);
	if (scan.keys.length === 0) {
		if (known.length > 0) return;
		throw new StepError(`its host key cannot be read: ${scan.said}`, [
			'log in once by hand and compare the fingerprint',
			'then run the same command again',
		]);
	}

	if (verdict === 'known') {
		say('its host key is the known one');
		return;
	}

	if (verdict !== 'unknown') {
		throw new StepError(
			`its host key ${verdict === 'changed' ? 'is not the known one' : 'was revoked'}: ${scan.fingerprints.join(', ')}`,
			[
				`known, in ${known[0]!.file}:${known[0]!.lineNumber}: ${known.map(fingerprintText).join(', ')}`,
				'somebody may be in between: compare at the spoke itself (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub) before anything else',
			],
		);
	}

	await trust(context, target, await chosen(context, target, scan.keys, accepted));
}

async function resolve(context: StepContext, spoke: SpokeConfig): Promise<Target> {
	const [program, ...rest] = sshCommand(spoke, context.settings, {kind: 'none'});
	const finished = await run([program!, '-G', ...rest], {...running(context), limitMs: 5000});
	if (finished.ended === 'cancelled') context.io.signal.throwIfAborted();
	if (finished.exitCode !== 0) {
		const {spawnError} = finished;
		throw failedStep(classify({...finished, ...(spawnError === undefined ? {} : {spawnError}), program: 'ssh'}), spoke);
	}

	const value = (name: string) => new RegExp(`^${name} (.+)$`, 'm').exec(finished.stdout)?.[1];
	const alias = value('hostkeyalias');
	const files = (value('userknownhostsfile') ?? '')
		.split(' ')
		.filter(file => !['', 'none', '/dev/null'].includes(file));
	const named =
		spoke.knownHosts === undefined ? files.map(file => expandHome(file, context.io.home)) : [spoke.knownHosts];
	return {
		...parseDestination(finished.stdout),
		hostKeyAlias: alias === 'none' ? undefined : alias,
		files: named.filter(file => path.isAbsolute(file)),
	};
}

/** The keys that may be trusted. */
async function chosen(
	{asker, say}: StepContext,
	target: Target,
	keys: readonly HostKey[],
	accepted: string | undefined,
): Promise<readonly HostKey[]> {
	const where = `${target.hostname} port ${target.port}`;
	if (accepted !== undefined) {
		const wanted = accepted.startsWith('SHA256:') ? accepted : `SHA256:${accepted}`;
		const match = keys.filter(({fingerprint}) => fingerprint === wanted.replace(/=+$/, ''));
		if (match.length > 0) return match;
		throw new StepError(`${where} shows another host key than --accept-host-key names`, [
			`it shows ${keys.map(fingerprintText).join(', ')}`,
		]);
	}

	say(`the host key of ${where} is not known yet; it shows`);
	for (const key of keys) say(`    ${fingerprintText(key)}`);
	say('compare with the spoke itself: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub');
	if (await isYes(asker, 'Is it the same?')) return keys;
	throw new StepError('the host key was not accepted', [
		'compare the fingerprint at the spoke itself, then say it: --accept-host-key SHA256:…',
	]);
}

/** @throws StepError when known_hosts cannot be written */
async function trust({io, say}: StepContext, {files}: Target, keys: readonly HostKey[]): Promise<void> {
	const [file] = files;
	if (file === undefined) {
		throw new StepError('ssh_config names no file of yours for host keys (UserKnownHostsFile)', [
			'name one for this spoke: --known-hosts FILE',
		]);
	}

	const lines = keys.map(({line}) => line);
	const fingerprints = keys.map(fingerprintText);
	const trusted = await trustHostKey({type: 'trust-host-key', file, lines, fingerprints}, io);
	if (!trusted.ok) {
		throw new StepError(`the host key could not be added to ${file}: ${trusted.message}`, [
			'give this user the right to write it, or name another file: --known-hosts FILE',
		]);
	}

	say(`its host key is known from now on, in ${file}`);
}

/** A failure on the way as a step that did not work out; anything else as it is. */
export function asStep(error: unknown, spoke: SpokeConfig): unknown {
	return error instanceof SyncError ? failedStep(error.failure, spoke) : error;
}
