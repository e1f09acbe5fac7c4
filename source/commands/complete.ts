import {themeNames} from '../view/types.js';
import {type Command, type FlagName, flagWord, valuedFlags} from './table-types.js';

/** Something a word can become. */
export interface Candidate {
	/** The whole word. */
	readonly word: string;
	/** One line about it. */
	readonly title?: string;
}

/** What a word can become: some of these, or paths that the shell knows best. */
export type Completion = readonly Candidate[] | 'files' | 'folders';

/** What completing needs to know beside the commands. */
export interface Known {
	readonly commands: readonly Command[];
	/** Spokes of the configuration that `--config` names, or of the usual one. */
	spokes(configFile: string | undefined): Promise<readonly Candidate[]>;
}

/** Shells that can be told how to complete. */
export const shells = ['bash', 'zsh', 'fish'] as const;

/** Folders on the spoke, which nobody here can list. */
const foreignFolders = new Set(['--root', '--spoke-path']);

/**
 * What the last word can become.
 * @param words what follows the program's name, up to the cursor; the last one may be empty
 */
export async function complete(words: readonly string[], known: Known): Promise<Completion> {
	const typed = words.at(-1) ?? '';
	const read = readLine(words.slice(0, -1), known);
	const {command, pending} = read;
	if (pending !== undefined) return among(await valuesOf(pending, read, known), typed);
	const flag = read.isPastFlags ? undefined : /^(--[^=]+)=/.exec(typed)?.[1];
	if (flag !== undefined) {
		const values = await valuesOf(flag, read, known);
		if (typeof values === 'string') return values;
		return among(
			values.map(({word, title}) => ({word: `${flag}=${word}`, title})),
			typed,
		);
	}

	if (typed.startsWith('-') && !read.isPastFlags) return among(flagsOf(read), typed);
	if (!command || command.words.length === 0) return among(nextWords(read, known.commands), typed);
	return among(await wordsOf(command, read, known), typed);
}

/** What stands before the word that is completed. */
interface Line {
	/** Undefined: the words name none yet. */
	readonly command: Command | undefined;
	/** Words that are neither flags nor their values; those that name the command come first. */
	readonly plain: readonly string[];
	/** Flags as typed, with their values. */
	readonly given: ReadonlyMap<string, string>;
	/** The flag whose value comes next. */
	readonly pending: string | undefined;
	/** A `--` was typed. */
	readonly isPastFlags: boolean;
}

function readLine(words: readonly string[], {commands}: Known): Line {
	const plain: string[] = [];
	const given = new Map<string, string>();
	let pending: string | undefined;
	let isPastFlags = false;
	for (const word of words) {
		if (pending !== undefined) {
			given.set(pending, word);
			pending = undefined;
		} else if (isPastFlags || !word.startsWith('-')) plain.push(word);
		else if (word === '--') isPastFlags = true;
		else if (valuedFlags.has(word)) pending = word;
		else given.set(word.split('=', 1)[0]!, word.split('=').slice(1).join('='));
	}

	const command = commands.find(({words: own}) =>
		own.length === 0 ? plain.length === 0 : own.every((word, index) => plain[index] === word),
	);
	return {command, plain, given, pending, isPastFlags};
}

/** Words that name a command or bring one nearer. */
function nextWords({plain}: Line, commands: readonly Command[]): Candidate[] {
	const found = new Map<string, string[]>();
	for (const {words, title} of commands) {
		const next = words[plain.length];
		if (next === undefined || !plain.every((word, index) => words[index] === word)) continue;
		const more = words[plain.length + 1];
		found.set(next, [...(found.get(next) ?? []), more ?? title]);
	}

	return [...found].map(([word, titles]) => ({word, title: titles.join(', ')}));
}

function flagsOf({command, given, plain}: Line): Candidate[] {
	if (!command && plain.length > 0) return [];
	const {values} = readUsage(command?.usage ?? '');
	const names: readonly FlagName[] = [
		...(command?.takes ?? []),
		'config',
		'help',
		...(plain.length === 0 ? (['version'] as const) : []),
	];
	return names
		.filter(name => name === 'spoke' || !given.has(flagWord(name)))
		.map(name => ({
			word: flagWord(name),
			title: values.get(flagWord(name)) ?? (name === 'config' ? 'FILE' : undefined),
		}));
}

/** Values of a flag. */
async function valuesOf(flag: string, {command, given}: Line, known: Known): Promise<Completion> {
	if (flag === '--config') return 'files';
	if (flag === '--theme') return fixed(themeNames);
	if (flag === '--method') {
		const {methodNames} = await import('../sync/config/schema.js');
		return fixed(methodNames.filter(name => name !== 'api'));
	}

	if (foreignFolders.has(flag)) return [];
	const stands = flag === '-s' ? 'NAME' : readUsage(command?.usage ?? '').values.get(flag);
	return standsFor(stands, given, known);
}

/** Words that are no flags. */
async function wordsOf(command: Command, {plain, given}: Line, known: Known): Promise<Completion> {
	const own = plain.slice(command.words.length);
	const {words} = readUsage(command.usage);
	const literals = words.filter(word => /^[a-z]+$/.test(word));
	if (literals.length > 0) return own.length === 0 ? fixed(literals) : [];
	// A spoke that is added has a name that nobody knows yet.
	if (command.words.join(' ') === 'spoke add') return [];
	const repeated = words.findIndex((word, index) => index <= own.length && word.endsWith('…'));
	const found = await standsFor(words[repeated < 0 ? own.length : repeated], given, known);
	return typeof found === 'string' ? found : found.filter(({word}) => !own.includes(word));
}

/** What a word of a usage line stands for. */
async function standsFor(
	word: string | undefined,
	given: ReadonlyMap<string, string>,
	known: Known,
): Promise<Completion> {
	switch (word?.replace('…', '')) {
		case 'NAME': {
			return known.spokes(given.get('--config'));
		}

		case 'FILE': {
			return 'files';
		}

		case 'DIR': {
			return 'folders';
		}

		case 'WAY': {
			return fixed(['rrsync', 'wrapper']);
		}

		case 'key=value': {
			const {settableKeys} = await import('./spoke-entry.js');
			return fixed(settableKeys.filter(key => key !== 'sync_method').map(key => `${key}=`));
		}

		default: {
			return [];
		}
	}
}

function fixed(words: readonly string[]): Candidate[] {
	return words.map(word => ({word}));
}

function among(completion: Completion, typed: string): Completion {
	if (typeof completion === 'string') return completion;
	// `port=` that is typed already is not finished: offered again, the shell would end the word there.
	return completion.filter(({word}) => word.startsWith(typed) && !(word === typed && word.endsWith('=')));
}

/** A usage line (`NAME [SOURCE] [--method NAME] | --cron [--install]`) as completing reads it. */
function readUsage(usage: string): {
	/** What stands for the value of a flag, by the flag. */
	readonly values: ReadonlyMap<string, string>;
	/** What stands for the words that are no flags, in order. */
	readonly words: readonly string[];
} {
	const values = new Map<string, string>();
	const words = new Set<string>();
	let flag: string | undefined;
	for (const token of usage.split(/[\s[\]|]+/).filter(Boolean)) {
		if (flag !== undefined) values.set(flag, token);
		else if (!token.startsWith('--')) words.add(token);
		flag = flag === undefined && valuedFlags.has(token) ? token : undefined;
	}

	return {values, words: [...words]};
}
