import assert from 'node:assert/strict';
import test from 'node:test';
import {buildKeymap, type CommandId, type KeyContext} from '../source/keymap.js';
import {commandIds, specOf} from '../source/keys/commands.js';
import {normalKey} from '../source/keys/names.js';
import {buildRows} from '../source/view/rows.js';
import {viewNames} from '../source/view/types.js';
import {fakeHub, fakeNow} from './lab/fake-state.js';

const [, row] = buildRows(fakeHub(), fakeNow, undefined);

const main: KeyContext = {
	view: 'main',
	under: 'main',
	pane: 'table',
	row,
	hasSpokes: true,
	targets: 1,
	hasHeld: true,
	running: 1,
	isReadOnly: false,
	isFiltered: false,
	hasMarks: false,
	isZoomed: false,
	hasSearch: false,
	hasPanes: true,
	isUnwell: false,
	hasDiagnosis: true,
	hasFailedSteps: true,
	fixes: 1,
	runnable: 1,
	isExpanded: false,
	verify: {
		level: 'groups',
		canBegin: true,
		isRunning: false,
		hasDamage: false,
		hasFinding: true,
		repairable: 1,
	},
	versions: {
		level: 'session',
		hasSession: true,
		isHeld: true,
		isAcceptable: true,
		isKept: true,
		isRestorable: true,
		isComparable: true,
	},
	wizard: {isWanted: false, canEdit: true, hasDevice: true, hasChoices: true, canSave: true},
};

/** Two commands on one key, of which the first that would do something has it. */
const shared: ReadonlySet<string> = new Set([
	'detail next-match dry-run',
	'main cancel cancel-verify',
	'detail cancel cancel-verify',
]);

test('every key of the table has a name that a terminal can send, and no two always mean different things', () => {
	for (const id of commandIds) {
		for (const key of specOf(id).keys) assert.equal(normalKey(key), key, `${id}: ${key}`);
	}

	for (const view of viewNames) {
		const held = new Map<string, CommandId>();
		for (const id of commandIds.filter(one => specOf(one).views.includes(view))) {
			for (const key of specOf(id).keys) {
				const before = held.get(key);
				if (before) assert.ok(shared.has(`${view} ${before} ${id}`), `${view}: ${before} and ${id} are both on ${key}`);
				held.set(key, id);
			}
		}
	}
});

test('nothing is in the table that is not built', () => {
	const keys = commandIds.flatMap(id => specOf(id).keys);
	assert.ok(!keys.includes('m'));
	assert.ok(!specOf('level').views.includes('main'), 'e is for the log alone');
});

test('a key without overrides does what the table says', () => {
	const {keymap, problems} = buildKeymap();
	assert.deepEqual(problems, []);
	assert.equal(keymap.find('s', main), 'sync');
	assert.equal(keymap.find('f', main), 'faults');
	assert.equal(keymap.find('f', {...main, view: 'log'}), 'follow');
	assert.equal(keymap.find('/', main), 'filter');
	assert.equal(keymap.find('/', {...main, view: 'detail'}), 'find');
	assert.equal(keymap.find('s', {...main, view: 'log'}), undefined);
	assert.equal(keymap.find('%', main), undefined);
});

test('n is the next match while something is searched for, else a dry run', () => {
	const {keymap} = buildKeymap();
	const detail: KeyContext = {...main, view: 'detail'};
	assert.equal(keymap.find('n', detail), 'dry-run');
	assert.equal(keymap.find('n', {...detail, hasSearch: true}), 'next-match');
	assert.equal(keymap.find('n', {...main, pane: 'log', hasSearch: true}), 'next-match');
	assert.equal(keymap.find('n', {...main, pane: 'log'}), 'dry-run');
});

test('a focused pane takes the keys of its view first, then those of the main view', () => {
	const {keymap} = buildKeymap();
	const pane: KeyContext = {...main, pane: 'log'};
	assert.equal(keymap.find('f', pane), 'follow');
	assert.equal(keymap.find('o', pane), 'sort');
	assert.equal(keymap.find('/', pane), 'find');
	const keys = keymap.help(pane).flatMap(({entries}) => entries.flatMap(one => one.keys));
	assert.equal(keys.filter(key => key === 'f').length, 1, 'faults has no key while follow has it');
});

test('release has a key only where something is held, and nothing changes with --read-only', () => {
	const {keymap} = buildKeymap();
	assert.equal(keymap.find('u', main), 'release');
	assert.equal(keymap.find('u', {...main, hasHeld: false}), undefined);
	const readOnly: KeyContext = {...main, isReadOnly: true};
	for (const key of ['s', 'S', 'x', 'u']) assert.equal(keymap.find(key, readOnly), undefined, key);
	assert.equal(keymap.find('n', readOnly), 'dry-run');
	assert.equal(keymap.at('s', readOnly), 'sync', 'so that it can be said why');
	assert.ok(!keymap.hints(readOnly).some(({hint}) => hint === 'sync'));
	assert.ok(!keymap.help(readOnly).some(({entries}) => entries.some(({title}) => title === 'sync now')));
});

test('help comes first in every footer, whatever the keys', () => {
	const files: Array<Readonly<Record<string, readonly string[]>>> = [{}, {help: ['h']}];
	for (const overrides of files) {
		const {keymap} = buildKeymap(overrides);
		for (const view of viewNames.filter(one => one !== 'help')) {
			const [first] = keymap.hints({...main, view, isZoomed: true});
			assert.equal(first?.hint, 'help', view);
		}
	}

	assert.deepEqual(
		buildKeymap()
			.keymap.hints(main)
			.slice(0, 5)
			.map(({keys, hint}) => `${keys} ${hint}`),
		['? help', 'enter open', 'x cancel', 'u release', 'h versions'],
	);
});

test('help tells the keys of the view below it', () => {
	const {keymap} = buildKeymap();
	const sections = keymap.help({...main, view: 'help', under: 'log'});
	const titles = sections.flatMap(({entries}) => entries.map(({title}) => title));
	assert.ok(titles.includes('follow, or stop'));
	assert.ok(!titles.includes('faults only'));
});

test('overrides replace keys, unbind them, and are judged', () => {
	const {keymap, problems} = buildKeymap({
		sync: ['Ctrl+S'],
		down: ['j', 'ctrl-n'],
		'sync-all': [],
		reverse: [''],
		snyc: ['s'],
		wide: ['hyper-w'],
	});
	assert.equal(keymap.find('ctrl-s', main), 'sync');
	assert.equal(keymap.find('s', main), undefined);
	assert.equal(keymap.find('ctrl-n', main), 'down');
	assert.equal(keymap.find('down', main), undefined);
	assert.equal(keymap.find('S', main), undefined);
	assert.equal(keymap.find('O', main), undefined);
	assert.deepEqual(problems, [
		"tui.keys: there is no command 'snyc'; did you mean 'sync'?",
		"tui.keys.wide: there is no key 'hyper-w'",
	]);
});

test('of two commands on one key in one view that of the file has it, and it is said', () => {
	const {keymap, problems} = buildKeymap({refresh: ['s']});
	assert.equal(keymap.find('s', main), 'refresh');
	assert.deepEqual(keymap.keysOf('sync', 'main'), []);
	assert.deepEqual(problems, ["tui.keys.refresh: 's' is also a key of 'sync', which loses it where both are"]);
});

test('a key is lost only in the views that both commands have', () => {
	const {keymap} = buildKeymap({zoom: ['/']});
	assert.equal(keymap.find('/', main), 'zoom');
	assert.equal(keymap.find('/', {...main, view: 'log'}), 'find');
});

test('of two commands of the file on one key the first named has it', () => {
	const {keymap, problems} = buildKeymap({refresh: ['%'], sync: ['%']});
	assert.equal(keymap.find('%', main), 'refresh');
	assert.equal(problems.length, 1, problems.join('\n'));
	assert.match(problems[0]!, /refresh.*'%'.*'sync'/);
});

test('writing down what a command has anyway changes nothing', () => {
	for (const id of commandIds) {
		const {keymap, problems} = buildKeymap({[id]: specOf(id).keys});
		assert.deepEqual(problems, [], id);
		assert.equal(keymap.find('n', {...main, view: 'detail', hasSearch: true}), 'next-match', id);
		assert.equal(keymap.find('n', {...main, view: 'detail'}), 'dry-run', id);
	}
});

test('ctrl-c quits whatever the file says', () => {
	const files: Array<Readonly<Record<string, readonly string[]>>> = [
		{'quit-now': []},
		{'quit-now': ['ctrl-q']},
		{sync: ['ctrl-c']},
	];
	for (const overrides of files) {
		const {keymap, problems} = buildKeymap(overrides);
		for (const view of viewNames) assert.equal(keymap.find('ctrl-c', {...main, view}), 'quit-now');
		assert.equal(problems.length, 1, JSON.stringify(overrides));
	}
});
