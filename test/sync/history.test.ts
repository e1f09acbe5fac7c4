import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {firstSlot, type HistorySlot, slotMs, withRun} from '../../source/sync/history.js';
import {noFiles, type RunRecord, type RunResult} from '../../source/sync/store/runs.js';

const results = ['done', 'failed', 'cancelled', 'locked'] as const satisfies readonly RunResult[];
const run = fc
	.record({
		startedAt: fc.nat(60 * slotMs),
		result: fc.constantFrom<RunResult>(...results),
		bytes: fc.nat(1000),
		arrived: fc.nat(5),
	})
	.map(
		({startedAt, result, bytes, arrived}): RunRecord => ({
			spoke: 'laptop',
			startedAt,
			tookMs: 1,
			result,
			by: 'command',
			files: {...noFiles, new: arrived},
			bytes,
			sent: 0,
			received: 0,
			cause: undefined,
			message: undefined,
			detail: undefined,
		}),
	);

/** Everything the slots count, summed. */
function sum(history: readonly HistorySlot[]) {
	const add = (key: Exclude<keyof HistorySlot, 'slot'>) => history.reduce((total, slot) => total + slot[key], 0);
	return {done: add('done'), failed: add('failed'), bytes: add('bytes'), arrived: add('arrived')};
}

test('in whatever order runs come, the day that ends with the newest holds each of them once, by the hour, oldest first', () => {
	fc.assert(
		fc.property(fc.array(run, {maxLength: 60}), runs => {
			const history = runs.reduce<readonly HistorySlot[]>(withRun, []);
			const slots = history.map(({slot}) => slot);
			assert.deepEqual(
				slots,
				[...new Set(slots)].sort((a, b) => a - b),
			);
			assert.ok(slots.length <= 24, `${slots.length} slots`);
			const telling = runs.filter(({result}) => result === 'done' || result === 'failed');
			const newest = Math.max(...telling.map(({startedAt}) => startedAt));
			const within = telling.filter(({startedAt}) => Math.floor(startedAt / slotMs) >= firstSlot(newest));
			const expected = within.map(
				({startedAt, result, bytes, files}): HistorySlot => ({
					slot: Math.floor(startedAt / slotMs),
					done: Number(result === 'done'),
					failed: Number(result === 'failed'),
					bytes,
					arrived: files.new,
				}),
			);
			assert.deepEqual(sum(history), sum(expected));
		}),
	);
});

test('a run that was cancelled or turned away leaves the very same history', () => {
	fc.assert(
		fc.property(fc.array(run, {maxLength: 10}), run, (runs, last) => {
			fc.pre(last.result === 'cancelled' || last.result === 'locked');
			const history = runs.reduce<readonly HistorySlot[]>(withRun, []);
			assert.equal(withRun(history, last), history);
		}),
	);
});
