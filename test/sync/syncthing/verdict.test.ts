import assert from 'node:assert/strict';
import test from 'node:test';
import type {SpokeState} from '../../../source/sync/state.js';
import {verdictOf} from '../../../source/sync/status.js';
import {noFacts, pendingOf, type SpokeFacts} from '../../../source/sync/store/facts.js';
import {emptyFolder} from '../../../source/sync/syncthing/convert.js';
import {applyEvents} from '../../../source/sync/syncthing/events.js';
import type {StFolder, StInstance, SyncthingFacts} from '../../../source/sync/syncthing/types.js';
import {isSyncthingConnected} from '../../../source/sync/syncthing/verdict.js';
import {fakeHub} from '../../lab/fake-state.js';

const now = Date.parse('2026-11-21T14:00:00Z');
const hour = 3_600_000;
const folder: StFolder = {
	...emptyFolder({
		...{id: 'laptop', label: 'laptop', path: '/l', type: 'receiveonly', isPaused: false, versioning: 'simple'},
		...{ignoreDelete: false, ignorePerms: false, maxConflicts: -1, devices: ['A']},
	}),
	state: 'idle',
	globalBytes: 1000,
};
const device = {
	...{id: 'A', name: 'laptop', isConnected: true, isPaused: false, address: '10.0.0.7:22000', connection: 'tcp-client'},
	...{clientVersion: 'v2.1.3', lastSeen: now},
};

function spoke(st: Partial<SyncthingFacts> = {}, facts: Partial<SpokeFacts> = {}): SpokeState {
	const base = fakeHub({spokes: 1, now}).spokes[0]!;
	const syncthing = {at: now, instance: 'http://x', folder, devices: [device], failure: undefined, ...st};
	return {
		...base,
		...{holds: 0, job: undefined, undriven: undefined},
		config: {...base.config, method: 'syncthing', source: undefined, enabled: true, invalid: undefined},
		facts: {...noFacts, lastSeen: now, syncthing, ...facts},
	};
}

function say(...of: Parameters<typeof spoke>): string {
	const {state, reason} = verdictOf(spoke(...of), now, false);
	return reason === undefined ? state : `${state}: ${reason}`;
}

test('what is to come is said in items and bytes, and in percent only while it comes', () => {
	const behind = {...folder, needFiles: 3, needItems: 4, needBytes: 250};
	assert.equal(say(), 'ok');
	assert.equal(say({folder: {...behind, state: 'syncing'}}), 'syncing: 75 % are here, 4 items, 250 B to come');
	assert.equal(say({folder: behind}), 'due: 4 items, 250 B to come');
	assert.equal(pendingOf(spoke({folder: behind}).facts), 3);
	// Complete by bytes, and still not whole.
	assert.match(
		say({folder: {...folder, needItems: 1, state: 'syncing'}}),
		/^syncing: 99 % are here, 1 item, 0 B to come$/,
	);
});

test('a device that is away sleeps until it is late, and what is still missing is said', () => {
	const away = [{...device, isConnected: false}];
	const missing = {...folder, needItems: 2, needBytes: 10};
	assert.equal(
		say({devices: away}, {lastSeen: now - hour}),
		'asleep: not connected for 1h; all that was announced is here',
	);
	assert.equal(
		say({devices: away, folder: missing}, {lastSeen: now - 3 * hour}),
		'late: not seen for 3h; 2 items, 10 B to come',
	);
	assert.equal(say({devices: away}, {lastSeen: undefined}), "never: 'laptop' was never connected");
});

test('an answer of yesterday says nothing of today', () => {
	const old = {at: now - 24 * hour};
	assert.match(say(old, {lastSeen: now - 24 * hour}), /^late: not seen for 24h/);
	assert.equal(isSyncthingConnected(spoke(old), now), false);
	assert.equal(isSyncthingConnected(spoke(), now), true);
	const failure = {cause: 'ST_DOWN', message: 'gone', detail: '', at: now, since: now} as const;
	assert.equal(isSyncthingConnected(spoke({failure}), now), false);
	assert.equal(say({failure}), 'unreachable: gone');
});

test('without an API the folder is all there is, and the row says so', () => {
	assert.match(say({}, {syncthing: undefined}), /^(ok|never): folder only: Syncthing's API was not found$/);
});

test('events are folded without a question where they say everything, whatever else they hold', () => {
	const before: StInstance = {
		...{name: 'x', at: 1, failure: undefined, isAbsent: false, home: undefined, version: 'v', myId: 'H'},
		...{devices: new Map([['A', device]]), settings: new Map(), folders: new Map([['laptop', folder]])},
		...{pendingDevices: [], pendingFolders: []},
	};
	const fold = (...events: ReadonlyArray<readonly [string, unknown]>) =>
		applyEvents(
			before,
			events.map(([type, data], index) => ({id: index + 1, type, data})),
			now,
		);
	const clean = fold(
		['FolderSummary', {folder: 'laptop', summary: {state: 'syncing', needFiles: 2, needBytes: 7, errors: null, x: {}}}],
		['FolderErrors', {folder: 'laptop', errors: [{path: 'a\u001B[2J', error: 'no space'}]}],
		[
			'FolderCompletion',
			{folder: 'laptop', device: 'A', completion: 95, needItems: 1, needBytes: 9, remoteState: 'paused'},
		],
		['ItemFinished', {folder: 'laptop', item: 'p/a.jsonl', action: 'update', error: null, type: 'file'}],
		['FolderSummary', {folder: 'other', summary: {}}],
		['FolderSummary', 7],
		['SomethingNew', null],
	);
	const after = clean.state.folders.get('laptop')!;
	assert.deepEqual([after.state, after.needItems, after.needBytes, after.errorCount], ['syncing', 2, 7, 1]);
	assert.ok(!after.errors[0]!.path.includes('\u001B'));
	assert.deepEqual(after.shares, [{device: 'A', needItems: 1, needBytes: 9, remoteState: 'paused'}]);
	assert.deepEqual([after.lastFile?.path, after.lastFile?.at], ['p/a.jsonl', now]);
	assert.deepEqual(clean.dirt, {devices: false, config: false, pending: false, folders: new Set()});
	const dirty = fold(
		['StateChanged', {folder: 'laptop', to: 'error'}],
		['DeviceConnected', {id: 'A'}],
		['ConfigSaved', {}],
	);
	assert.deepEqual(dirty.dirt, {devices: true, config: true, pending: false, folders: new Set(['laptop'])});
	assert.equal(fold().state.folders, before.folders);
});

test('an answer from before the clock was set back an hour connects nobody', () => {
	assert.equal(isSyncthingConnected(spoke({at: now + hour}), now), false);
	assert.equal(isSyncthingConnected(spoke({at: now + 1000}), now), true);
});
