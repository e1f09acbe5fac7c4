import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {Key} from 'ink';
import {keyNames, namedKeys, normalKey, textOf} from '../../source/keys/names.js';

const nothing: Key = {
	upArrow: false,
	downArrow: false,
	leftArrow: false,
	rightArrow: false,
	pageDown: false,
	pageUp: false,
	home: false,
	end: false,
	return: false,
	escape: false,
	ctrl: false,
	shift: false,
	tab: false,
	backspace: false,
	delete: false,
	meta: false,
	super: false,
	hyper: false,
	capsLock: false,
	numLock: false,
};

test('a chunk of several keys is as many keys, carriage returns and control bytes among them', () => {
	assert.deepEqual(keyNames('jjj', nothing), ['j', 'j', 'j']);
	assert.deepEqual(keyNames('abc\r', nothing), ['a', 'b', 'c', 'enter']);
	assert.deepEqual(keyNames(':q\r\nj', nothing), [':', 'q', 'enter', 'j']);
	assert.deepEqual(keyNames('j \t\u0004\u0015', nothing), ['j', 'space', 'tab', 'ctrl-d', 'ctrl-u']);
	assert.deepEqual(keyNames('\n', nothing), ['enter']);
});

test('a letter and its accent are one key', () => {
	assert.deepEqual(keyNames('e\u0301x日', nothing), ['e\u0301', 'x', '日']);
});

test('what Ink names has its name here', () => {
	assert.deepEqual(keyNames('', {...nothing, upArrow: true}), ['up']);
	assert.deepEqual(keyNames('', {...nothing, tab: true, shift: true}), ['shift-tab']);
	assert.deepEqual(keyNames('c', {...nothing, ctrl: true}), ['ctrl-c']);
	assert.deepEqual(keyNames('\r', {...nothing, return: true}), ['enter']);
	assert.deepEqual(keyNames('G', {...nothing, shift: true}), ['G']);
	assert.deepEqual(keyNames('', {...nothing, home: true}), ['home']);
	assert.deepEqual(keyNames('j', {...nothing, eventType: 'release'}), [], 'letting go is no key');
	assert.deepEqual(keyNames('', nothing), [], 'F5 has no name');
});

test('escape and a letter in one packet are two keys, as are two escapes', () => {
	assert.deepEqual(keyNames('j', {...nothing, meta: true}), ['esc', 'j']);
	assert.deepEqual(keyNames('', {...nothing, escape: true, meta: true}), ['esc', 'esc']);
	assert.deepEqual(keyNames('', {...nothing, backspace: true, meta: true}), ['ctrl-w']);
});

test('every chunk gives keys that the configuration can name, or that type their text', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary', maxLength: 12}), input => {
			for (const name of keyNames(input, nothing)) {
				const isNamed = (namedKeys as readonly string[]).includes(name) || /^ctrl-([a-z]|space)$/.test(name);
				assert.ok(isNamed || textOf(name) === name || /^\p{C}/u.test(name), `${JSON.stringify(name)}`);
			}
		}),
	);
});

test('keys may be written in more than one way', () => {
	for (const [written, name] of [
		['Ctrl+U', 'ctrl-u'],
		['control-u', 'ctrl-u'],
		['PgUp', 'pageup'],
		['Escape', 'esc'],
		['shift+tab', 'shift-tab'],
		['ctrl-i', 'tab'],
		['ctrl-m', 'enter'],
		[' ', 'space'],
		['G', 'G'],
		['é', 'é'],
		['-', '-'],
	] as const) {
		assert.equal(normalKey(written), name, written);
	}

	for (const written of ['', 'hyper-x', 'ctrl-', 'jj', 'F5', 'ctrl-1', '\u0007'])
		assert.equal(normalKey(written), undefined, written);
});
