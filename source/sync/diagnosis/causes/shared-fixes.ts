import {fingerprintText, knownHostName} from '../host-keys.js';
import {dedicatedKeyOf, type FixNames, keyOf, knownHostsOf} from '../names.js';
import type {Fix} from '../types.js';
import {
	commandLine,
	destinationWord,
	onHub,
	onSpoke,
	placeWords,
	portWords,
	programLine,
	sshWords,
	type Word,
} from './words.js';

/*
 * Fixes that several causes offer. None of them is a cause's own: what belongs to one family stands in its file.
 */

/** Installs a public key of the hub on the spoke; the terminal is handed over, for ssh-copy-id asks for a password. */
export function copyKey(names: FixNames, key: string | undefined = keyOf(names)): Fix {
	const {ssh} = names;
	const words: readonly Word[] = [
		'ssh-copy-id',
		...(key === undefined ? [] : ['-i', {hub: `${key}.pub`}]),
		...portWords(names),
		...placeWords(names),
		destinationWord(names),
	];
	return onHub(names, "Give the spoke this hub's key", words, {
		note: 'It asks for your password on the spoke, once. Where passwords are switched off, add the line of the .pub file to ~/.ssh/authorized_keys there by another way.',
		action: ssh && {type: 'hand-over', argv: plain(words)},
	});
}

/** Argv of words, without a shell: paths in full. */
export function plain(words: readonly Word[]): readonly string[] {
	return words.map(word => {
		if (typeof word === 'string') return word;
		if ('hub' in word) return word.hub;
		throw new TypeError(`${commandLine(undefined, [word])} is for a shell`);
	});
}

/**
 * Makes a key without passphrase for this hub alone.
 * @param file absolute; undefined: nothing says where, so the command names the usual place
 */
export function makeKey(names: FixNames, file: string | undefined = dedicatedKeyOf(names)): Fix {
	const comment = 'pi-brain-sync';
	const where: Word = file === undefined ? {raw: '~/.ssh/pi-brain-sync'} : {hub: file};
	return onHub(
		names,
		'Make a key for this hub alone, without passphrase',
		['ssh-keygen', '-t', 'ed25519', '-N', '', '-C', comment, '-f', where],
		{
			note: 'A schedule cannot type a passphrase. Restrict the key on the spoke so that it can only read sessions: '.concat(
				`${programLine(names, 'spoke', 'key', names.spoke)} prints the line.`,
			),
			action: file === undefined ? undefined : {type: 'keygen', path: file, comment},
		},
	);
}

/** Makes this spoke use the hub's own key. */
export function nameKey(names: FixNames, file: string | undefined = dedicatedKeyOf(names)): Fix {
	return setKey(names, 'Use that key for this spoke', 'ssh_key', file ?? '~/.ssh/pi-brain-sync');
}

/** Changes one key of the spoke's entry in config.yaml. */
export function setKey(names: FixNames, title: string, key: string, value: string, note?: string): Fix {
	return onHub(names, title, [...names.hub.program, 'spoke', 'set', names.spoke, `${key}=${value}`], {note});
}

/** Logs in once by hand: ssh then says itself what it has to say, and may ask. */
export function logIn(names: FixNames, title: string, note?: string): Fix {
	return onHub(names, title, sshWords(names), {note});
}

/** ssh asks whether the fingerprint is right, instead of refusing or believing. */
export function askWords(names: FixNames): readonly Word[] {
	return [...sshWords(names, ['-o', 'StrictHostKeyChecking=ask']), 'true'];
}

/** Reads the host keys' fingerprints where nobody can stand between: on the spoke itself. */
export function readFingerprint(title: string, note?: string): Fix {
	const line = 'for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done';
	return onSpoke(title, [{raw: line}], note);
}

/** Adds what the spoke shows to known_hosts, once a person has compared it. */
export function trustHostKey(names: FixNames): Fix {
	const {facts, ssh} = names;
	const present = facts.presentKeys ?? [];
	const file = knownHostsOf(names);
	const shown = present.map(fingerprintText);
	return onHub(names, "Compare the fingerprint with the spoke's own, then trust it", askWords(names), {
		note:
			shown.length === 0
				? 'ssh shows the fingerprint and asks; say yes only when it is the one that the spoke itself prints.'
				: `The spoke shows ${shown.join(', ')}. Trust it only when the spoke itself prints the same.`,
		action:
			present.length === 0 || file === undefined || ssh === undefined
				? undefined
				: {type: 'trust-host-key', file, lines: present.map(({line}) => line), fingerprints: shown},
	});
}

/** Puts the key the spoke shows now in the place of the one that is known. */
export function replaceHostKey(names: FixNames): Fix {
	const {facts, ssh, spoke} = names;
	const present = facts.presentKeys ?? [];
	const file = knownHostsOf(names);
	const known = (facts.knownKeys ?? []).filter(key => key.marker === undefined && key.file === file);
	const host = ssh === undefined ? spoke : knownHostName(ssh);
	const shown = present.map(fingerprintText);
	const isOurs = file !== undefined && !file.startsWith('/etc/');
	const remove: readonly Word[] = [
		...(isOurs ? [] : [{raw: 'sudo'}]),
		'ssh-keygen',
		'-f',
		file === undefined ? {raw: '~/.ssh/known_hosts'} : {hub: file},
		'-R',
		host,
	];
	return onHub(
		names,
		'Only when both are the same: replace the old key',
		[...remove, {raw: '&&'}, ...askWords(names)],
		{
			note: 'The first part keeps a copy of the file as .old; the second shows the new fingerprint once more and asks.',
			action:
				present.length === 0 || !isOurs || ssh === undefined
					? undefined
					: {
							type: 'replace-host-key',
							file,
							host,
							line: known[0]?.lineNumber,
							before: known.map(fingerprintText),
							lines: present.map(({line}) => line),
							fingerprints: shown,
						},
		},
	);
}

/** Lifts a hold once a person has looked. */
export function release(names: FixNames, title: string, note?: string): Fix {
	return onHub(names, title, [...names.hub.program, 'sync', 'release', names.spoke], {note});
}

/** Syncs again, now. */
export function runAgain(names: FixNames, title: string, note?: string): Fix {
	return onHub(names, title, [...names.hub.program, 'sync', 'run', names.spoke], {note});
}
