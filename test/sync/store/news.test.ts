import assert from 'node:assert/strict';
import test, {type TestContext} from 'node:test';
import fc from 'fast-check';
import {noFiles, type RunRecord} from '../../../source/sync/store/runs.js';
import {Store} from '../../../source/sync/store/store.js';
import {temporaryFolder} from '../../lab/after.js';

async function two(t: TestContext) {
	const {path} = await temporaryFolder(t);
	const [one, other] = [await Store.open(`${path}/sync.db`), await Store.open(`${path}/sync.db`)];
	t.after(() => {
		one.close();
		other.close();
	});
	return {one, other};
}

function run(startedAt: number, spoke = 'laptop'): RunRecord {
	return {
		spoke,
		startedAt,
		tookMs: 5,
		result: 'done',
		by: 'cron',
		files: noFiles,
		bytes: 0,
		sent: 0,
		received: 0,
		cause: undefined,
		message: undefined,
		detail: undefined,
	};
}

const startsOf = (store: Store) => store.news.take().runs.map(({startedAt}) => startedAt);

test('whatever the order of writes, each process is told every run of the other once and none of its own', async t => {
	const {one, other} = await two(t);
	let count = 0;
	fc.assert(
		fc.property(fc.array(fc.constantFrom('one', 'other', 'look', 'batch')), steps => {
			const [mine, theirs, told, toldThere]: number[][] = [[], [], [], []];
			for (const step of steps) {
				count++;
				if (step === 'one') {
					one.runs.add(run(count));
					mine!.push(count);
				} else if (step === 'other') {
					other.runs.add(run(count));
					theirs!.push(count);
				} else if (step === 'look') {
					told!.push(...startsOf(one));
				} else {
					const at = count;
					other.transaction(() => {
						other.runs.add(run(at));
						other.runs.add(run(at + 0.5));
					});
					theirs!.push(at, at + 0.5);
				}
			}

			told!.push(...startsOf(one));
			toldThere!.push(...startsOf(other));
			assert.deepEqual([told, toldThere], [theirs, mine]);
		}),
		{numRuns: 50},
	);
});

test('a write that a failed transaction took back leaves no row unseen that another process then writes', async t => {
	const {one, other} = await two(t);
	assert.throws(() =>
		one.transaction(() => {
			one.runs.add(run(1));
			throw new Error('no room');
		}),
	);
	other.runs.add(run(2));
	assert.deepEqual(startsOf(one), [2]);
});

test('a change is one only when another process has written', async t => {
	const {one, other} = await two(t);
	assert.equal(one.news.hasChanged(), true, 'the first look is always worth it');
	one.runs.add(run(1));
	assert.equal(one.news.hasChanged(), false);
	other.facts.patch('laptop', {lastSeen: 5});
	assert.deepEqual([one.news.hasChanged(), one.news.hasChanged()], [true, false]);
});

test('log lines come once and in order, after those from before, and a clean-up of old history repeats none', async t => {
	const {one, other} = await two(t);
	for (let at = 1; at <= 3; at++) other.runs.addEvent(at, 'INFO', undefined, `line ${at}`);
	one.news.catchUp();
	one.runs.addEvent(4, 'INFO', undefined, 'own');
	other.runs.addEvent(5, 'WARN', 'laptop', 'line 5');
	const texts = (events: ReadonlyArray<{readonly text: string}>) => events.map(({text}) => text);
	assert.deepEqual(texts(one.news.take().events), ['line 5']);
	assert.deepEqual(texts(one.news.earlierEvents(2)), ['line 2', 'line 3']);
	other.runs.trim(Number.MAX_SAFE_INTEGER);
	other.runs.addEvent(6, 'INFO', undefined, 'line 6');
	assert.deepEqual(texts(one.news.take().events), ['line 6']);
});
