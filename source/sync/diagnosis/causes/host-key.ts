import {clean} from '../../../text/clean.js';
import {fingerprintText} from '../host-keys.js';
import {type FixNames, knownHostsOf} from '../names.js';
import {askWords, readFingerprint, replaceHostKey, trustHostKey} from './shared-fixes.js';
import type {CauseEntry} from './types.js';
import {address, onHub, onSpoke, shownPath} from './words.js';

/** Whether it is the spoke that answers. Nothing here is ever believed without a person's comparison. */
export const hostKeyCauses: readonly CauseEntry[] = [
	{
		cause: 'HOSTKEY_UNKNOWN',
		scenario: 'B',
		title: 'The host key is not known yet',
		plain: names => `The hub has never seen the host key of ${address(names)}${present(names)}.`,
		why: 'A host key tells the spoke from a machine that only pretends to be it. Nobody but you can say whether it is the right one: compare the fingerprint with what the spoke itself prints, once.',
		signature: {
			program: 'ssh',
			stderr:
				'No ED25519 host key is known for [laptop.local]:2222 and you have requested strict checking.\nHost key verification failed.',
			exitCode: 255,
		},
		check: 'host-key',
		confirm: 'ssh-keygen -F finds the host in no known_hosts file that ssh reads; ssh-keyscan shows what answers now.',
		fixes: names => [trustHostKey(names), readFingerprint("Print the spoke's own fingerprints, at the spoke")],
		isRetryable: false,
	},
	{
		cause: 'HOSTKEY_CHANGED',
		scenario: 'B',
		title: 'The host key has changed',
		plain: names =>
			`${address(names)} shows another host key than the one that is known${places(names)}.${both(names)} Either the machine was installed anew, or something else answers in its place.`,
		why: 'A changed key is what an attack looks like, and also what a new installation looks like. The two can only be told apart at the spoke itself. Removing the old key and reconnecting, as guides advise, believes whoever answers.',
		signature: {
			program: 'ssh',
			stderr:
				'@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nOffending ED25519 key in /home/will/.ssh/known_hosts:7\nHost key for [laptop.local]:2222 has changed and you have requested strict checking.\nHost key verification failed.',
			exitCode: 255,
		},
		check: 'host-key',
		confirm:
			'The fingerprint in known_hosts (ssh-keygen -F, with file and line) is compared with what ssh-keyscan gets now.',
		fixes: names => [
			readFingerprint(
				"Compare first, at the spoke's own screen: print its fingerprints",
				names.facts.presentKeys?.length
					? `One of them must be ${names.facts.presentKeys.map(fingerprintText).join(' or ')}. If none is, stop: something else answers for the spoke.`
					: 'If none of them is what ssh shows on the hub, stop: something else answers for the spoke.',
			),
			replaceHostKey(names),
		],
		isRetryable: false,
	},
	{
		cause: 'HOSTKEY_REVOKED',
		scenario: 'B',
		title: 'The host key was revoked',
		plain: names =>
			`${address(names)} shows a host key that is marked as revoked${places(names)}: somebody has declared that it must not be trusted any more.`,
		why: 'Whoever holds a revoked key may be the thief it was revoked for. Treat it as an attack until the one who revoked it says otherwise; there is no way around it from here.',
		signature: {
			program: 'ssh',
			stderr:
				'@       WARNING: REVOKED HOST KEY DETECTED!               @\nThe ED25519 host key for laptop.local is marked as revoked.\nHost key verification failed.',
			exitCode: 255,
		},
		check: 'host-key',
		confirm: 'A line marked @revoked in a known_hosts file holds the very key that the server shows.',
		fixes: names => [
			onHub(names, 'Find out who revoked it, and why, before anything else', [
				'grep',
				'-n',
				'@revoked',
				knownHostsFile(names),
			]),
			onSpoke(
				'If the spoke is yours and sound: give it new host keys, then compare their fingerprints',
				[{raw: 'sudo rm /etc/ssh/ssh_host_*_key* && sudo ssh-keygen -A'}],
				'Restart its ssh server afterwards.',
			),
		],
		isRetryable: false,
	},
	{
		cause: 'HOSTKEY_OTHER',
		scenario: 'B',
		title: 'The host key could not be verified',
		plain: names => `ssh would not trust the host key of ${address(names)}, and did not say why.`,
		why: 'ssh ends so when its configuration says to ask and nobody can be asked. Logging in by hand shows the question.',
		signature: {program: 'ssh', stderr: 'Host key verification failed.', exitCode: 255},
		check: 'host-key',
		confirm: 'The check asks again with strict checking, which makes ssh say whether the key is unknown or changed.',
		fixes: names => [
			onHub(names, 'Log in once by hand and compare the fingerprint', askWords(names)),
			readFingerprint("Print the spoke's own fingerprints, at the spoke"),
		],
		isRetryable: false,
	},
];

function present({facts: {presentKeys = []}}: FixNames): string {
	return presentKeys.length === 0 ? '' : `; it shows ${presentKeys.map(fingerprintText).join(', ')}`;
}

/** ` (file, line 7)`. */
function places(names: FixNames): string {
	const key = names.facts.knownKeys?.[0];
	return key === undefined ? '' : ` (${shownPath(key.file, names)}, line ${key.lineNumber})`;
}

function both({facts: {knownKeys = [], presentKeys = []}}: FixNames): string {
	if (knownKeys.length === 0 || presentKeys.length === 0) return '';
	const text = (keys: readonly {type: string; fingerprint: string}[]) => clean(keys.map(fingerprintText).join(', '));
	return ` Known: ${text(knownKeys)}. Now: ${text(presentKeys)}.`;
}

function knownHostsFile(names: FixNames) {
	const file = knownHostsOf(names);
	return file === undefined ? {raw: '~/.ssh/known_hosts'} : {hub: file};
}
