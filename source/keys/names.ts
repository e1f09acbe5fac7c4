import type {Key} from 'ink';
import {graphemes} from '../text/graphemes.js';

/** Keys that are no single character, as the configuration and the help spell them. */
export const namedKeys = [
	'up',
	'down',
	'left',
	'right',
	'home',
	'end',
	'pageup',
	'pagedown',
	'enter',
	'esc',
	'tab',
	'shift-tab',
	'space',
	'backspace',
	'delete',
] as const;

const known: ReadonlySet<string> = new Set(namedKeys);

/** Other names people give the same keys. */
const otherNames: Readonly<Record<string, string>> = {
	escape: 'esc',
	return: 'enter',
	pgup: 'pageup',
	pgdn: 'pagedown',
	pgdown: 'pagedown',
	del: 'delete',
	' ': 'space',
	// A terminal sends the very same byte for both.
	'ctrl-i': 'tab',
	'ctrl-m': 'enter',
	'ctrl-j': 'enter',
	'ctrl-h': 'backspace',
	'ctrl-[': 'esc',
};

/**
 * The one spelling of a key somebody wrote: `Ctrl+U` is `ctrl-u`, `PgUp` is `pageup`, `G` stays `G`.
 * @returns undefined for what no terminal sends
 */
export function normalKey(written: string): string | undefined {
	if (written === ' ') return 'space';
	const text = written.trim();
	if (isSingle(text)) return text;
	const name = text
		.toLowerCase()
		.replace(/^(ctrl|control|shift)[+-]/, (_, word) => (word === 'shift' ? 'shift-' : 'ctrl-'));
	const plain = otherNames[name] ?? name;
	return known.has(plain) || /^ctrl-[a-z]$/.test(plain) || plain === 'ctrl-space' ? plain : undefined;
}

/** The text a key types; undefined for one that types nothing. */
export function textOf(key: string): string | undefined {
	if (key === 'space') return ' ';
	return isSingle(key) ? key : undefined;
}

/**
 * Decodes one call of Ink's `useInput`, in which several keys may come at once: over ssh `jjj` or `abc` with a carriage
 * return arrive as one chunk, and Ink splits only at escape sequences, backspaces and ctrl-c.
 * @returns names in the order they were pressed; empty for a key that has no name here
 */
export function keyNames(input: string, key: Key): string[] {
	if (key.eventType === 'release') return [];
	const named = nameOf(key);
	if (named !== undefined) return named;
	if (key.ctrl) {
		const names = input === ' ' ? ['ctrl-space'] : /^[a-z]$/.test(input) ? [`ctrl-${input}`] : [];
		return key.meta ? ['esc', ...names] : names;
	}

	// Alt and a letter is, byte for byte, escape and a letter that came in one packet.
	const names = namesIn(input);
	return key.meta && names.length > 0 ? ['esc', ...names] : names;
}

function nameOf(key: Key): string[] | undefined {
	if (key.escape) return key.meta ? ['esc', 'esc'] : ['esc'];
	if (key.return) return key.meta ? ['esc', 'enter'] : ['enter'];
	if (key.tab) return [key.shift ? 'shift-tab' : 'tab'];
	// What shells take for "delete the word before".
	if (key.backspace) return [key.meta ? 'ctrl-w' : 'backspace'];
	if (key.delete) return ['delete'];
	if (key.upArrow) return ['up'];
	if (key.downArrow) return ['down'];
	if (key.leftArrow) return ['left'];
	if (key.rightArrow) return ['right'];
	if (key.pageUp) return ['pageup'];
	if (key.pageDown) return ['pagedown'];
	if (key.home) return ['home'];
	return key.end ? ['end'] : undefined;
}

const control: Readonly<Record<string, string>> = {
	'\r': 'enter',
	'\n': 'enter',
	'\r\n': 'enter',
	'\t': 'tab',
	'\b': 'backspace',
	'\u007F': 'backspace',
	'\u0000': 'ctrl-space',
	'\u001B': 'esc',
	' ': 'space',
};

function namesIn(input: string): string[] {
	return graphemes(input).flatMap(one => {
		const name = control[one];
		if (name !== undefined) return [name];
		const code = one.charCodeAt(0);
		if (one.length === 1 && code < 0x20) return code <= 26 ? [`ctrl-${String.fromCharCode(code + 96)}`] : [];
		return [one];
	});
}

function isSingle(text: string): boolean {
	if (/^[\u0000-\u007F]*$/.test(text)) return /^[!-~]$/.test(text);
	return graphemes(text).length === 1 && !/^\p{Cc}/u.test(text);
}
