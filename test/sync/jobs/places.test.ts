import assert from 'node:assert/strict';
import {getEventListeners} from 'node:events';
import test from 'node:test';
import {setImmediate as turn} from 'node:timers/promises';
import {Places} from '../../../source/sync/jobs/places.js';

test('a job that is cancelled while it waits takes no place from the next in line', async () => {
	const places = new Places();
	const entered: string[] = [];
	const enter = async (name: string, signal: AbortSignal) => {
		const leave = await places.enter(() => 1, signal);
		entered.push(name);
		return leave;
	};

	const {signal} = new AbortController();
	const leaveA = await enter('a', signal);
	const cancelled = new AbortController();
	const b = enter('b', cancelled.signal);
	const c = enter('c', signal);
	cancelled.abort();
	(await b)();
	await turn();
	assert.deepEqual(entered, ['a', 'b'], 'b only to end at once, c not before a has left');
	leaveA();
	(await c)();
	assert.deepEqual(entered, ['a', 'b', 'c']);
});

test('never more at once than there are places, whatever the order of leaving', async () => {
	const places = new Places();
	let now = 0;
	let most = 0;
	const {signal} = new AbortController();
	await Promise.all(
		Array.from({length: 20}, async () => {
			const leave = await places.enter(() => 3, signal);
			most = Math.max(most, ++now);
			await turn();
			now--;
			leave();
		}),
	);
	assert.equal(most, 3);
});

test('whoever waited for a place listens to no signal afterwards', async () => {
	const places = new Places();
	const {signal} = new AbortController();
	const leaveA = await places.enter(() => 1, signal);
	const b = places.enter(() => 1, signal);
	assert.equal(getEventListeners(signal, 'abort').length, 1);
	leaveA();
	(await b)();
	assert.equal(getEventListeners(signal, 'abort').length, 0);
});
