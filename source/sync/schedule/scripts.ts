import {readFile, stat} from 'node:fs/promises';
import {basename, isAbsolute, resolve} from 'node:path';
import {logicalLines, readCommands, type ShellContext} from './shell-words.js';
import {unwrap} from './writers.js';

/** A command and where a person finds it. */
export interface PlacedCommand {
	readonly argv: readonly string[];
	readonly folder: string | undefined;
	/** File or table it stands in, as shown: `/etc/cron.d/pi`, `crontab of will`. */
	readonly place: string;
	/** 1-based. */
	readonly line: number;
	/** The line as written. */
	readonly text: string;
}

/** A piece of shell text and where it stands. */
export interface PlacedText {
	readonly text: string;
	readonly place: string;
	/** Line of the place on which the text begins. */
	readonly firstLine: number;
	/** What to show instead of the text's own line. */
	readonly shown?: string;
}

const shells = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'ash', '.', 'source']);
const deepest = 4;
/** Bytes; what is larger is no script somebody wrote. */
const largest = 256 * 1024;

/** The commands of a text, and of the scripts they start, which are read up to four deep. */
export async function placedCommands(from: PlacedText, context: ShellContext, depth = 0): Promise<PlacedCommand[]> {
	const written = new Map(logicalLines(from.text).map(({text, line}) => [line, text.trim()]));
	const found: PlacedCommand[] = [];
	for (const {argv, line, folder} of readCommands(from.text, context)) {
		const place = {place: from.place, line: from.firstLine + line - 1, text: from.shown ?? written.get(line) ?? ''};
		found.push({argv, folder, ...place});
		if (depth < deepest) found.push(...(await behind(argv, folder, place, context, depth + 1)));
	}

	return found;
}

async function behind(
	argv: readonly string[],
	folder: string | undefined,
	place: Pick<PlacedCommand, 'place' | 'line' | 'text'>,
	context: ShellContext,
	depth: number,
): Promise<PlacedCommand[]> {
	const [program = '', ...words] = unwrap(argv);
	const isShell = shells.has(basename(program));
	if (isShell && words.some(word => /^-\w*c$/.test(word))) {
		const text = words[words.findIndex(word => /^-\w*c$/.test(word)) + 1] ?? '';
		const inner = {text, place: place.place, firstLine: place.line, shown: place.text};
		return placedCommands(inner, {...context, folder}, depth);
	}

	const named = isShell ? words.find(word => !word.startsWith('-')) : program;
	if (named === undefined || !named.includes('/') || (!isAbsolute(named) && folder === undefined)) return [];
	const file = resolve(folder ?? '/', named);
	const text = await readScript(file);
	return text === undefined ? [] : placedCommands({text, place: file, firstLine: 1}, {...context, folder}, depth);
}

/** The text of a shell script; undefined for anything else, and for what cannot be read. */
export async function readScript(file: string): Promise<string | undefined> {
	try {
		const found = await stat(file);
		if (!found.isFile() || found.size > largest) return undefined;
		const text = await readFile(file, 'utf8');
		if (text.includes('\0')) return undefined;
		return !text.startsWith('#!') || /^#!.*\b(?:ba|da|z|k|a)?sh\b/.test(text) ? text : undefined;
	} catch {
		return undefined;
	}
}
