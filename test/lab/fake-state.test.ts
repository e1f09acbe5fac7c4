import assert from 'node:assert/strict';
import test from 'node:test';
import {verdictOf} from '../../source/sync/status.js';
import {fakeDetail} from './fake-detail.js';
import {type FakeKind, fakeHub, fakeKinds, fakeNow, fakeSpoke, isDueKind} from './fake-state.js';

test('a spoke of a kind is judged by the engine as what it is called, and every word is there', () => {
	const words = new Set<string>();
	for (const kind of Object.keys(fakeKinds) as FakeKind[]) {
		const {state} = verdictOf(fakeSpoke({kind}), fakeNow, isDueKind(kind));
		assert.equal(state, fakeKinds[kind](fakeNow).word, kind);
		words.add(state);
	}

	assert.deepEqual(
		[...words].sort(),
		'asleep auth disabled due error held host-key late local-disk never ok remote-config syncing unreachable'.split(
			' ',
		),
	);
});

test('a hub is the same every time, of any size, with names that are told apart', () => {
	assert.deepEqual(fakeHub({spokes: 30}), fakeHub({spokes: 30}));
	const {spokes, config} = fakeHub({spokes: 1000});
	assert.equal(new Set(spokes.map(({config: {name}}) => name)).size, 1000);
	assert.deepEqual(
		config.spokes,
		spokes.map(spoke => spoke.config),
	);
	assert.deepEqual(fakeHub({spokes: 0}).spokes, []);
});

test('a history is a day of hours in their order, and ends in failures where a failure lasts', () => {
	for (const kind of Object.keys(fakeKinds) as FakeKind[]) {
		const {history, facts} = fakeSpoke({kind});
		const slots = history.map(({slot}) => slot);
		assert.deepEqual(
			slots,
			[...new Set(slots)].sort((a, b) => a - b),
		);
		assert.ok(
			slots.every(slot => slot > Math.floor(fakeNow / 3_600_000) - 24 && slot <= Math.floor(fakeNow / 3_600_000)),
		);
		if (facts.failure) assert.ok(history.at(-1)!.failed > 0, kind);
	}
});

test('the details of a spoke are in keeping with its state', () => {
	const held = fakeDetail(fakeSpoke({kind: 'held'}));
	assert.equal(held.held.length, 3);
	assert.equal(fakeDetail(fakeSpoke({kind: 'never'})).runs.length, 0);
	assert.equal(fakeDetail(undefined).name, undefined);
});
