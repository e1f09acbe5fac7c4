import {createHash} from 'node:crypto';
import {clean} from '../../text/clean.js';
import {type RunOptions, run, shellQuote} from '../process.js';
import {childEnvironment, type Environment} from '../ssh/environment.js';

/** A host key as a server shows it. */
export interface HostKey {
	/** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`, … */
	readonly type: string;
	/** As ssh-keygen prints it: `SHA256:…`, without padding. */
	readonly fingerprint: string;
	/** `host type base64`: the line for known_hosts, under the name ssh looks for. */
	readonly line: string;
}

/** A host key as a known_hosts file has it. */
export interface KnownHostKey extends HostKey {
	readonly file: string;
	/** 1-based. */
	readonly lineNumber: number;
	readonly marker: 'revoked' | 'cert-authority' | undefined;
}

/** Where a host key is to be looked for: the resolved destination. */
export interface KeyTarget {
	readonly hostname: string;
	readonly port: number;
	readonly hostKeyAlias: string | undefined;
}

/** What looking costs and is seen by. */
export interface LookOptions {
	readonly env: Environment;
	readonly signal: AbortSignal;
	/** Told of every command that is run, when it starts and when it ended. */
	readonly onCommand?: (line: string) => void;
	/** Milliseconds for ssh-keyscan, 10,000 unless told. */
	readonly limitMs?: number;
}

/** What ssh-keyscan brought. */
export interface HostKeyScan {
	/** The strongest first; empty when the server showed none. */
	readonly keys: readonly HostKey[];
	readonly command: string;
	readonly exitCode: number | undefined;
	/** Neutralised; says why there are no keys. */
	readonly said: string;
	/** The keys as people compare them: `SHA256:… (ED25519)`. */
	readonly fingerprints: readonly string[];
}

/** Seconds ssh-keyscan waits for one connection. */
const scanSeconds = 5;

/** The name under which known_hosts has a destination: `host`, `[host]:port`, or the alias alone. */
export function knownHostName({hostname, port, hostKeyAlias}: KeyTarget): string {
	if (hostKeyAlias !== undefined) return hostKeyAlias;
	// ssh compares host names in lower case.
	const host = hostname.toLowerCase();
	return port === 22 ? host : `[${host}]:${port}`;
}

/**
 * Asks a server for its host keys, without logging in and without believing them. What answers may be anybody: the
 * fingerprints are for people to compare with the machine's own.
 * @returns never throws for a server that shows none
 * @throws the signal's reason when it aborts
 */
export async function scanHostKeys(target: KeyTarget, options: LookOptions): Promise<HostKeyScan> {
	const argv = ['ssh-keyscan', '-T', String(scanSeconds), '-p', String(target.port), '--', target.hostname];
	const finished = await run(argv, {...shared(options), limitMs: options.limitMs ?? 2 * scanSeconds * 1000});
	if (finished.ended === 'cancelled') options.signal.throwIfAborted();
	const name = knownHostName(target);
	const keys = finished.stdout
		.split('\n')
		.flatMap(text => parseHostKey(text)?.key ?? [])
		.map(key => ({...key, line: `${name} ${key.line.split(' ').slice(1).join(' ')}`}))
		.toSorted((one, other) => strength(one) - strength(other));
	const said = finished.stderr.split('\n').filter(text => text.trim() !== '' && !text.startsWith('#'));
	return {
		keys,
		command: shellQuote(argv),
		exitCode: finished.exitCode,
		said: clean(finished.spawnError ?? said.at(-1) ?? (finished.ended === undefined ? '' : 'no answer in time')),
		fingerprints: keys.map(fingerprintText),
	};
}

/**
 * What known_hosts files hold for a destination; hashed names, patterns and markers are ssh-keygen's to understand.
 * @param files absolute; those that do not exist are passed over
 * @param host as `knownHostName` gives it
 * @throws the signal's reason when it aborts
 */
export async function knownHostKeys(
	files: readonly string[],
	host: string,
	options: LookOptions,
): Promise<readonly KnownHostKey[]> {
	const found: KnownHostKey[] = [];
	for (const file of files) {
		const argv = ['ssh-keygen', '-F', host, '-f', file];
		const finished = await run(argv, {...shared(options), limitMs: 5000});
		if (finished.ended === 'cancelled') options.signal.throwIfAborted();
		let lineNumber = 0;
		for (const text of finished.stdout.split('\n')) {
			const place = /^# Host .* found: line (\d+)/.exec(text);
			if (place) lineNumber = Number(place[1]);
			const parsed = place ? undefined : parseHostKey(text);
			if (parsed) found.push({...parsed.key, marker: parsed.marker, file, lineNumber});
		}
	}

	return found;
}

/** `SHA256:… (ED25519)`: what people compare. */
export function fingerprintText({type, fingerprint}: Pick<HostKey, 'type' | 'fingerprint'>): string {
	return `${fingerprint} (${shortType(type)})`;
}

/**
 * How what a server shows stands to what is known.
 * @returns `unknown`: nothing is known of it; `changed`: something is, and nothing the server shows matches
 */
export function compareHostKeys(
	known: readonly KnownHostKey[],
	present: readonly HostKey[],
): 'known' | 'unknown' | 'changed' | 'revoked' {
	const isIn = (keys: readonly KnownHostKey[]) =>
		present.some(({fingerprint}) => keys.some(key => key.fingerprint === fingerprint));
	if (isIn(known.filter(({marker}) => marker === 'revoked'))) return 'revoked';
	const plain = known.filter(({marker}) => marker === undefined);
	if (plain.length === 0) return 'unknown';
	return isIn(plain) ? 'known' : 'changed';
}

/** Reads a line `[@marker] names type base64 [comment]`; undefined for comments and everything else. */
export function parseHostKey(
	text: string,
): {readonly key: HostKey; readonly marker: KnownHostKey['marker']} | undefined {
	const match = /^(?:@(revoked|cert-authority)\s+)?([^\s#@]\S*)\s+([\w@.-]+)\s+([A-Za-z\d+/]+={0,2})(?:\s|$)/.exec(
		text,
	);
	if (!match) return undefined;
	const [, marker, names, type, blob] = match;
	const digest = createHash('sha256').update(Buffer.from(blob!, 'base64')).digest('base64').replace(/=+$/, '');
	return {
		key: {type: type!, fingerprint: `SHA256:${digest}`, line: `${names} ${type} ${blob}`},
		marker: marker as KnownHostKey['marker'],
	};
}

function shortType(type: string): string {
	if (type.startsWith('ecdsa-')) return 'ECDSA';
	return clean(type.replace(/^ssh-/, ''), 40).toUpperCase();
}

function strength({type}: HostKey): number {
	const order = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa'];
	const at = order.indexOf(type);
	return at < 0 ? order.length : at;
}

function shared({env, signal, onCommand}: LookOptions): Omit<RunOptions, 'limitMs'> {
	return {env: childEnvironment(env), signal, onCommand, maxOutput: 65_536};
}
