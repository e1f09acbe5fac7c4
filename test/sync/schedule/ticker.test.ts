import assert from 'node:assert/strict';
import test from 'node:test';
import type {Clock} from '../../../source/sync/clock.js';
import type {Due, Outcome, PlannedSpoke} from '../../../source/sync/schedule/planner.js';
import {startScheduler} from '../../../source/sync/schedule/ticker.js';
import {patienceMs} from '../../lab/after.js';

const minute = 60_000;
const noon = Date.UTC(2026, 10, 21, 12, 0, 0);

function parts(spokes: PlannedSpoke[]) {
	const time = {now: noon};
	const clock: Clock = {now: () => time.now, sleep: async () => {}};
	const asked: Due[] = [];
	const lines: string[] = [];
	const ends = new Map<string, (outcome: Outcome) => void>();
	const controller = new AbortController();
	const scheduler = startScheduler({
		spokes: () => spokes,
		async onDue(due) {
			asked.push(due);
			return new Promise(resolve => {
				ends.set(due.spoke, resolve);
			});
		},
		timeZone: 'UTC',
		clock,
		signal: controller.signal,
		log: line => lines.push(line),
	});
	return {time, asked, lines, ends, controller, scheduler};
}

const a: PlannedSpoke = {
	name: 'a',
	schedule: '*/15 * * * *',
	isDefaultSchedule: true,
	lastRunAt: undefined,
	lastDoneAt: undefined,
	fingerprint: '',
};
const settled = async () => new Promise(resolve => setImmediate(resolve));

test('runs start at start and on time, one at a time per spoke, and a waking machine catches up at the next look', async () => {
	const {time, asked, lines, ends, controller, scheduler} = parts([a]);
	await scheduler.ready;
	assert.deepEqual(
		asked.map(({reason}) => reason),
		['start'],
	);
	time.now += 15 * minute;
	scheduler.look();
	assert.equal(asked.length, 1, 'the first still runs');
	ends.get('a')!({result: 'done'});
	await settled();
	time.now += 105 * minute;
	scheduler.look();
	assert.deepEqual([asked[1]?.reason, asked[1]?.missed], ['missed', 7]);
	assert.ok(lines.some(line => /a missed 7 runs while asleep/.test(line)));
	ends.get('a')!({result: 'failed', cause: 'TCP_TIMEOUT'});
	await settled();
	time.now += minute;
	scheduler.contactReturned('a');
	scheduler.look();
	assert.equal(asked[2]?.reason, 'reachable');
	controller.abort();
	ends.get('a')!({result: 'cancelled'});
	time.now += 60 * minute;
	scheduler.look();
	assert.equal(asked.length, 3);
});

test('a run by hand counts as running, and a reload brings new spokes in at once', async () => {
	const spokes = [{...a, isDefaultSchedule: false}];
	const {time, asked, controller, scheduler} = parts(spokes);
	await scheduler.ready;
	scheduler.manualStarted('a');
	time.now += 15 * minute;
	scheduler.look();
	assert.equal(asked.length, 0);
	scheduler.manualFinished('a', {result: 'done'});
	assert.equal(scheduler.plan()?.spokes.get('a')?.nextRun, noon + 30 * minute);
	spokes.push({...a, name: 'b'}, {...a, name: 'c', schedule: 'never', isDefaultSchedule: false});
	await scheduler.reload();
	assert.deepEqual(
		asked.map(({spoke}) => spoke),
		['b'],
	);
	controller.abort();
});

test('its timer alone, on the real clock, starts what is due and does not keep the process', async () => {
	const controller = new AbortController();
	let looks = 0;
	const done = Promise.withResolvers<void>();
	const clock: Clock = {
		now() {
			if (++looks > 5) done.resolve();
			return Date.now();
		},
		sleep: async () => {},
	};
	const scheduler = startScheduler({
		spokes: () => [],
		onDue: async () => ({result: 'done'}),
		clock,
		signal: controller.signal,
		log() {},
		everyMs: 5,
	});
	const keep = setTimeout(() => done.reject(new Error('the timer does not run')), patienceMs);
	await done.promise;
	clearTimeout(keep);
	controller.abort();
	await scheduler.ready;
	assert.equal(process.getActiveResourcesInfo().filter(name => name === 'Timeout').length, 0);
});
