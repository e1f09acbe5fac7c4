import {dirname} from 'node:path';
import {clean} from '../../../text/clean.js';
import {formatBytes} from '../../../text/format.js';
import type {FixNames} from '../names.js';
import type {Fix} from '../types.js';
import {runAgain} from './shared-fixes.js';
import type {CauseEntry} from './types.js';
import {onHub, shownPath, type Word} from './words.js';

/** The hub's own disk and folders. */
export const hubDiskCauses: readonly CauseEntry[] = [
	{
		cause: 'DST_FULL',
		scenario: 'F',
		title: "The hub's disk is full",
		plain: names =>
			`There is ${(names.facts.freeBytes ?? 0) > 0 ? 'too little' : 'no'} room left on the hub for ${where(names)}${room(names)}.`,
		why: 'A session is staged before it takes its place, so about twice the largest one must be free. A disk can also run out of inodes while it has bytes left. What is on the hub stays whole.',
		signature: {
			program: 'rsync',
			stderr:
				'rsync: [receiver] write failed on "/home/will/.pi-brain/synced/.staging/laptop/--w--/2026-11-21.jsonl": No space left on device (28)\nrsync error: error in file IO (code 11) at receiver.c(380) [receiver=3.5.0]',
			exitCode: 11,
		},
		check: 'disk',
		confirm: 'Free bytes and free inodes of the file system, against twice the largest session.',
		fixes: names => [
			onHub(names, "Make room on the hub's disk", ['df', '-h', folder(names)], {
				note: 'The command shows how full it is; with -i instead of -h, its inodes.',
			}),
			onHub(names, 'See what takes the room below it', [
				{raw: 'du -xh -d 2'},
				parent(names),
				{raw: '| sort -h | tail -n 20'},
			]),
			runAgain(names, 'Then sync again'),
		],
		isRetryable: false,
	},
	{
		cause: 'DST_QUOTA',
		scenario: 'F',
		title: 'Your quota on the hub is used up',
		plain: names =>
			`The quota of ${clean(names.hub.user ?? 'this user', 64)} does not allow more data in ${where(names)}.`,
		why: 'The disk may have room, the user may not use it. Remove something of that user, or have the quota raised.',
		signature: {
			program: 'rsync',
			stderr:
				'rsync: [receiver] write failed on "/home/will/.pi-brain/synced/.staging/laptop/a.jsonl": Disk quota exceeded (122)\nrsync error: error in file IO (code 11) at receiver.c(380) [receiver=3.5.0]',
			exitCode: 11,
		},
		check: 'disk',
		confirm: 'Writing a small file into the folder.',
		fixes: names => [
			onHub(names, 'See the quota, and make room', ['quota', '-s']),
			onHub(names, 'See what takes the room', [{raw: 'du -xh -d 2'}, parent(names), {raw: '| sort -h | tail -n 20'}]),
		],
		isRetryable: false,
	},
	{
		cause: 'DST_RO',
		scenario: 'F',
		title: "The hub's file system is read-only",
		plain: names => `${where(names)} is on a file system that is mounted read-only.`,
		why: 'Mounted so on purpose, or switched to read-only by the kernel after disk errors. In the second case look at the disk before anything is written to it.',
		signature: {
			program: 'rsync',
			stderr:
				'rsync: [Receiver] mkdir "/home/will/.pi-brain/synced/.staging/laptop" failed: Read-only file system (30)\nrsync error: error in file IO (code 11) at main.c(791) [Receiver=3.5.0]',
			exitCode: 11,
		},
		check: 'folder',
		confirm: 'Whether the folder can be written to, and how its file system is mounted.',
		fixes: names => [
			onHub(names, 'See how it is mounted', ['findmnt', '-T', folder(names)], {note: 'macOS: mount.'}),
			onHub(names, 'Look for disk errors before mounting it for writing', [{raw: 'sudo dmesg | tail -n 50'}]),
		],
		isRetryable: false,
	},
	{
		cause: 'DST_DENIED',
		scenario: 'E',
		title: "The hub's folder may not be written to",
		plain: names =>
			`${clean(names.hub.user ?? 'This user', 64)} may not write to ${where(names)} on the hub${ownerOf(names)}.`,
		why: 'Most often a run as root (sudo, or the crontab of root) has left files that belong to root. They must be given back, and the schedule must run as you.',
		signature: {
			program: 'rsync',
			stderr:
				'rsync: [receiver] mkstemp "/home/will/.pi-brain/synced/.staging/laptop/.a.jsonl.x1" failed: Permission denied (13)\nrsync error: some files/attrs were not transferred (see previous errors) (code 23) at main.c(1865) [generator=3.5.0]',
			exitCode: 23,
		},
		check: 'folder',
		confirm: 'Owner and mode of the folder, and whether this user may write there.',
		fixes: names => {
			const {path, owner} = names.facts;
			const isOwn = owner !== undefined && owner === names.hub.user;
			const back = onHub(names, 'Give the folder back to its user', [
				'sudo',
				'chown',
				'-R',
				names.hub.user ?? {raw: '"$USER"'},
				folder(names),
			]);
			const open = onHub(names, 'Let its owner write to the folder', ['chmod', '700', folder(names)], {
				action: isOwn ? {type: 'chmod', path: path ?? names.hub.folder, mode: 0o700} : undefined,
			});
			return isOwn ? [open] : [back, open];
		},
		isRetryable: false,
	},
	{
		cause: 'DST_PARENT',
		scenario: 'E',
		title: 'A folder on the hub is missing',
		plain: names =>
			isFileThere(names)
				? `${where(names)} on the hub is a file, where a folder belongs.`
				: `The folder ${where(names)} does not exist on the hub.`,
		why: 'A drive that is not mounted, a folder that was moved, or a file in its place. A sync makes what is missing; it fails only where it may not, or where the place itself is gone.',
		signature: {
			program: 'rsync',
			stderr:
				'rsync: [Receiver] mkdir "/mnt/hub/synced/.staging/laptop" failed: No such file or directory (2)\nrsync error: error in file IO (code 11) at main.c(791) [Receiver=3.5.0]',
			exitCode: 11,
		},
		check: 'folder',
		confirm: 'The folder and those above it are looked for.',
		fixes: names => {
			if (isFileThere(names)) {
				const aside = `${names.facts.path ?? names.hub.folder}.aside`;
				return [
					onHub(names, 'Move the file aside', ['mv', '-n', folder(names), {hub: aside}], {
						note: 'Look into it first: it may belong to somebody. The next sync makes the folder.',
					}),
				];
			}

			return [create(names)];
		},
		isRetryable: false,
	},
];

function create(names: FixNames): Fix {
	return onHub(names, 'Create the folder', ['mkdir', '-p', '-m', '700', folder(names)], {
		note: 'When it lies on a drive: mount that first, or the sessions land beneath it.',
		action: {type: 'mkdir', path: names.facts.path ?? names.hub.folder},
	});
}

/** The check names the place only where something else than a folder stands there. */
function isFileThere({facts: {place, path}}: FixNames): boolean {
	return place !== undefined && place === path;
}

function folder({facts, hub}: FixNames): Word {
	return {hub: facts.path ?? hub.folder};
}

function parent({hub}: FixNames): Word {
	return {hub: dirname(hub.folder)};
}

function where(names: FixNames): string {
	return shownPath(names.facts.path ?? names.hub.folder, names);
}

function room({facts: {freeBytes, neededBytes, freeInodes}}: FixNames): string {
	if (freeInodes === 0) return ': no inode is free';
	if (freeBytes === undefined) return '';
	const needed = neededBytes === undefined ? '' : `, ${formatBytes(neededBytes)} are needed`;
	return `: ${formatBytes(freeBytes)} are free${needed}`;
}

function ownerOf({facts: {owner}}: FixNames): string {
	return owner === undefined ? '' : `: it belongs to ${clean(owner, 64)}`;
}
