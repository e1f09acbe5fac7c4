import type {ViewName} from '../view/types.js';
import type {CommandSpec} from './commands.js';

const working: readonly ViewName[] = ['main', 'detail'];
const filling: readonly ViewName[] = ['wizard'];

/** The part of the table of keys that adds spokes and changes them. */
export const wizardCommands = {
	add: {
		keys: ['a'],
		title: 'add a spoke: the wizard; who knocks is offered there',
		hint: 'add',
		category: 'Act on spoke (or marked)',
		views: ['main'],
		priority: 82,
		isUrgent: ({wizard}) => wizard.isWanted,
		isChanging: true,
	},
	edit: {
		keys: ['e'],
		title: 'change method, source, schedule, when it is late, whether it is enabled',
		hint: 'edit',
		category: 'Act on spoke (or marked)',
		views: working,
		hintViews: ['detail'],
		priority: 66,
		isChanging: true,
		when: ({wizard}) => wizard.canEdit,
	},
	enable: {
		keys: ['E'],
		title: 'enable or disable (asks)',
		hint: 'on, off',
		category: 'Act on spoke (or marked)',
		views: working,
		hintViews: ['detail'],
		priority: 67,
		isChanging: true,
		when: ({wizard}) => wizard.canEdit,
	},
	'pause-device': {
		keys: ['P'],
		title: 'pause or resume its Syncthing device (asks)',
		hint: 'pause device',
		category: 'Act on spoke (or marked)',
		views: ['detail'],
		priority: 68,
		isChanging: true,
		when: ({wizard}) => wizard.hasDevice,
	},
	'wizard-next': {
		keys: ['enter'],
		title: 'next step; in the last one do it',
		hint: 'next',
		category: 'Act on spoke (or marked)',
		views: filling,
		priority: 1,
	},
	'wizard-previous': {
		keys: ['shift-tab'],
		title: 'step before',
		hint: 'previous',
		category: 'Move',
		views: filling,
		priority: 3,
	},
	'wizard-choose': {
		keys: ['tab'],
		title: 'next of what is offered; without any, look at the source',
		hint: 'choose',
		category: 'Move',
		views: filling,
		priority: 2,
		when: ({wizard}) => wizard.hasChoices,
	},
	'wizard-up': {keys: ['up'], title: 'step before; in a choice the one above', category: 'Move', views: filling},
	'wizard-down': {keys: ['down'], title: 'next step; in a choice the one below', category: 'Move', views: filling},
	'wizard-save': {
		keys: ['ctrl-s'],
		title: 'write config.yaml without looking at anything',
		hint: 'save without check',
		category: 'Act on spoke (or marked)',
		views: filling,
		priority: 4,
		isChanging: true,
		when: ({wizard}) => wizard.canSave,
	},
} as const satisfies Record<string, CommandSpec>;
