import assert from 'node:assert/strict';
import test from 'node:test';
import {Publisher} from '../../source/sync/publisher.js';
import {waitFor} from '../lab/after.js';

/** A publisher whose snapshots are noted with the time since it was made. */
function noted() {
	const publisher = new Publisher(0);
	const heard: number[] = [];
	const started = performance.now();
	publisher.subscribe(() => heard.push(publisher.snapshot()));
	return {publisher, heard, started};
}

test('progress alone is published at most twice a second, and the last of it is never lost', async () => {
	const {publisher, heard, started} = noted();
	let value = 0;
	const goOn = () => {
		publisher.take(++value, true);
		return heard.length > 1 && performance.now() - started > 1300;
	};
	await waitFor(goOn, {message: 'two snapshots'});
	await waitFor(() => publisher.snapshot() === value, {message: 'the last progress'});
	const seconds = (performance.now() - started) / 1000;
	assert.ok(heard.length <= Math.ceil(seconds * 2), `${heard.length} snapshots in ${seconds} s`);
});

test('anything else is published before progress alone would be, and takes the progress before it along', async () => {
	const slow = noted();
	const {publisher, heard} = noted();
	const order: string[] = [];
	slow.publisher.subscribe(() => order.push('progress alone'));
	publisher.subscribe(() => order.push('anything else'));
	slow.publisher.take(1, true);
	publisher.take(1, true);
	publisher.take(2, false);
	publisher.take(3, true);
	await waitFor(() => slow.heard.length > 0, {message: 'the snapshot of progress alone'});
	assert.deepEqual(order, ['anything else', 'progress alone']);
	assert.deepEqual(heard, [3], 'nothing was left to be published');
	publisher.close();
	slow.publisher.close();
});

test('listeners may come and go while a snapshot is published', () => {
	const publisher = new Publisher(0);
	const heard: string[] = [];
	const endFirst = publisher.subscribe(() => {
		heard.push('first');
		endFirst();
		endSecond();
		publisher.subscribe(() => heard.push('late'));
	});
	const endSecond = publisher.subscribe(() => heard.push('second'));
	publisher.subscribe(() => heard.push('third'));
	publisher.take(1, false);
	publisher.publish();
	assert.deepEqual(heard, ['first', 'third']);
	publisher.take(2, false);
	publisher.publish();
	assert.deepEqual(heard.slice(2), ['third', 'late']);
	publisher.publish();
	assert.equal(heard.length, 4, 'nothing changed, nobody is told');
	publisher.close();
});

test('a listener that subscribed twice is told twice until it ended both', () => {
	const publisher = new Publisher(0);
	let count = 0;
	const listener = () => count++;
	const ends = [publisher.subscribe(listener), publisher.subscribe(listener)];
	const publish = (value: number) => {
		publisher.take(value, false);
		publisher.publish();
	};

	publish(1);
	assert.equal(count, 2);
	ends[0]!();
	publish(2);
	assert.equal(count, 3);
	ends[1]!();
	publish(3);
	assert.equal(count, 3);
});
