import {clean} from '../../../text/clean.js';
import type {FixNames} from '../names.js';
import {keyOf} from '../names.js';
import type {Fix} from '../types.js';
import {copyKey, makeKey, nameKey, plain, setKey} from './shared-fixes.js';
import {sshdLog} from './ssh-server.js';
import type {CauseEntry} from './types.js';
import {destination, onHub, onSpoke, shownPath, sshWords, type Word} from './words.js';

/** The spoke is the right one, and does not let this hub's key in; or the key cannot be used. */
export const keyCauses: readonly CauseEntry[] = [
	{
		cause: 'AUTH_DENIED',
		scenario: 'A',
		title: 'The spoke refuses every key',
		plain: names => `${destination(names)} refused every key that this hub offered${offered(names)}.`,
		why: 'Most often the key was never given to the spoke. The same answer also covers a wrong user, an authorized_keys file that others may write to, a locked account and an account without a valid shell: which of them it is, only the log of the spoke tells.',
		signature: {program: 'ssh', stderr: 'will@laptop.local: Permission denied (publickey).', exitCode: 255},
		check: 'login',
		confirm:
			'A login with the options of a sync is refused; then in turn: does the key exist, is it private, does it need a passphrase, does the agent hold it, which keys were offered.',
		fixes: names => [
			...(isWithoutKeys(names) ? [makeKey(names)] : []),
			copyKey(names, isWithoutKeys(names) ? undefined : keyOf(names)),
			onSpoke(
				'Make the files private there',
				[{raw: 'chmod go-w ~ && chmod 700 ~/.ssh && chmod 600 ~/.ssh/authorized_keys'}],
				'sshd ignores authorized_keys when others may write to it, to ~/.ssh or to the home.',
			),
			...sshdLog(names, 'Read why, in the log'),
		],
		isRetryable: false,
	},
	{
		cause: 'AUTH_TOO_MANY',
		scenario: 'A',
		title: 'Too many keys were offered',
		plain: names =>
			`${destination(names)} closed the door after too many wrong keys, before the right one was offered${agent(names)}.`,
		why: 'A server allows a few attempts (MaxAuthTries, 6 by default), and ssh offers everything the agent holds first. Naming the one key for this host ends that.',
		signature: {
			program: 'ssh',
			stderr:
				'Received disconnect from 10.0.0.9 port 22:2: Too many authentication failures\nDisconnected from 10.0.0.9 port 22',
			exitCode: 255,
		},
		check: 'login',
		confirm: 'ssh-add -l counts the keys in the agent.',
		fixes: names => {
			const key = keyOf(names);
			return [
				key === undefined
					? onHub(
							names,
							'Name one key for this host: ssh_key in config.yaml, or IdentityFile and IdentitiesOnly in ~/.ssh/config',
							['ssh-add', '-l'],
							{note: 'The command lists what the agent offers.'},
						)
					: setKey(
							names,
							'Name one key for this host',
							'ssh_key',
							key,
							'Only that key is offered then (IdentitiesOnly).',
						),
				onHub(names, 'Or empty the agent', ['ssh-add', '-D'], {note: 'The key files stay.'}),
			];
		},
		isRetryable: false,
	},
	{
		cause: 'KEY_LOCKED',
		scenario: 'A',
		title: 'The key needs its passphrase',
		plain: names => `${keyName(names)} is locked with a passphrase, and no agent holds it unlocked.`,
		why: 'Nobody can type a passphrase into a sync. ssh itself does not say so: it only reports that no key was accepted. An unlocked key in the agent works until you log out; a schedule needs a key of its own.',
		signature: 'Reads like a refused key. ssh-keygen -y -P \'\' on the key file says "incorrect passphrase supplied".',
		check: 'login',
		confirm: "ssh-keygen -y -P '' -f KEY fails for the passphrase, and ssh-add -l does not list the key.",
		fixes: names => [unlock(names), ...anotherKey(names)],
		isRetryable: false,
	},
	{
		cause: 'KEY_PERMS',
		scenario: 'A',
		title: 'Others may read the private key',
		plain: names => `${keyName(names)} may be read by other users${mode(names)}, so ssh ignores it.`,
		why: 'A private key that others can read is no secret; ssh refuses to use it.',
		signature: {
			program: 'ssh',
			stderr:
				"Permissions 0644 for '/home/will/.ssh/pi-brain-sync' are too open.\nwill@laptop.local: Permission denied (publickey).",
			exitCode: 255,
		},
		check: 'login',
		confirm: "The mode of the key file: others' bits are set.",
		fixes: names => {
			const key = keyOf(names);
			return [
				onHub(names, 'Make the key private', ['chmod', '600', keyWord(names)], {
					action: key === undefined ? undefined : {type: 'chmod', path: key, mode: 0o600},
				}),
			];
		},
		isRetryable: false,
	},
	{
		cause: 'KEY_MISSING',
		scenario: 'A',
		title: 'The private key does not exist',
		plain: names => `${keyName(names)} does not exist on the hub.`,
		why: 'config.yaml or ssh_config names a key file that is not there: a typing error, a key on another machine, or one that was never made.',
		signature: {
			program: 'ssh',
			stderr:
				'Warning: Identity file /home/will/.ssh/pi-brain-sync not accessible: No such file or directory.\nwill@laptop.local: Permission denied (publickey).',
			exitCode: 255,
		},
		check: 'login',
		confirm: 'The file is looked for on the hub.',
		fixes: names => {
			const key = keyOf(names);
			const other = names.ssh?.identityFiles.find(({exists, path}) => exists === true && path !== key)?.path;
			return [
				makeKey(names, key),
				copyKey(names, key),
				...(other === undefined ? [] : [setKey(names, 'Or use a key that is there', 'ssh_key', other)]),
			];
		},
		isRetryable: false,
	},
	{
		cause: 'KEY_UNREADABLE',
		scenario: 'A',
		title: 'The private key cannot be read',
		plain: names => `${keyName(names)} cannot be read by ${user(names)}${owner(names)}.`,
		why: 'The key belongs to somebody else, often to root after a command with sudo.',
		signature: {
			program: 'ssh',
			stderr:
				'Load key "/home/will/.ssh/pi-brain-sync": Permission denied\nwill@laptop.local: Permission denied (publickey).',
			exitCode: 255,
		},
		check: 'login',
		confirm: 'Owner and mode of the key file, and whether this user may open it.',
		fixes: names => [
			onHub(
				names,
				'Give the key back to its user',
				['sudo', 'chown', names.hub.user ?? '$USER', keyWord(names)].map(userWord),
			),
			onHub(names, 'Then make it private', ['chmod', '600', keyWord(names)]),
		],
		isRetryable: false,
	},
	{
		cause: 'KEY_BAD',
		scenario: 'A',
		title: 'That is no private key',
		plain: names => `${keyName(names)} is not a private key that ssh can read.`,
		why: 'Most often the .pub file is named instead of the private one, or the file was damaged when it was copied (a lost last line, line ends of another system).',
		signature: {
			program: 'ssh',
			stderr:
				'Load key "/home/will/.ssh/pi-brain-sync.pub": error in libcrypto\nwill@laptop.local: Permission denied (publickey).',
			exitCode: 255,
		},
		check: 'login',
		confirm: 'ssh-keygen cannot read it either.',
		fixes: names => {
			const key = keyOf(names);
			return [
				key?.endsWith('.pub')
					? setKey(names, 'Name the private key, not its public half', 'ssh_key', key.slice(0, -'.pub'.length))
					: onHub(names, 'See what ssh makes of the file', ['ssh-keygen', '-y', '-f', keyWord(names)]),
				...anotherKey(names),
			];
		},
		isRetryable: false,
	},
	{
		cause: 'AGENT_REFUSED',
		scenario: 'A',
		title: 'The agent does not sign',
		plain: () => 'The ssh agent holds the key but refused to sign with it.',
		why: 'The agent is locked, wants a confirmation nobody gave, or the key sits on a token that wants to be touched. None of that can happen in a scheduled sync.',
		signature: {
			program: 'ssh',
			stderr:
				'sign_and_send_pubkey: signing failed for ED25519 "/home/will/.ssh/id_ed25519" from agent: agent refused operation\nwill@laptop.local: Permission denied (publickey).',
			exitCode: 255,
		},
		check: 'login',
		confirm: 'ssh-add -l shows what the agent holds, and whether it answers.',
		fixes: names => [
			onHub(names, 'Unlock the agent, or touch the token when it blinks, while this runs', [
				...sshWords(names),
				'true',
			]),
			...anotherKey(names),
		],
		isRetryable: false,
	},
	{
		cause: 'CRON_ONLY',
		scenario: 'H',
		title: 'It works here, and not on schedule',
		plain: names => `You can log in to ${destination(names)}, but the scheduled sync cannot.`,
		why: 'cron and timers have neither your ssh agent nor your PATH. A key without passphrase, named in config.yaml, works without an agent.',
		signature: 'Runs by cron fail with a refused key or a missing rsync, while the same login works in your terminal.',
		check: 'schedule',
		confirm: 'The login is tried with nothing but HOME and a short PATH, as cron has it (env -i).',
		fixes: anotherKey,
		isRetryable: false,
	},
];

/** Makes, installs and names a key that is not the one with the trouble. */
function anotherKey(names: FixNames): Fix[] {
	const key = ownKey(names);
	return [makeKey(names, key), copyKey(names, key), nameKey(names, key)];
}

/** Where such a key lies; undefined: nothing says where. */
function ownKey(names: FixNames): string | undefined {
	const {home} = names.hub;
	if (home === undefined) return undefined;
	const trouble = keyOf(names);
	const usual = `${home}/.ssh/pi-brain-sync`;
	return trouble === usual ? `${usual}-${names.spoke}` : usual;
}

function unlock(names: FixNames): Fix {
	const words: readonly Word[] = ['ssh-add', keyWord(names)];
	return onHub(names, 'Unlock the key', words, {
		note: 'It holds until you log out, and only where an agent runs.',
		action: keyOf(names) === undefined ? undefined : {type: 'hand-over', argv: plain(words)},
	});
}

function isWithoutKeys({ssh, facts}: FixNames): boolean {
	const files = ssh?.identityFiles ?? [];
	return files.length > 0 && files.every(({exists}) => exists === false) && (facts.agentKeys ?? 0) === 0;
}

function keyWord(names: FixNames): Word {
	const key = keyOf(names);
	return key === undefined ? {raw: '~/.ssh/id_ed25519'} : {hub: key};
}

/** `$USER` is for the shell, a name is not. */
function userWord(word: Word): Word {
	return word === '$USER' ? {raw: '"$USER"'} : word;
}

function keyName(names: FixNames): string {
	const key = keyOf(names);
	return key === undefined ? 'The private key' : `The private key ${shownPath(key, names)}`;
}

function offered(names: FixNames): string {
	const key = keyOf(names);
	return key === undefined ? '' : ` (${shownPath(key, names)})`;
}

function agent({facts: {agentKeys}}: FixNames): string {
	return agentKeys === undefined ? '' : `; the agent holds ${agentKeys}`;
}

function mode({facts: {keyMode}}: FixNames): string {
	return keyMode === undefined ? '' : ` (mode ${(keyMode & 0o777).toString(8).padStart(4, '0')})`;
}

function user({hub}: FixNames): string {
	return hub.user === undefined ? 'this user' : clean(hub.user, 64);
}

function owner({facts: {keyOwner}}: FixNames): string {
	return keyOwner === undefined ? '' : `: it belongs to ${clean(keyOwner, 64)}`;
}
