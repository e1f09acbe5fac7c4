import assert from 'node:assert/strict';
import {stripVTControlCharacters} from 'node:util';
import fc from 'fast-check';
import {createStyle} from '../../source/view/style.js';
import type {Style} from '../../source/view/types.js';
import {cells} from '../../source/view/width.js';

/** Text as a hostile or merely foreign spoke sends it: control sequences, wide, joining and broken characters. */
export const hostileText = fc
	.array(
		fc.oneof(
			fc.string({unit: 'binary', maxLength: 8}),
			fc.string({unit: 'grapheme', maxLength: 8}),
			fc.constantFrom(
				'\u001B[2J',
				'\u001B]0;title\u0007',
				'\u009B31m',
				'\u202E',
				'\u2028',
				'\r\n',
				'\t',
				'\uDC80',
				'👩‍👩‍👧',
				'日本語のセッション',
				'e\u0301',
				'word and words ',
				'a-very-long-name-without-any-place-to-break-it-that-goes-on-and-on',
			),
		),
		{maxLength: 8},
	)
	.map(parts => parts.join(''));

/** How a body can be drawn: every mode of signs and colours. */
export const anyStyle: fc.Arbitrary<Style> = fc
	.record({isAscii: fc.boolean(), hasColor: fc.boolean(), theme: fc.constantFrom('auto' as const, 'light' as const)})
	.map(createStyle);

/** Without colours, in ASCII: what a person can read in a snapshot. */
export const plainStyle = createStyle({theme: 'mono', isAscii: true, hasColor: false});

/**
 * Fails when a line is wider than the screen, or holds what a terminal would obey besides colours.
 * @param lines painted
 */
export function assertFits(lines: readonly string[], width: number): void {
	for (const [index, line] of lines.entries()) {
		const text = line.replace(/\u001B\[[\d;]*m/g, '');
		assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u, `line ${index + 1}: ${JSON.stringify(line)}`);
		assert.ok(cells(line) <= width, `line ${index + 1} has ${cells(line)} cells of ${width}: ${JSON.stringify(line)}`);
	}
}

/** The lines as a person reads them, without colours and blanks at their ends. */
export function readable(lines: readonly string[]): string {
	return lines.map(line => stripVTControlCharacters(line).trimEnd()).join('\n');
}
