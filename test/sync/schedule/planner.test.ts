import assert from 'node:assert/strict';
import test, {before} from 'node:test';
import fc from 'fast-check';
import {type CronTable, loadCron} from '../../../source/sync/schedule/cron.js';
import {isDue, isLate} from '../../../source/sync/schedule/lateness.js';
import {
	contactReturned,
	createPlan,
	finished,
	type Outcome,
	type Plan,
	type PlannedSpoke,
	ranElsewhere,
	replan,
	started,
	tick,
} from '../../../source/sync/schedule/planner.js';
import {clockTimes} from '../../../source/sync/schedule/times.js';

const minute = 60_000;
const hour = 60 * minute;
const noon = Date.UTC(2026, 10, 21, 12, 0, 0);
let berlin: CronTable;

before(async () => {
	berlin = await loadCron('Europe/Berlin');
});

function spoke(name: string, schedule: string | undefined, more: Partial<PlannedSpoke> = {}): PlannedSpoke {
	return {
		name,
		schedule,
		isDefaultSchedule: false,
		lastRunAt: undefined,
		lastDoneAt: undefined,
		fingerprint: '',
		...more,
	};
}

/** Looks every two seconds until `until`; runs are done in an instant. */
function drive(plan: Plan, from: number, until: number, stepMs = 2000) {
	const runs: Array<{spoke: string; at: number; reason: string; missed: number}> = [];
	let current = plan;
	for (let now = from; now <= until; now += stepMs) {
		const looked = tick(current, now, berlin.next);
		current = looked.plan;
		for (const {spoke: name, reason, missed} of looked.due) {
			runs.push({spoke: name, at: now, reason, missed});
			current = finished(current, name, {result: 'done'}, now, berlin.next);
		}
	}

	return {plan: current, runs};
}

test('a spoke with the default schedule syncs once at start and then on the quarter hour; others wait for their time', () => {
	const plan = createPlan(
		[spoke('a', '*/15 * * * *', {isDefaultSchedule: true}), spoke('b', '30 * * * *'), spoke('c', undefined)],
		noon + 1000,
		berlin.next,
	);
	const {runs} = drive(plan, noon + 1000, noon + hour);
	assert.deepEqual(
		runs.map(({spoke: name, at, reason}) => `${name} ${Math.floor((at - noon) / minute)} ${reason}`),
		['a 0 start', 'a 15 schedule', 'b 30 schedule', 'a 30 schedule', 'a 45 schedule'],
	);
});

test('six fields run by the second', () => {
	const plan = createPlan([spoke('a', '*/20 * * * * *')], noon, berlin.next);
	assert.equal(drive(plan, noon, noon + 2 * minute).runs.length, 6);
});

test('a time that summer time leaves out runs once right after it, one that comes twice runs once', () => {
	const days = (from: number) =>
		drive(createPlan([spoke('a', '30 2 * * *')], from, berlin.next), from, from + 36 * hour, 10_000).runs.map(({at}) =>
			new Date(at).toISOString().slice(0, 16),
		);
	assert.deepEqual(days(Date.UTC(2027, 2, 27, 12)), ['2027-03-28T01:00']);
	assert.deepEqual(days(Date.UTC(2026, 9, 24, 12)), ['2026-10-25T00:30']);
});

test('over months each scheduled time runs exactly once, on time, whatever the schedule', () => {
	const expression = fc.oneof(
		fc.integer({min: 0, max: 59}).map(at => `${at} * * * *`),
		fc.tuple(fc.integer({min: 0, max: 59}), fc.integer({min: 0, max: 23})).map(([at, hours]) => `${at} ${hours} * * *`),
		fc
			.tuple(fc.integer({min: 0, max: 23}), fc.integer({min: 0, max: 6}))
			.map(([hours, day]) => `0 ${hours} * * ${day}`),
	);
	const start = Date.UTC(2026, 9, 1);
	fc.assert(
		fc.property(expression, fc.integer({min: 0, max: 180 * 24 * 60}), (schedule, offset) => {
			const from = start + offset * minute + 7000;
			const until = from + 8 * 24 * hour;
			const expected: number[] = [];
			for (let at = berlin.next(schedule, from); at !== undefined && at <= until; at = berlin.next(schedule, at))
				expected.push(at);
			// Looks at the scheduled times and a little after stand for the millions in between.
			let plan = createPlan([spoke('a', schedule)], from, berlin.next);
			const ran: number[] = [];
			for (const at of expected.flatMap(time => [time - 1, time + 1999, time + 3999])) {
				const looked = tick({...plan, lastLook: at - 2000}, at, berlin.next);
				plan = looked.plan;
				if (looked.due.length === 0) continue;
				assert.equal(looked.due[0]!.reason, 'schedule');
				ran.push(at - 1999);
				plan = finished(plan, 'a', {result: 'done'}, at, berlin.next);
			}

			assert.deepEqual(ran, expected);
		}),
		{numRuns: 60},
	);
});

test('after a sleep each overdue spoke runs once, at the first look, and says what was missed', () => {
	const plan = createPlan([spoke('a', '*/15 * * * *'), spoke('b', '0 3 * * *')], noon, berlin.next);
	const asleep = {...drive(plan, noon, noon + 1000).plan, lastLook: noon};
	const woke = noon + 105 * minute;
	const looked = tick(asleep, woke, berlin.next);
	assert.deepEqual(looked.due, [
		{
			spoke: 'a',
			reason: 'missed',
			at: woke,
			missed: 7,
			note: `a missed 7 runs while asleep ${clockTimes(noon, woke)}; syncing once now`,
		},
	]);
	const after = finished(looked.plan, 'a', {result: 'done'}, woke, berlin.next);
	assert.deepEqual(drive(after, woke + 2000, woke + 14 * minute).runs, []);
});

test('however the clock jumps, no spoke runs more than once per look and none is forgotten', () => {
	fc.assert(
		fc.property(fc.array(fc.integer({min: -3 * hour, max: 5 * hour}), {maxLength: 12}), jumps => {
			let now = noon;
			let {plan} = drive(createPlan([spoke('a', '*/15 * * * *')], now, berlin.next), now, now);
			for (const jump of jumps) {
				now += jump;
				const {runs, plan: after} = drive(plan, now, now + 10_000);
				assert.ok(runs.length <= 2, 'the missed run, and one whose time comes just then');
				const {nextRun} = after.spokes.get('a')!;
				assert.ok(nextRun !== undefined && nextRun > now && nextRun <= now + 10_000 + 15 * minute);
				plan = after;
				now += 10_000;
			}
		}),
		{numRuns: 100},
	);
});

test('a clock that is put back re-plans, and shortens a wait by as much', () => {
	let plan = createPlan([spoke('a', '*/15 * * * *')], noon, berlin.next);
	plan = finished(plan, 'a', {result: 'failed', cause: 'AUTH_DENIED'}, noon, berlin.next);
	const looked = tick(plan, noon - 5 * hour, berlin.next);
	assert.match(looked.notes[0]!, /clock went back by 5 h/);
	assert.equal(looked.plan.spokes.get('a')!.nextRun, noon - 4 * hour);
});

test('a nightly sync whose night passed unseen is made up for at start', () => {
	const missed = createPlan([spoke('a', '0 3 * * *', {lastRunAt: noon - 40 * hour})], noon, berlin.next);
	const [due] = tick(missed, noon, berlin.next).due;
	assert.deepEqual([due?.reason, due?.missed], ['missed', 2]);
	const fine = createPlan([spoke('a', '0 3 * * *', {lastRunAt: noon - 2 * hour})], noon, berlin.next);
	assert.deepEqual(tick(fine, noon, berlin.next).due, []);
});

test('a spoke that still runs is not started again, and that is said once', () => {
	let looked = tick(createPlan([spoke('a', '* * * * *')], noon, berlin.next), noon + minute, berlin.next);
	assert.equal(looked.due.length, 1);
	const notes: string[] = [];
	for (let now = noon + minute; now < noon + 10 * minute; now += 2000) {
		looked = tick(looked.plan, now, berlin.next);
		assert.deepEqual(looked.due, []);
		notes.push(...looked.notes);
	}

	assert.equal(notes.length, 1);
	assert.match(notes[0]!, /a is still running since/);
	const plan = finished(looked.plan, 'a', {result: 'done'}, noon + 10 * minute, berlin.next);
	assert.equal(drive(plan, noon + 10 * minute, noon + 11 * minute).runs.length, 1);
});

test('failures in a row make runs rarer, never more frequent than the schedule, up to an hour', () => {
	let plan = createPlan([spoke('a', '* * * * *')], noon, berlin.next);
	const waits: number[] = [];
	let now = noon + minute;
	for (let count = 0; count < 6; count++) {
		plan = finished(
			started(plan, 'a', now, berlin.next),
			'a',
			{result: 'failed', cause: 'TCP_TIMEOUT'},
			now,
			berlin.next,
		);
		const {nextRun} = plan.spokes.get('a')!;
		waits.push((nextRun! - now) / minute);
		now = nextRun!;
	}

	assert.deepEqual(waits, [5, 10, 20, 40, 60, 60]);
	const done = finished(plan, 'a', {result: 'done'}, now, berlin.next);
	assert.equal(done.spokes.get('a')!.nextRun, now + minute);
	const quarter = finished(
		createPlan([spoke('a', '*/15 * * * *')], noon, berlin.next),
		'a',
		{result: 'failed', cause: 'TCP_TIMEOUT'},
		noon,
		berlin.next,
	);
	assert.equal(quarter.spokes.get('a')!.nextRun, noon + 15 * minute);
});

test('a refused login waits for hours, until a person syncs or changes the configuration', () => {
	let plan = createPlan([spoke('a', '* * * * *')], noon, berlin.next);
	const waits: number[] = [];
	for (let count = 0; count < 8; count++) {
		plan = finished(plan, 'a', {result: 'failed', cause: 'AUTH_DENIED'}, noon, berlin.next);
		waits.push((plan.spokes.get('a')!.nextRun! - noon) / hour);
	}

	assert.deepEqual(waits, [1, 2, 3, 4, 5, 6, 6, 6]);
	const byHand = finished(plan, 'a', {result: 'failed', cause: 'AUTH_DENIED'}, noon, berlin.next, true);
	assert.equal(byHand.spokes.get('a')!.nextRun, noon + hour);
	assert.deepEqual(tick(contactReturned(plan, 'a', noon), noon, berlin.next).due, [], 'an open port proves no login');
	const same = replan(plan, [spoke('a', '* * * * *')], noon, berlin.next);
	assert.equal(same.spokes.get('a')!.nextRun, noon + 6 * hour);
	const changed = replan(plan, [spoke('a', '* * * * *', {fingerprint: 'new key'})], noon, berlin.next);
	assert.equal(changed.spokes.get('a')!.nextRun, noon + minute);
});

test('a run of another process ends a wait or begins one, and moves on only the time that it covers', () => {
	const plan = createPlan([spoke('a', '*/15 * * * *')], noon, berlin.next);
	const next = noon + 15 * minute;
	const after = (from: Plan, startedAt: number, outcome: Outcome, now: number, isManual = false) =>
		ranElsewhere(from, 'a', {startedAt, outcome, isManual}, now, berlin.next).spokes.get('a')!;
	const done: Outcome = {result: 'done'};
	const denied: Outcome = {result: 'failed', cause: 'AUTH_DENIED'};
	assert.equal(after(plan, noon + minute, done, noon + 2 * minute).nextRun, next);
	assert.equal(after(plan, next - minute, done, next + 500).nextRun, next, 'it began before the time that has come');
	assert.equal(after(plan, next + 100, done, next + 500).nextRun, next + 15 * minute);
	const waiting = after(plan, noon + minute, denied, noon + 2 * minute);
	assert.equal(waiting.nextRun, noon + 75 * minute, 'the first quarter after an hour of waiting');
	const failed = finished(plan, 'a', denied, noon, berlin.next);
	assert.equal(after(failed, noon + minute, done, noon + 2 * minute).nextRun, next);
	assert.equal(after(failed, noon + minute, denied, noon + minute).backoff?.failures, 2);
	assert.equal(after(failed, noon + minute, denied, noon + minute, true).backoff?.failures, 1);
	const running = started(plan, 'a', noon, berlin.next);
	assert.equal(
		ranElsewhere(running, 'a', {startedAt: noon, outcome: done, isManual: false}, noon, berlin.next),
		running,
	);
});

test('a start soon after a sync waits for the schedule; a changed configuration does not', () => {
	const recent = (lastDoneAt: number) =>
		spoke('a', '*/15 * * * *', {isDefaultSchedule: true, lastRunAt: lastDoneAt, lastDoneAt});
	const first = (of: PlannedSpoke) => createPlan([of], noon, berlin.next).spokes.get('a')!;
	assert.deepEqual(
		[7, 8].map(age => first(recent(noon - age * minute)).reason),
		['schedule', 'start'],
	);
	assert.equal(first(recent(noon - 7 * minute)).nextRun, noon + 15 * minute);
	assert.equal(first(recent(noon + hour)).reason, 'start', 'by a clock that was put back since');
	const plan = createPlan([recent(noon - minute)], noon, berlin.next);
	const changed = replan(plan, [{...recent(noon - minute), fingerprint: 'moved'}], noon, berlin.next);
	assert.equal(changed.spokes.get('a')!.reason, 'start');
});

test('a look at which nothing is due leaves the entries as they are', () => {
	const plan = createPlan([spoke('a', '*/15 * * * *')], noon, berlin.next);
	assert.equal(tick(plan, noon + 2000, berlin.next).plan.spokes, plan.spokes);
});

test('a spoke that was unreachable is due at the look after it answers', () => {
	let plan = createPlan([spoke('a', '0 * * * *')], noon, berlin.next);
	plan = finished(plan, 'a', {result: 'failed', cause: 'NO_ROUTE'}, noon, berlin.next);
	const looked = tick(contactReturned(plan, 'a', noon + 7 * minute), noon + 7 * minute + 2000, berlin.next);
	assert.deepEqual(
		looked.due.map(({reason}) => reason),
		['reachable'],
	);
	const probed = createPlan([spoke('a', '0 * * * *')], noon, berlin.next);
	assert.equal(
		tick(contactReturned(probed, 'a', noon), noon, berlin.next).due[0]?.reason,
		'reachable',
		'a probe found it gone',
	);
});

test("cancelled and locked runs and the guard's findings make nobody wait", () => {
	const plan = createPlan([spoke('a', '* * * * *')], noon, berlin.next);
	for (const outcome of [
		{result: 'cancelled'},
		{result: 'locked'},
		{result: 'failed', cause: 'GUARD_EMPTIED'},
		{result: 'failed', cause: 'LEASE_HELD'},
	] as const) {
		assert.equal(finished(plan, 'a', outcome, noon, berlin.next).spokes.get('a')!.nextRun, noon + minute);
	}
});

test('a changed spoke whose old run still goes on starts anew when that has ended; a removed one is forgotten', () => {
	const a = spoke('a', '*/15 * * * *', {isDefaultSchedule: true});
	let looked = tick(createPlan([a, spoke('b', '* * * * *')], noon, berlin.next), noon, berlin.next);
	let plan = replan(looked.plan, [{...a, fingerprint: 'moved'}], noon, berlin.next);
	assert.deepEqual([...plan.spokes.keys()], ['a']);
	looked = tick(plan, noon + 2000, berlin.next);
	assert.deepEqual(looked.due, []);
	plan = finished(looked.plan, 'a', {result: 'cancelled'}, noon + 3000, berlin.next);
	assert.deepEqual(
		tick(plan, noon + 4000, berlin.next).due.map(({reason}) => reason),
		['start'],
	);
});

test('of several that are due the one that waited longest comes first', () => {
	const names = ['a', 'b', 'c'];
	const at = [3, 1, 2];
	const plan = createPlan(
		names.map((name, index) => spoke(name, '0 * * * *', {lastRunAt: noon - at[index]! * minute})),
		noon - 30_000,
		berlin.next,
	);
	assert.deepEqual(
		tick(plan, noon + hour, berlin.next).due.map(({spoke: name}) => name),
		['a', 'c', 'b'],
	);
});

test('due and late are told without a scheduler', () => {
	assert.equal(isDue('0 * * * *', noon - 61 * minute, noon, berlin.next), true);
	assert.equal(isDue('0 * * * *', noon, noon + 59 * minute, berlin.next), false);
	assert.equal(isDue('0 * * * *', undefined, noon, berlin.next), true);
	assert.equal(isDue(undefined, undefined, noon, berlin.next), false);
	assert.equal(isDue('nonsense', undefined, noon, berlin.next), false);
	assert.equal(isLate(noon - 2 * hour, noon, 2 * hour), true);
	assert.equal(isLate(noon + hour, noon, 2 * hour), false);
	assert.equal(isLate(undefined, noon, 2 * hour), false);
});

test('what is wrong with a schedule or a time zone is said', async () => {
	assert.equal(berlin.problem('*/15 * * * *'), undefined);
	assert.match(berlin.problem('61 * * * *')!, /minute/);
	assert.match((await loadCron('Mars/Olympus')).problem('* * * * *')!, /Mars\/Olympus/);
});
