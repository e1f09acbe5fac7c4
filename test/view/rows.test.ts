import assert from 'node:assert/strict';
import test from 'node:test';
import {judge} from '../../source/sync/judge.js';
import type {ForeignWriter} from '../../source/sync/schedule/foreign.js';
import {stripLegend, wordLegend} from '../../source/view/legend.js';
import {buildRows} from '../../source/view/rows.js';
import {stripOf, stripText} from '../../source/view/strip.js';
import {createStyle} from '../../source/view/style.js';
import {hubRow, type TableRow} from '../../source/view/types.js';
import {type FakeKind, fakeHub, fakeKinds, fakeNow, fakeSpoke} from '../lab/fake-state.js';

const minute = 60_000;
const quarter = 15 * minute;
/** Every quarter of an hour. */
const next = (_expression: string, from: number) => Math.floor(from / quarter) * quarter + quarter;

function rowOf(kind: FakeKind, options: Parameters<typeof fakeSpoke>[0] = {}): TableRow {
	const hub = fakeHub({spokes: 1});
	const spoke = fakeSpoke({name: 'laptop', kind, ...options});
	return buildRows({...hub, spokes: [spoke]}, fakeNow, undefined)[1]!;
}

test('the hub is the first row, and the spokes follow in the order of config.yaml', () => {
	const state = fakeHub({spokes: 30});
	const rows = buildRows(state, fakeNow, undefined);
	assert.deepEqual(
		rows.map(({id}) => id),
		[hubRow, ...state.spokes.map(({config}) => config.name)],
	);
	assert.equal(rows[0]!.word, 'hub');
	assert.equal(rows[0]!.sessions, 318);
	assert.equal(rows[0]!.spoke, undefined);
});

test('a row says the word that sync status says, for every kind of spoke', () => {
	const kinds = Object.keys(fakeKinds) as FakeKind[];
	const state = fakeHub({spokes: kinds.length, kinds});
	const judged = judge(state, fakeNow, next);
	const rows = buildRows(state, fakeNow, next).slice(1);
	for (const [index, {verdict, isConnected, nextRun}] of judged.entries()) {
		const row = rows[index]!;
		const what = kinds[index];
		assert.equal(row.word, verdict.state, what);
		assert.ok(row.stateText.startsWith(verdict.state), `${what}: ${row.stateText}`);
		assert.equal(row.cause, verdict.cause, what);
		assert.equal(row.isConnected, isConnected, what);
		assert.equal(row.nextRun, nextRun, what);
		if (!row.isForeign) assert.equal(row.tone, wordLegend[verdict.state].tone, what);
	}
});

const texts: ReadonlyArray<readonly [FakeKind, string]> = [
	['ok', 'ok'],
	['syncing', 'syncing 42% 3.1 MB/s 40 s'],
	['syncing-elsewhere', 'syncing (cron)'],
	['dry-run', 'syncing dry run 42% 3.1 MB/s 40 s'],
	['waiting', 'ok (waiting)'],
	['late', 'late 26h'],
	['asleep', 'asleep 31m'],
	['unreachable', 'unreachable TCP_REFUSED'],
	['auth', 'auth AUTH_DENIED'],
	['held', 'held 3 sessions'],
	['disabled', 'disabled'],
	['never', 'never synced'],
	['undriven', 'ok (not driven yet)'],
];
for (const [kind, text] of texts) {
	test(`the state cell of a spoke that is ${kind} says "${text}"`, () => {
		assert.equal(rowOf(kind).stateText, text);
	});
}

test('a spoke that is seen but that nobody syncs says so instead of an age, as soon as the keeper is known', () => {
	const state = fakeHub({spokes: 1, kinds: ['ok']});
	const lastSynced = fakeNow - 3 * 3_600_000;
	const [spoke] = state.spokes;
	const facts = {...spoke!.facts, lastSynced, checkedAt: fakeNow, lastSeen: fakeNow};
	const spokes = [{...spoke!, facts, lastRun: undefined, job: undefined}];
	const keeper = {by: 'watch', pid: 7, since: 0, isUs: true} as const;
	assert.equal(buildRows({...state, spokes, keeper: undefined}, fakeNow, next)[1]!.stateText, 'late (not run)');
	assert.equal(buildRows({...state, spokes, keeper}, fakeNow, next)[1]!.word, 'due');
});

test('a foreign program in its folder makes a row that is well a warning', () => {
	const writer: ForeignWriter = {
		spoke: 'laptop',
		kind: 'crontab',
		where: 'crontab of this user:3',
		text: 'rsync -a',
		program: 'rsync',
		isDeleting: true,
		isSelf: false,
		via: undefined,
		isBroken: false,
	};
	const row = rowOf('ok', {state: {foreignWriters: [writer]}});
	assert.equal(row.tone, 'warn');
	assert.equal(row.severity, 1);
	assert.equal(row.stateText, 'ok (foreign rsync)');
	assert.equal(row.isForeign, true);
	assert.equal(rowOf('auth', {state: {foreignWriters: [writer]}}).tone, 'bad', 'what is worse stays');
});

test('the worst rows have the lowest severity', () => {
	const severity = (kind: FakeKind) => rowOf(kind).severity;
	assert.deepEqual((['auth', 'late', 'syncing', 'never', 'ok', 'disabled'] as const).map(severity), [0, 1, 2, 2, 3, 4]);
});

test('known times are stale while nobody can renew them', () => {
	assert.equal(rowOf('ok').isStale, false);
	assert.equal(rowOf('ok', {facts: {checkedAt: fakeNow - 10 * minute, lastSeen: fakeNow - 10 * minute}}).isStale, true);
	assert.equal(rowOf('disabled', {facts: {checkedAt: 1e12, lastSeen: 1e12}}).isStale, false, 'nobody asks it');
	assert.equal(rowOf('syncing', {facts: {checkedAt: 1e12, lastSeen: 1e12}}).isStale, false, 'a sync is contact');
	const contactFailure = {cause: 'TCP_REFUSED', message: 'refused', detail: '', at: fakeNow, since: fakeNow} as const;
	assert.equal(rowOf('ok', {facts: {contactFailure}}).isStale, true);
});

test('nothing changed: the very same rows; one spoke changed: one other row', () => {
	const state = fakeHub({spokes: 50});
	const rows = buildRows(state, fakeNow, next);
	assert.equal(buildRows(state, fakeNow + 1000, next), rows, 'within a minute');
	const logged = {...state, log: []};
	assert.equal(buildRows(logged, fakeNow, next), rows, 'what is no row changed');
	const spokes = state.spokes.map((spoke, index) => (index === 7 ? {...spoke, holds: spoke.holds + 4} : spoke));
	const after = buildRows({...state, spokes}, fakeNow, next);
	assert.deepEqual(
		after.flatMap((row, index) => (row === rows[index] ? [] : [index])),
		[8],
	);
	assert.equal(buildRows(state, fakeNow + minute, next)[3], rows[3], 'a minute that changes nothing');
});

test('a row follows the minute, though nothing was heard', () => {
	const state = fakeHub({spokes: 1, kinds: ['late']});
	assert.equal(buildRows(state, fakeNow, next)[1]!.stateText, 'late 26h');
	assert.equal(buildRows(state, fakeNow + 60 * minute, next)[1]!.stateText, 'late 27h');
});

test('cron expressions are asked once for many spokes', () => {
	const state = fakeHub({spokes: 500, kinds: ['ok']});
	let asked = 0;
	const counting = (expression: string, from: number) => {
		asked++;
		return next(expression, from);
	};
	buildRows(state, fakeNow, counting);
	assert.ok(asked < 50, `${asked} questions for 500 spokes`);
});

test('arrivals and errors are those of the last 24 hours', () => {
	const slot = Math.floor(fakeNow / (60 * minute));
	const one = {done: 1, failed: 0, bytes: 0, arrived: 3};
	const history = [
		{...one, slot: slot - 24},
		{...one, slot: slot - 23},
		{...one, slot},
	];
	assert.equal(rowOf('ok', {state: {history}}).added, 6);
	assert.equal(rowOf('ok', {config: {source: undefined}}).added, undefined, 'nobody counts there');
	assert.equal(rowOf('disabled').errors, undefined);
	assert.equal(rowOf('auth').errors, 14);
});

test('an hour of the strip shows the worst that happened in it', () => {
	const slot = Math.floor(fakeNow / (60 * minute));
	const one = {done: 1, failed: 0, bytes: 0, arrived: 0};
	const strip = stripOf(
		[
			{...one, slot: slot - 30},
			{...one, slot: slot - 3},
			{...one, slot: slot - 2, bytes: 10_000_001},
			{...one, slot: slot - 1, bytes: 10_000_001, failed: 1},
			{...one, slot: slot + 1},
		],
		fakeNow,
	);
	assert.equal(strip.length, 24);
	assert.deepEqual(strip.slice(-5), ['cellNone', 'cellOk', 'cellBig', 'cellFailed', 'cellNone']);
	assert.ok(
		strip.slice(0, -5).every(cell => cell === 'cellNone'),
		'what is older is not shown',
	);
	const style = createStyle({theme: 'auto', isAscii: true, hasColor: false});
	assert.equal(stripText([{...one, slot}], fakeNow, style, true), `${'.'.repeat(23)}o`);
	assert.equal(new Set(stripLegend.map(({glyph}) => glyph)).size, 4);
});
