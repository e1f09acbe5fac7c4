import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {Progress} from '../../source/sync/methods/types.js';
import {nextPace, type Pace, paceAt} from '../../source/sync/pace.js';

interface Step {
	readonly passedMs: number;
	readonly bytes: number;
}

/** The paces of a transfer that tells of itself at these steps; its size is known when `total` is given. */
function follow(steps: readonly Step[], total?: number, rate?: number): Pace[] {
	const paces: Pace[] = [];
	let at = 1_000_000;
	let bytes = 0;
	for (const step of steps) {
		at += step.passedMs;
		bytes += step.bytes;
		const percent = total === undefined ? undefined : (100 * bytes) / total;
		const progress: Progress = {filesDone: 0, filesTotal: undefined, bytes, percent, rate};
		paces.push(nextPace(paces.at(-1), progress, at));
	}

	return paces;
}

function evenly(count: number, passedMs: number, bytes: number): Step[] {
	return Array.from({length: count}, () => ({passedMs, bytes}));
}

const step = fc.record({passedMs: fc.nat(4000), bytes: fc.nat(10_000_000)});

test('whatever is told, no number is negative or infinite, and nothing is said of the end in the first three seconds', () => {
	fc.assert(
		fc.property(
			fc.array(step, {maxLength: 60}),
			fc.option(fc.integer({min: 1, max: 1e9}), {nil: undefined}),
			(steps, total) => {
				for (const {rate, etaMs, since, at} of follow(steps, total)) {
					for (const number of [rate ?? 0, etaMs ?? 0]) {
						assert.ok(Number.isFinite(number) && number >= 0, `rate ${rate}, eta ${etaMs}`);
					}

					if (at - since < 3000) assert.equal(etaMs, undefined);
					if (total === undefined) assert.equal(etaMs, undefined, 'without a percentage nothing is known of the end');
				}
			},
		),
	);
});

test('the average lies between the slowest and the fastest that was measured', () => {
	fc.assert(
		fc.property(fc.array(step, {minLength: 2, maxLength: 60}), steps => {
			// Two reports at one time count as one.
			const moving = steps.map(({passedMs, bytes}) => ({passedMs: passedMs + 1, bytes}));
			const rates = moving.slice(1).map(({passedMs, bytes}) => (bytes * 1000) / passedMs);
			const {rate} = follow(moving).at(-1)!;
			assert.ok(
				rate! >= Math.min(...rates) * 0.999_999 && rate! <= Math.max(...rates) * 1.000_001,
				`${rate} of ${rates}`,
			);
		}),
	);
});

test('a steady transfer tells its rate and its end, however often it reports', () => {
	for (const passedMs of [200, 500, 1000]) {
		const perStep = 3_000_000 * (passedMs / 1000);
		const steps = evenly(10_000 / passedMs, passedMs, perStep);
		const {rate, etaMs} = follow(steps, 60_000_000).at(-1)!;
		assert.ok(Math.abs(rate! - 3_000_000) < 1, `${rate} bytes/s, every ${passedMs} ms`);
		assert.ok(Math.abs(etaMs! - 10_000) <= 1, `${etaMs} ms left, every ${passedMs} ms`);
	}
});

test('a rate that has just fallen to a tenth gives no end until it has settled', () => {
	const jump = follow([...evenly(20, 500, 1_000_000), ...evenly(3, 500, 100_000)], 100_000_000);
	assert.notEqual(jump[19]!.etaMs, undefined);
	assert.equal(jump.at(-1)!.etaMs, undefined, 'ten times slower');
	const settled = follow([...evenly(20, 500, 1_000_000), ...evenly(40, 500, 100_000)], 100_000_000);
	assert.notEqual(settled.at(-1)!.etaMs, undefined);
});

test('a transfer that stands still promises no end, and after five seconds no rate either', () => {
	const stalled = follow([...evenly(20, 500, 1_000_000), ...evenly(12, 500, 0)], 100_000_000).at(-1)!;
	assert.equal(stalled.etaMs, undefined);
	assert.equal(paceAt(stalled, stalled.at).rate, undefined);
	const silent = follow(evenly(20, 500, 1_000_000), 100_000_000).at(-1)!;
	assert.equal(paceAt(silent, silent.at + 1000), silent);
	const later = paceAt(silent, silent.at + 5000);
	assert.deepEqual([later.rate, later.etaMs], [undefined, undefined]);
});

test('what rsync says of its speed counts only until two reports can be compared', () => {
	const [first, second] = follow(evenly(2, 1000, 500_000), undefined, 9_000_000);
	assert.equal(first!.rate, 9_000_000);
	assert.ok(second!.rate! < 9_000_000 && second!.rate! > 500_000);
	const silent = follow(evenly(2, 1000, 500_000));
	assert.deepEqual(
		silent.map(({rate}) => rate),
		[undefined, 500_000],
	);
});

test('bytes that go back, and a clock that is set back, begin anew', () => {
	const before = follow(evenly(20, 500, 1_000_000), 100_000_000).at(-1)!;
	const progress: Progress = {filesDone: 0, filesTotal: undefined, bytes: 10, percent: 1, rate: undefined};
	for (const [bytes, at] of [
		[10, before.at + 500],
		[before.bytes + 10, before.at - 500],
	] as const) {
		const pace = nextPace(before, {...progress, bytes}, at);
		assert.deepEqual([pace.since, pace.rate, pace.etaMs], [at, undefined, undefined]);
	}
});
