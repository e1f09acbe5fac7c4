import '../lab/seed.js';
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {Detail} from '../../source/sync/detail.js';
import {detailBody, detailTitle} from '../../source/view/detail-body.js';
import type {DetailSight} from '../../source/view/detail-sight.js';
import {buildRows} from '../../source/view/rows.js';
import {textWindow} from '../../source/view/text-window.js';
import {fakeDetail} from '../lab/fake-detail.js';
import {type FakeKind, fakeHub, fakeKinds, fakeNow} from '../lab/fake-state.js';
import {matchSnapshot} from '../lab/snapshot.js';
import {anyStyle, assertFits, hostileText, plainStyle, readable} from './hostile.js';
import {heldSession, known} from './versions.js';

function sightOf(kind: FakeKind, change: Partial<DetailSight> = {}): DetailSight {
	const state = fakeHub({spokes: 1, kinds: [kind]});
	const row = buildRows(state, fakeNow, undefined)[1]!;
	const detail = fakeDetail(row.spoke);
	return {row, detail, state, now: fakeNow, timeZone: 'UTC', width: 80, style: plainStyle, releaseKey: 'u', ...change};
}

function bodyOf(kind: FakeKind, change: Partial<DetailSight> = {}): string {
	return readable(detailBody(sightOf(kind, change)));
}

const snapshots: ReadonlyArray<readonly [FakeKind, number]> = [
	['ok', 80],
	['auth', 80],
	['held', 60],
	['held-whole', 80],
	['syncing', 120],
	['foreign', 80],
	['never', 60],
];
for (const [kind, width] of snapshots) {
	test(`the detail of a spoke that is ${kind} looks as it did, ${width} wide`, () => {
		const sight = sightOf(kind, {width});
		const body = detailBody(sight);
		const lines = textWindow({...sight, title: detailTitle(sight), body, offset: 0, rows: body.length + 2});
		matchSnapshot(`detail-${kind}-${width}`, readable(lines), {folder: import.meta.dirname});
	});
}

test('the hub’s own row has its folder, its newest sessions and who keeps the schedules', () => {
	const state = fakeHub({spokes: 2});
	const row = buildRows(state, fakeNow, undefined)[0]!;
	const sight = {...sightOf('ok'), row, state, detail: fakeDetail(undefined)};
	matchSnapshot('detail-hub-80', readable(detailBody(sight)), {folder: import.meta.dirname});
});

test('while it is being read the snapshot is shown', () => {
	const body = bodyOf('held', {detail: undefined});
	assert.match(body, /^Sessions +1,\d{3}/m);
	assert.match(body, /^Disk +reading~$/m);
	assert.match(body, /^Holds +3 sessions\n +reading~$/m);
	assert.match(body, /LAST RUNS\nreading~/);
});

test('a held session shows both versions and what releases it', () => {
	const body = bodyOf('held');
	assert.match(body, /hub +974,031 B +Thu 12 Nov 13:02 UTC\n +spoke +146 B +Sat 21 Nov 09:02 UTC/);
	assert.match(body, /u releases, once you have looked: the hub's copies stay/);
	assert.match(bodyOf('held', {releaseKey: undefined}), /pi-brain-tui sync release laptop releases/);
});

test('held sessions tell their likely story, kept versions their size, and the disk what it is used for', () => {
	const {detail} = sightOf('held');
	const [first] = detail!.held;
	const path = first!.path;
	const versions = known([heldSession(0, {path, story: 'pi before 0.80.3 started this file over'})]);
	const body = bodyOf('held', {versions, versionsKey: 'h'});
	assert.match(
		body,
		/smaller there than here, first seen 5h ago\n +likely: pi before 0\.80\.3 started this file over$/m,
	);
	assert.match(body, /^Kept +6 earlier versions, 12 MB +h shows them/m);
	assert.match(body, /^Disk +77 GB free.*\n +sessions 1\.1 GB +earlier versions 12 MB +snapshots 0 B$/m);
});

test('copies of what others write are told apart from earlier versions, once they are added up', () => {
	const detail = {...sightOf('manual').detail!, generationsTotal: 1204};
	const amounts = {generations: {files: 0, bytes: 0}, snapshots: {files: 1204, bytes: 1_100_000_000}};
	const versions = known([], {space: {...known([]).space!, ...amounts, staging: {bytes: 5000}}});
	const body = bodyOf('manual', {detail, versions});
	assert.match(body, /^Kept +1,204 copies of what others write, 1\.1 GB/m);
	assert.match(body, /snapshots 1\.1 GB\s+staging 5 KB/);
	assert.match(bodyOf('manual', {detail}), /^Kept +1,204 earlier versions/m);
});

test('what is wrong comes first, with what to try, how long and what was said', () => {
	const [first, second, third] = bodyOf('auth').split('\n');
	assert.match(first!, /^State +XX auth +AUTH_DENIED +Permission denied/);
	assert.match(second!, /Try: give the spoke this hub's key: ssh-copy-id will@laptop/);
	assert.match(third!, /failing since Wed 18 Nov 14:02 UTC \(3d\), 14 times in a row/);
});

test('errors are counted by cause', () => {
	const sight = sightOf('auth');
	const [first, ...rest] = sight.row.spoke!.recentFailures;
	const other = {...first!, cause: 'TCP_REFUSED' as const, message: 'Connection refused'};
	const row = {...sight.row, spoke: {...sight.row.spoke!, recentFailures: [other, ...rest]}};
	const body = readable(detailBody({...sight, row}));
	assert.match(body, /Errors +14 in 24 h\n +1 x TCP_REFUSED +1m ago +Connection refused\n +13 x AUTH_DENIED/);
});

test('it says who runs the schedule, and when nobody does', () => {
	assert.match(bodyOf('ok'), /kept by this dashboard while it is open/);
	const state = {...fakeHub({spokes: 1, kinds: ['ok']}), keeper: undefined};
	assert.match(bodyOf('ok', {state}), /set, but NOTHING runs it/);
	const own = {...fakeHub({spokes: 1, kinds: ['own-cron']}), keeper: undefined};
	assert.match(bodyOf('own-cron', {state: own}), /crontab of this user:3 runs pi-brain-tui for laptop already/);
	const watch = {by: 'watch', pid: 4242, since: fakeNow, isUs: false} as const;
	assert.match(bodyOf('ok', {state: {...state, keeper: watch}}), /kept by sync watch \(pid 4242\)/);
});

test('a transfer says how far it is, one elsewhere that it does not', () => {
	assert.match(bodyOf('syncing', {width: 120}), /42 % +118 of 280 files +86.8 MB +3.1 MB\/s +40 s left/);
	assert.match(bodyOf('syncing-elsewhere', {width: 120}), /sync by cron .* in another process/);
	assert.match(bodyOf('waiting'), /Running +sync waits/);
});

test('every kind of spoke fits every width', () => {
	for (const kind of Object.keys(fakeKinds) as FakeKind[]) {
		for (const width of [1, 2, 5, 10, 20, 33, 40, 59, 60, 80, 100, 120, 200]) {
			assertFits(detailBody(sightOf(kind, {width})), width);
		}
	}
});

test('whatever a spoke calls its sessions and says in its errors, no line is wider than the screen or moves the cursor', () => {
	fc.assert(
		fc.property(
			fc.array(hostileText, {minLength: 6, maxLength: 6}),
			fc.integer({min: 1, max: 200}),
			anyStyle,
			(texts, width, style) => {
				const sight = sightOf('held', {width, style});
				const [path, cwd, message, said, held, name] = texts as [string, string, string, string, string, string];
				const detail = sight.detail!;
				const run = {...detail.runs[0]!, result: 'failed' as const, message, detail: said};
				const hostile: Detail = {
					...detail,
					newest: detail.newest.map(session => ({...session, path, cwd})),
					held: detail.held.map(session => ({...session, path: held})),
					generations: detail.generations.map(generation => ({...generation, path: held})),
					runs: [run],
					lastFailure: run,
				};
				const spoke = sight.row.spoke!;
				const failure = {cause: 'UNKNOWN' as const, message, detail: said, at: fakeNow, since: fakeNow};
				const row = {
					...sight.row,
					spoke: {
						...spoke,
						config: {...spoke.config, sourceText: name, sshKey: name},
						recentFailures: [run],
						facts: {...spoke.facts, failure, lastSeenVia: said, hold: {...failure, cause: 'GUARD_EMPTIED' as const}},
					},
				};
				assertFits(detailBody({...sight, row, detail: hostile, find: message}), width);
			},
		),
		{numRuns: 60},
	);
});

test('an entry that cannot be used promises neither a count nor a next run', () => {
	const body = bodyOf('invalid');
	assert.match(body, /^Sessions +not counted$/m);
	assert.match(body, /^Errors +1, its entry in config\.yaml/m);
	assert.match(body, /^Schedule +none: its entry in config\.yaml cannot be used$/m);
	assert.doesNotMatch(body, /kept by|counting/);
});
