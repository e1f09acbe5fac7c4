import assert from 'node:assert/strict';
import test from 'node:test';
import type {HubState} from '../../source/sync/state.js';
import {noVerify, type VerifyReport} from '../../source/sync/verify/types.js';
import {hubRow} from '../../source/view/types.js';
import {fakeHub} from '../lab/fake-state.js';
import {fakeFindings, fakeProgress, fakeReport} from '../lab/fake-verify.js';
import {openKeyboard} from './keyboard.js';

const hub = fakeHub();
const [name, second] = hub.spokes.map(({config}) => config.name) as [string, string];
const found = fakeReport(fakeFindings, {spoke: name, isDeep: true});

/** The first spoke's last verify came to this, and one may run. */
function hubOf(report: VerifyReport | undefined, isRunning = false): HubState {
	const progress = isRunning ? fakeProgress : undefined;
	const verify = {progress, isDeep: isRunning || undefined, report};
	return {...hub, spokes: hub.spokes.map(spoke => (spoke.config.name === name ? {...spoke, verify} : spoke))};
}

/** A keyboard in the view of the first spoke's verify. */
function openView(report: VerifyReport | undefined = found, options: Parameters<typeof openKeyboard>[0] = {}) {
	const keyboard = openKeyboard({state: hubOf(report), ...options});
	keyboard.dispatch({type: 'select', id: name});
	keyboard.press('v');
	keyboard.calls.length = 0;
	return keyboard;
}

test('v verifies the selected spoke and opens its view, V reads every byte, esc leads back', () => {
	const {press, ui, calls, dispatch} = openKeyboard();
	dispatch({type: 'select', id: name});
	press('v');
	assert.deepEqual(ui().views, ['main', 'verify']);
	press('esc', 'enter', 'V');
	assert.deepEqual(ui().views, ['main', 'detail', 'verify']);
	assert.deepEqual(calls, [
		['verify', [name], {isDeep: false}],
		['verify', [name], {isDeep: true}],
	]);
	press('esc', 'esc');
	assert.deepEqual(ui().views, ['main']);
});

test("v on the row of the hub verifies the hub's own sessions", () => {
	const {press, ui, calls} = openKeyboard();
	press('g', 'v');
	assert.deepEqual(calls, [['verify', [hubRow], {isDeep: false}]]);
	assert.deepEqual(ui().views, ['main', 'verify']);
});

test('v with marks verifies all that are marked and opens the selected one, or the first', () => {
	const {press, ui, calls, dispatch} = openKeyboard();
	dispatch({type: 'mark', id: name});
	dispatch({type: 'mark', id: second});
	dispatch({type: 'select', id: second});
	press('v');
	assert.deepEqual(calls, [['verify', [name, second], {isDeep: false}]]);
	assert.equal(ui().selected, second);
	press('esc');
	dispatch({type: 'select', id: hub.spokes[3]!.config.name});
	press('V');
	assert.equal(ui().selected, name);
});

test('r verifies again as closely as before', () => {
	const {press, calls} = openView();
	press('r', 'v');
	assert.deepEqual(calls, [
		['verify', [name], {isDeep: true}],
		['verify', [name], {isDeep: false}],
	]);
});

test('while a verify runs no second one is started, x ends it without asking, also with --read-only', () => {
	const {press, calls, said, ui} = openView(found, {state: hubOf(found, true), context: {isReadOnly: true}});
	press('v', 'V', 'r');
	assert.deepEqual(calls, []);
	assert.match(said() ?? '', /runs already/);
	press('x');
	assert.deepEqual(calls, [['cancelVerify', [name]]]);
	assert.equal(ui().prompt, undefined);
	press('esc', 'x');
	assert.equal(calls.length, 2, 'from the table too');
});

test('a deep verify that is asked for while a quick one runs follows it', () => {
	const state = hubOf(found, true);
	const spokes = state.spokes.map(spoke => ({...spoke, verify: {...spoke.verify, isDeep: false}}));
	const {press, calls, said} = openView(found, {state: {...state, spokes}});
	press('v');
	assert.match(said() ?? '', /runs already/);
	press('V');
	assert.deepEqual(calls, [['verify', [name], {isDeep: true}]]);
});

test('x in the view says so when nothing runs', () => {
	const {press, said, calls} = openView();
	press('x');
	assert.match(said() ?? '', /no verify runs/);
	assert.deepEqual(calls, []);
});

test('where a job and a verify run, x is for the job first', () => {
	const state = hubOf(found, true);
	const busy = hub.spokes.find(({job}) => job !== undefined && !job.isElsewhere)!;
	const both = state.spokes.map(spoke => (spoke.config.name === name ? {...spoke, job: busy.job} : spoke));
	const {press, ui, calls, dispatch} = openKeyboard({state: {...state, spokes: both}});
	dispatch({type: 'select', id: name});
	press('x');
	assert.equal(ui().prompt?.kind, 'confirm');
	assert.deepEqual(calls, []);
});

test('enter goes from the groups to the files to one file, esc back level by level', () => {
	const {press, ui} = openView();
	press('j', 'enter');
	assert.deepEqual([ui().verify.level, ui().verify.group], ['files', 'damage missing']);
	press('enter');
	assert.equal(ui().verify.level, 'file');
	press('enter');
	assert.equal(ui().verify.level, 'file', 'there is nothing behind it');
	press('esc');
	assert.equal(ui().verify.level, 'files');
	press('esc');
	assert.deepEqual([ui().verify.level, ui().views.at(-1)], ['groups', 'verify']);
	press('esc');
	assert.deepEqual(ui().views, ['main']);
});

test('the cursor stays within the groups, and within the files of one', () => {
	const {press, ui} = openView();
	press('G');
	assert.equal(ui().verify.group, 'info newer-on-spoke');
	press('j', 'pagedown');
	assert.equal(ui().verify.group, 'info newer-on-spoke');
	press('enter', 'j', 'j');
	assert.equal(ui().verify.finding?.at, 1);
	press('g', 'k');
	assert.equal(ui().verify.finding?.at, 0);
	press('enter', 'j');
	assert.equal(ui().offsets.verify, 1, 'the page of a file scrolls');
});

test('find goes to the group or the file that has the text, n to the next', () => {
	const findings = Array.from({length: 30}, (_, at) => ({...fakeFindings[5]!, path: `s-${at % 10}-${at}.jsonl`}));
	const report = fakeReport(findings, {spoke: name});
	const lines = findings.map(({path}) => path);
	const {press, type, ui, said} = openView(report, {context: {lines: () => lines}});
	press('enter');
	type('/s-7');
	press('enter');
	assert.equal(ui().verify.finding?.at, 7);
	press('n');
	assert.equal(ui().verify.finding?.at, 17);
	press('N', 'N');
	assert.equal(ui().verify.finding?.at, 27, 'round at the ends');
	press('esc');
	assert.equal(ui().verify.level, 'files', 'esc drops the search first');
	type('/nowhere');
	press('enter');
	assert.match(said() ?? '', /nowhere here/);
});

test('! shows what would be repaired and only y does it', () => {
	const {press, ui, calls} = openView();
	press('!');
	const {prompt} = ui();
	assert.ok(prompt?.kind === 'confirm');
	assert.match(prompt.title, /Repair 1 damaged session/);
	assert.match(prompt.lines[0]!, /d703a1a9\.jsonl: its true bytes from the spoke, 974 KB/);
	press('enter');
	assert.deepEqual([calls, ui().prompt], [[], undefined]);
	press('!', 'y');
	assert.deepEqual(calls, [['repair', name, [fakeFindings[0]!.path]]]);
});

test('! says why nothing can be repaired', () => {
	const lost = openView(fakeReport([fakeFindings[1]!], {spoke: name}));
	lost.press('!');
	assert.match(lost.said() ?? '', /where the true bytes of this are is not known/);
	const sound = openView(fakeReport([], {spoke: name}));
	sound.press('!');
	assert.equal(sound.said(), 'nothing is damaged');
	const readOnly = openView(found, {context: {isReadOnly: true}});
	readOnly.press('!');
	assert.match(readOnly.said() ?? '', /read-only/);
	assert.equal(readOnly.ui().prompt, undefined);
});

test('nothing is repaired of a spoke that went meanwhile', () => {
	const {press, calls, publish, ui} = openView();
	press('!');
	publish({...hub, spokes: hub.spokes.filter(({config}) => config.name !== name)});
	press('y');
	assert.deepEqual(calls, []);
	assert.deepEqual(ui().views, ['main'], 'its view closes with it');
});

test('in a folder that others fill it is said that nothing is written there', () => {
	const state = hubOf(found);
	const spokes = state.spokes.map(spoke =>
		spoke.config.name === name ? {...spoke, config: {...spoke.config, source: undefined}} : spoke,
	);
	const {press, ui} = openView(found, {state: {...state, spokes}});
	press('!');
	const {prompt} = ui();
	assert.ok(prompt?.kind === 'confirm');
	assert.match(prompt.lines.join('\n'), /nothing is written there/);
});

test('y offers the path and the finding, Y copies the report', () => {
	const {press, ui, calls} = openView();
	press('enter', 'y');
	const {prompt} = ui();
	assert.ok(prompt?.kind === 'copy');
	assert.deepEqual(
		prompt.items.map(({key}) => key),
		['p', 'n', 'f', 'r'],
	);
	press('p', 'Y');
	assert.match(String(calls[0]![1]), /^\/home\/will\/.*\/--home-will-api--\/.*d703a1a9\.jsonl$/);
	assert.match(String(calls[1]![1]), /^# Verify of /);
});

test(':verify verifies spokes by name, all of them with the hub, and every byte', () => {
	const {type, press, calls, ui} = openKeyboard();
	type(`:verify ${second} --deep`);
	press('enter');
	assert.equal(ui().selected, second);
	assert.equal(ui().views.at(-1), 'verify');
	type(':sync verify --all');
	press('enter');
	const enabled = hub.spokes.filter(({config}) => config.enabled).map(({config}) => config.name);
	assert.deepEqual(calls, [
		['verify', [second], {isDeep: true}],
		['verify', [hubRow, ...enabled], {isDeep: false}],
	]);
});

test('what was selected in one row means nothing in another', () => {
	const {press, ui, dispatch, publish} = openView();
	press('j', 'enter', 'esc', 'esc');
	const other = {...noVerify, report: fakeReport(fakeFindings, {spoke: second})};
	const state = hubOf(found);
	publish({
		...state,
		spokes: state.spokes.map(spoke => (spoke.config.name === second ? {...spoke, verify: other} : spoke)),
	});
	dispatch({type: 'select', id: second});
	press('v');
	assert.deepEqual([ui().verify.of, ui().verify.group, ui().verify.level], [second, undefined, 'groups']);
});
