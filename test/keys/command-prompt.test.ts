import assert from 'node:assert/strict';
import test from 'node:test';
import {hubRow} from '../../source/view/types.js';
import {openKeyboard} from './keyboard.js';

test('command lines do what their keys do', () => {
	const {press, type, calls, ui} = openKeyboard();
	const run = (line: string) => {
		type(`:${line}`);
		press('enter');
	};

	run('sync laptop --dry-run');
	assert.deepEqual(calls.at(-1), ['sync', ['laptop'], {isDryRun: true}]);
	run('probe nas');
	assert.deepEqual(calls.at(-1), ['probe', ['nas']]);
	run('cancel server');
	assert.equal(ui().prompt?.kind, 'confirm');
	press('y');
	assert.deepEqual(calls.at(-1), ['cancel', ['server']]);
	run('open gpu-box');
	assert.deepEqual([ui().views, ui().selected], [['main', 'detail'], 'gpu-box']);
	run('log nas');
	assert.deepEqual([ui().views.at(-1), ui().log.spoke], ['log', 'nas']);
	run('log');
	assert.equal(ui().log.spoke, undefined);
	run('sort errors --reverse');
	assert.deepEqual(ui().sort, {column: 'errors', isReversed: true});
	run('theme mono');
	assert.equal(ui().theme, 'mono');
	run('config');
	assert.equal(ui().views.at(-1), 'config');
	press('esc', 'esc', 'esc');
	run('filter nas');
	assert.equal(ui().filter, 'nas');
	run('filter');
	assert.equal(ui().filter, '');
	run('help');
	assert.equal(ui().views.at(-1), 'help');
	press('esc');
	run('quit');
	assert.equal(ui().prompt?.kind, 'quit', 'a job runs');
});

test('a line that says nothing that can be done is answered with what is near', () => {
	const {press, type, calls, said} = openKeyboard();
	type(':snyc laptop');
	press('enter');
	assert.equal(said(), "there is no command ':snyc'; did you mean 'sync'?");
	type(':sync laptpo');
	press('enter');
	assert.equal(said(), "there is no spoke 'laptpo'; did you mean 'laptop'?");
	assert.deepEqual(calls, []);
});

test('tab completes, goes round, and starts anew after an edit', () => {
	const {press, type, ui} = openKeyboard();
	const text = () =>
		ui().prompt?.kind === 'command' ? (ui().prompt as {typing: {text: string}}).typing.text : undefined;
	type(':op');
	press('tab');
	assert.equal(text(), 'open ', 'what is certain is followed by a space');
	type('build');
	press('tab');
	assert.equal(text(), 'open build-01');
	press('tab');
	assert.equal(text(), 'open build-02');
	press('tab');
	assert.equal(text(), 'open build-01');
	press('shift-tab');
	assert.equal(text(), 'open build-02');
	press('ctrl-w');
	type('gp');
	press('tab', 'enter');
	assert.equal(ui().selected, 'gpu-box');
});

test('up and down go through earlier lines', () => {
	const {press, type, ui} = openKeyboard();
	const text = () =>
		ui().prompt?.kind === 'command' ? (ui().prompt as {typing: {text: string}}).typing.text : undefined;
	for (const line of ['sort name', 'theme dark', 'theme dark', 'nonsense']) {
		type(`:${line}`);
		press('enter');
	}

	assert.deepEqual(ui().history, ['sort name', 'theme dark', 'nonsense']);
	press(':', 'up', 'up');
	assert.equal(text(), 'theme dark');
	press('up', 'up', 'up');
	assert.equal(text(), 'sort name');
	press('down', 'down', 'down', 'down');
	assert.equal(text(), '');
});

test('esc leaves the line, and none of its letters was a key', () => {
	const {press, type, calls, ui} = openKeyboard();
	press('g');
	type(':jjSq');
	press('esc');
	assert.deepEqual([ui().prompt, ui().selected, calls.length, ui().history.length], [undefined, hubRow, 0, 0]);
});
