import {clean} from '../text/clean.js';
import {meant} from './nearest.js';
import {type SortColumn, sortColumns, type ThemeName, themeNames} from './types.js';

/** What a command line asks for. */
export type CommandRequest =
	| {readonly type: 'sync'; readonly names: readonly string[] | 'all'; readonly isDryRun: boolean}
	/** `all` includes the hub's own sessions. */
	| {readonly type: 'verify'; readonly names: readonly string[] | 'all'; readonly isDeep: boolean}
	| {readonly type: 'probe'; readonly names: readonly string[] | 'all'}
	| {readonly type: 'cancel' | 'release'; readonly names: readonly string[]}
	/** Undefined: of all. */
	| {readonly type: 'log'; readonly name: string | undefined}
	| {readonly type: 'open' | 'diagnose' | 'versions' | 'restore'; readonly name: string}
	| {readonly type: 'filter'; readonly text: string}
	| {readonly type: 'sort'; readonly column: SortColumn; readonly isReversed: boolean}
	| {readonly type: 'theme'; readonly theme: ThemeName}
	| {readonly type: 'config' | 'help' | 'quit' | 'nothing'}
	/** It says nothing that can be done; `text` is for people, one line, neutralised. */
	| {readonly type: 'mistake'; readonly text: string};

/** A command of the command line. */
interface Verb {
	readonly usage: string;
	readonly title: string;
	readonly takes: 'spokes' | 'one-spoke' | 'maybe-spoke' | 'text' | 'column' | 'theme' | 'none';
	readonly flags: readonly string[];
}

const verbs = {
	sync: {usage: 'NAME… | --all [--dry-run]', title: 'sync now', takes: 'spokes', flags: ['--all', '--dry-run']},
	cancel: {usage: 'NAME…', title: 'cancel a job (asks)', takes: 'spokes', flags: []},
	release: {usage: 'NAME…', title: 'release what is held (asks)', takes: 'spokes', flags: []},
	probe: {usage: 'NAME… | --all', title: 'ask whether it is there', takes: 'spokes', flags: ['--all']},
	open: {usage: 'NAME', title: 'its detail', takes: 'one-spoke', flags: []},
	diagnose: {usage: 'NAME', title: 'what is wrong with it, and the ways out', takes: 'one-spoke', flags: []},
	versions: {usage: 'NAME', title: 'its held sessions, and every earlier version', takes: 'one-spoke', flags: []},
	restore: {usage: 'NAME', title: 'the same, to bring one back', takes: 'one-spoke', flags: []},
	verify: {
		usage: 'NAME… | --all [--deep]',
		title: 'is all of it here, and as it was',
		takes: 'spokes',
		flags: ['--all', '--deep'],
	},
	log: {usage: '[NAME]', title: 'the log, of one spoke or of all', takes: 'maybe-spoke', flags: []},
	filter: {usage: '[TEXT]', title: 'only rows with it; !TEXT without it; ~state:WORD', takes: 'text', flags: []},
	sort: {usage: 'COLUMN [--reverse]', title: sortColumns.join(', '), takes: 'column', flags: ['--reverse']},
	theme: {usage: 'NAME', title: themeNames.join(', '), takes: 'theme', flags: []},
	config: {usage: '', title: 'configuration and paths', takes: 'none', flags: []},
	help: {usage: '', title: 'help', takes: 'none', flags: []},
	quit: {usage: '', title: 'leave', takes: 'none', flags: []},
} as const satisfies Record<string, Verb>;

type VerbName = keyof typeof verbs;

const verbNames = Object.keys(verbs) as readonly VerbName[];

/** Every command line, for the help and docs/keys.md. */
export const commandLines: ReadonlyArray<{readonly keys: readonly string[]; readonly title: string}> = verbNames.map(
	name => ({keys: [`:${name} ${verbs[name].usage}`.trimEnd()], title: verbs[name].title}),
);

/** Other words for a command. */
const otherVerbs: ReadonlyMap<string, string> = new Map([
	['q', 'quit'],
	['generations', 'versions'],
]);

const shortFlags: Readonly<Record<string, string>> = {'-a': '--all', '-n': '--dry-run'};

/**
 * Reads a command line, also one that is spelled as in a shell: `sync run laptop`, `pi-brain-tui sync release nas`.
 * @param names of the spokes there are
 */
export function parseCommandLine(text: string, names: readonly string[]): CommandRequest {
	const words = shellWords(text.replace(/^\s*:/, ''));
	if (words[0] === 'pi-brain-tui' || words[0] === 'pi-brain') words.shift();
	const [first] = words;
	if (first === undefined) return {type: 'nothing'};
	// `sync` leads every such command of the shell; a spoke of that name is meant first.
	if (first === 'sync' && words.length > 1 && !names.includes(words[1]!)) {
		if (words[1] === 'run') words.splice(1, 1);
		else if (['release', 'log', 'diagnose', 'verify', 'restore', 'generations'].includes(words[1]!)) words.shift();
	}

	const verb = otherVerbs.get(words[0]!) ?? words[0]!;
	if (!isVerb(verb)) return mistake(`there is no command ':${verb}'${meant(verb, verbNames)}`);
	if (verb === 'filter') return {type: 'filter', text: text.replace(/^\s*:?\s*filter\s*/, '').trim()};
	const flags = new Set(words.slice(1).flatMap(word => (isFlag(word) ? [shortFlags[word] ?? word] : [])));
	// In a shell a spoke may be named by a flag.
	flags.delete('--spoke');
	flags.delete('-s');
	const strange = [...flags].find(flag => !(verbs[verb].flags as readonly string[]).includes(flag));
	if (strange !== undefined) return mistake(`:${verb} has no ${strange}${meant(strange, verbs[verb].flags)}`);
	const rest = words.slice(1).filter(word => !isFlag(word));
	return requestOf(verb, rest, flags, names);
}

function requestOf(
	verb: Exclude<VerbName, 'filter'>,
	rest: readonly string[],
	flags: ReadonlySet<string>,
	names: readonly string[],
): CommandRequest {
	const usage = `:${verb} ${verbs[verb].usage}`.trimEnd();
	const {takes} = verbs[verb];
	const isMany = takes === 'spokes' || (takes === 'none' ? rest.length > 0 : rest.length > 1);
	if (takes !== 'spokes' && isMany) return mistake(`that is too much: ${usage}`);
	const strange = takes.endsWith('spoke') || takes === 'spokes' ? rest.find(name => !names.includes(name)) : undefined;
	if (strange !== undefined) return mistake(`there is no spoke '${strange}'${meant(strange, names)}`);
	const [word] = rest;
	switch (verb) {
		case 'sync':
		case 'verify':
		case 'probe': {
			if (flags.has('--all') && word !== undefined) return mistake('name spokes or say --all, not both');
			const chosen = flags.has('--all') ? 'all' : rest;
			if (chosen.length === 0) return mistake(`which spoke? ${usage}`);
			if (verb === 'verify') return {type: verb, names: chosen, isDeep: flags.has('--deep')};
			return verb === 'probe'
				? {type: verb, names: chosen}
				: {type: verb, names: chosen, isDryRun: flags.has('--dry-run')};
		}

		case 'cancel':
		case 'release': {
			return word === undefined ? mistake(`which spoke? ${usage}`) : {type: verb, names: rest};
		}

		case 'open':
		case 'versions':
		case 'restore':
		case 'diagnose': {
			return word === undefined ? mistake(`which spoke? ${usage}`) : {type: verb, name: word};
		}

		case 'log': {
			return {type: 'log', name: word};
		}

		case 'sort': {
			const column = sortColumns.find(one => one === word);
			if (column) return {type: 'sort', column, isReversed: flags.has('--reverse')};
			return mistake(`sort by what? ${choice(word, sortColumns)}`);
		}

		case 'theme': {
			const theme = themeNames.find(one => one === word);
			return theme ? {type: 'theme', theme} : mistake(`which theme? ${choice(word, themeNames)}`);
		}

		default: {
			return {type: verb};
		}
	}
}

/** What tab would put at the cursor: `from` is where the word begins that it replaces. */
export function completions(
	text: string,
	cursor: number,
	names: readonly string[],
): {readonly from: number; readonly choices: readonly string[]} {
	const before = text.slice(0, cursor);
	const from = before.search(/[^\s:][^\s]*$/);
	const start = from === -1 ? cursor : from;
	const written = before.slice(start).toLowerCase();
	const words = shellWords(before.slice(0, start).replace(/^\s*:/, ''));
	const all = choicesAfter(words, names);
	return {from: start, choices: all.filter(one => one.replace(/^"/, '').toLowerCase().startsWith(written))};
}

function choicesAfter(words: readonly string[], names: readonly string[]): readonly string[] {
	const [verb] = words;
	if (verb === undefined) return verbNames;
	if (!isVerb(verb)) return [];
	const {takes, flags}: Verb = verbs[verb];
	const isFree = takes === 'spokes' || words.length === 1;
	const values = {
		spokes: names,
		'one-spoke': names,
		'maybe-spoke': names,
		text: [],
		column: sortColumns,
		theme: themeNames,
		none: [],
	}[takes];
	return [...(isFree ? values : []).map(quoted), ...flags].filter(one => !words.includes(one));
}

function quoted(name: string): string {
	return /[\s'"]/.test(name) ? `"${name}"` : name;
}

/** Words as a shell splits them, as far as quotes go. */
function shellWords(text: string): string[] {
	return Array.from(
		text.matchAll(/"([^"]*)"?|'([^']*)'?|([^\s"']+)/g),
		([, double, single, plain]) => (double ?? single ?? plain)!,
	);
}

function choice(word: string | undefined, choices: readonly string[]): string {
	return `${choices.join(', ')}${word === undefined ? '' : meant(word, choices)}`;
}

function isVerb(word: string): word is VerbName {
	return Object.hasOwn(verbs, word);
}

function isFlag(word: string): boolean {
	return word.startsWith('-') && word.length > 1;
}

function mistake(text: string): CommandRequest {
	return {type: 'mistake', text: clean(text)};
}
