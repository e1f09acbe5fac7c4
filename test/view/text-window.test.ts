import '../lab/seed.js';
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {piece} from '../../source/view/pieces.js';
import {boundOffset, textExtent, textWindow} from '../../source/view/text-window.js';
import {anyStyle, assertFits, plainStyle, readable} from './hostile.js';

const body = Array.from({length: 30}, (_, index) => `text ${index + 1}`);

test('a long text says where in it the screen is, a short one nothing', () => {
	const sight = {title: [piece('laptop', 'title')], offset: 19, rows: 6, width: 30, style: plainStyle};
	assert.equal(
		readable(textWindow({...sight, body})),
		`laptop           line 20 of 30\n${'-'.repeat(30)}\ntext 20\ntext 21\ntext 22\ntext 23`,
	);
	assert.match(readable(textWindow({...sight, body: ['all']})), /^laptop\n-+\nall\n\n\n$/);
});

test('the last line is the end: nothing is scrolled past it', () => {
	const extent = textExtent(body, 12);
	assert.deepEqual(extent, {total: 30, page: 10});
	assert.equal(boundOffset(99, extent), 20);
	assert.equal(boundOffset(-5, extent), 0);
	assert.equal(boundOffset(3, {total: 2, page: 10}), 0);
});

test('it is always as high as the screen, at every size', () => {
	fc.assert(
		fc.property(
			fc.integer({min: 0, max: 60}),
			fc.integer({min: 1, max: 200}),
			fc.integer({min: -5, max: 60}),
			fc.integer({min: 0, max: 40}),
			anyStyle,
			(rows, width, offset, count, style) => {
				const lines = Array.from({length: count}, () => 'x');
				const title = [piece('a title of some length', 'title')];
				const shown = textWindow({title, body: lines, offset, rows, width, style});
				assert.equal(shown.length, rows);
				assertFits(shown, width);
			},
		),
	);
});
