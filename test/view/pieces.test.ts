import '../lab/seed.js';
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {clean} from '../../source/text/clean.js';
import {findLine, highlight, searchFor} from '../../source/view/find.js';
import {cutLine, lineWidth, paintLine, piece, plainText, wrapHeight, wrapLine} from '../../source/view/pieces.js';
import {anyStyle, assertFits, hostileText, plainStyle} from './hostile.js';

const line = fc
	.array(fc.record({text: hostileText.map(text => clean(text)), role: fc.constantFrom(undefined, 'warn' as const)}), {
		maxLength: 4,
	})
	.map(parts => parts.map(({text, role}) => piece(text, role)));
const width = fc.oneof(fc.integer({min: 1, max: 200}), fc.integer({min: 1, max: 20}));

test('a cut line is never wider than it may be, and one that fits is left alone', () => {
	fc.assert(
		fc.property(line, width, anyStyle, (before, cells, style) => {
			assertFits([paintLine(cutLine(before, cells, style), style)], cells);
			if (lineWidth(before) <= cells) assert.equal(cutLine(before, cells, style), before);
		}),
	);
});

test('a wrapped line is never wider than it may be and loses nothing but blanks', () => {
	fc.assert(
		fc.property(line, width, fc.integer({min: 0, max: 20}), anyStyle, (before, cells, indent, style) => {
			const lines = wrapLine(before, cells, indent);
			assertFits(
				lines.map(one => paintLine(one, style)),
				cells,
			);
			// At one cell a wide character has no place at all.
			if (cells > 4) {
				const letters = (text: string) => text.replaceAll(' ', '');
				assert.equal(letters(lines.map(plainText).join('')), letters(plainText(before)));
			}
		}),
	);
});

test('the height of a wrapped text is the number of its lines', () => {
	const words = fc.array(fc.constantFrom('a', 'word', ' ', '  ', 'a-longer-one', 'の'), {maxLength: 30});
	fc.assert(
		fc.property(words, width, (parts, cells) => {
			const text = parts.join('');
			assert.equal(wrapHeight(text, cells), wrapLine([piece(text)], cells).length, JSON.stringify(text));
		}),
		{numRuns: 1000},
	);
});

test('lines break between words, words that are too long anywhere, and hang below the first', () => {
	const wrapped = wrapLine([piece('one two three four-is-far-too-long')], 10, 2).map(plainText);
	assert.deepEqual(wrapped, ['one two', '  three', '  four-is-', '  far-too-', '  long']);
});

test('what is found is marked across pieces, whatever its case, and nothing else changes', () => {
	const marked = highlight([piece('Per'), piece('mission denied', 'bad')], searchFor('permission'));
	assert.deepEqual(marked, [
		{text: 'Per', role: 'match'},
		{text: 'mission', role: 'match'},
		{text: ' denied', role: 'bad'},
	]);
	fc.assert(
		fc.property(line, hostileText, (before, text) => {
			const after = highlight(before, searchFor(text));
			assert.equal(plainText(after), plainText(before));
		}),
	);
});

test('signs in a search mean themselves', () => {
	for (const sign of ['*', '[', '(', '$', '\\', '.', '?', '/', '-', '{', '^', '|', '+']) {
		assert.equal(findLine(['nothing', `a ${sign} b`], `${sign} b`, 0, 1), 1, `searching ${sign}`);
	}
});

test('find goes round at both ends, and nowhere without a match', () => {
	const body = ['a', 'x', 'b', 'x'];
	assert.equal(findLine(body, 'x', 1, 1), 3);
	assert.equal(findLine(body, 'x', 3, 1), 1);
	assert.equal(findLine(body, 'x', 1, -1), 3);
	assert.equal(findLine(body, 'y', 0, 1), undefined);
	assert.equal(findLine(body, '', 0, 1), undefined);
	assert.equal(findLine([], 'x', 0, 1), undefined);
});

test('where UTF-8 cannot be shown our own signs are ASCII, each as wide as before', () => {
	assert.equal(paintLine([piece('the hub’s “copy” → here…')], plainStyle), 'the hub\'s "copy" > here~');
});
