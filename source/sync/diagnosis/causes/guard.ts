import {clean} from '../../../text/clean.js';
import {formatCount} from '../../../text/format.js';
import type {FixNames} from '../names.js';
import type {Fix} from '../types.js';
import {release} from './shared-fixes.js';
import type {CauseEntry} from './types.js';
import {onHub, onSpoke, type Word} from './words.js';

const looked = "Releasing deletes nothing: the hub's copies stay, and are not counted as held any more.";

/** What the append-only guard holds. Nothing is lost in any of these; a person should look. */
export const guardCauses: readonly CauseEntry[] = [
	{
		cause: 'GUARD_TRUNCATED',
		scenario: 'I',
		title: 'Sessions are shorter on the spoke',
		plain: names => `${some(names)} shorter on ${clean(names.spoke)} than on the hub: the hub keeps the longer ones.`,
		why: 'Sessions only ever grow. A shorter one was cut off on the spoke: a full disk, a crash, an editor, an old copy put back. When many shrink at once the whole spoke is halted until you have looked.',
		signature: 'The spoke lists a smaller size, and its bytes are the beginning of what the hub has.',
		check: 'dry-run',
		confirm:
			'Seen in two looks at least two seconds apart, because pi rewrites in place and a look can catch it half done.',
		fixes: names => [preview(names), release(names, 'Once you have looked: release it', looked), fullDisk(names)],
		isRetryable: false,
	},
	{
		cause: 'GUARD_REWRITTEN',
		scenario: 'I',
		title: 'Sessions differ from what the hub has',
		plain: names =>
			`${some(names)} different on ${clean(names.spoke)} and on the hub, and neither is the other's beginning.`,
		why: "pi rewrites a session when it brings it to a newer format: then the new one becomes current and the earlier bytes are kept. It is held only when the hub's own copy no longer matches what was written down about it: a damaged disk, or a hand on the hub.",
		signature: 'The bytes differ before the end of the shorter one.',
		check: 'dry-run',
		confirm: "The hub's copy is compared with its ledger, the spoke's version with both.",
		fixes: names => [
			preview(names),
			onHub(names, 'See what was noted about it', [...names.hub.program, 'sync', 'log', '--spoke', names.spoke]),
			release(names, 'Once you have looked: release it', looked),
		],
		isRetryable: false,
	},
	{
		cause: 'GUARD_RETYPED',
		scenario: 'I',
		title: 'A session is a folder or a link now',
		plain: names =>
			`Where the hub has a session, ${clean(names.spoke)} has a folder, a link or something else (or the other way round).`,
		why: 'A plain copy would have removed the session here to make room. Links are never followed: one could lead to any file of the spoke.',
		signature: 'The list of the spoke names something that is no plain file under the path of a session.',
		check: 'dry-run',
		confirm: 'The list is read again, with the kind of each entry.',
		fixes: names => [
			preview(names),
			onSpoke('See what stands there', ['ls', '-lR', {spoke: rootOf(names)}]),
			release(names, 'Once you have looked: release it', looked),
		],
		isRetryable: false,
	},
	{
		cause: 'GUARD_EMPTIED',
		scenario: 'I',
		title: 'The spoke shows no sessions at all',
		plain: names =>
			`${clean(names.spoke)} had sessions and lists none now: the hub keeps all of its copies and has halted this spoke.`,
		why: 'A folder that is not mounted, was moved or belongs to another user now looks just like one that was emptied. Only you know which it is.',
		signature: 'The list of the spoke is complete and empty, and the hub holds sessions of it.',
		check: 'spoke',
		confirm: 'The folder on the spoke is looked at: whether it exists, whether it holds anything, what pi itself uses.',
		fixes: names => [lookAt(names), release(names, 'When it is meant to be empty: release it', looked)],
		isRetryable: false,
	},
	{
		cause: 'GUARD_GONE',
		scenario: 'I',
		title: 'Sessions were deleted on the spoke',
		plain: names => `${some(names)} gone on ${clean(names.spoke)}: the hub keeps its copies.`,
		why: 'Deleting a session in pi is normal, and the hub is not a mirror: what it has acknowledged stays. Nothing has to be done.',
		signature: 'The list of the spoke is complete and lacks sessions the hub has.',
		check: 'dry-run',
		confirm: 'The list was complete: rsync ended without errors and the folder exists.',
		fixes: names => [release(names, 'When you have looked: release it', looked), fullDisk(names)],
		isRetryable: false,
	},
];

function some({facts: {sessions}}: FixNames): string {
	if (sessions === undefined) return 'Some sessions are';
	return sessions === 1 ? 'One session is' : `${formatCount(sessions)} sessions are`;
}

function preview(names: FixNames): Fix {
	return onHub(names, 'See which sessions, and how they differ', [
		...names.hub.program,
		'sync',
		'run',
		names.spoke,
		'--dry-run',
	]);
}

function rootOf({ssh, localSource}: FixNames): string {
	if (ssh === undefined) return localSource ?? '.pi/agent/sessions';
	return ssh.root === './' ? '.pi/agent/sessions' : ssh.root;
}

function lookAt(names: FixNames): Fix {
	const {localSource} = names;
	const words: readonly Word[] =
		localSource === undefined ? ['ls', '-la', {spoke: rootOf(names)}] : ['ls', '-la', {hub: localSource}];
	const title = 'Look whether the folder is mounted and full';
	return localSource === undefined ? onSpoke(title, words) : onHub(names, title, words);
}

function fullDisk(names: FixNames): Fix {
	return onSpoke('See whether the disk there is full', ['df', '-h', {spoke: rootOf(names)}]);
}
