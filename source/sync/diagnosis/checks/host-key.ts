import {existsSync} from 'node:fs';
import type {CheckContext, Found} from '../context.js';
import {
	compareHostKeys,
	fingerprintText,
	type HostKey,
	type KnownHostKey,
	knownHostKeys,
	knownHostName,
	scanHostKeys,
} from '../host-keys.js';
import type {Trace} from '../trace.js';

/** Whether the key that the server shows is the one the hub knows. Trusts nothing and writes nothing. */
export async function checkHostKey({findings, env}: CheckContext, trace: Trace): Promise<Found> {
	const resolved = findings['ssh-config']!;
	const name = knownHostName(resolved);
	const {signal, onCommand} = trace;
	const files = resolved.knownHostsFiles.filter(file => existsSync(file));
	const [known, scan] = await Promise.all([
		knownHostKeys(files, name, {env, signal, onCommand}),
		resolved.isProxied ? undefined : scanHostKeys(resolved, {env, signal, onCommand}),
	]);
	const present = scan?.keys ?? [];
	trace.say(
		...(files.length === 0 ? ['there is no known_hosts file'] : []),
		...known.map(key => `known:   ${describe(key)}`),
		...present.map(key => `present: ${fingerprintText(key)}`),
		...(scan?.said ? [scan.said] : []),
	);
	return {facts: {knownKeys: known, presentKeys: present}, ...judge(name, known, present)};
}

function judge(name: string, known: readonly KnownHostKey[], present: readonly HostKey[]): Found {
	const plain = known.filter(({marker}) => marker === undefined);
	const [first] = plain;
	if (known.some(({marker}) => marker === 'cert-authority'))
		return {status: 'pass', summary: 'vouched for by a certificate authority; the login compares'};
	if (present.length === 0) {
		// Whatever kept the key from being shown, the login meets it as well and says what it is.
		if (first === undefined) return {status: 'skip', summary: 'the server showed no key; the login tells why'};
		return {status: 'pass', summary: `${describe(first)}; the login compares`};
	}

	const verdict = compareHostKeys(known, present);
	const [shown] = present;
	if (verdict === 'known') {
		const match = plain.find(key => present.some(({fingerprint}) => fingerprint === key.fingerprint))!;
		return {status: 'pass', summary: describe(match)};
	}

	if (verdict === 'revoked') {
		const match = known.find(
			({marker, fingerprint}) => marker === 'revoked' && present.some(key => key.fingerprint === fingerprint),
		)!;
		return {
			status: 'fail',
			summary: `the key of ${name} is marked as revoked: ${describe(match)}`,
			cause: 'HOSTKEY_REVOKED',
			facts: {knownKeys: [match, ...known.filter(key => key !== match)], presentKeys: present},
		};
	}

	if (verdict === 'unknown' || first === undefined) {
		return {
			status: 'fail',
			summary: `no key of ${name} is known; it shows ${fingerprintText(shown!)}`,
			cause: 'HOSTKEY_UNKNOWN',
		};
	}

	const offending = plain.find(key => present.some(({type}) => type === key.type)) ?? first;
	const instead = present.find(({type}) => type === offending.type) ?? shown!;
	return {
		status: 'fail',
		summary: `the key of ${name} has changed: ${describe(offending)}, now ${fingerprintText(instead)}`,
		cause: 'HOSTKEY_CHANGED',
		facts: {knownKeys: [offending, ...known.filter(key => key !== offending)], presentKeys: present},
	};
}

function describe(key: KnownHostKey): string {
	const marker = key.marker === undefined ? '' : `, @${key.marker}`;
	return `${fingerprintText(key)}, ${key.file}:${key.lineNumber}${marker}`;
}
