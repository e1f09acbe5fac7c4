import assert from 'node:assert/strict';
import test from 'node:test';
import type {FixAction} from '../../source/sync/diagnosis/types.js';
import {hubRow} from '../../source/view/types.js';
import {fakeHub} from '../lab/fake-state.js';
import {fixes, green, red, running} from '../view/diagnosing.js';
import {openKeyboard} from './keyboard.js';

const [name] = fakeHub().spokes.map(({config}) => config.name) as [string];

/** A keyboard in the panel of a diagnosis of the first spoke. */
function openPanel(diagnosis = red, context: Parameters<typeof openKeyboard>[0] = {}) {
	const shown = {...diagnosis, spoke: name};
	const keyboard = openKeyboard({...context, context: {diagnosis: shown, ...context.context}});
	keyboard.dispatch({type: 'select', id: name});
	keyboard.press('d');
	keyboard.calls.length = 0;
	return keyboard;
}

test('d diagnoses the selected spoke, from the table and from its detail, and esc leads back', () => {
	const {press, ui, calls, dispatch} = openKeyboard();
	dispatch({type: 'select', id: name});
	press('d');
	assert.deepEqual(ui().views, ['main', 'diagnose']);
	press('esc', 'enter', 'd');
	assert.deepEqual(ui().views, ['main', 'detail', 'diagnose']);
	assert.deepEqual(calls, [
		['diagnose', name],
		['diagnose', name],
	]);
	press('esc', 'esc');
	assert.deepEqual(ui().views, ['main']);
});

test('d on the row of the hub says that there is nothing to diagnose', () => {
	const {press, ui, said, calls} = openKeyboard();
	press('g', 'd');
	assert.equal(ui().selected, hubRow);
	assert.deepEqual(ui().views, ['main']);
	assert.match(said() ?? '', /nothing to diagnose/);
	assert.deepEqual(calls, []);
});

test('d in the log diagnoses the spoke of the line', () => {
	const state = fakeHub();
	const line = {...state.log.at(-1)!, spoke: state.spokes[2]!.config.name, level: 'ERROR'} as const;
	const {press, ui, calls} = openKeyboard({state: {...state, log: [...state.log.slice(0, -1), line]}});
	press('l', 'l', 'd');
	assert.deepEqual(calls, [['diagnose', line.spoke]]);
	assert.equal(ui().selected, line.spoke);
	assert.equal(ui().views.at(-1), 'diagnose');
});

test('a line of the log that is of no spoke has nothing to diagnose', () => {
	const state = fakeHub();
	const line = {...state.log.at(-1)!, spoke: undefined, level: 'ERROR'} as const;
	const {press, said, calls} = openKeyboard({state: {...state, log: [line]}});
	press('l', 'l', 'd');
	assert.deepEqual(calls, []);
	assert.match(said() ?? '', /not of a spoke/);
});

test(':diagnose NAME selects the spoke and opens its panel, also spelled as in a shell', () => {
	const {press, type, ui, calls} = openKeyboard();
	type(`:sync diagnose ${name}`);
	press('enter');
	assert.equal(ui().selected, name);
	assert.equal(ui().views.at(-1), 'diagnose');
	assert.deepEqual(calls, [['diagnose', name]]);
});

test('j k g G walk the steps, paging scrolls what the selected one has seen', () => {
	const {press, ui} = openPanel();
	press('g');
	assert.equal(ui().diagnose.step, 'config');
	press('j', 'j', 'k');
	assert.equal(ui().diagnose.step, 'tools');
	press('G', 'j');
	assert.equal(ui().diagnose.step, 'schedule');
	press('pagedown');
	assert.equal(ui().offsets.diagnose, 10);
	press('k');
	assert.equal(ui().offsets.diagnose, 0, 'another step begins at its beginning');
});

test('enter shows the step alone, where j and k scroll; esc brings the list back', () => {
	const {press, ui} = openPanel();
	press('enter');
	assert.deepEqual(ui().diagnose, {spoke: name, step: 'login', isExpanded: true});
	press('j', 'j');
	assert.equal(ui().offsets.diagnose, 2);
	assert.equal(ui().diagnose.step, 'login');
	press('esc');
	assert.equal(ui().diagnose.isExpanded, false);
	assert.equal(ui().views.at(-1), 'diagnose');
	press('enter', 'enter');
	assert.equal(ui().diagnose.isExpanded, false, 'enter brings it back too');
});

test('d goes to the next step that failed, r runs the selected one again, R all', () => {
	const {press, ui, calls} = openPanel();
	press('g', 'd');
	assert.equal(ui().diagnose.step, 'login');
	press('r', 'R', 'g', 'r');
	assert.deepEqual(calls, [
		['rediagnose', name, 'login'],
		['rediagnose', name, undefined],
		['rediagnose', name, 'config'],
	]);
});

test('find looks through what the step has seen, n goes on', () => {
	const {press, type, ui} = openPanel();
	type('/needle');
	press('enter');
	assert.equal(ui().offsets.diagnose, 0);
	press('n');
	assert.equal(ui().offsets.diagnose, 25);
	press('esc');
	assert.equal(ui().search.diagnose, '');
	assert.equal(ui().views.at(-1), 'diagnose');
});

test('a digit copies that fix, y twice the first one, Y the report', () => {
	const {press, calls, said} = openPanel();
	press('2', 'y', 'y', 'Y', '7');
	assert.deepEqual(calls[0], ['copy', fixes[1]!.command, 'fix 2']);
	assert.deepEqual(calls[1], ['copy', fixes[0]!.command, 'fix 1']);
	assert.match(String(calls[2]![1]), /^# Diagnosis of /);
	assert.match(said() ?? '', /there is no fix 7/);
});

test('y offers every fix, what the step has seen and the report', () => {
	const {press, ui, calls} = openPanel();
	press('y');
	const {prompt} = ui();
	assert.deepEqual(prompt?.kind === 'copy' && prompt.items.map(({key}) => key), ['1', '2', '3', 'e', 'r']);
	press('e');
	assert.match(String(calls[0]![1]), /^\$ ssh .*\n.*\nexit 255$/);
});

test('! shows what the first fix would do and does it at y only', () => {
	const {press, ui, calls} = openPanel();
	press('!');
	const {prompt} = ui();
	assert.ok(prompt?.kind === 'confirm');
	assert.match(prompt.lines.join('\n'), /with the terminal: ssh-copy-id -i \/home\/will/);
	press('enter');
	assert.equal(ui().prompt, undefined);
	assert.deepEqual(calls, []);
	press('!', 'y');
	assert.deepEqual(calls, [['fix', name, fixes[0]!.action, 'login']]);
});

test('another fix that can be run is taken by its number', () => {
	const {press, ui, calls, said} = openPanel();
	press('!', '3');
	assert.match(ui().prompt?.kind === 'confirm' ? ui().prompt!.kind && JSON.stringify(ui().prompt) : '', /ssh-add/);
	press('y');
	assert.deepEqual(calls, [['fix', name, fixes[2]!.action, 'login']]);
	press('!', '2');
	assert.match(said() ?? '', /cannot be run|can be run from here/, 'the second one is for the spoke');
});

const replace: FixAction = {
	...{type: 'replace-host-key', file: '/home/will/.ssh/known_hosts', host: '10.0.0.9', line: 3},
	...{before: ['SHA256:old (ED25519)'], lines: ['10.0.0.9 ssh-ed25519 AAAA'], fingerprints: ['SHA256:new (ED25519)']},
};

test('what gives up something known wants the name of the spoke in full', () => {
	const {press, type, paste, ui, calls} = openPanel({...red, fixes: [{...fixes[0]!, action: replace}]});
	press('!');
	assert.equal(ui().prompt?.kind, 'typed');
	press('y', 'enter');
	assert.deepEqual(calls, []);
	assert.equal(ui().prompt?.kind, 'typed', 'it goes on asking');
	press('esc');
	assert.equal(ui().prompt, undefined);
	press('!');
	type(name.slice(0, -1));
	press('enter');
	assert.deepEqual(calls, []);
	paste(name.slice(-1));
	press('enter');
	assert.deepEqual(calls, [['fix', name, replace, 'login']]);
	assert.equal(ui().prompt, undefined);
});

test('read-only runs no fix, but diagnoses and copies', () => {
	const {press, calls, said, ui} = openPanel(red, {context: {isReadOnly: true, diagnosis: {...red, spoke: name}}});
	press('!');
	assert.match(said() ?? '', /read-only/);
	assert.equal(ui().prompt, undefined);
	press('r', '1');
	assert.deepEqual(
		calls.map(([call]) => call),
		['rediagnose', 'copy'],
	);
});

test('a fix for a spoke that config.yaml has lost meanwhile is not run', () => {
	const state = fakeHub();
	const {press, publish, calls} = openPanel(red, {state});
	press('!');
	publish({...state, spokes: state.spokes.filter(({config}) => config.name !== name)});
	press('y');
	assert.deepEqual(calls, []);
});

test('s syncs the spoke from its diagnosis, where nothing failed ! says so', () => {
	const {press, calls, said} = openPanel(green);
	press('s');
	assert.deepEqual(calls[0]?.slice(0, 2), ['sync', [name]]);
	press('!');
	assert.match(said() ?? '', /nothing to fix/);
	press('d');
	assert.match(said() ?? '', /passed/);
});

test('keys of a diagnosis that has only begun do no harm', () => {
	const {press, ui} = openPanel({...running, checks: []});
	press('j', 'G', 'enter', 'd', 'r', 'y', 'esc', 'n', '1', '!');
	assert.equal(ui().views.at(-1), 'diagnose');
});
