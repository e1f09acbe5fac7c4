import assert from 'node:assert/strict';
import {DatabaseSync} from 'node:sqlite';
import test, {type TestContext} from 'node:test';
import fc from 'fast-check';
import {type HistorySlot, slotMs, withRun} from '../../../source/sync/history.js';
import {noFiles, type RunRecord, type RunResult} from '../../../source/sync/store/runs.js';
import {Store} from '../../../source/sync/store/store.js';
import {temporaryFolder} from '../../lab/after.js';

async function open(t: TestContext) {
	const file = `${(await temporaryFolder(t)).path}/sync.db`;
	const opened: Store[] = [];
	t.after(() => {
		for (const store of opened) store.close();
	});
	return {
		file,
		async store() {
			const store = await Store.open(file);
			opened.push(store);
			return store;
		},
	};
}

function run(spoke: string, startedAt: number, result: RunResult, changes: Partial<RunRecord> = {}): RunRecord {
	const nothing = {cause: undefined, message: undefined, detail: undefined, sent: 0, received: 0};
	return {spoke, startedAt, tookMs: 1, result, by: 'cron', files: noFiles, bytes: 0, ...nothing, ...changes};
}

const someRun = fc
	.record({
		spoke: fc.constantFrom('laptop', 'server'),
		startedAt: fc.nat(40 * slotMs),
		result: fc.constantFrom<RunResult>('done', 'failed', 'cancelled', 'locked'),
		bytes: fc.nat(1000),
		arrived: fc.nat(5),
	})
	.map(({spoke, startedAt, result, bytes, arrived}) =>
		run(spoke, startedAt, result, {bytes, files: {...noFiles, new: arrived}}),
	);

test('the database keeps the very history that the state keeps, whichever process wrote the runs', async t => {
	const place = await open(t);
	const [one, two] = [await place.store(), await place.store()];
	let count = 0;
	fc.assert(
		fc.property(fc.array(someRun, {maxLength: 40}), runs => {
			// Runs come in the order of time; each round has spokes of its own.
			const round = `${++count}`;
			const ordered = runs.toSorted((a, b) => a.startedAt - b.startedAt);
			const expected = new Map<string, readonly HistorySlot[]>();
			for (const [index, each] of ordered.entries()) {
				const spoke = each.spoke + round;
				(index % 2 === 0 ? one : two).runs.add({...each, spoke});
				expected.set(spoke, withRun(expected.get(spoke) ?? [], each));
			}

			const history = one.runs.history(0);
			for (const [spoke, slots] of expected) assert.deepEqual(history.get(spoke) ?? [], slots);
		}),
		{numRuns: 50},
	);
});

test('slots before the one that is asked for are left out', async t => {
	const store = await (await open(t)).store();
	store.runs.add(run('laptop', 5 * slotMs, 'done'));
	store.runs.add(run('laptop', 7 * slotMs, 'failed'));
	const slots = store.runs.history(6).get('laptop');
	assert.deepEqual(slots, [{slot: 7, done: 0, failed: 1, bytes: 0, arrived: 0}]);
	assert.equal(store.runs.history(8).get('laptop'), undefined);
});

test('a file from before there were summaries gets them from its runs, once, and its runs stay', async t => {
	const place = await open(t);
	const first = await place.store();
	const now = Date.now();
	first.runs.add(run('laptop', now - 1000, 'done', {bytes: 7, files: {...noFiles, new: 2}}));
	first.runs.add(run('laptop', now - 500, 'failed'));
	first.runs.add(run('laptop', now - 100, 'locked'));
	first.runs.add(run('server', now - 3 * 24 * slotMs, 'done'));
	const expected = {history: first.runs.history(0).get('laptop'), latest: first.runs.latestOfEach()};
	const raw = new DatabaseSync(place.file);
	raw.exec(`DROP TRIGGER runs_into_hours; DROP TRIGGER runs_into_latest; DROP TABLE hours; DROP TABLE latest_runs;
		DROP TABLE totals; DROP INDEX runs_failed; DROP INDEX runs_failed_by_spoke`);
	raw.close();
	for (const store of [await place.store(), await place.store()]) {
		assert.deepEqual(store.runs.history(0).get('laptop'), expected.history);
		assert.equal(store.runs.history(0).get('server'), undefined, 'older than a day');
		assert.deepEqual(store.runs.latestOfEach(), expected.latest);
		assert.equal(store.runs.latest(9).length, 4);
		assert.equal(store.sessions.totals().size, 0);
	}
});

test('the last failure of a spoke is found however many runs followed it', async t => {
	const store = await (await open(t)).store();
	assert.equal(store.runs.lastFailure('laptop'), undefined);
	store.runs.add(run('laptop', 1, 'failed', {cause: 'TCP_REFUSED'}));
	store.runs.add(run('server', 9, 'failed'));
	for (let at = 2; at < 40; at++) store.runs.add(run('laptop', at, 'done'));
	assert.deepEqual(
		[store.runs.lastFailure('laptop')?.startedAt, store.runs.lastFailure('laptop')?.cause],
		[1, 'TCP_REFUSED'],
	);
});

test('what a root held when it was counted comes back; the latest count stands', async t => {
	const place = await open(t);
	const store = await place.store();
	const totals = {sessions: 3, others: 1, conflictCopies: 2, empty: 4, bytes: 5_000_000_000, newestMtimeMs: 7.25};
	store.sessions.putTotals('/a', {...totals, sessions: 1});
	store.sessions.putTotals('/a', totals);
	store.sessions.putTotals('/b', {...totals, newestMtimeMs: undefined});
	const again = (await place.store()).sessions.totals();
	assert.deepEqual(
		[...again],
		[
			['/a', totals],
			['/b', {...totals, newestMtimeMs: undefined}],
		],
	);
});
