import assert from 'node:assert/strict';
import test from 'node:test';
import type {HubState, SpokeState} from '../../source/sync/state.js';
import {fakeDetail} from '../lab/fake-detail.js';
import {fakeHub, fakeSpoke} from '../lab/fake-state.js';
import {openKeyboard} from './keyboard.js';

const elsewhere = {
	by: 'watch',
	startedAt: 1,
	isDryRun: false,
	isArrival: false,
	progress: undefined,
	pace: undefined,
	isElsewhere: true,
} as const;

function hubOf(...spokes: readonly SpokeState[]): HubState {
	return {...fakeHub({spokes: 0}), spokes};
}

const ok = fakeSpoke({name: 'laptop'});
const disabled = fakeSpoke({name: 'old-mac', kind: 'disabled'});
const syncing = fakeSpoke({name: 'server', kind: 'syncing'});
const watched = fakeSpoke({name: 'nas', state: {job: elsewhere}});
const held = fakeSpoke({name: 'gpu-box', kind: 'held'});

test('s syncs the selected spoke and says so, n only looks', () => {
	const {press, calls, said} = openKeyboard({state: hubOf(ok)});
	press('s');
	assert.equal(said(), 'syncing laptop');
	press('n');
	assert.equal(said(), 'dry run of laptop');
	assert.deepEqual(calls, [
		['sync', ['laptop'], {isDryRun: false}],
		['sync', ['laptop'], {isDryRun: true}],
	]);
});

test('a disabled spoke that alone is meant runs, as on the command line', () => {
	const {press, calls} = openKeyboard({state: hubOf(disabled)});
	press('s');
	assert.deepEqual(calls, [['sync', ['old-mac'], {isDryRun: false}]]);
});

test('S syncs what can be synced and says why the rest was not', () => {
	const {press, calls, said} = openKeyboard({state: hubOf(ok, disabled, syncing, watched)});
	press('S');
	assert.deepEqual(calls, [['sync', ['laptop'], {isDryRun: false}]]);
	assert.equal(said(), 'syncing laptop; not: 1 disabled, 1 already running, 1 running in another process');
});

test('marked spokes are synced together', () => {
	const {press, calls, said} = openKeyboard({state: hubOf(ok, fakeSpoke({name: 'studio'}), disabled)});
	press('*', 's');
	assert.deepEqual(calls, [['sync', ['laptop', 'studio'], {isDryRun: false}]]);
	assert.equal(said(), 'syncing 2 spokes; not: 1 disabled');
});

test('a sync that cannot start says why', () => {
	for (const [spoke, why] of [
		[syncing, 'server: already running'],
		[watched, 'nas: running in another process'],
	] as const) {
		const {press, calls, said, ui} = openKeyboard({state: hubOf(spoke)});
		press('s');
		assert.deepEqual(calls, []);
		assert.equal(said(), why);
		assert.equal(ui().toasts.at(-1)?.level, 'warn');
	}
});

test('the hub row has nothing to fetch, an empty hub nothing to sync', () => {
	const hub = openKeyboard({state: hubOf(ok)});
	hub.press('g', 's');
	assert.match(hub.said() ?? '', /hub's own sessions/);
	const empty = openKeyboard({state: hubOf()});
	empty.press('S');
	assert.equal(empty.said(), 'there are no spokes to sync');
	assert.deepEqual([...hub.calls, ...empty.calls], []);
});

test('with --read-only nothing is changed, by key or by command line, and it is said', () => {
	const {press, type, calls, said} = openKeyboard({state: hubOf(syncing, ok), context: {isReadOnly: true}});
	for (const key of ['s', 'S', 'x', 'u']) {
		press(key);
		assert.match(said() ?? '', /read-only/, key);
	}

	type(':sync laptop');
	press('enter');
	assert.match(said() ?? '', /read-only/);
	assert.deepEqual(calls, []);
});

test('x asks, y cancels, enter and every other key do not', () => {
	const {press, calls, ui} = openKeyboard({state: hubOf(syncing)});
	press('x');
	const {prompt} = ui();
	assert.ok(prompt?.kind === 'confirm');
	assert.equal(prompt.title, 'Cancel the job of server?');
	press('enter');
	assert.equal(ui().prompt, undefined);
	press('x', 'n');
	press('x', 'esc');
	assert.deepEqual(calls, []);
	press('x', 'y');
	assert.deepEqual(calls, [['cancel', ['server']]]);
});

test('the job of another process cannot be cancelled from here', () => {
	const {press, calls, said, ui} = openKeyboard({state: hubOf(watched)});
	press('x');
	assert.match(said() ?? '', /nas: another process runs it \(watch\)/);
	assert.equal(ui().prompt, undefined);
	assert.deepEqual(calls, []);
});

test('u lists what is held before it asks, and releases on y', () => {
	const detail = fakeDetail(held);
	const {press, calls, ui} = openKeyboard({state: hubOf(held), context: {detail}});
	press('u');
	const {prompt} = ui();
	assert.ok(prompt?.kind === 'confirm');
	assert.match(prompt.title, /Release what is held on gpu-box/);
	assert.ok(prompt.lines.some(line => line.startsWith('gpu-box: ')));
	for (const {path} of detail.held)
		assert.ok(
			prompt.lines.some(line => line.includes(path)),
			path,
		);
	press('y');
	assert.deepEqual(calls, [['release', ['gpu-box']]]);
});

test('a long question scrolls and stays open', () => {
	const spokes = Array.from({length: 9}, (_, index) => fakeSpoke({name: `node-${index}`, kind: 'syncing'}));
	const {press, ui} = openKeyboard({state: hubOf(...spokes)});
	const offset = () => (ui().prompt?.kind === 'confirm' ? (ui().prompt as {offset: number}).offset : undefined);
	press('*', 'x', 'down', 'j');
	assert.equal(offset(), 2);
	press('pagedown', 'pagedown', 'pagedown');
	assert.equal(offset(), 10 - 3, 'nine jobs and a line, three on the screen');
	press('up', 'pageup');
	assert.equal(offset(), 3);
});

test('a spoke that is gone when y is pressed is left alone', () => {
	const state = hubOf(syncing, ok);
	const {press, publish, calls} = openKeyboard({state});
	press('*', 'x');
	publish({...state, spokes: [ok]});
	press('y');
	assert.deepEqual(calls, []);
});

test('where nothing runs or is held, x and u say so', () => {
	const {press, said} = openKeyboard({state: hubOf(ok)});
	press('x');
	assert.equal(said(), 'no job runs on laptop');
	press('u');
	assert.equal(said(), 'nothing is held on laptop');
});

test('r asks the selected spoke, R all that can be asked', () => {
	const filled = fakeSpoke({name: 'usb', config: {source: undefined, sourceText: undefined, method: 'manual'}});
	const {press, calls, said} = openKeyboard({state: hubOf(ok, filled, watched)});
	press('R');
	assert.deepEqual(calls, [['probe', ['laptop', 'nas']]]);
	assert.equal(said(), 'asking 2 spokes');
	const alone = openKeyboard({state: hubOf(filled)});
	alone.press('r');
	assert.match(alone.said() ?? '', /usb cannot be asked/);
});

test('an error stays until a key, and the key still does what it is for', () => {
	const {press, ui, dispatch} = openKeyboard({state: hubOf(ok)});
	press('g');
	dispatch({type: 'toast', level: 'error', text: 'rsync failed', now: 0});
	press('j');
	assert.deepEqual([ui().toasts, ui().selected], [[], 'laptop']);
});

test('y offers what there is to copy and copies what is chosen', () => {
	const failed = fakeSpoke({
		name: 'gpu-box',
		kind: 'auth',
		config: {source: {kind: 'ssh', host: '10.0.0.9', user: 'will', path: 'x'}, port: 2222, sshKey: '/k/my key'},
	});
	const {press, calls, ui} = openKeyboard({state: hubOf(failed)});
	press('y');
	const {prompt} = ui();
	assert.ok(prompt?.kind === 'copy');
	assert.deepEqual(
		prompt.items.map(({key, label}) => `${key} ${label}`),
		['n name', 's source', 'p path', 'e last error', 'h ssh command', 'r sync command'],
	);
	press('h');
	assert.deepEqual(calls, [['copy', "ssh -i '/k/my key' -p 2222 will@10.0.0.9", 'ssh command']]);
	assert.equal(ui().prompt, undefined);
	press('y', 'e');
	assert.match(String(calls[1]![1]), /^gpu-box: .*\[AUTH_/);
	press('y', '%', 'esc');
	assert.equal(calls.length, 2);
});

test('in the log y copies the line, Y all that is shown; a command comes as it can be run', () => {
	const {press, calls, context} = openKeyboard({state: {...fakeHub({spokes: 2, lines: 40})}});
	press('l', 'l', 'k', 'y', 'Y');
	const {log} = context();
	assert.equal(
		calls[0]![1],
		`${new Date(log.at(-2)!.at).toISOString()} ${log.at(-2)!.level.padEnd(5)} Sync: ${log.at(-2)!.text}`,
	);
	assert.equal(String(calls[1]![1]).split('\n').length, log.length);
	press('e', 'e', 'e', '/', ...'rsync -a'.split('').map(key => (key === ' ' ? 'space' : key)), 'enter', 'y');
	assert.match(String(calls.at(-1)![1]), /^rsync -a --whole-file/);
});
