import {clean} from '../../../text/clean.js';
import type {FixNames} from '../names.js';
import {logIn, setKey} from './shared-fixes.js';
import type {CauseEntry} from './types.js';
import {isMacHub, onHub, onSpoke, shownPath, systemOf, type Word} from './words.js';

/** The folder of sessions where it comes from. */
export const sourceCauses: readonly CauseEntry[] = [
	{
		cause: 'SRC_MISSING',
		scenario: 'E',
		title: 'The folder of sessions is not there',
		plain: names =>
			`The spoke has no folder ${rootOf(names)}${names.facts.piRoot === undefined ? '' : `; pi writes its sessions to ${clean(names.facts.piRoot)} there`}.`,
		why: 'pi makes the folder with its first session. Where PI_CODING_AGENT_DIR or sessionDir in its settings is set, it is another folder. A source that is relative begins at the home of the user who logs in.',
		signature: {
			program: 'rsync',
			stderr:
				'rsync: [sender] change_dir "/home/will/.pi/agent/sessions" failed: No such file or directory (2)\nrsync error: some files/attrs were not transferred (see previous errors) (code 23) at main.c(1865) [Receiver=3.5.0]',
			exitCode: 23,
		},
		check: 'spoke',
		confirm: 'The spoke is asked for the folder and for what pi itself would use there.',
		fixes: names => [
			...(names.facts.piRoot === undefined
				? []
				: [setKey(names, 'Name the folder pi writes to', 'source', sourceWith(names, names.facts.piRoot))]),
			onSpoke(
				'See whether pi has run there, and as this user',
				['ls', '-ld', rootWord(names)],
				'If its sessions live elsewhere, correct the source in config.yaml.',
			),
			onSpoke('See whether pi was told another folder', [
				{raw: 'echo "$PI_CODING_AGENT_DIR"; grep -n sessionDir ~/.pi/agent/settings.json'},
			]),
		],
		isRetryable: true,
	},
	{
		cause: 'SRC_DENIED',
		scenario: 'E',
		title: 'The sessions may not be read',
		plain: names =>
			`The user who logs in may not read ${names.facts.path === undefined ? rootOf(names) : clean(names.facts.path)} on the spoke${ownerOf(names)}.`,
		why: 'Another user runs pi there, or a session was written by root. On macOS a program also needs Full Disk Access for some folders, whatever the permissions say. Everything that can be read is synced meanwhile.',
		signature: {
			program: 'rsync',
			stderr:
				'rsync: [sender] opendir "/home/will/.pi/agent/sessions/--w--" failed: Permission denied (13)\nrsync error: some files/attrs were not transferred (see previous errors) (code 23) at main.c(1865) [generator=3.5.0]',
			exitCode: 23,
		},
		check: 'spoke',
		confirm: 'The spoke is asked for owner and mode of the folder.',
		fixes: names => [
			onSpoke(
				'Let the user read the sessions',
				['chmod', '-R', 'u+rX', rootWord(names)],
				'As the owner of the files; with sudo when they belong to root.',
			),
			...(systemOf(names) === 'linux'
				? []
				: [
						onSpoke(
							'macOS: allow full disk access for remote users: System Settings, General, Sharing, Remote Login, i',
						),
					]),
			logIn(names, 'Or log in as the user who runs pi there: set it in the source of config.yaml, then try'),
		],
		isRetryable: false,
	},
	{
		cause: 'SOURCE_ABSENT',
		scenario: 'C',
		title: 'The source is not there',
		plain: names =>
			`The folder ${names.localSource === undefined ? 'the sessions come from' : shownPath(names.localSource, names)} is not on the hub now.`,
		why: 'A drive that is not plugged in or a share that is not mounted. An absent source is never taken for an emptied one: nothing on the hub changes.',
		signature: 'The source of a manual spoke, a folder on the hub, does not exist.',
		check: 'source',
		confirm: 'The folder is looked for, and whether something is mounted there.',
		fixes: names => [
			onHub(names, 'Plug in or mount the source', mounts(names), {note: 'The command shows what is mounted.'}),
			...(names.localSource === undefined
				? []
				: [
						onHub(names, 'When it is mounted: see whether the folder is there', [
							'ls',
							'-ld',
							{hub: names.localSource},
						]),
					]),
		],
		isRetryable: true,
	},
];

function rootOf({ssh, localSource}: FixNames): string {
	if (ssh === undefined) return localSource === undefined ? 'of sessions' : clean(localSource);
	if (ssh.root === './') return 'that its key is restricted to';
	return clean(ssh.root.startsWith('/') ? ssh.root : `~/${ssh.root.replace(/^\.\//, '')}`);
}

/** The usual folder where the key's restriction names it instead of config.yaml. */
function rootWord({ssh}: FixNames): Word {
	return {spoke: ssh === undefined || ssh.root === './' ? '.pi/agent/sessions' : ssh.root};
}

function sourceWith({ssh, spoke}: FixNames, root: string): string {
	const host = ssh?.host ?? spoke;
	return `${ssh?.user === undefined ? '' : `${ssh.user}@`}${host.includes(':') ? `[${host}]` : host}:${root}`;
}

function ownerOf({facts: {owner}}: FixNames): string {
	return owner === undefined ? '' : ` (it belongs to ${clean(owner, 64)})`;
}

function mounts(names: FixNames): readonly Word[] {
	return isMacHub(names) ? ['mount'] : ['findmnt'];
}
