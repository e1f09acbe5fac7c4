import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {dayMs} from '../../source/sync/history.js';
import {emptyState, reduce} from '../../source/sync/reduce.js';
import type {HubEvent, HubState} from '../../source/sync/state.js';
import {noFacts} from '../../source/sync/store/facts.js';
import {noFiles, type RunRecord, type RunResult} from '../../source/sync/store/runs.js';
import {hubConfig} from './guard/world.js';
import {localSpoke} from './methods/spokes.js';

const names = ['laptop', 'server', 'gpu-box'];
const config = hubConfig(
	'/r',
	['laptop', 'server'].map(name => localSpoke('/s', {name, path: `/r/${name}`})),
);
const start = reduce(emptyState(config), {type: 'configured', config, problems: [], undriven: new Map()});

function run(spoke: string, startedAt: number, result: RunResult): RunRecord {
	const nothing = {cause: undefined, message: undefined, detail: undefined};
	return {
		spoke,
		startedAt,
		tookMs: 5,
		result,
		by: 'command',
		files: noFiles,
		bytes: 0,
		sent: 0,
		received: 0,
		...nothing,
	};
}

const totals = {sessions: 3, others: 0, conflictCopies: 0, empty: 0, bytes: 9, newestMtimeMs: 4};
const job = {
	by: 'cron',
	startedAt: 3,
	isDryRun: false,
	isArrival: false,
	progress: undefined,
	pace: undefined,
	isElsewhere: false,
} as const;
const progress = {filesDone: 1, filesTotal: 2, bytes: 3, percent: 50, rate: 1};
const name = fc.constantFrom(...names);
const events: fc.Arbitrary<HubEvent> = fc.oneof(
	fc.constantFrom<HubEvent>(
		{
			type: 'configured',
			config: {...config, spokes: config.spokes.slice(1)},
			problems: [],
			undriven: new Map([['server', 'no']]),
		},
		{type: 'configured', config, problems: [], undriven: new Map()},
		{type: 'config-problems', problems: []},
		{type: 'counted', spoke: undefined, totals},
		{type: 'logged', line: {at: 1, level: 'INFO', spoke: undefined, text: 'x'}},
	),
	name.map((spoke): HubEvent => ({type: 'counted', spoke, totals})),
	name.map((spoke): HubEvent => ({type: 'learned', spoke, facts: {...noFacts, lastSeen: 3}})),
	fc.record({spoke: name, holds: fc.nat(2), gone: fc.nat(2)}).map((holds): HubEvent => ({type: 'holds', ...holds})),
	fc.tuple(name, fc.boolean()).map(([spoke, runs]): HubEvent => ({type: 'job', spoke, job: runs ? job : undefined})),
	name.map((spoke): HubEvent => ({type: 'progress', spoke, progress, at: 1})),
	fc
		.tuple(name, fc.nat(3 * dayMs), fc.constantFrom<RunResult>('done', 'failed', 'locked'))
		.map(([spoke, at, result]): HubEvent => ({type: 'ran', run: run(spoke, at, result)})),
	fc
		.tuple(name, fc.option(fc.nat(), {nil: undefined}))
		.map(([spoke, nextRun]): HubEvent => ({type: 'planned', spoke, nextRun})),
	name.map((spoke): HubEvent => ({type: 'foreign', spoke, writers: [], own: []})),
);

function freeze(value: unknown): void {
	if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
	Object.freeze(value);
	for (const part of Object.values(value)) freeze(part);
}

test('no event changes a state that was published, and spokes nobody knows are ignored', () => {
	fc.assert(
		fc.property(fc.array(events, {maxLength: 40}), history => {
			let state: HubState = start;
			for (const event of history) {
				freeze(state);
				freeze(event);
				const known = new Set(state.spokes.map(spoke => spoke.config.name));
				const next = reduce(state, event);
				const about = 'spoke' in event ? event.spoke : 'run' in event ? event.run.spoke : undefined;
				if (about !== undefined && !known.has(about)) assert.equal(next, state, `${about} is unknown`);
				for (const [at, spoke] of next.spokes.entries()) {
					const before = state.spokes[at];
					// What an event is not about keeps its identity, so that nothing is drawn again for it.
					if (event.type !== 'configured' && spoke.config.name !== about) assert.equal(spoke, before);
				}

				state = next;
			}
		}),
		{numRuns: 500},
	);
});

test('an event that says what is known already changes nothing, so that nothing is drawn again', () => {
	const repeatable = ['learned', 'holds', 'job', 'planned'];
	fc.assert(
		fc.property(fc.array(events, {maxLength: 10}), events, (history, event) => {
			fc.pre(repeatable.includes(event.type));
			const state = [...history, event].reduce(reduce, start);
			assert.equal(reduce(state, {...event}), state);
		}),
	);
});

test('a folder that was moved is counted anew; everything else known of the spoke stays', () => {
	const learned = [
		{type: 'counted', spoke: 'laptop', totals},
		{type: 'learned', spoke: 'laptop', facts: {...noFacts, lastSeen: 3}},
	] as const;
	const state = learned.reduce<HubState>(reduce, start);
	const moved = {...config, spokes: config.spokes.map(spoke => ({...spoke, path: `${spoke.path}-2`}))};
	const after = reduce(state, {type: 'configured', config: moved, problems: [], undriven: new Map()});
	assert.deepEqual([after.spokes[0]!.totals, after.spokes[0]!.facts.lastSeen], [undefined, 3]);
	assert.equal(after.spokes[0]!.config.path, '/r/laptop-2');
});

test('what the store recalls is taken over for all spokes at once; what was counted since stands', () => {
	const older = {...totals, sessions: 1};
	const counted = reduce(start, {type: 'counted', spoke: 'laptop', totals});
	const spokes = new Map([
		['laptop', {totals: older, holds: 2}],
		['nobody', {totals: older}],
	]);
	const {spokes: after, totals: own} = reduce(counted, {type: 'recalled', spokes, totals: older});
	assert.deepEqual([own, after[0]!.totals, after[0]!.holds], [older, totals, 2]);
	assert.equal(after[1], start.spokes[1], 'what nothing is recalled of keeps its identity');
});

test('failures of the last 24 hours are kept, newest first; a run that was turned away is not the last run', () => {
	const runs = [run('laptop', 0, 'failed'), run('laptop', dayMs / 2, 'failed'), run('laptop', dayMs + 10, 'failed')];
	const last = [...runs, run('laptop', dayMs + 20, 'locked')];
	const {spokes} = last.reduce((state, one) => reduce(state, {type: 'ran', run: one}), start);
	assert.deepEqual(spokes[0]!.recentFailures, [runs[2], runs[1]]);
	assert.equal(spokes[0]!.lastRun, runs[2]);
});

test('the log keeps the latest 2,000 lines', () => {
	let state = start;
	for (let at = 0; at < 2100; at++) {
		state = reduce(state, {type: 'logged', line: {at, level: 'INFO', spoke: undefined, text: 'x'}});
	}

	assert.deepEqual([state.log.length, state.log[0]?.at, state.log.at(-1)?.at], [2000, 100, 2099]);
});
