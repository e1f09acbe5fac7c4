import {basename, resolve} from 'node:path';
import {unknownText} from './shell-words.js';

/** What a command changes on this machine's disk. */
export interface Writes {
	readonly program: string;
	/** Absolute paths, or with `unknownText` where a part is not known. */
	readonly targets: readonly string[];
	/** It also removes what the other side does not have, or removes outright. */
	readonly isDeleting: boolean;
}

/** A command behind the words that only wrap it (`sudo`, `nice -n 5`, `flock FILE`, `timeout 60`). */
export function unwrap(argv: readonly string[]): readonly string[] {
	let rest = argv;
	for (;;) {
		const program = basename(rest[0] ?? '');
		const wrapper = wrappers[program];
		if (wrapper === undefined) return rest;
		let index = 1;
		while (rest[index]?.startsWith('-') || /^[A-Za-z_]\w*=/.test(rest[index] ?? '')) {
			index += wrapper.withValue?.includes(rest[index]!) ? 2 : 1;
		}

		rest = rest.slice(index + (wrapper.operands ?? 0));
	}
}

interface Wrapper {
	/** How many words of its own stand before the command. */
	readonly operands?: number;
	/** Options whose value is the next word. */
	readonly withValue?: readonly string[];
}

const wrappers: Readonly<Record<string, Wrapper>> = {
	sudo: {withValue: ['-u', '-g', '-h', '-C']},
	env: {withValue: ['-u', '-C']},
	nice: {withValue: ['-n']},
	ionice: {withValue: ['-c', '-n']},
	timeout: {operands: 1, withValue: ['-k', '-s']},
	flock: {operands: 1, withValue: ['-w', '-E']},
	nohup: {},
	exec: {withValue: ['-a']},
	command: {},
	setsid: {},
	chronic: {},
	caffeinate: {},
	time: {},
	'systemd-inhibit': {},
};

/** Options whose value is the next word, for the programs below: all others stand alone. */
const valueOptions: Readonly<Record<string, ReadonlySet<string>>> = {
	rsync: new Set([
		...[
			'-e',
			'-f',
			'-B',
			'-T',
			'-M',
			'--rsh',
			'--exclude',
			'--include',
			'--filter',
			'--exclude-from',
			'--include-from',
		],
		...[
			'--files-from',
			'--bwlimit',
			'--timeout',
			'--log-file',
			'--partial-dir',
			'--backup-dir',
			'--compare-dest',
			'--port',
		],
		...[
			'--copy-dest',
			'--link-dest',
			'--rsync-path',
			'--temp-dir',
			'--chmod',
			'--out-format',
			'--max-size',
			'--suffix',
		],
	]),
	scp: new Set(['-i', '-P', '-o', '-c', '-F', '-J', '-l', '-S', '-D', '-X']),
	cp: new Set(['-S', '--suffix']),
	rclone: new Set([
		'--config',
		'--bwlimit',
		'--transfers',
		'--checkers',
		'--filter',
		'--exclude',
		'--include',
		'--log-file',
	]),
};

/**
 * What a command writes to, or undefined when it is no copying program, only reads here, or only lists.
 * @param argv as run; wrappers are taken off
 * @param folder where it runs, for relative paths; undefined: those stay unknown
 */
export function readWrites(argv: readonly string[], folder: string | undefined): Writes | undefined {
	const [first, ...words] = unwrap(argv);
	if (first === undefined) return undefined;
	const program = basename(first);
	const rule = rules[program] ?? (program.includes('rsync') ? rules.rsync : undefined);
	const found = rule?.(words);
	if (!found) return undefined;
	const targets = found.targets.flatMap(target => toPath(target, folder));
	return targets.length === 0 ? undefined : {program, targets, isDeleting: found.isDeleting ?? false};
}

interface Found {
	readonly targets: readonly string[];
	readonly isDeleting?: boolean;
}

const rules: Readonly<Record<string, (words: readonly string[]) => Found | undefined>> = {
	rsync(words) {
		const isDry = words.some(word => /^(?:--dry-run|--list-only|-[A-Za-z]*n[A-Za-z]*)$/.test(word));
		if (isDry && !words.includes('--server')) return undefined;
		const paths = operands(words, 'rsync');
		const removesSource = words.includes('--remove-source-files');
		if (words.includes('--sender')) return removesSource ? {targets: paths.slice(-1), isDeleting: true} : undefined;
		return {
			targets: removesSource ? paths : paths.length > 1 ? paths.slice(-1) : [],
			isDeleting: removesSource || words.some(word => /^--del(?:ete(?:-\w+)*)?$/.test(word)),
		};
	},
	scp(words) {
		const paths = operands(words, 'scp');
		return {targets: words.includes('-t') || paths.length > 1 ? paths.slice(-1) : []};
	},
	cp: copy,
	install: copy,
	mv: words => ({targets: operands(words, 'cp'), isDeleting: true}),
	rm: words => ({targets: operands(words, 'cp'), isDeleting: true}),
	find: words => ({
		targets:
			words.includes('-delete') || words.includes('rm')
				? words.slice(
						0,
						words.findIndex(word => /^[-(!]/.test(word)),
					)
				: [],
		isDeleting: true,
	}),
	rclone(words) {
		const [verb, ...paths] = operands(words, 'rclone');
		if (verb === undefined || !['copy', 'sync', 'move', 'bisync', 'copyto', 'moveto'].includes(verb)) return undefined;
		return {targets: verb === 'bisync' ? paths : paths.slice(-1), isDeleting: verb === 'sync' || verb === 'bisync'};
	},
	unison: words => ({targets: words.filter(word => !word.startsWith('-')), isDeleting: true}),
	lsyncd: words => ({targets: operands(words, 'cp').slice(-1), isDeleting: true}),
	tar: words => ({
		targets: words.some(word => /^-?[A-Za-z]*x/.test(word))
			? words.filter((_, index) => words[index - 1] === '-C')
			: [],
	}),
	unzip: words => ({targets: words.filter((_, index) => words[index - 1] === '-d')}),
	// lftp's own commands are one word: `mirror -e remote local`.
	lftp: words => ({
		targets: words.flatMap(word => word.split(/[\s;'"]+/)).filter(word => word.includes('/')),
		isDeleting: words.some(word => /mirror\b.*(?:\s-\w*e|--delete)/.test(word)),
	}),
};

function copy(words: readonly string[]): Found {
	const target = words.find((_, index) => words[index - 1] === '-t' || words[index - 1] === '--target-directory');
	const paths = operands(words, 'cp');
	return {targets: target === undefined ? (paths.length > 1 ? paths.slice(-1) : []) : [target]};
}

function operands(words: readonly string[], program: string): string[] {
	const withValue = valueOptions[program] ?? new Set<string>();
	const found: string[] = [];
	for (let index = 0; index < words.length; index++) {
		const word = words[index]!;
		if (word === '--') return [...found, ...words.slice(index + 1)];
		if (!word.startsWith('-')) found.push(word);
		else if (withValue.has(word)) index++;
	}

	return found;
}

function toPath(word: string, folder: string | undefined): string[] {
	// `host:path` is somewhere else; a colon after a slash is part of a name.
	if (/^[^/]*:/.test(word) || word === '') return [];
	if (word.startsWith('/') || word.startsWith(unknownText)) return [resolve('/', word)];
	return folder === undefined ? [] : [resolve(folder, word)];
}
