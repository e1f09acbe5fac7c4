import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {judgeSpoke} from '../../../source/sync/judge.js';
import {emptyState, reduce} from '../../../source/sync/reduce.js';
import {loadCron} from '../../../source/sync/schedule/cron.js';
import {isYetToBeAsked, missedOf} from '../../../source/sync/schedule/lateness.js';
import type {Keeper, SpokeState} from '../../../source/sync/state.js';
import {noFacts, type SpokeFacts} from '../../../source/sync/store/facts.js';
import {noFiles, type RunRecord, type RunResult} from '../../../source/sync/store/runs.js';
import {hubConfig} from '../guard/world.js';
import {localSpoke} from '../methods/spokes.js';

const noon = Date.parse('2026-11-21T12:00:00Z');
const minute = 60_000;
const {next} = await loadCron('UTC');
const config = hubConfig('/r', []);
const other: Keeper = {by: 'watch', pid: 7, since: noon - 600 * minute, isUs: false};

/** A spoke that is due every quarter of an hour and was synced at noon. */
function spoke(facts: Partial<SpokeFacts> = {}, more: Partial<SpokeState> = {}, schedule = '*/15 * * * *'): SpokeState {
	const hub = hubConfig('/r', [localSpoke('/s', {schedule})]);
	const state = reduce(emptyState(hub), {type: 'configured', config: hub, problems: [], undriven: new Map()});
	return {...state.spokes[0]!, facts: {...noFacts, lastSeen: noon, lastSynced: noon, ...facts}, ...more};
}

function run(result: RunResult, startedAt: number): RunRecord {
	const none = {cause: undefined, message: undefined, detail: undefined};
	return {
		spoke: 'laptop',
		startedAt,
		tookMs: 1000,
		result,
		by: 'cron',
		files: noFiles,
		bytes: 0,
		sent: 0,
		received: 0,
		...none,
	};
}

function countOf(at: number, of: SpokeState = spoke(), keeper?: Keeper): number | undefined {
	return missedOf(of, config, keeper, at, next)?.count;
}

test('two scheduled times without a run are missed, a minute after the second', () => {
	const counts = [15, 29, 30, 31, 46, 61].map(minutes => countOf(noon + minutes * minute));
	assert.deepEqual(counts, [undefined, undefined, undefined, 2, 3, 4]);
	assert.equal(countOf(noon + 5000, spoke({}, {}, '*/2 * * * * *')), undefined);
	assert.equal(countOf(noon + 6000, spoke({}, {}, '*/2 * * * * *')), 2, 'a step of two seconds is given two seconds');
	assert.equal(countOf(noon + 900 * minute), 21, 'more than twenty');
});

test('a run that ended well or badly is none that nobody ran; one that was cancelled or turned away is no run', () => {
	const at = noon + 40 * minute;
	const results = (['done', 'failed', 'cancelled', 'locked'] as const).map(result =>
		countOf(at, spoke({}, {lastRun: run(result, noon + 30 * minute)})),
	);
	assert.deepEqual(results, [undefined, undefined, 2, 2]);
	assert.equal(countOf(at, spoke({lastSynced: undefined})), undefined, 'never synced has a word of its own');
});

test('whoever keeps the schedule here sees to it; another process is believed while it asks', () => {
	const at = noon + 120 * minute;
	assert.equal(countOf(at, spoke(), {...other, isUs: true}), undefined);
	assert.equal(countOf(at, spoke({checkedAt: at - 6 * minute}), other), undefined);
	assert.equal(countOf(at, spoke({checkedAt: at - 7 * minute}), other), 7);
	assert.equal(countOf(at, spoke(), {...other, since: at - 59_000}), undefined, 'it has only just started');
	assert.equal(countOf(at, spoke(), {...other, since: at - 60_000}), 7);
});

test('the row says who did not run it, and a failure or a hold keeps its own word', () => {
	const at = noon + 40 * minute;
	const say = (of: SpokeState, keeper?: Keeper) => judgeSpoke(of, config, at, next, keeper).verdict;
	assert.deepEqual(say(spoke()), {
		state: 'late',
		reason: '2 scheduled syncs missed: nobody ran them',
		cause: 'SCHEDULE_NOBODY',
	});
	assert.deepEqual(say(spoke(), other), {
		state: 'late',
		reason: '2 scheduled syncs missed: process 7 keeps the schedule but does not run it',
		cause: undefined,
	});
	assert.match(say(spoke({lastSeen: noon - 90 * minute})).reason!, /^not seen for 2h; 2 scheduled syncs missed/);
	const failure = {cause: 'AUTH_DENIED', message: 'refused', detail: '', at: noon, since: noon} as const;
	assert.equal(say(spoke({failure})).state, 'auth');
	assert.equal(say(spoke({}, {holds: 1})).state, 'held');
	const disabled = spoke();
	assert.equal(say({...disabled, config: {...disabled.config, enabled: false}}).state, 'disabled');
});

test('a spoke that was not asked since it was last seen is not late to the process that is about to ask', () => {
	const at = noon + 300 * minute;
	const ours: Keeper = {...other, isUs: true};
	const say = (checkedAt: number, keeper?: Keeper) =>
		judgeSpoke(spoke({checkedAt}), config, at, next, keeper).verdict.state;
	assert.notEqual(say(noon, ours), 'late');
	assert.equal(say(noon + 1, ours), 'late');
	assert.equal(say(noon), 'late');
	assert.equal(isYetToBeAsked(spoke({lastSeen: undefined}), ours), false);
});

test('the longer nobody runs it the more is missed, and never anything before two times have passed', () => {
	const schedules = fc.constantFrom('* * * * *', '*/15 * * * *', '7 */3 * * *', '*/10 * * * * *', '0 9 * * 1');
	fc.assert(
		fc.property(schedules, fc.nat(5 * 24 * 60), fc.nat(5 * 24 * 60), (schedule, a, b) => {
			const [sooner, later] = [Math.min(a, b), Math.max(a, b)].map(minutes => noon + minutes * minute) as [
				number,
				number,
			];
			const of = spoke({}, {}, schedule);
			const [before, after] = [countOf(sooner, of) ?? 0, countOf(later, of) ?? 0];
			assert.ok(before <= after);
			assert.ok(before === 0 || (before >= 2 && next(schedule, next(schedule, noon)!)! <= sooner));
		}),
		{numRuns: 200},
	);
});
