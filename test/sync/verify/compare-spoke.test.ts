import assert from 'node:assert/strict';
import test from 'node:test';
import type {SpokeFile} from '../../../source/sync/methods/types.js';
import type {Observation} from '../../../source/sync/store/ledger-rows.js';
import {type BothSides, compareSides} from '../../../source/sync/verify/compare-spoke.js';

const now = Date.parse('2026-11-22T04:00:00.000Z');
const old = now - 40 * 24 * 3600 * 1000;

function there(path: string, size: number, mtimeMs = old, changes: Partial<SpokeFile> = {}): SpokeFile {
	return {path, size, mtimeMs, isFile: true, isSame: undefined, ...changes};
}

function sides(
	files: readonly SpokeFile[],
	changes: Partial<BothSides> & {passedOver?: number; isComplete?: boolean} = {},
) {
	const {passedOver = 0, isComplete = true, ...rest} = changes;
	const here = (size: number, ctimeMs = old) => ({size, mtimeMs: old, ctimeMs, inode: 1});
	const result = compareSides({
		spoke: {excludePatterns: [], initialSyncDays: undefined},
		listing: {files, isComplete, unreadable: [], passedOver},
		listedAt: now - 1000,
		now,
		files: new Map([
			['a.jsonl', here(100)],
			['b.jsonl', here(200, now)],
		]),
		observations: new Map(),
		unsound: new Map(),
		...rest,
	});
	return {...result, told: result.findings.map(({kind, severity, path}) => `${kind} ${severity} ${path}`)};
}

test('what config.yaml leaves on the spoke is not taken, not missing', () => {
	const {told, identical} = sides(
		[
			there('a.jsonl', 100),
			there('b.jsonl', 200),
			there('x/c.jsonl', 1),
			there('d.jsonl', 1),
			there('e.jsonl', 1, now),
		],
		{spoke: {excludePatterns: ['x/'], initialSyncDays: 30}, passedOver: 2},
	);
	assert.equal(identical, 2);
	assert.deepEqual(told, [
		'not-taken info x/c.jsonl',
		'not-taken info d.jsonl',
		'only-on-spoke info e.jsonl',
		'not-taken info ',
	]);
});

test('only a complete listing says that a session is gone, and never one that is left out on purpose', () => {
	assert.deepEqual(sides([there('a.jsonl', 100)]).told, ['only-on-hub info b.jsonl']);
	assert.deepEqual(sides([there('a.jsonl', 100)], {isComplete: false}).told, []);
	assert.deepEqual(
		sides([there('a.jsonl', 100)], {spoke: {excludePatterns: ['b*'], initialSyncDays: undefined}}).told,
		[],
	);
});

test('a copy that a sync placed after the spoke was listed is not judged by that listing', () => {
	assert.deepEqual(sides([there('a.jsonl', 99), there('b.jsonl', 199)]).told, ['hub-larger look a.jsonl']);
});

test('bytes that were compared decide, whatever size and time say', () => {
	const other = sides([there('a.jsonl', 100, old, {isSame: false}), there('b.jsonl', 200, old + 9000, {isSame: true})]);
	assert.deepEqual([other.told, other.identical], [['differs look a.jsonl'], 1]);
	assert.deepEqual(sides([there('a.jsonl', 0, 0, {isFile: false}), there('b.jsonl', 200)]).told, [
		'differs look a.jsonl',
	]);
});

test('a difference that a person has looked at is only told, until the spoke changes again', () => {
	const seen: Observation = {
		...{path: 'a.jsonl', kind: 'shrunk', size: 50, mtimeMs: old, sha256: 'x', firstAt: old, lastAt: old},
		...{isConfirmed: true, isReleased: true},
	};
	const observations = new Map([['a.jsonl', seen]]);
	assert.deepEqual(sides([there('a.jsonl', 50), there('b.jsonl', 200)], {observations}).told, [
		'hub-larger info a.jsonl',
	]);
	assert.deepEqual(sides([there('a.jsonl', 51), there('b.jsonl', 200)], {observations}).told, [
		'hub-larger look a.jsonl',
	]);
});

test('an unsound copy is said to be repairable only where the spoke still has as many bytes as were taken', () => {
	const damage = {
		kind: 'bit-rot',
		severity: 'damage',
		path: 'a.jsonl',
		detail: '',
		ledger: {bytes: 100, sha256: 'x', since: undefined},
	} as const;
	const unsound = new Map([['a.jsonl', damage]]);
	const enough = sides([there('a.jsonl', 120), there('b.jsonl', 200)], {unsound});
	assert.deepEqual([enough.told, enough.onSpoke], [[], ['a.jsonl']]);
	assert.deepEqual(sides([there('a.jsonl', 99), there('b.jsonl', 200)], {unsound}).onSpoke, []);
});
