import assert from 'node:assert/strict';
import test from 'node:test';
import {every} from '../../source/sync/every.js';
import {waitFor} from '../lab/after.js';

test('looks of whole seconds come on one beat, and end each with its own signal', async t => {
	const [short, long] = [new AbortController(), new AbortController()];
	t.after(() => {
		short.abort();
		long.abort();
	});
	let turn = 0;
	const looks: Array<{readonly what: string; readonly turn: number}> = [];
	const note = (what: string) => () => {
		looks.push({what, turn});
		setImmediate(() => turn++);
	};
	every(1000, note('short'), short.signal);
	every(2000, note('long'), long.signal);
	const count = (what: string) => looks.filter(look => look.what === what).length;
	await waitFor(() => count('long') === 1, {message: 'the first look of two seconds'});
	assert.deepEqual(
		looks.filter(look => look.turn === looks.at(-1)!.turn).map(({what}) => what),
		['short', 'long'],
	);
	short.abort();
	const before = count('short');
	await waitFor(() => count('long') === 2, {message: 'the second look of two seconds'});
	assert.equal(count('short'), before);
});

test('nothing is looked at for a signal that has aborted, or that another look aborts', async t => {
	const [first, second] = [new AbortController(), new AbortController()];
	t.after(() => first.abort());
	every(1000, () => assert.fail('aborted before'), AbortSignal.abort());
	let looks = 0;
	every(
		1000,
		() => {
			looks++;
			second.abort();
		},
		first.signal,
	);
	every(1000, () => assert.fail('aborted by the look before'), second.signal);
	await waitFor(() => looks > 0, {message: 'a look'});
});

test('any other time has a timer of its own', async t => {
	const [ending, going] = [new AbortController(), new AbortController()];
	t.after(() => going.abort());
	let looks = 0;
	let others = 0;
	every(5, () => looks++, ending.signal);
	every(5, () => others++, going.signal);
	await waitFor(() => looks > 1, {message: 'two looks'});
	ending.abort();
	const [before, othersBefore] = [looks, others];
	await waitFor(() => others > othersBefore + 1, {message: 'two more of the other'});
	assert.equal(looks, before);
});
