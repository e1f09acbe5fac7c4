import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {StateWord} from '../../source/sync/status.js';
import {type BellMemory, bellsFor, quietMs} from '../../source/terminal/bell.js';

/** Runs a spoke through words, a minute apart unless told, and tells at which of them it rang. */
function rings(words: readonly StateWord[], everyMs = 60_000): number[] {
	let memory: BellMemory = new Map();
	return words.flatMap((word, index) => {
		const {ringing, memory: next} = bellsFor(memory, new Map([['laptop', word]]), index * everyMs);
		memory = next;
		return ringing.length > 0 ? [index] : [];
	});
}

test('what was well and is not any more rings, and what has become late', () => {
	assert.deepEqual(rings(['ok', 'unreachable']), [1]);
	assert.deepEqual(rings(['ok', 'late']), [1]);
	assert.deepEqual(rings(['ok', 'held', 'held']), [1]);
	assert.deepEqual(rings(['disabled', 'auth']), [1]);
});

test('what is so at the start, what only sleeps and what recovers rings nobody', () => {
	assert.deepEqual(rings(['unreachable', 'unreachable']), []);
	assert.deepEqual(rings(['ok', 'asleep', 'ok']), []);
	assert.deepEqual(rings(['auth', 'ok']), []);
	assert.deepEqual(rings(['syncing', 'error']), []);
});

test('a run that fails each time rings once', () => {
	assert.deepEqual(rings(['ok', 'syncing', 'auth', 'syncing', 'auth', 'due', 'syncing', 'auth'], quietMs), [2]);
	assert.deepEqual(rings(['late', 'unreachable', 'late']), []);
});

test('one spoke rings at most once in fifteen minutes', () => {
	assert.deepEqual(rings(['ok', 'late', 'ok', 'late', 'ok', 'late']), [1]);
	const word = fc.constantFrom<StateWord>('ok', 'late', 'syncing', 'auth', 'asleep', 'disabled', 'never', 'due');
	fc.assert(
		fc.property(fc.array(word, {maxLength: 60}), words => {
			const times = rings(words);
			for (const [index, at] of times.entries()) {
				assert.ok(index === 0 || (at - times[index - 1]!) * 60_000 >= quietMs, `${times}`);
			}
		}),
	);
});

test('each spoke rings for itself, and one that is gone is forgotten', () => {
	const {memory} = bellsFor(
		new Map(),
		new Map([
			['a', 'ok'],
			['b', 'ok'],
		] as const),
		0,
	);
	const next = bellsFor(
		memory,
		new Map([
			['a', 'auth'],
			['b', 'late'],
		] as const),
		1,
	);
	assert.deepEqual(next.ringing, ['a', 'b']);
	assert.deepEqual([...bellsFor(next.memory, new Map([['a', 'auth']] as const), 2).memory.keys()], ['a']);
});
