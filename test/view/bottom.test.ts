import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {footerLine, type Hint, positionText, ruleLine, sideBySide, toastLine} from '../../source/view/bottom.js';
import {createStyle} from '../../source/view/style.js';
import type {Toast} from '../../source/view/types.js';
import {cells} from '../../source/view/width.js';

const plain = createStyle({theme: 'mono', isAscii: true, hasColor: false});
const coloured = createStyle({theme: 'auto', isAscii: false, hasColor: true});
const hints: readonly Hint[] = [
	{keys: 's', hint: 'sync'},
	{keys: '?', hint: 'help'},
	{keys: 'enter', hint: 'detail'},
	{keys: '/', hint: 'filter'},
	{keys: 'q', hint: 'quit'},
];
const toast = (id: number, level: Toast['level'], text: string): Toast => ({id, level, text, until: undefined});
const bare = (line: string) => line.replaceAll(/\u001B\[[\d;]*m/g, '');

test('help is the first hint and is never dropped, the others go from the end', () => {
	assert.equal(bare(footerLine(hints, 80, plain)), '? help  s sync  enter detail  / filter  q quit');
	assert.equal(bare(footerLine(hints, 28, plain)), '? help  s sync  enter detail');
	assert.equal(bare(footerLine(hints, 23, plain)), '? help  s sync  q quit', 'a shorter one takes the room');
	assert.equal(bare(footerLine(hints, 6, plain)), '? help');
	assert.equal(bare(footerLine(hints, 4, plain)), '? h~');
});

test('a toast without a line of its own leaves help its place', () => {
	const line = footerLine(hints, 40, plain, [toast(1, 'error', 'rsync failed for laptop: connection refused')]);
	assert.match(bare(line), /^\? help {2}XX rsync failed/);
	assert.ok(cells(line) <= 40);
});

test('the newest toast is shown, and how many wait behind it', () => {
	const toasts = [toast(1, 'info', 'old'), toast(2, 'error', 'cannot be copied')];
	assert.equal(bare(toastLine(toasts, 80, plain)), 'XX cannot be copied  +1 more');
	assert.equal(toastLine([], 80, plain), '');
	assert.equal(bare(toastLine(toasts, 18, plain)), 'XX canno~  +1 more');
});

test('a rule is as wide as the screen, whatever it says', () => {
	fc.assert(
		fc.property(
			fc.integer({min: 0, max: 150}),
			fc.constantFrom(plain, coloured),
			fc.option(fc.string({maxLength: 60, unit: fc.constantFrom('a', ' ', '日')}), {nil: undefined}),
			fc.option(fc.constantFrom('5 of 20', 'FOLLOW'), {nil: undefined}),
			fc.boolean(),
			(width, style, left, right, isFocused) => {
				assert.equal(cells(ruleLine(width, style, {left, right, isFocused})), width);
				const painted = left === undefined ? undefined : style.paint('bad', left);
				assert.equal(cells(ruleLine(width, style, {left: painted, right, isFocused})), width);
			},
		),
	);
	assert.equal(bare(ruleLine(20, plain, {left: 'log', right: '5 of 9', isFocused: true})), '> log ----- 5 of 9 -');
});

test('the position is said only where not everything is on the screen', () => {
	assert.equal(positionText(4, 20, 0, 20, plain), undefined);
	assert.equal(positionText(4, 20, 0, 10, plain), '5 of 20 v');
	assert.equal(positionText(14, 20, 8, 10, plain), '^ 15 of 20 v');
	assert.equal(positionText(19, 20, 10, 10, plain), '^ 20 of 20');
});

test('two texts side by side keep their columns, however long and painted their lines are', () => {
	const left = [coloured.paint('bad', 'a long line that does not fit'), '日本語'];
	const lines = sideBySide(left, ['right', coloured.paint('ok', 'x'.repeat(99))], {
		left: 10,
		right: 20,
		rows: 4,
		style: coloured,
	});
	assert.equal(lines.length, 4);
	for (const line of lines) {
		assert.ok(cells(line) <= 33, JSON.stringify(line));
		assert.equal(cells(line.slice(0, line.indexOf('╎'))), 11);
	}

	assert.match(bare(lines[0]!), /^a long li⋯ ╎ right$/);
});

test('hints and toasts are never wider than the screen', () => {
	fc.assert(
		fc.property(
			fc.integer({min: 0, max: 120}),
			fc.constantFrom(plain, coloured),
			fc.string({maxLength: 80, unit: fc.constantFrom('b', '語')}),
			(width, style, text) => {
				const toasts = [toast(1, 'warn', 'x'), toast(2, 'info', text)];
				for (const line of [
					footerLine(hints, width, style),
					footerLine(hints, width, style, toasts),
					toastLine(toasts, width, style),
				]) {
					assert.ok(cells(line) <= width, `${cells(line)} on ${width}`);
				}
			},
		),
	);
});
