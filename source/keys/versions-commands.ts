import type {ViewName} from '../view/types.js';
import type {CommandSpec} from './commands.js';

const offering: readonly ViewName[] = ['main', 'detail'];
const viewing: readonly ViewName[] = ['versions'];

/** The part of the table of keys that is about held sessions and earlier versions. */
export const versionsCommands = {
	versions: {
		keys: ['h'],
		title: 'held and earlier versions of its sessions',
		hint: 'versions',
		category: 'Act on spoke (or marked)',
		views: offering,
		priority: 18,
		when: ({row, view, pane, hasHeld}) => row?.spoke !== undefined && (view !== 'main' || pane === 'detail' || hasHeld),
	},
	'open-version': {
		keys: ['enter'],
		title: 'the versions of the session; of two versions the difference',
		hint: 'open',
		category: 'Move',
		views: viewing,
		priority: 10,
		when: ({versions}) =>
			versions.level === 'list' ? versions.hasSession : versions.level === 'session' && versions.isComparable,
	},
	'keep-hub': {
		keys: ['u'],
		title: 'release the session, the hub’s copy stays current (asks)',
		hint: 'release',
		category: 'Act on spoke (or marked)',
		views: viewing,
		priority: 16,
		isChanging: true,
		when: ({versions}) => versions.isHeld,
	},
	'accept-version': {
		keys: ['A'],
		title: 'make the spoke’s version current, the hub’s stays an earlier one (asks)',
		hint: 'accept',
		category: 'Act on spoke (or marked)',
		views: viewing,
		priority: 20,
		isChanging: true,
		when: ({versions}) => versions.level !== 'list' && versions.isAcceptable,
	},
	'restore-version': {
		keys: ['b'],
		title: 'bring the earlier version back as current (asks)',
		hint: 'bring back',
		category: 'Act on spoke (or marked)',
		views: viewing,
		priority: 22,
		isChanging: true,
		when: ({versions}) => versions.isRestorable,
	},
	'write-version': {
		keys: ['w'],
		title: 'write the earlier version into a file (asks for its name)',
		hint: 'write',
		category: 'Act on spoke (or marked)',
		views: viewing,
		priority: 24,
		isChanging: true,
		when: ({versions}) => versions.isKept,
	},
	'compare-versions': {
		keys: ['c'],
		title: 'compare with the current version, or the marked one',
		hint: 'compare',
		category: 'View',
		views: viewing,
		priority: 26,
		when: ({versions}) => versions.level !== 'compare' && versions.isComparable,
	},
	'mark-version': {
		keys: ['space'],
		title: 'compare others with this version, or with the current one again',
		category: 'View',
		views: viewing,
		when: ({versions}) => versions.level === 'session' && versions.hasSession,
	},
	'reload-versions': {
		keys: ['r'],
		title: 'read the versions again',
		category: 'View',
		views: viewing,
		when: ({row}) => row?.spoke !== undefined,
	},
} as const satisfies Record<string, CommandSpec>;
