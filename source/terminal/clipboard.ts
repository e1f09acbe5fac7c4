import type {ScreenConfig} from '../sync/config/types.js';
import {formatCount} from '../text/format.js';
import type {Capabilities} from './capabilities.js';

/** What became of a text that was to be copied. */
export interface Copied {
	/** It was sent; whether it arrived nobody can know. */
	readonly ok: boolean;
	/** For a toast: what happened, or why nothing did. */
	readonly note: string;
}

/** Bytes of text that become the 100,000 of base64 which xterm takes at most. */
export const maxCopyBytes = 74_994;
/** Characters of a piece that GNU screen passes on. */
const screenPiece = 76;

const esc = '\u001B';

/**
 * The bytes that put a text on the clipboard of the person's own terminal, over any number of ssh connections (OSC 52).
 * @param multiplexer what must be told to pass them on
 */
export function clipboardSequence(text: string, multiplexer: Capabilities['multiplexer']): string {
	const data = Buffer.from(text).toString('base64');
	const sequence = `${esc}]52;c;${data}\u0007`;
	if (multiplexer === 'tmux') {
		// The plain one is for `set-clipboard on`, the wrapped one for `allow-passthrough on`; tmux drops what is not for it.
		return `${sequence}${esc}Ptmux;${sequence.replaceAll(esc, esc + esc)}${esc}\\`;
	}

	if (multiplexer === 'screen') {
		const pieces = sequence.match(new RegExp(`[^]{1,${screenPiece}}`, 'g'))!;
		return pieces.map(piece => `${esc}P${piece}${esc}\\`).join('');
	}

	return sequence;
}

/**
 * Copies by way of the terminal.
 * @param write gets the bytes in one piece
 */
export function copyText(
	text: string,
	{clipboard}: Pick<ScreenConfig, 'clipboard'>,
	{multiplexer}: Pick<Capabilities, 'multiplexer'>,
	write: (bytes: string) => void,
): Copied {
	if (clipboard === 'off') return {ok: false, note: 'not copied: tui.clipboard is off'};
	const bytes = Buffer.byteLength(text);
	if (bytes > maxCopyBytes) {
		const limit = formatCount(maxCopyBytes);
		return {ok: false, note: `not copied: ${formatCount(bytes)} bytes, and terminals take ${limit} at most`};
	}

	write(clipboardSequence(text, multiplexer));
	const needs = multiplexer === 'tmux' ? '; tmux passes it on with: set -g set-clipboard on' : '';
	return {ok: true, note: `sent to the terminal (OSC 52), which cannot confirm it${needs}`};
}
