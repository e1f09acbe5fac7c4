import {clean} from '../text/clean.js';
import {graphemes} from '../text/graphemes.js';
import type {Typing} from './prompt-types.js';

/** UTF-16 units a line that is typed may have. */
const maxUnits = 1024;

/** A text with the cursor behind it. */
export function typed(text: string): Typing {
	return {text, cursor: text.length};
}

/**
 * The line after an editing key of every shell: arrows, home, end, backspace, delete, ctrl-a, -e, -u, -k and -w.
 * @returns undefined for a key that edits nothing; the very same line where there is nothing to edit
 */
export function edited(typing: Typing, key: string): Typing | undefined {
	const {text, cursor} = typing;
	const before = text.slice(0, cursor);
	const after = text.slice(cursor);
	const left = cursor - (graphemes(before).at(-1) ?? '').length;
	const right = cursor + (graphemes(after)[0] ?? '').length;
	switch (key) {
		case 'left': {
			return moved(typing, left);
		}

		case 'right': {
			return moved(typing, right);
		}

		case 'home':
		case 'ctrl-a': {
			return moved(typing, 0);
		}

		case 'end':
		case 'ctrl-e': {
			return moved(typing, text.length);
		}

		case 'backspace': {
			return without(typing, left, cursor);
		}

		case 'delete': {
			return without(typing, cursor, right);
		}

		case 'ctrl-u': {
			return without(typing, 0, cursor);
		}

		case 'ctrl-k': {
			return without(typing, cursor, text.length);
		}

		case 'ctrl-w': {
			return without(typing, before.replace(/\S+\s*$/u, '').length, cursor);
		}

		default: {
			return undefined;
		}
	}
}

/**
 * Types or pastes: what ends a line becomes a space, what a terminal would obey a question mark.
 * @param text of any length; what does not fit is cut
 */
export function inserted({text, cursor}: Typing, more: string): Typing {
	const room = maxUnits - text.length;
	const line = more.slice(0, maxUnits).replaceAll(/\s*[\r\n]+\s*/g, ' ');
	const safe = room > 0 ? clean(line, room) : '';
	return {text: text.slice(0, cursor) + safe + text.slice(cursor), cursor: cursor + safe.length};
}

function moved(typing: Typing, cursor: number): Typing {
	return cursor === typing.cursor ? typing : {text: typing.text, cursor};
}

function without(typing: Typing, from: number, to: number): Typing {
	if (from >= to) return typing;
	return {text: typing.text.slice(0, from) + typing.text.slice(to), cursor: from};
}
