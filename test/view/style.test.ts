import assert from 'node:assert/strict';
import test from 'node:test';
import stringWidth from 'string-width';
import {createStyle} from '../../source/view/style.js';
import {type GlyphName, type Role, themeNames} from '../../source/view/types.js';

const roles: readonly Role[] = [
	...(['ok', 'busy', 'warn', 'bad', 'off', 'unknown'] as const),
	...(['title', 'label', 'key', 'faint', 'strong', 'selected', 'match'] as const),
];
const glyphs: readonly GlyphName[] = [
	...(['ok', 'busy', 'warn', 'bad', 'off', 'unknown', 'cursor', 'mark', 'rule', 'bar', 'ellipsis'] as const),
	...(['up', 'down', 'cellOk', 'cellBig', 'cellFailed', 'cellNone'] as const),
];

/** What is switched on at the end of a text. */
function leftOn(text: string): string[] {
	const on = new Set<string>();
	for (const [, parameter] of text.matchAll(/\u001B\[([\d;]*)m/g)) {
		if (parameter === '22') for (const one of ['1', '2']) on.delete(one);
		else if (parameter === '27') on.delete('7');
		else if (parameter === '39') for (const one of [...on].filter(code => /^(3|9)/.test(code))) on.delete(one);
		else if (parameter === '49') for (const one of [...on].filter(code => /^4/.test(code))) on.delete(one);
		else on.add(parameter!);
	}

	return [...on];
}

for (const theme of themeNames) {
	test(`the theme ${theme} ends everything it begins, also where roles are nested`, () => {
		const style = createStyle({theme, isAscii: false, hasColor: true});
		for (const outer of roles) {
			for (const inner of roles) {
				const text = style.paint(outer, `a${style.paint(inner, 'b')}c`);
				assert.deepEqual(leftOn(text), [], `${inner} in ${outer}: ${JSON.stringify(text)}`);
				const beforeC = text.slice(0, text.lastIndexOf('c'));
				const outerAlone = style.paint(outer, 'c');
				assert.deepEqual(
					leftOn(beforeC).sort(),
					leftOn(outerAlone.slice(0, outerAlone.indexOf('c'))).sort(),
					`behind ${inner}, ${outer} goes on`,
				);
			}
		}
	});
}

test('no theme paints in blue, and auto has neither green nor a background of its own', () => {
	for (const theme of themeNames) {
		const style = createStyle({theme, isAscii: false, hasColor: true});
		for (const role of roles) assert.doesNotMatch(style.paint(role, 'x'), /\[(?:34|94|44|104)m/, `${theme} ${role}`);
	}

	const auto = createStyle({theme: 'auto', isAscii: false, hasColor: true});
	for (const role of roles) assert.doesNotMatch(auto.paint(role, 'x'), /\[(?:32|92|4\d|38;5)/, role);
});

test('without colour only bold and inverse are left, in every theme', () => {
	for (const theme of themeNames) {
		const style = createStyle({theme, isAscii: false, hasColor: false});
		for (const role of roles) {
			const codes = Array.from(style.paint(role, 'x').matchAll(/\[([\d;]*)m/g), ([, code]) => code!);
			assert.deepEqual(
				codes.filter(code => !['1', '22', '7', '27'].includes(code)),
				[],
				`${theme} ${role}`,
			);
		}
	}

	assert.match(createStyle({theme: 'dark', isAscii: false, hasColor: false}).paint('selected', 'x'), /\[7m/);
});

test('mono knows no colour but keeps the selection', () => {
	const style = createStyle({theme: 'mono', isAscii: false, hasColor: true});
	for (const role of roles) assert.doesNotMatch(style.paint(role, 'x'), /\[(?:3[0-8]|4[0-8]|9\d|10\d)/, role);
	assert.equal(style.paint('selected', 'x'), '\u001B[7mx\u001B[27m');
});

test('a sign takes one cell in every terminal, and in ASCII the states take two', () => {
	const style = createStyle({theme: 'auto', isAscii: false, hasColor: true});
	for (const name of glyphs) {
		// Ambiguous signs are counted as wide, as the terminals of half the world draw them.
		assert.equal(stringWidth(style.glyph(name), {ambiguousIsNarrow: false}), 1, name);
	}

	const ascii = createStyle({theme: 'auto', isAscii: true, hasColor: true});
	const signs = (['ok', 'busy', 'warn', 'bad', 'off', 'unknown'] as const).map(name => ascii.glyph(name));
	assert.deepEqual(signs, ['ok', '~>', '!!', 'XX', '--', '??']);
	for (const name of glyphs) assert.match(ascii.glyph(name), /^[ -~]+$/, name);
	assert.equal(
		['cellNone', 'cellOk', 'cellFailed', 'cellBig'].map(name => ascii.glyph(name as GlyphName)).join(''),
		'.ox#',
	);
});

test('nothing is painted around an empty text', () => {
	assert.equal(createStyle({theme: 'auto', isAscii: false, hasColor: true}).paint('bad', ''), '');
});
