import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {edited, inserted, typed} from '../../source/view/edit-text.js';

const editing = [
	'left',
	'right',
	'home',
	'end',
	'backspace',
	'delete',
	'ctrl-a',
	'ctrl-e',
	'ctrl-u',
	'ctrl-k',
	'ctrl-w',
];

function keys(text: string, ...names: readonly string[]): string {
	const {text: after, cursor} = names.reduce(
		(typing, name) => edited(typing, name) ?? inserted(typing, name),
		typed(text),
	);
	return `${after.slice(0, cursor)}|${after.slice(cursor)}`;
}

test('a line is edited as in every shell', () => {
	assert.equal(keys('sync laptop', 'left', 'left'), 'sync lapt|op');
	assert.equal(keys('sync laptop', 'home', 'delete'), '|ync laptop');
	assert.equal(keys('sync laptop', 'ctrl-a', 'right', 'backspace'), '|ync laptop');
	assert.equal(keys('sync laptop', 'ctrl-w'), 'sync |');
	assert.equal(keys('sync laptop  ', 'ctrl-w', 'ctrl-w'), '|');
	assert.equal(keys('sync laptop', 'left', 'ctrl-u'), '|p');
	assert.equal(keys('sync laptop', 'home', 'ctrl-k'), '|');
	assert.equal(keys('sync', 'home', 'end', 'x'), 'syncx|');
	assert.equal(keys('ac', 'left', 'b'), 'ab|c');
});

test('the cursor never stands inside a character', () => {
	assert.equal(keys('ne\u0301e', 'left', 'backspace'), 'n|e');
	assert.equal(keys('a𝒳', 'left', 'delete'), 'a|');
});

test('what is pasted is one clean line', () => {
	assert.equal(inserted(typed('a'), ' b \r\n  c\td\u0007\u001B[31m').text, 'a b c d?');
	assert.ok(inserted(typed(''), 'x'.repeat(100_000)).text.length <= 1024);
	assert.ok(inserted(typed('x'.repeat(1024)), 'y').text.length <= 1024);
});

test('a key that edits nothing is said to do so', () => {
	for (const key of ['enter', 'esc', 'up', 'pageup', 'ctrl-x']) assert.equal(edited(typed('x'), key), undefined, key);
	const empty = typed('');
	for (const key of editing) assert.equal(edited(empty, key), empty, key);
});

test('whatever is typed, the cursor stands within the text', () => {
	const step = fc.oneof(fc.constantFrom(...editing), fc.string({unit: 'grapheme', maxLength: 3}));
	fc.assert(
		fc.property(fc.array(step, {maxLength: 40}), steps => {
			let typing = typed('start');
			for (const one of steps) {
				typing = edited(typing, one) ?? inserted(typing, one);
				assert.ok(typing.cursor >= 0 && typing.cursor <= typing.text.length);
				assert.doesNotMatch(typing.text, /\p{Cc}|^[\uDC00-\uDFFF]/u);
			}
		}),
	);
});
