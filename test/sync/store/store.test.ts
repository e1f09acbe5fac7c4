import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {DatabaseSync} from 'node:sqlite';
import test, {type TestContext} from 'node:test';
import fc from 'fast-check';
import {noFacts} from '../../../source/sync/store/facts.js';
import type {LedgerEntry, Observation} from '../../../source/sync/store/ledger-rows.js';
import {fromColumn, toColumn} from '../../../source/sync/store/path-column.js';
import {historyMs, noFiles, type RunRecord} from '../../../source/sync/store/runs.js';
import {Store} from '../../../source/sync/store/store.js';
import {decodeName} from '../../../source/text/names.js';
import {temporaryFolder, waitFor} from '../../lab/after.js';

async function open(t: TestContext, file?: string) {
	const where = file ?? `${(await temporaryFolder(t)).path}/data/sync.db`;
	const store = await Store.open(where);
	let isOpen = true;
	const close = () => {
		if (isOpen) store.close();
		isOpen = false;
	};
	t.after(close);
	return {store, file: where, close};
}

function entry(path: string, changes: Partial<LedgerEntry> = {}): LedgerEntry {
	const times = {firstAt: 10, lastAt: 10, sourceSize: undefined, sourceMtimeMs: undefined, since: undefined};
	return {path, length: 4, sha256: 'ab', ...times, ...changes};
}

function seen(path: string, changes: Partial<Observation> = {}): Observation {
	const marks = {isConfirmed: true, isReleased: false};
	return {path, kind: 'shrunk', size: 1, mtimeMs: 1.5, sha256: 'cd', firstAt: 1, lastAt: 2, ...marks, ...changes};
}

function run(spoke: string, changes: Partial<RunRecord> = {}): RunRecord {
	const nothing = {cause: undefined, message: undefined, detail: undefined};
	return {
		spoke,
		startedAt: 1,
		tookMs: 2,
		result: 'done',
		by: 'command',
		files: noFiles,
		bytes: 0,
		sent: 0,
		received: 0,
		...nothing,
		...changes,
	};
}

/** A name with a byte that is not UTF-8. */
const rawName = `p/${decodeName(Buffer.from([0x61, 0xff, 0x62]))}.jsonl`;

test('two processes that learn different facts never overwrite each other', async t => {
	const one = await open(t);
	const two = await open(t, one.file);
	assert.deepEqual(one.store.facts.get('laptop'), noFacts);
	one.store.facts.patch('laptop', {lastSeen: 5, failures: 2});
	two.store.facts.patch('laptop', {lastSynced: 7, hold: {cause: 'GUARD_EMPTIED', message: 'm', detail: 'd', at: 3}});
	one.store.facts.patch('laptop', {failures: 0});
	for (const {store} of [one, two]) {
		const {lastSeen, lastSynced, failures, hold} = store.facts.get('laptop');
		assert.deepEqual([lastSeen, lastSynced, failures, hold?.at], [5, 7, 0, 3]);
		assert.deepEqual([...store.facts.all().keys()], ['laptop']);
	}

	two.store.facts.patch('laptop', {hold: undefined});
	assert.deepEqual([one.store.facts.get('laptop').hold, one.store.facts.get('laptop').lastSeen], [undefined, 5]);
});

test('paths of any bytes come back from the ledger, the observations and the kept versions', async t => {
	const {store} = await open(t);
	const paths = ['p/a.jsonl', rawName, "p/it's\n;--.jsonl", 'p/😀.jsonl'];
	store.transaction(() =>
		store.ledger.put(
			'laptop',
			paths.map(path => entry(path)),
		),
	);
	for (const path of paths) {
		store.ledger.putObservation('laptop', seen(path));
		store.ledger.putGeneration('laptop', {path, file: `/g/${path}`, length: 1, sha256: 'x', at: 1, why: 'rewritten'});
	}

	assert.deepEqual([...store.ledger.all('laptop').keys()].sort(), [...paths].sort());
	assert.deepEqual(store.ledger.get('laptop', rawName), entry(rawName));
	assert.deepEqual(store.ledger.observations('laptop').get(rawName), seen(rawName));
	assert.deepEqual(
		store.ledger.generations('laptop').map(({path, file}) => [path, file]),
		paths.map(path => [path, `/g/${path}`]),
	);
	assert.deepEqual(store.ledger.all('lap'), new Map(), 'another spoke has none of it');
	fc.assert(
		fc.property(fc.uint8Array({minLength: 1, maxLength: 12}), bytes => {
			const path = decodeName(bytes);
			assert.equal(fromColumn(toColumn(path)), path);
			assert.equal(Buffer.from(toColumn(path)).toString(), toColumn(path), 'a column must be proper UTF-8');
		}),
	);
});

test('an entry that is written again keeps when it was first seen; totals and holds follow', async t => {
	const {store} = await open(t);
	store.transaction(() => store.ledger.put('laptop', [entry('a'), entry('b', {since: 3})]));
	store.transaction(() => store.ledger.put('laptop', [entry('a', {length: 9, firstAt: 50, lastAt: 50})]));
	assert.deepEqual(store.ledger.get('laptop', 'a'), entry('a', {length: 9, lastAt: 50}));
	assert.deepEqual({...store.ledger.totals('laptop')}, {sessions: 2, bytes: 13});
	for (const observation of [
		seen('a'),
		seen('b', {kind: 'gone'}),
		seen('c', {isConfirmed: false}),
		seen('d', {isReleased: true}),
		seen('e', {kind: 'rewritten'}),
	])
		store.ledger.putObservation('laptop', observation);
	assert.deepEqual(store.ledger.holdCounts().get('laptop'), {holds: 1, gone: 1});
	store.ledger.dropObservation('laptop', 'a');
	assert.equal(store.ledger.holdCounts().get('laptop')?.holds, 0);
});

test('a transaction holds as a whole or not at all', async t => {
	const {store} = await open(t);
	assert.throws(() =>
		store.transaction(() => {
			store.ledger.put('laptop', [entry('a')]);
			throw new Error('the disk is full');
		}),
	);
	assert.equal(store.ledger.all('laptop').size, 0);
	store.transaction(() => store.ledger.put('laptop', [entry('a')]));
	assert.equal(store.ledger.all('laptop').size, 1);
});

test('writes that can wait are written within a quarter of a second, and before closing', async t => {
	const {store, file, close} = await open(t);
	const other = await open(t, file);
	store.later(() => store.runs.add(run('laptop')));
	assert.equal(other.store.runs.latest(5).length, 0);
	await waitFor(() => other.store.runs.latest(5).length === 1, {message: 'the queued run'});
	store.later(() => store.runs.add(run('server')));
	close();
	assert.deepEqual(
		other.store.runs.latest(5).map(({spoke}) => spoke),
		['server', 'laptop'],
	);
});

test('runs come back whole; being turned away by a lease does not count as the latest', async t => {
	const {store} = await open(t);
	const failed = run('laptop', {result: 'failed', cause: 'TCP_REFUSED', message: 'no', detail: 'really', startedAt: 5});
	store.runs.add(failed);
	store.runs.add(run('laptop', {result: 'locked', startedAt: 6}));
	store.runs.add(run('server', {startedAt: 7}));
	assert.deepEqual(store.runs.latestOfEach().get('laptop'), failed);
	assert.deepEqual(store.runs.latest(1, 'laptop')[0]?.result, 'locked');
	assert.deepEqual(
		store.runs.failuresSince(5).map(({spoke}) => spoke),
		['laptop'],
	);
	store.runs.addEvent(1, 'INFO', undefined, 'old');
	store.runs.addEvent(historyMs + 1, 'WARN', 'laptop', 'new');
	const {id} = store.runs.events(0, 10)[0]!;
	assert.deepEqual(
		store.runs.events(id, 10).map(({text}) => text),
		['new'],
	);
	assert.deepEqual(
		store.runs.events(0, 10, 'laptop').map(({text, spoke}) => [text, spoke]),
		[['new', 'laptop']],
	);
	store.runs.trim(historyMs + 7);
	assert.deepEqual([store.runs.latest(9).map(({spoke}) => spoke), store.runs.events(0, 9).length], [['server'], 1]);
});

test('a file of a newer version is refused with what to do, and left as it is', async t => {
	const {file, close} = await open(t);
	close();
	const raw = new DatabaseSync(file);
	raw.exec('PRAGMA user_version = 99');
	raw.close();
	await assert.rejects(Store.open(file), /newer pi-brain-tui \(format 99.*sessions and the ledger are not/);
	const again = new DatabaseSync(file);
	t.after(() => again.close());
	assert.equal((again.prepare('PRAGMA user_version').get() as {user_version: number}).user_version, 99);
});

test('no runtime warning reaches the terminal', async t => {
	const {path: root} = await temporaryFolder(t);
	const store = new URL('../../../source/sync/store/store.ts', import.meta.url).href;
	const script = `const {Store} = await import(${JSON.stringify(store)}); const s = await Store.open(process.argv[1]); s.close();`;
	const argv = ['--import', 'tsx', '--input-type=module', '-e', script, `${root}/sync.db`];
	const {stderr, status} = spawnSync(process.execPath, argv, {encoding: 'utf8'});
	assert.deepEqual([stderr, status], ['', 0]);
});
