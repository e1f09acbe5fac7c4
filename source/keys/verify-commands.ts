import type {ViewName} from '../view/types.js';
import type {CommandSpec} from './commands.js';

const offering: readonly ViewName[] = ['main', 'detail', 'verify'];
const viewing: readonly ViewName[] = ['verify'];

/** The part of the table of keys that is about verifies and what they find. */
export const verifyCommands = {
	verify: {
		keys: ['v'],
		title: 'verify: is all of it here, and as it was; by names, sizes and times',
		hint: 'verify',
		category: 'Act on spoke (or marked)',
		views: offering,
		priority: 64,
		isUrgent: ({verify, view}) => verify.hasDamage && view !== 'verify',
		when: ({verify}) => verify.canBegin,
	},
	'verify-deep': {
		keys: ['V'],
		title: 'verify every byte',
		hint: 'deep',
		category: 'Act on spoke (or marked)',
		views: offering,
		hintViews: viewing,
		priority: 25,
		when: ({verify}) => verify.canBegin,
	},
	'cancel-verify': {
		keys: ['x'],
		title: 'end the verify that runs',
		hint: 'end verify',
		category: 'Act on spoke (or marked)',
		views: offering,
		priority: 15,
		when: ({verify}) => verify.isRunning,
	},
	inspect: {
		keys: ['enter'],
		title: 'the files of the group, then one file with both sides',
		hint: 'look into',
		category: 'Move',
		views: viewing,
		priority: 10,
		when: ({verify}) => verify.hasFinding && verify.level !== 'file',
	},
	repair: {
		keys: ['!'],
		title: 'repair what is damaged and whose true bytes are known (shows it and asks)',
		hint: 'repair',
		category: 'Act on spoke (or marked)',
		views: viewing,
		priority: 5,
		isChanging: true,
		when: ({verify}) => verify.repairable > 0 && !verify.isRunning,
	},
	'verify-again': {
		keys: ['r'],
		title: 'verify again, as closely as before',
		hint: 'again',
		category: 'Act on spoke (or marked)',
		views: viewing,
		priority: 30,
		when: ({verify}) => verify.canBegin,
	},
} as const satisfies Record<string, CommandSpec>;
