import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import {startScheduling} from '../../../source/sync/services/scheduling.js';
import {noFiles, type RunRecord} from '../../../source/sync/store/runs.js';
import {Store} from '../../../source/sync/store/store.js';
import {waitFor} from '../../lab/after.js';
import {holdElsewhere, hubPlace} from './hubs.js';

const minute = 60_000;

/** Cron minutes so many from now, and every `step` minutes around that: no test meets a turn of the clock by chance. */
function minutesFromNow(count: number, step: number): string {
	const first = new Date().getMinutes() + count;
	return Array.from({length: 60 / step}, (_, index) => (first + index * step) % 60).join(',');
}

function run(changes: Partial<RunRecord>): RunRecord {
	return {
		spoke: 'laptop',
		startedAt: Date.now(),
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
		...changes,
	};
}

test('a run that another process made at the scheduled time is not made again, and nothing is said', async t => {
	// Both are missed, and the store hears of the other's run only after this hub was opened.
	const {config, open} = await hubPlace(t, ['laptop', 'server'], {
		schedule: `${minutesFromNow(30, 60)} * * * *`,
		isDefaultSchedule: false,
	});
	const earlier = await Store.open(`${config.databaseDir}/sync.db`);
	t.after(() => earlier.close());
	for (const spoke of ['laptop', 'server']) earlier.runs.add(run({spoke, startedAt: Date.now() - 150 * minute}));
	const {hub, logged} = await open('watch');
	earlier.runs.add(run({}));
	const scheduler = startScheduling(hub);
	await scheduler.ready;
	await waitFor(() => hub.spoke('server')?.lastRun?.by === 'watch', {message: 'the run nobody else made'});
	assert.equal(hub.spoke('laptop')?.lastRun?.startedAt, earlier.runs.latest(2, 'laptop')[1]?.startedAt);
	hub.store.flush();
	assert.deepEqual(
		hub.store.runs.latest(9, 'laptop').map(({by}) => by),
		['cron', 'cron'],
	);
	assert.match(logged.join('\n'), /server missed/);
	assert.doesNotMatch(logged.join('\n'), /laptop/);
	assert.ok(scheduler.plan()!.spokes.get('laptop')!.nextRun! > Date.now());
});

test('a run that goes on elsewhere since the scheduled minute is left alone without a trace', async t => {
	const {config, open} = await hubPlace(t, ['laptop'], {schedule: '0 3 1 1 *', isDefaultSchedule: true});
	await holdElsewhere(t, `${config.folder}/run`, 'laptop');
	const {hub} = await open('watch');
	const scheduler = startScheduling(hub);
	await scheduler.ready;
	await waitFor(() => scheduler.plan()?.spokes.get('laptop')?.runningSince === undefined, {message: 'the decision'});
	hub.store.flush();
	assert.deepEqual(hub.store.runs.latest(9, 'laptop'), []);
	assert.equal(fs.existsSync(`${config.spokes[0]!.path}/p/a.jsonl`), false);
});

test('a run that waits for a free place is given up when another process has made it by then', async t => {
	const {config, open} = await hubPlace(
		t,
		['slow', 'laptop'],
		{schedule: '0 3 1 1 *', isDefaultSchedule: true},
		{concurrency: 1},
	);
	const {hub} = await open('watch');
	const other = await Store.open(`${config.databaseDir}/sync.db`);
	t.after(() => other.close());
	const {promise, resolve} = Promise.withResolvers<boolean>();
	// It has the only place until it is told that it is not needed.
	const waiting = hub.sync(['slow'], {isStillDue: async () => promise});
	const scheduler = startScheduling(hub);
	await scheduler.ready;
	await waitFor(() => hub.spoke('laptop')?.job, {message: 'the job that waits'});
	other.runs.add(run({}));
	resolve(false);
	const [report] = await waiting;
	assert.equal(report?.result, 'locked');
	await waitFor(() => !hub.spoke('laptop')?.job, {message: 'the end of the wait'});
	hub.store.flush();
	assert.deepEqual(
		hub.store.runs.latest(9, 'laptop').map(({by}) => by),
		['cron'],
	);
	assert.deepEqual(hub.store.runs.latest(9, 'slow'), []);
});

test("a person's own run ends a wait after failures, here and in another process, and is followed by no second one", async t => {
	const {root, open} = await hubPlace(t, ['laptop'], {schedule: '* * * * *', isDefaultSchedule: true});
	fs.renameSync(`${root}/laptop`, `${root}/away`);
	const place = await open('dashboard');
	const {hub} = place;
	const scheduler = startScheduling(hub);
	const entry = () => scheduler.plan()!.spokes.get('laptop')!;
	await scheduler.ready;
	await waitFor(() => entry().backoff, {message: 'the wait after the failure'});
	assert.ok(entry().nextRun! > Date.now() + 3 * minute);
	fs.renameSync(`${root}/away`, `${root}/laptop`);
	await hub.sync(['laptop']);
	assert.equal(entry().backoff, undefined);
	assert.ok(entry().nextRun! > Date.now() && entry().nextRun! <= Date.now() + minute);
	hub.emit({type: 'ran', run: run({result: 'failed', cause: 'AUTH_DENIED'})});
	assert.equal(entry().backoff?.kind, 'hard', "cron's failure counts as ours");
	hub.emit({type: 'ran', run: run({by: 'command'})});
	assert.equal(entry().backoff, undefined);
	hub.store.flush();
	assert.equal(hub.store.runs.latest(9, 'laptop').length, 2);
});

test('a spoke that was synced well within half its interval is not synced again at start', async t => {
	const nextRun = (Math.floor(Date.now() / minute) + 4) * minute;
	const {config, open} = await hubPlace(t, ['fresh', 'stale', 'failed'], {
		schedule: `${minutesFromNow(4, 15)} * * * *`,
		isDefaultSchedule: true,
	});
	const earlier = await Store.open(`${config.databaseDir}/sync.db`);
	earlier.runs.add(run({spoke: 'fresh', startedAt: Date.now() - 6 * minute}));
	earlier.runs.add(run({spoke: 'stale', startedAt: Date.now() - 9 * minute}));
	earlier.runs.add(run({spoke: 'failed', startedAt: Date.now() - minute, result: 'failed', cause: 'TCP_TIMEOUT'}));
	earlier.close();
	const {hub} = await open('dashboard');
	const scheduler = startScheduling(hub);
	await scheduler.ready;
	const ranBy = (spoke: string) => hub.spoke(spoke)?.lastRun?.by;
	await waitFor(() => ranBy('stale') === 'dashboard' && ranBy('failed') === 'dashboard', {message: 'the other two'});
	assert.equal(ranBy('fresh'), 'cron');
	assert.equal(scheduler.plan()!.spokes.get('fresh')!.nextRun, nextRun);
});
