/** One simple command of a script: its words after quotes and variables. */
export interface ShellCommand {
	readonly argv: readonly string[];
	/** 1-based line on which it begins. */
	readonly line: number;
	/** The folder it runs in, as far as `cd` tells; undefined when unknown. */
	readonly folder: string | undefined;
}

/** What a script is read with. */
export interface ShellContext {
	readonly home: string;
	/** Variables set from outside; those set in the script are added while reading. */
	readonly variables?: Readonly<Record<string, string>>;
	readonly folder?: string;
}

/** Stands for what cannot be known without running the script: an unset variable, `$(…)`. Matches any name. */
export const unknownText = '\uE000';

/**
 * Lines as people mean them: a line that ends in a backslash goes on in the next. (cron itself does not join lines,
 * but such entries are pasted into crontabs all the same.)
 */
export function logicalLines(
	text: string,
): Array<{readonly text: string; readonly line: number; readonly isJoined: boolean}> {
	const found: Array<{text: string; line: number; isJoined: boolean}> = [];
	let open = false;
	for (const [index, raw] of text.split(/\r?\n/).entries()) {
		const goesOn = /(?:^|[^\\])(?:\\\\)*\\$/.test(raw) && !/^\s*#/.test(raw);
		const part = goesOn ? raw.slice(0, -1) : raw;
		const last = found.at(-1);
		if (open && last) {
			last.text = `${last.text.trimEnd()} ${part.trim()}`;
			last.isJoined = true;
		} else {
			found.push({text: part, line: index + 1, isJoined: false});
		}

		open = goesOn;
	}

	return found;
}

/**
 * The simple commands of a shell script, with `~`, quotes and the variables the script sets itself filled in. A reading
 * for search, not a shell: control words are dropped, both branches of a condition are read, nothing is run.
 */
export function readCommands(text: string, context: ShellContext): ShellCommand[] {
	const variables = new Map(Object.entries({HOME: context.home, ...context.variables}));
	const commands: ShellCommand[] = [];
	let folder = context.folder;
	for (const {text: whole, line} of logicalLines(text)) {
		for (const words of splitCommands(whole, context.home, variables)) {
			const argv = takeAssignments(words, variables);
			if (argv.length === 0) continue;
			if (argv[0] === 'cd') folder = argv[1] ?? context.home;
			else commands.push({argv, line, folder});
		}
	}

	return commands;
}

const controlWords = new Set([
	'if',
	'then',
	'else',
	'elif',
	'fi',
	'do',
	'done',
	'while',
	'until',
	'for',
	'{',
	'}',
	'!',
	'time',
]);

function takeAssignments(words: readonly string[], variables: Map<string, string>): readonly string[] {
	let start = 0;
	for (; start < words.length; start++) {
		const word = words[start]!;
		if (controlWords.has(word) || ['export', 'local', 'readonly', 'declare'].includes(word)) continue;
		const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(word);
		if (!match) break;
		variables.set(match[1]!, match[2]!);
	}

	return words.slice(start);
}

function splitCommands(text: string, home: string, variables: ReadonlyMap<string, string>): string[][] {
	const commands: string[][] = [[]];
	let word: string | undefined;
	let quote = '';
	const endWord = () => {
		if (word !== undefined) commands.at(-1)!.push(word);
		word = undefined;
	};

	for (let index = 0; index < text.length; index++) {
		const character = text[index]!;
		if (quote === "'") {
			if (character === "'") quote = '';
			else word += character;
		} else if (character === '\\') {
			word = (word ?? '') + (text[++index] ?? '');
		} else if (character === '$') {
			const [value, length] = expand(text.slice(index), variables);
			word = (word ?? '') + value;
			index += length - 1;
		} else if (character === '`') {
			const close = text.indexOf('`', index + 1);
			word = (word ?? '') + unknownText;
			index = close === -1 ? text.length : close;
		} else if (quote === '"') {
			if (character === '"') quote = '';
			else word += character;
		} else if (character === '"' || character === "'") {
			quote = character;
			word ??= '';
		} else if (character === '#' && word === undefined) {
			break;
		} else if (';|&()'.includes(character)) {
			endWord();
			commands.push([]);
		} else if (character === '<' || character === '>') {
			// `2>` and `>>` end the word before them; what follows is a word that no rule reads as an operand.
			const isNumbered = word !== undefined && /^\d$/.test(word);
			if (!isNumbered) endWord();
			word = `${word ?? ''}${character}`;
			while ('<>&'.includes(text[index + 1] ?? ' ')) index++;
			while (text[index + 1] === ' ') index++;
		} else if (/\s/.test(character)) {
			endWord();
		} else if (character === '~' && word === undefined && /^~(?:\/|\s|$)/.test(text.slice(index))) {
			word = home;
		} else {
			word = (word ?? '') + character;
		}
	}

	endWord();
	return commands.map(words => words.filter(item => !/^\d?[<>]/.test(item))).filter(words => words.length > 0);
}

// Returns what a `$…` at the start of the text stands for, and how many characters it takes.
function expand(text: string, variables: ReadonlyMap<string, string>): [string, number] {
	if (text.startsWith('$(')) {
		let depth = 0;
		for (let index = 1; index < text.length; index++) {
			if (text[index] === '(') depth++;
			if (text[index] === ')' && --depth === 0) return [unknownText, index + 1];
		}

		return [unknownText, text.length];
	}

	const match = /^\$(?:\{([A-Za-z_]\w*)(?::?[-=]([^}]*))?[^}]*\}|([A-Za-z_]\w*)|[\d@*#?!$-])/.exec(text);
	if (!match) return ['$', 1];
	const name = match[1] ?? match[3];
	const value = name === undefined ? undefined : (variables.get(name) ?? match[2]);
	return [value ?? unknownText, match[0].length];
}
