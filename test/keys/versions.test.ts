import assert from 'node:assert/strict';
import test from 'node:test';
import {hubRow} from '../../source/view/types.js';
import type {ShownSession} from '../../source/view/versions-sight.js';
import {type FakeKind, fakeHub} from '../lab/fake-state.js';
import {kept, known, pathOf, session, some} from '../view/versions.js';
import {openKeyboard} from './keyboard.js';

const [first, second] = some as readonly [ShownSession, ShownSession];
const [newest, older] = first.generations.map(({file}) => file) as [string, string];

/** A keyboard on the list of what is held of the only spoke. */
function openList(change: {readonly kind?: FakeKind; readonly isReadOnly?: boolean; sessions?: typeof some} = {}) {
	const state = fakeHub({spokes: 1, kinds: [change.kind ?? 'held']});
	const versions = known(change.sessions ?? some);
	const keyboard = openKeyboard({state, context: {versions, isReadOnly: change.isReadOnly ?? false}});
	keyboard.press('enter', 'h');
	return keyboard;
}

test('h opens what is held and kept of a spoke, from the table and from its detail, and esc leads back', () => {
	const {press, ui} = openList();
	assert.deepEqual(ui().views, ['main', 'detail', 'versions']);
	assert.equal(ui().versions.spoke, 'laptop');
	press('esc', 'esc', 'h');
	assert.deepEqual(ui().views, ['main', 'versions']);
});

test('from the table h is for what is held; otherwise it says where earlier versions are', () => {
	const {press, ui, said} = openKeyboard({state: fakeHub({spokes: 1, kinds: ['ok']})});
	press('h');
	assert.deepEqual(ui().views, ['main']);
	assert.match(said() ?? '', /nothing of laptop is held; its earlier versions are behind its detail/);
	press('enter', 'h');
	assert.equal(ui().views.at(-1), 'versions');
	press('esc', 'esc', 'g', 'h');
	assert.equal(ui().selected, hubRow);
	assert.match(said() ?? '', /hub's own sessions/);
});

test('j k g G walk the sessions, enter opens one, there they walk its versions, esc goes one level back', () => {
	const {press, ui} = openList();
	press('j', 'j', 'k');
	assert.equal(ui().versions.path, second.path);
	press('G');
	assert.equal(ui().versions.path, pathOf(4));
	press('pageup');
	assert.equal(ui().versions.path, first.path);
	press('enter');
	assert.deepEqual([ui().versions.level, ui().versions.path], ['session', first.path]);
	press('j', 'j');
	assert.equal(ui().versions.version, newest);
	press('G', 'j');
	assert.equal(ui().versions.version, first.generations.at(-1)!.file);
	press('esc');
	assert.equal(ui().versions.level, 'list');
	assert.equal(ui().views.at(-1), 'versions');
	press('esc');
	assert.equal(ui().views.at(-1), 'detail');
});

test('u asks whether the hub’s copy of this session is kept, enter is no answer, y does it', () => {
	const {press, ui, calls} = openList();
	press('u');
	const {prompt} = ui();
	assert.ok(prompt?.kind === 'confirm');
	assert.match(prompt.lines.join('\n'), /current: 974,031 B[\s\S]*on the spoke: 146 B[\s\S]*nothing is deleted/);
	press('enter');
	assert.equal(ui().prompt, undefined);
	assert.deepEqual(calls, []);
	press('u', 'y');
	assert.deepEqual(calls, [['keepHubCopy', 'laptop', [first.path]]]);
});

test('A asks whether the spoke’s version becomes current, and says that the hub’s stays', () => {
	const {press, ui, calls, said} = openList();
	press('A');
	assert.match(said() ?? '', /enter opens the session first/);
	press('enter', 'A');
	assert.match(JSON.stringify(ui().prompt), /stays as an earlier one/);
	press('n');
	assert.deepEqual(calls, []);
	press('A', 'y');
	assert.deepEqual(calls, [['acceptVersion', 'laptop', first.path]]);
});

test('a version that another one took the place of while the question stood there is not accepted', () => {
	const state = fakeHub({spokes: 1, kinds: ['held']});
	let sessions = some;
	const context = {
		get versions() {
			return known(sessions);
		},
	};
	const {press, calls, said} = openKeyboard({state, context});
	press('h', 'enter', 'A');
	sessions = [{...first, held: {...first.held!, sha256: 'another'}}];
	press('y');
	assert.deepEqual(calls, []);
	assert.match(said() ?? '', /shows another version by now/);
});

test('b brings the version under the cursor back, which must be an earlier one', () => {
	const {press, calls, said} = openList();
	press('enter', 'b');
	assert.match(said() ?? '', /put the cursor on an earlier version first/);
	press('G', 'k', 'b', 'y');
	assert.deepEqual(calls, [['restoreVersion', 'laptop', older, undefined]]);
});

test('w asks for a file; a folder keeps the name, and what is no whole path is asked for again', () => {
	const {press, type, ui, calls, said} = openList();
	press('enter', 'j', 'j', 'w');
	assert.equal(ui().prompt?.kind, 'file');
	press('esc');
	assert.equal(ui().prompt, undefined);
	press('w', 'ctrl-u');
	type('back.jsonl');
	press('enter');
	assert.match(said() ?? '', /a whole path/);
	assert.equal(ui().prompt?.kind, 'file');
	press('ctrl-u');
	type('/tmp/back.jsonl');
	press('enter', 'w', 'enter');
	const name = first.path.slice(first.path.lastIndexOf('/') + 1);
	assert.deepEqual(calls, [
		['restoreVersion', 'laptop', newest, '/tmp/back.jsonl'],
		['restoreVersion', 'laptop', newest, `~/${name}`],
	]);
});

test('c and enter compare with the current version, space with another one', () => {
	const {press, ui, calls} = openList();
	press('c', 'esc', 'j', 'enter');
	assert.equal(ui().versions.level, 'compare');
	press('esc', 'j', 'space', 'j', 'c');
	const {current, seenFile} = first;
	assert.deepEqual(calls, [
		['compareVersions', 'laptop', {path: first.path, one: 'current', other: 'spoke'}, [current!.file, seenFile]],
		['compareVersions', 'laptop', {path: first.path, one: 'current', other: 'spoke'}, [current!.file, seenFile]],
		['compareVersions', 'laptop', {path: first.path, one: newest, other: older}, [newest, older]],
	]);
	press('j', 'j');
	assert.equal(ui().offsets.versions, 2, 'a comparison scrolls');
});

test('in a folder that others fill nothing is put there, and it is said why and how', () => {
	const {press, ui, calls, said} = openList({kind: 'manual'});
	press('enter', 'A');
	assert.match(said() ?? '', /something else fills this folder/);
	press('j', 'j', 'b');
	assert.match(said() ?? '', /write the version into a file/);
	assert.equal(ui().prompt, undefined);
	press('w', 'enter', 'u', 'y');
	assert.deepEqual(
		calls.map(([call]) => call),
		['restoreVersion', 'keepHubCopy'],
	);
});

test('read-only changes nothing, but reads, compares and copies', () => {
	const {press, ui, calls, said} = openList({isReadOnly: true});
	for (const key of ['u', 'enter', 'A', 'j', 'j', 'b', 'w']) press(key);
	assert.match(said() ?? '', /read-only/);
	assert.equal(ui().prompt, undefined);
	press('c', 'r', 'y', 'p');
	assert.deepEqual(
		calls.map(([call]) => call),
		['compareVersions', 'reloadVersions', 'copy'],
	);
});

test('y offers the paths of the session and of the version under the cursor', () => {
	const {press, ui, calls} = openList();
	press('enter', 'j', 'j', 'y');
	const {prompt} = ui();
	assert.deepEqual(prompt?.kind === 'copy' && prompt.items.map(({key}) => key), ['v', 'p', 's', 'n', 'h']);
	press('y');
	assert.deepEqual(calls, [['copy', newest, 'earlier 1']]);
});

test('find selects the session it finds', () => {
	const {press, type, ui} = openList();
	type('/line 25');
	press('enter');
	assert.equal(ui().versions.path, pathOf(4), 'the nearest there is to the line that matched');
	press('esc');
	assert.equal(ui().search.versions, '');
	assert.equal(ui().views.at(-1), 'versions');
});

test('keys where there is nothing, and where nothing was read, do no harm', () => {
	for (const sessions of [[], undefined]) {
		const state = fakeHub({spokes: 1, kinds: ['ok']});
		const versions = sessions && known(sessions);
		const {press, ui, calls} = openKeyboard({state, context: {versions}});
		press('enter', 'h', 'j', 'G', 'pagedown', 'enter', 'u', 'A', 'b', 'w', 'c', 'space', 'n');
		assert.equal(ui().views.at(-1), 'versions');
		assert.equal(ui().prompt, undefined);
		assert.deepEqual(calls, []);
	}
});

test('a session that lost its hold and has nothing else stays on its page until esc', () => {
	const {press, ui} = openList({sessions: [session(3, {generations: [kept(pathOf(3), 0)]})]});
	press('enter', 'u', 'A');
	assert.equal(ui().prompt, undefined);
	assert.equal(ui().versions.level, 'session');
});

test(':versions, :restore and their spellings in a shell open it', () => {
	const state = fakeHub();
	const [, name] = state.spokes.map(({config}) => config.name) as [string, string];
	for (const line of [`:versions ${name}`, `:restore ${name}`, `:sync generations ${name}`, `:sync restore ${name}`]) {
		const {press, type, ui} = openKeyboard({state});
		type(line);
		press('enter');
		assert.equal(ui().views.at(-1), 'versions', line);
		assert.equal(ui().versions.spoke, name);
		assert.equal(ui().selected, name);
	}
});
