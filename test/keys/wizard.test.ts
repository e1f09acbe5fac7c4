import assert from 'node:assert/strict';
import test from 'node:test';
import {hubRow} from '../../source/view/types.js';
import {noFacts, type WizardFacts} from '../../source/view/wizard-sight.js';
import {type FakeKind, fakeHub} from '../lab/fake-state.js';
import {knocking, spokeId} from '../view/wizard.js';
import {openKeyboard} from './keyboard.js';

const asked = (calls: ReadonlyArray<readonly [string, ...unknown[]]>, name: string) =>
	calls.filter(([one]) => one === name).map(([, ...rest]) => rest);

function open(
	change: {readonly kind?: FakeKind; readonly isReadOnly?: boolean; readonly facts?: Partial<WizardFacts>} = {},
) {
	const {kind = 'ok', isReadOnly = false, facts = {}} = change;
	const wizard = {...noFacts, hosts: ['nas', 'gpu-box'], ...facts};
	return openKeyboard({state: fakeHub({spokes: 1, kinds: [kind]}), context: {wizard, isReadOnly}});
}

test('a opens the wizard; enter walks its steps, shift-tab goes back, and what was typed stays after esc', () => {
	const {press, type, ui, calls} = open();
	press('a');
	assert.deepEqual(ui().views, ['main', 'wizard']);
	assert.equal(asked(calls, 'prepareWizard').length, 1);
	press('enter');
	type('will@nas:x y q?');
	assert.equal(ui().wizard.added.sources.rsync?.text, 'will@nas:x y q', '? is for help');
	press('esc', 'backspace', 'backspace', 'backspace', 'backspace', 'enter');
	assert.equal(ui().wizard.step, 'folder');
	press('shift-tab', 'esc');
	assert.deepEqual(ui().views, ['main']);
	press('a');
	assert.equal(ui().wizard.step, 'source');
	assert.equal(ui().wizard.added.sources.rsync?.text, 'will@nas:x');
});

test('a source that cannot be one is not left, and it is said why', () => {
	const {press, type, ui, said} = open();
	press('a', 'enter', 'enter');
	assert.equal(ui().wizard.step, 'source');
	assert.match(said() ?? '', /where are its sessions/);
	type('rsync://nas/x');
	press('enter');
	assert.match(said() ?? '', /rsync daemon/);
	assert.equal(ui().wizard.step, 'source');
});

test('a host alone becomes a whole source, and the look at it begins when it is left', () => {
	const {press, type, ui, calls} = open();
	press('a', 'enter');
	type('nas');
	press('enter');
	assert.equal(ui().wizard.added.sources.rsync?.text, 'nas:~/.pi/agent/sessions');
	const last = asked(calls, 'tryWish').at(-1) as [{source: string; name: string}, {isLook: boolean}];
	assert.deepEqual([last[0].source, last[0].name, last[1].isLook], ['nas:~/.pi/agent/sessions', 'nas', true]);
});

test('tab goes through the hosts; what was begun chooses the one it begins', () => {
	const {press, type, ui} = open();
	press('a', 'enter', 'tab');
	const source = () => ui().wizard.added.sources.rsync?.text;
	assert.equal(source(), 'nas:~/.pi/agent/sessions');
	press('tab');
	assert.equal(source(), 'gpu-box:~/.pi/agent/sessions');
	press('tab');
	assert.equal(source(), 'nas:~/.pi/agent/sessions');
	press('ctrl-u');
	type('gp');
	press('tab');
	assert.equal(source(), 'gpu-box:~/.pi/agent/sessions');
});

test('who knocks is picked with tab, and the last enter alone adds it', () => {
	const {press, ui, calls} = open({facts: {syncthing: knocking}});
	press('a', '2', 'enter', 'enter', 'tab', 'enter', 'enter', 'enter');
	assert.equal(ui().wizard.step, 'check');
	assert.equal(asked(calls, 'setUp').length, 0);
	press('enter');
	const [[wish, options]] = asked(calls, 'setUp') as [[{deviceId: string; name: string}, unknown]];
	assert.deepEqual([wish.deviceId, wish.name, options], [spokeId, 'laptop-2', {isChecked: true}]);
});

test('a spoke whose Syncthing is reached needs no device; a key is asked for by its file, and never repeated', () => {
	const {press, type, ui, calls, said} = open({facts: {syncthing: knocking}});
	press('a', '2', 'enter', 'tab');
	assert.equal(ui().wizard.added.texts.reach?.text, 'nas', 'the hosts are offered');
	press('enter', 'enter');
	assert.equal(ui().wizard.step, 'folder');
	press('shift-tab', 'shift-tab', 'ctrl-u');
	type('https://nas:8384/x');
	press('enter');
	assert.match(said() ?? '', /an address is like/);
	press('backspace', 'enter', 'enter');
	assert.equal(ui().wizard.step, 'key');
	assert.match(said() ?? '', /which file/);
	type('s3cret');
	press('enter');
	assert.match(said() ?? '', /begins with/);
	assert.doesNotMatch(said() ?? '', /s3cret/);
	press('ctrl-u');
	type('~/nas.key');
	press('enter', 'enter', 'enter', 'enter', 'enter', 'enter');
	const [[wish]] = asked(calls, 'setUp') as [[Record<string, unknown>]];
	assert.deepEqual([wish.name, wish.deviceId], ['nas', undefined]);
	assert.deepEqual(wish.reach, {spokeUrl: 'https://nas:8384/', spokeKeyFile: '~/nas.key'});
});

test('ctrl-s saves without a check from any step, but never what cannot be right', () => {
	const {press, type, ui, calls, said} = open();
	press('a', 'enter', 'ctrl-s');
	assert.deepEqual(asked(calls, 'setUp'), []);
	assert.match(said() ?? '', /where are its sessions/);
	type('nas');
	press('ctrl-s');
	assert.equal(ui().wizard.step, 'check');
	assert.deepEqual(
		asked(calls, 'setUp').map(([, options]) => options),
		[{isChecked: false}],
	);
});

test('while it is set up nothing is typed, esc stops it, and the view stays until it has', () => {
	const job = {isRunning: true, lines: [], result: undefined};
	const {press, ui, calls} = open({facts: {job}});
	press('a', 'x', 'enter', 'tab', 'esc');
	assert.equal(asked(calls, 'stopSetup').length, 1);
	assert.deepEqual(ui().views, ['main', 'wizard']);
	assert.deepEqual(ui().wizard.added.sources, {});
});

test('text that is pasted goes into the step', () => {
	const {press, paste, ui} = open();
	press('a', 'enter');
	paste('nas:/srv/sessions\n');
	assert.equal(ui().wizard.added.sources.rsync?.text, 'nas:/srv/sessions');
});

test('e opens the form with what is so, and only what is another is written', () => {
	const {press, type, ui, calls, said} = open();
	press('e');
	assert.equal(ui().wizard.edits, 'laptop');
	press('enter', 'enter', 'enter', 'enter', 'enter', 'enter');
	assert.match(said() ?? '', /nothing was changed/);
	press('shift-tab', 'shift-tab', 'shift-tab', 'ctrl-u');
	type('*/5 * * * *');
	press('enter', 'enter', 'space', 'enter', 'enter');
	const [[wish]] = asked(calls, 'changeSpoke') as [[unknown]];
	assert.deepEqual(wish, {
		...{name: 'laptop', method: undefined, deviceId: undefined, folderId: undefined, reach: {}},
		values: {schedule: '*/5 * * * *', enabled: false},
	});
});

test('E asks, enter is no answer, and y disables', () => {
	const {press, ui, calls} = open();
	press('E');
	assert.ok(ui().prompt?.kind === 'confirm');
	press('enter');
	assert.deepEqual(asked(calls, 'enableSpokes'), []);
	press('E', 'y');
	assert.deepEqual(asked(calls, 'enableSpokes'), [[['laptop'], false]]);
});

test('what a setup asks is answered by y, and by any other key with no', () => {
	const {press, dispatch, calls} = open();
	const ask = () =>
		dispatch({
			type: 'prompt',
			prompt: {kind: 'confirm', title: 'Is it the same?', lines: [], offset: 0, action: {type: 'setup-answer'}},
		});
	ask();
	press('y');
	ask();
	press('esc');
	assert.deepEqual(asked(calls, 'answerSetup'), [[true], [false]]);
});

test('read-only neither adds nor changes a spoke, and the hub itself is none', () => {
	const {press, ui, said} = open({isReadOnly: true});
	for (const key of ['a', 'e', 'E']) {
		press(key);
		assert.match(said() ?? '', /read-only/);
	}

	assert.deepEqual(ui().views, ['main']);
	const other = open();
	other.press('g');
	assert.equal(other.ui().selected, hubRow);
	other.press('e');
	assert.match(other.said() ?? '', /hub's own sessions/);
});
