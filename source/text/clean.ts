import {stripVTControlCharacters} from 'node:util';

// Cc, Cf, Cs, Zl, Zp: control, bidirectional, zero-width and tag characters, surrogates without a partner (so the
// private ones of text/names.ts), line and paragraph separators; variation selectors; emoji, about whose width
// terminals disagree.
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|\p{Variation_Selector}|\p{Emoji_Presentation}|\p{Emoji_Modifier}/gu;

/**
 * Makes text that came from a spoke safe to print on one line: no escape sequences, no control or bidirectional
 * characters, no emoji (terminals disagree about their width), never longer than `limit`.
 * @param text anything
 * @param limit in UTF-16 units, 1,024 unless told; a longer text ends in `…`
 */
export function clean(text: string, limit = 1024): string {
	// A bound before the regular expressions, so that a 64 MB line costs nothing.
	const bounded = text.length > limit * 4 ? text.slice(0, limit * 4) : text;
	// Almost every text; the tables behind `unsafe` take 10 ms to load.
	const isPlain = /^[ -~]*$/.test(bounded);
	const safe = isPlain ? bounded : stripVTControlCharacters(bounded).replaceAll('\t', ' ').replace(unsafe, '?');
	if (safe.length <= limit) return safe;
	// Not through the middle of a character of two units.
	return `${safe.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/**
 * The same for text of several lines, as a command's stderr.
 * @param limit in UTF-16 units for the whole, 65,536 unless told
 */
export function cleanLines(text: string, limit = 65_536): string {
	return text
		.slice(0, limit)
		.split(/\r\n|[\r\n]/)
		.map(line => clean(line, 4096))
		.join('\n')
		.trimEnd();
}
