import {realpathSync} from 'node:fs';
import {realpath} from 'node:fs/promises';
import path from 'node:path';
import {decodeName, encodeName, isRawName} from '../../text/names.js';

/** A value that cannot be used; the message reads after the key's name: `path must be …`. */
export class ValueError extends Error {
	override readonly name = 'ValueError';
}

/** Where pi keeps its sessions unless told. */
export const piSessions = '~/.pi/agent/sessions';

const control = /[\p{Cc}\u2028\u2029]/u;

/** @throws ValueError when the text holds a control character, which has no business in a host or a path */
export function refuseControl(text: string): void {
	if (control.test(text)) throw new ValueError('holds a control character');
}

/** `~` and `~/x` as the hub's own home; everything else, `~other/x` included, comes back as it is. */
export function expandHome(text: string, home: string): string {
	if (text === '~') return home;
	return text.startsWith('~/') ? path.join(home, text.slice(2)) : text;
}

/**
 * A folder or file on the hub as the configuration spells it.
 * @returns absolute and normalised, without a trailing slash
 * @throws ValueError when it is empty, relative or holds control characters
 */
export function hubPath(text: string, home: string): string {
	refuseControl(text);
	if (text === '') throw new ValueError('is empty');
	const expanded = expandHome(text, home);
	if (expanded.startsWith('~')) {
		throw new ValueError(`cannot be "${text}": only ~/ of this user is understood; write the whole path`);
	}

	// A relative path would be another folder in every working directory, cron's included.
	if (!path.isAbsolute(expanded)) throw new ValueError(`must begin with / or ~/, not "${text}"`);
	const normal = path.normalize(expanded);
	return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

/** True when `inner` is `outer` or lies below it, by path segments; both absolute and normalised. */
export function isInside(inner: string, outer: string): boolean {
	return inner === outer || inner.startsWith(outer === '/' ? '/' : `${outer}/`);
}

/** True when one of two folders is the other or lies below it. */
export function isOverlap(one: string, other: string): boolean {
	return isInside(one, other) || isInside(other, one);
}

/**
 * A path with every link in it resolved, as far as it exists; what does not exist yet is kept as it is.
 * @param text absolute; names that are not UTF-8 are spelled as in `text/names.ts`
 */
export async function realPath(text: string): Promise<string> {
	let rest = '';
	for (let at = path.normalize(text); ; at = path.dirname(at)) {
		try {
			const real = isRawName(at) ? decodeName(await realpath(encodeName(at), 'buffer')) : await realpath(at);
			return path.join(real, rest);
		} catch {
			if (at === '/' || at === '.') return path.normalize(text);
			rest = path.join(path.basename(at), rest);
		}
	}
}

/** The same, at once: for look-ups between two frames, of folders that are in use. */
export function realPathSync(text: string): string {
	let rest = '';
	for (let at = path.normalize(text); ; at = path.dirname(at)) {
		try {
			const real = isRawName(at) ? decodeName(realpathSync.native(encodeName(at), 'buffer')) : realpathSync.native(at);
			return path.join(real, rest);
		} catch {
			if (at === '/' || at === '.') return path.normalize(text);
			rest = path.join(path.basename(at), rest);
		}
	}
}
