import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import {clean} from '../../source/text/clean.js';
import {createStyle} from '../../source/view/style.js';
import {cells, clip, clipWords, fit} from '../../source/view/width.js';

const style = createStyle({theme: 'auto', isAscii: false, hasColor: true});

/** Names as machines and people have them: CJK, marks that join, halfwidth and Hangul pieces among plain letters. */
const names = fc
	.array(
		fc.oneof(
			fc.constantFrom(
				'a',
				'Z',
				'-',
				' ',
				'é',
				'ß',
				'日',
				'本',
				'ｶﾞ',
				'한',
				'ᄒ',
				'ᅡ',
				'e\u0301',
				'\u0301',
				'ไ',
				'ำ',
				'⋯',
				'✓',
				'नि',
			),
			fc.string({minLength: 1, maxLength: 2, unit: 'grapheme'}),
		),
		{maxLength: 24},
	)
	.map(parts => clean(parts.join('')));
const widths = fc.integer({min: 0, max: 40});
const options = fc.record({
	align: fc.constantFrom('left' as const, 'right' as const),
	isMiddle: fc.boolean(),
	ellipsis: fc.constantFrom('~', '⋯', '..', ''),
});

test('a fitted text is exactly as wide as it is asked to be', () => {
	fc.assert(
		fc.property(names, widths, options, (text, width, how) => {
			assert.equal(stringWidth(fit(text, width, how)), width);
		}),
		{numRuns: 2000},
	);
});

test('a painted text keeps its width and ends all of its colours, wherever it is cut', () => {
	fc.assert(
		fc.property(fc.array(names, {maxLength: 4}), widths, (parts, width) => {
			const painted = style.paint(
				'selected',
				parts.map((part, index) => (index % 2 ? style.paint('bad', part) : part)).join(''),
			);
			const fitted = fit(painted, width);
			assert.equal(stringWidth(fitted), width);
			if (width > 0) {
				const codes = (text: string) => text.match(/\u001B\[[\d;]*m/g) ?? [];
				assert.deepEqual(codes(fitted), codes(painted));
			}
		}),
	);
});

test('a clipped text is never wider than allowed, and is left alone when it fits', () => {
	fc.assert(
		fc.property(names, widths, options, (text, width, how) => {
			const clipped = clip(text, width, how);
			assert.ok(stringWidth(clipped) <= width, JSON.stringify(clipped));
			if (stringWidth(text) <= width && width > 0) assert.equal(clipped, text);
		}),
	);
});

test('cells agree with what Ink measures', () => {
	fc.assert(
		fc.property(names, text => assert.equal(cells(text), stringWidth(text))),
		{numRuns: 2000},
	);
	for (let code = 0x20; code < 0x300; code++) {
		const character = String.fromCodePoint(code);
		if (clean(character) === character)
			assert.equal(cells(character), stringWidth(character), `U+${code.toString(16)}`);
	}

	assert.equal(cells(style.paint('bad', '日本')), 4);
});

test('names lose their middle, texts their end', () => {
	assert.equal(fit('work-laptop-of-will', 10, {isMiddle: true}), 'work-~will');
	assert.equal(fit('work-laptop-of-will', 10), 'work-lapt~');
	assert.equal(fit('日本語テスト', 7, {ellipsis: '⋯'}), '日本語⋯');
	assert.equal(fit('日本語テスト', 6, {ellipsis: '⋯'}), '日本⋯ ');
	assert.equal(fit('42', 5, {align: 'right'}), '   42');
	assert.equal(fit('abc', 1), 'a');
	assert.equal(fit('abc', -3), '');
});

test('a state is shortened by whole words, and a number keeps its unit or goes', () => {
	const text = 'syncing 42% 3.1 MB/s 40 s';
	assert.equal(clipWords(text, 30), text);
	assert.equal(clipWords(text, 24), 'syncing 42% 3.1 MB/s');
	assert.equal(clipWords(text, 19), 'syncing 42%');
	assert.equal(clipWords(text, 10), 'syncing');
	assert.equal(clipWords(text, 4), 'syn~');
	assert.equal(clipWords('held 3 sessions', 8), 'held');
	assert.equal(clipWords('ok (not driven yet)', 12), 'ok');
	fc.assert(
		fc.property(names, widths, (words, width) => {
			assert.ok(stringWidth(clipWords(words, width)) <= width);
		}),
	);
});
