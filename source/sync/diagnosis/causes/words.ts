import {clean} from '../../../text/clean.js';
import {shellQuote} from '../../process.js';
import {fileValue} from '../../ssh/argv.js';
import type {FixNames} from '../names.js';
import type {Fix, FixAction} from '../types.js';

/** A word of a command: plain text is quoted where a shell needs it. */
export type Word =
	| string
	/** A path on the hub: below the user's home it is written `~/…`. */
	| {readonly hub: string}
	/** A path on the spoke: relative ones begin at the home of whoever logs in. */
	| {readonly spoke: string}
	/** What the shell shall see as it stands: `|`, `&&`, a redirection. */
	| {readonly raw: string};

/** UTF-16 units of a single word of a command; more is no name any more. */
const longestWord = 4096;

/**
 * A command line as one would type it.
 * @param home of the hub's user; undefined: paths are written in full
 */
export function commandLine(home: string | undefined, words: readonly Word[]): string {
	return words.map(word => spelled(word, home)).join(' ');
}

function spelled(word: Word, home: string | undefined): string {
	if (typeof word === 'string') return quoted(word);
	if ('raw' in word) return word.raw;
	if ('hub' in word) return hubPath(word.hub, home);
	const path = word.spoke.replace(/^\.\//, '');
	return path.startsWith('/') ? quoted(path) : inHome(path);
}

function hubPath(path: string, home: string | undefined): string {
	const isBelow = home !== undefined && home !== '/' && path.startsWith(`${home}/`);
	return isBelow ? inHome(path.slice(home.length + 1)) : quoted(path);
}

/** The `~/` must stay outside of quotes, or the shell would not expand it. */
function inHome(rest: string): string {
	return rest === '' ? '~' : `~/${quoted(rest)}`;
}

/** Neutralised before it is quoted: afterwards a bounded text could lose its closing quote. */
function quoted(text: string): string {
	const word = clean(text, longestWord);
	const line = shellQuote([word]);
	// shellQuote leaves these alone; some shells expand them.
	return line === word && /^=|(?:^|[=:])~/.test(word) ? `'${word}'` : line;
}

/** A path on the hub in a sentence: `~/.ssh/key`. */
export function shownPath(path: string, {hub: {home}}: FixNames): string {
	const isBelow = home !== undefined && home !== '/' && path.startsWith(`${home}/`);
	return clean(isBelow ? `~${path.slice(home.length)}` : path);
}

/** Whom ssh logs in as and where, as config.yaml has it: `will@laptop`; without an ssh source the spoke's name. */
export function destination(names: FixNames): string {
	return clean(destinationWord(names));
}

/** The same for a command. */
export function destinationWord({ssh, spoke}: FixNames): string {
	if (ssh === undefined) return spoke;
	return ssh.user === undefined ? ssh.host : `${ssh.user}@${ssh.host}`;
}

/** `laptop.local port 2222`, where ssh really goes. */
export function address({ssh, spoke}: FixNames): string {
	return ssh === undefined ? clean(spoke) : `${clean(ssh.hostname)} port ${ssh.port}`;
}

/**
 * `ssh` and what makes it go where the engine goes, up to the host.
 * @param options further words before the host
 */
export function sshWords(names: FixNames, options: readonly Word[] = []): readonly Word[] {
	return ['ssh', ...placeWords(names), ...keyWords(names), ...portWords(names), ...options, destinationWord(names)];
}

/** `-F` and `-o UserKnownHostsFile=`, where config.yaml names such files. */
export function placeWords({ssh}: FixNames): readonly Word[] {
	return [
		...(ssh?.configFile === undefined ? [] : ['-F', {hub: ssh.configFile}]),
		...(ssh?.knownHosts === undefined ? [] : ['-o', `UserKnownHostsFile=${fileValue(ssh.knownHosts)}`]),
	];
}

/** `-p 2222`, where config.yaml names a port; else ssh finds it by itself. */
export function portWords({ssh}: FixNames): readonly Word[] {
	return ssh?.configPort === undefined ? [] : ['-p', String(ssh.configPort)];
}

function keyWords({ssh}: FixNames): readonly Word[] {
	return ssh?.keyFile === undefined ? [] : ['-i', {hub: ssh.keyFile}];
}

/** This program with a command: `pi-brain-tui sync run laptop`. */
export function programLine({hub}: FixNames, ...words: readonly string[]): string {
	return commandLine(hub.home, [...hub.program, ...words]);
}

/** True when the hub runs macOS. */
export function isMacHub({hub}: FixNames): boolean {
	return hub.platform === 'darwin';
}

/** What the spoke runs, where that is known. */
export function systemOf({facts}: FixNames): 'mac' | 'linux' | undefined {
	if (facts.spokeSystem === undefined) return undefined;
	return facts.spokeSystem === 'Darwin' ? 'mac' : 'linux';
}

/** `: "text"` of what the other side said, or nothing. */
export function saying(text: string | undefined): string {
	const said = text === undefined ? '' : clean(text, 200).trim();
	return said === '' ? '' : `: "${said}"`;
}

/** Parts of a fix beside its title and command. */
interface FixParts {
	readonly note?: string;
	readonly action?: FixAction | undefined;
}

/** A fix on the hub. */
export function onHub(names: FixNames, title: string, command?: readonly Word[], {note, action}: FixParts = {}): Fix {
	const fix: Fix = {title, command: undefined, where: 'hub', note, action};
	return command === undefined ? fix : withCommand(fix, names.hub.home, command);
}

/** A fix on the spoke: shown, never run. Its command is typed there. */
export function onSpoke(title: string, command?: readonly Word[], note?: string): Fix {
	const fix: Fix = {title, command: undefined, where: 'spoke', note, action: undefined};
	return command === undefined ? fix : withCommand(fix, undefined, command);
}

/** A command that would have to be shown with other characters than it has is neither shown nor run. */
function withCommand(fix: Fix, home: string | undefined, words: readonly Word[]): Fix {
	if (words.every(isShowable)) return {...fix, command: commandLine(home, words)};
	const reason = 'No command is shown: a name in it holds characters that cannot be printed.';
	return {...fix, note: fix.note === undefined ? reason : `${fix.note} ${reason}`, action: undefined};
}

function isShowable(word: Word): boolean {
	if (typeof word === 'object' && 'raw' in word) return true;
	const text = typeof word === 'string' ? word : 'hub' in word ? word.hub : word.spoke;
	return clean(text, longestWord) === text;
}

/** One fix for Linux and one for macOS, or only the one that the spoke needs when its system is known. */
export function bySystem(names: FixNames, linux: Fix, mac: Fix): readonly Fix[] {
	const system = systemOf(names);
	if (system === 'mac') return [mac];
	return system === 'linux' ? [linux] : [linux, mac];
}
