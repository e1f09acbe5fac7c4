import type {ViewName} from '../view/types.js';
import type {KeyContext} from './context.js';
import {diagnoseCommands} from './diagnose-commands.js';
import {verifyCommands} from './verify-commands.js';
import {versionsCommands} from './versions-commands.js';
import {wizardCommands} from './wizard-commands.js';

/** Groups of the help, in its order. */
export const categories = ['Move', 'Act on spoke (or marked)', 'View', 'App'] as const;
export type Category = (typeof categories)[number];

/** What a key does. */
export interface CommandSpec {
	/** The first one is the one the footer names. */
	readonly keys: readonly string[];
	/** For the help, and docs/keys.md. */
	readonly title: string;
	/** For the footer; undefined: never there. */
	readonly hint?: string;
	readonly category: Category;
	/** A focused pane of the main view takes the keys of the view it is a part of, then those of main. */
	readonly views: readonly ViewName[];
	/** In the footer: the least comes first. */
	readonly priority?: number;
	/** When it comes before almost everything else there. */
	readonly isUrgent?: (context: KeyContext) => boolean;
	/** Views whose footer names it; undefined: all of `views`. */
	readonly hintViews?: readonly ViewName[];
	/** Not with `--read-only`. */
	readonly isChanging?: boolean;
	/** Whether it would do something now. */
	readonly when?: (context: KeyContext) => boolean;
}

const everywhere: readonly ViewName[] = ['main', 'detail', 'diagnose', 'verify', 'versions', 'log', 'help', 'config'];
/** Where letters are typed, only keys that type nothing are commands. */
const alsoTyping: readonly ViewName[] = [...everywhere, 'wizard'];
const notHelp: readonly ViewName[] = ['main', 'detail', 'diagnose', 'verify', 'versions', 'log', 'config'];
const working: readonly ViewName[] = ['main', 'detail'];
const acting: readonly ViewName[] = ['main', 'detail', 'diagnose'];
const watching: readonly ViewName[] = ['main', 'detail', 'log'];
const leading: readonly ViewName[] = ['main', 'detail', 'diagnose', 'verify', 'versions', 'log'];
const searched: readonly ViewName[] = ['detail', 'diagnose', 'verify', 'versions', 'log', 'config'];

/** Beside the hub's own row there is one to filter and to sort. */
const hasSpokes = ({hasSpokes}: KeyContext): boolean => hasSpokes;
const hasTargets = ({targets}: KeyContext): boolean => targets > 0;
const hasSearch = ({hasSearch}: KeyContext): boolean => hasSearch;
const hasPanes = ({view, hasPanes}: KeyContext): boolean => view === 'main' && hasPanes;

function canGoBack({view, pane, isFiltered, isZoomed, hasMarks}: KeyContext): boolean {
	return view !== 'main' || pane !== 'table' || isFiltered || isZoomed || hasMarks;
}

/** Every command, in the order of the help. Where two share a key in a view, the first that would do something gets it. */
const commandTable = {
	up: {keys: ['k', 'up'], title: 'up', category: 'Move', views: everywhere},
	down: {keys: ['j', 'down'], title: 'down', category: 'Move', views: everywhere},
	top: {keys: ['g', 'home'], title: 'first', category: 'Move', views: everywhere},
	bottom: {keys: ['G', 'end'], title: 'last; in the log also follow', category: 'Move', views: everywhere},
	'page-up': {keys: ['pageup'], title: 'a page up', category: 'Move', views: alsoTyping},
	'page-down': {keys: ['pagedown'], title: 'a page down', category: 'Move', views: alsoTyping},
	'half-up': {keys: ['ctrl-u'], title: 'half a page up', category: 'Move', views: everywhere},
	'half-down': {keys: ['ctrl-d'], title: 'half a page down', category: 'Move', views: everywhere},
	'next-pane': {
		keys: ['tab'],
		title: 'next pane',
		hint: 'pane',
		category: 'Move',
		views: ['main'],
		priority: 85,
		when: hasPanes,
	},
	'previous-pane': {keys: ['shift-tab'], title: 'previous pane', category: 'Move', views: ['main'], when: hasPanes},
	open: {
		keys: ['enter'],
		title: 'open the detail; in a pane, its whole view',
		hint: 'open',
		category: 'Move',
		views: ['main'],
		priority: 10,
		when: ({row}) => row !== undefined,
	},
	back: {
		keys: ['esc'],
		title: 'back; in the main view drops pane, zoom, marks, filter',
		hint: 'back',
		category: 'Move',
		views: alsoTyping,
		priority: 12,
		when: canGoBack,
	},
	mark: {
		keys: ['space'],
		title: 'mark or unmark',
		hint: 'mark',
		category: 'Move',
		views: ['main'],
		priority: 75,
		when: ({row}) => row?.spoke !== undefined,
	},
	'mark-all': {keys: ['*'], title: 'mark all shown, or none', category: 'Move', views: ['main']},

	sync: {
		keys: ['s'],
		title: 'sync now',
		hint: 'sync',
		category: 'Act on spoke (or marked)',
		views: acting,
		priority: 20,
		isChanging: true,
		when: hasTargets,
	},
	'sync-all': {
		keys: ['S'],
		title: 'sync all that are enabled',
		hint: 'all',
		category: 'Act on spoke (or marked)',
		views: working,
		priority: 60,
		isChanging: true,
	},
	cancel: {
		keys: ['x'],
		title: 'cancel the job (asks)',
		hint: 'cancel',
		category: 'Act on spoke (or marked)',
		views: acting,
		priority: 15,
		isChanging: true,
		when: ({running}) => running > 0,
	},
	release: {
		keys: ['u'],
		title: 'release what is held (asks)',
		hint: 'release',
		category: 'Act on spoke (or marked)',
		views: acting,
		priority: 16,
		isChanging: true,
		when: ({hasHeld}) => hasHeld,
	},
	refresh: {
		keys: ['r'],
		title: 'ask whether it is there',
		hint: 'refresh',
		category: 'Act on spoke (or marked)',
		views: working,
		priority: 70,
		when: hasTargets,
	},
	'refresh-all': {keys: ['R'], title: 'ask all', category: 'Act on spoke (or marked)', views: working},
	...diagnoseCommands,
	...verifyCommands,
	...versionsCommands,
	...wizardCommands,
	copy: {
		keys: ['y'],
		title: 'copy: name, path, last error, fixes, …; in the log the line',
		hint: 'copy',
		category: 'Act on spoke (or marked)',
		views: notHelp,
		priority: 45,
	},
	'copy-all': {
		keys: ['Y'],
		title: 'copy all lines shown; of a diagnosis or a verify the report, of the wizard what was said',
		hint: 'copy all',
		category: 'View',
		views: ['diagnose', 'verify', 'log', 'wizard'],
		hintViews: ['diagnose', 'verify', 'log'],
		priority: 50,
	},

	filter: {
		keys: ['/'],
		title: 'filter',
		hint: 'filter',
		category: 'View',
		views: ['main'],
		priority: 40,
		when: hasSpokes,
	},
	find: {keys: ['/'], title: 'find', hint: 'find', category: 'View', views: searched, priority: 40},
	'next-match': {
		keys: ['n'],
		title: 'next match, after a find',
		hint: 'next',
		category: 'View',
		views: searched,
		priority: 41,
		when: hasSearch,
	},
	'previous-match': {
		keys: ['N'],
		title: 'previous match, after a find',
		category: 'View',
		views: searched,
		when: hasSearch,
	},
	'dry-run': {
		keys: ['n'],
		title: 'dry run: what a sync would do',
		hint: 'dry run',
		category: 'Act on spoke (or marked)',
		views: working,
		priority: 30,
		when: hasTargets,
	},
	follow: {keys: ['f'], title: 'follow, or stop', hint: 'follow', category: 'View', views: ['log'], priority: 20},
	wrap: {keys: ['w'], title: 'wrap long lines, or cut', hint: 'wrap', category: 'View', views: ['log'], priority: 55},
	level: {
		keys: ['e'],
		title: 'level: info, warnings, errors, commands too',
		hint: 'level',
		category: 'View',
		views: ['log'],
		priority: 30,
	},
	faults: {
		keys: ['f'],
		title: 'faults only',
		hint: 'faults',
		category: 'View',
		views: ['main'],
		priority: 50,
		when: hasSpokes,
	},
	sort: {
		keys: ['o'],
		title: 'sort by the next column',
		hint: 'sort',
		category: 'View',
		views: ['main'],
		priority: 55,
		when: hasSpokes,
	},
	reverse: {keys: ['O'], title: 'the other way round', category: 'View', views: ['main']},
	wide: {keys: ['w'], title: 'all columns', category: 'View', views: ['main']},
	zoom: {keys: ['z'], title: 'the focused pane alone', category: 'View', views: ['main'], when: hasPanes},
	pause: {keys: ['p'], title: 'pause what is shown, or go on', category: 'View', views: watching},
	log: {
		keys: ['l'],
		title: 'log of this spoke; in the log: this or all',
		hint: 'log',
		category: 'View',
		views: leading,
		priority: 35,
	},

	help: {keys: ['?'], title: 'help', hint: 'help', category: 'App', views: alsoTyping, priority: 0},
	command: {keys: [':'], title: 'command line', hint: 'command', category: 'App', views: notHelp, priority: 80},
	config: {
		keys: ['i'],
		title: 'configuration and paths',
		hint: 'config',
		category: 'App',
		views: leading,
		priority: 90,
	},
	theme: {keys: ['T'], title: 'next theme', category: 'App', views: notHelp},
	quit: {
		keys: ['q'],
		title: 'back; in the main view leave',
		hint: 'quit',
		category: 'App',
		views: notHelp,
		hintViews: ['main'],
		priority: 42,
	},
	'quit-now': {keys: ['ctrl-c'], title: 'leave now, jobs are stopped', category: 'App', views: alsoTyping},
	suspend: {keys: ['ctrl-z'], title: 'suspend; fg comes back', category: 'App', views: alsoTyping},
	redraw: {keys: ['ctrl-l'], title: 'draw the screen anew', category: 'App', views: alsoTyping},
} as const satisfies Record<string, CommandSpec>;

export type CommandId = keyof typeof commandTable;

/** Every command's id, in the order of the table. */
export const commandIds = Object.keys(commandTable) as readonly CommandId[];

/** A command's entry. */
export function specOf(id: CommandId): CommandSpec {
	return commandTable[id];
}
