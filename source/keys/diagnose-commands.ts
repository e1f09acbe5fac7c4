import type {ViewName} from '../view/types.js';
import type {CommandSpec} from './commands.js';

const offering: readonly ViewName[] = ['main', 'detail', 'log'];
const diagnosing: readonly ViewName[] = ['diagnose'];

/** The part of the table of keys that is about diagnoses and their fixes. */
export const diagnoseCommands = {
	diagnose: {
		keys: ['d'],
		title: 'diagnose: what is wrong, why, and the ways out',
		hint: 'diagnose',
		category: 'Act on spoke (or marked)',
		views: offering,
		priority: 65,
		isUrgent: ({isUnwell, view}) => isUnwell && view !== 'log',
		when: ({row, view, pane}) => row?.spoke !== undefined || view === 'log' || pane === 'log',
	},
	'next-failed': {
		keys: ['d'],
		title: 'next step that failed',
		hint: 'next failed',
		category: 'Move',
		views: diagnosing,
		priority: 60,
		when: ({hasFailedSteps}) => hasFailedSteps,
	},
	expand: {
		keys: ['enter'],
		title: 'the step on the whole screen, or the list again',
		hint: 'expand',
		category: 'View',
		views: diagnosing,
		priority: 30,
		when: ({hasDiagnosis}) => hasDiagnosis,
	},
	fix: {
		keys: ['!'],
		title: 'run the first fix that can be run (shows it and asks)',
		hint: 'run fix',
		category: 'Act on spoke (or marked)',
		views: diagnosing,
		priority: 5,
		isChanging: true,
		when: ({runnable}) => runnable > 0,
	},
	'copy-fix': {
		keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
		title: 'copy the command of that fix',
		category: 'Act on spoke (or marked)',
		views: diagnosing,
		when: ({fixes}) => fixes > 0,
	},
	rerun: {
		keys: ['r'],
		title: 'run the step again, with what depends on it',
		hint: 'rerun',
		category: 'Act on spoke (or marked)',
		views: diagnosing,
		priority: 25,
		when: ({row}) => row?.spoke !== undefined,
	},
	'rerun-all': {
		keys: ['R'],
		title: 'run all steps again',
		hint: 'all again',
		category: 'Act on spoke (or marked)',
		views: diagnosing,
		priority: 55,
		when: ({row}) => row?.spoke !== undefined,
	},
} as const satisfies Record<string, CommandSpec>;
