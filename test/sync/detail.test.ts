import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {systemClock} from '../../source/sync/clock.js';
import type {SpokeConfig} from '../../source/sync/config/types.js';
import {type DetailSource, loadDetail} from '../../source/sync/detail.js';
import {emptyState, reduce} from '../../source/sync/reduce.js';
import {SessionIndex} from '../../source/sync/sessions/index.js';
import type {Observation, ObservationKind} from '../../source/sync/store/ledger-rows.js';
import {noFiles, type RunResult} from '../../source/sync/store/runs.js';
import {Store} from '../../source/sync/store/store.js';
import {fsPath} from '../../source/text/names.js';
import {temporaryFolder} from '../lab/after.js';
import {hubConfig} from './guard/world.js';
import {localSpoke} from './methods/spokes.js';

const signal = new AbortController().signal;
const hourMs = 3_600_000;

async function setUp(t: TestContext, changes: Partial<SpokeConfig> = {}) {
	const {path: root} = await temporaryFolder(t);
	const spoke = localSpoke(`${root}/source`, {path: `${root}/hub/synced/laptop`, ...changes});
	const config = hubConfig(root, [spoke]);
	const store = await Store.open(`${root}/hub/data/sync.db`);
	t.after(() => store.close());
	const state = reduce(emptyState(config), {type: 'configured', config, problems: [], undriven: new Map()});
	const source: DetailSource = {store, clock: systemClock, state};
	return {root: spoke.path, own: config.sessionsDir, store, source};
}

/** Writes a file and its time. */
function put(root: string, name: string, text: string, ageMs: number): void {
	const file = fsPath(root, name);
	fs.mkdirSync(path.dirname(file.toString()), {recursive: true});
	fs.writeFileSync(file, text);
	const at = (Date.now() - ageMs) / 1000;
	fs.utimesSync(file, at, at);
}

function header(cwd: string): string {
	return `${JSON.stringify({type: 'session', version: 3, id: 'x', timestamp: '2026-01-24T09:15:02.318Z', cwd})}\n`;
}

function observed(name: string, kind: ObservationKind, changes: Partial<Observation> = {}): Observation {
	const marks = {isConfirmed: true, isReleased: false};
	return {path: name, kind, size: 3, mtimeMs: 7, sha256: 'ab', firstAt: 1, lastAt: 2, ...marks, ...changes};
}

function ranAt(startedAt: number, result: RunResult) {
	const base = {spoke: 'laptop', tookMs: 1, by: 'cron' as const, files: noFiles, bytes: 0, sent: 0, received: 0};
	const failed = result === 'failed' ? ('TCP_REFUSED' as const) : undefined;
	return {...base, startedAt, result, cause: failed, message: failed && 'refused', detail: undefined};
}

test('the newest ten sessions come first, with the folder they were worked in, neutralised', async t => {
	const {root, source} = await setUp(t);
	for (let n = 0; n < 14; n++) put(root, `p${n % 3}/${n}.jsonl`, header(`/work/${n}`), hourMs * (n + 1));
	put(root, 'p0/tool.jsonl', '{"type":"other"}\n', 1000);
	put(root, 'p0/x.sync-conflict-20260101-000000-ABCDEFG.jsonl', header('/c'), 1000);
	put(root, 'p9/growing.jsonl', header('/bad\u001B[2J\u202Ename'), 60_000);
	const detail = await loadDetail(source, 'laptop', signal);
	assert.deepEqual(
		detail.newest.map(({path: name}) => name),
		[
			'p9/growing.jsonl',
			'p0/0.jsonl',
			'p1/1.jsonl',
			'p2/2.jsonl',
			...[3, 4, 5, 6, 7, 8].map(n => `p${n % 3}/${n}.jsonl`),
		],
	);
	const [first, second] = detail.newest;
	assert.doesNotMatch(first!.cwd!, /[\p{Cc}\p{Cf}]/u);
	assert.deepEqual([second!.cwd, second!.startedAt], ['/work/0', Date.parse('2026-01-24T09:15:02.318Z')]);
	assert.equal(second!.bytes, header('/work/0').length);
	assert.deepEqual([detail.projects, detail.growing], [4, 2]);
	assert.ok(detail.disk!.free > 0 && detail.disk!.total >= detail.disk!.free);
});

test('a watcher’s index tells the same as the folder does, and excluded sessions are in neither', async t => {
	const {root, source} = await setUp(t, {excludePatterns: ['old/*']});
	for (let n = 0; n < 20; n++) put(root, `p${n % 3}/${n}.jsonl`, header(`/work/${n}`), hourMs * (n + 1));
	put(root, 'old/x.jsonl', header('/old'), 1000);
	const index = new SessionIndex(root, {isExcluded: name => name.startsWith('old/')});
	await index.scan();
	const fromDisk = await loadDetail(source, 'laptop', signal);
	const fromIndex = await loadDetail(source, 'laptop', signal, index);
	assert.deepEqual(fromIndex.newest, fromDisk.newest);
	assert.deepEqual([fromIndex.projects, fromDisk.projects, fromIndex.newest.length], [3, 3, 10]);
});

test('held sessions show both versions, and that the hub’s is gone where it is', async t => {
	const {root, store, source} = await setUp(t);
	put(root, 'p/kept.jsonl', 'twelve bytes', hourMs);
	const raw = 'p/a\uDCFFb.jsonl';
	put(root, raw, 'raw', hourMs);
	const seen = [
		observed('p/kept.jsonl', 'shrunk', {lastAt: 30}),
		observed('p/lost.jsonl', 'damaged', {lastAt: 20}),
		observed(raw, 'retyped', {lastAt: 10}),
		observed('p/gone.jsonl', 'gone'),
		observed('p/rewritten.jsonl', 'rewritten'),
		observed('p/released.jsonl', 'shrunk', {isReleased: true}),
		observed('p/maybe.jsonl', 'shrunk', {isConfirmed: false}),
	];
	for (const one of seen) store.ledger.putObservation('laptop', one);
	const {held} = await loadDetail(source, 'laptop', signal);
	assert.deepEqual(
		held.map(({path: name, size, hubSize}) => [name, size, hubSize]),
		[
			['p/kept.jsonl', 3, 12],
			['p/lost.jsonl', 3, undefined],
			[raw, 3, 3],
		],
	);
	assert.ok(Math.abs(held[0]!.hubMtimeMs! - (Date.now() - hourMs)) < 60_000);
	assert.equal(held.length, store.ledger.holdCounts().get('laptop')!.holds);
});

test('kept versions and runs come newest first and bounded, and the last failure however long ago', async t => {
	const {store, source} = await setUp(t);
	const kept = {length: 1, sha256: 'ab', why: 'rewritten' as const};
	for (let n = 0; n < 30; n++) {
		store.ledger.putGeneration('laptop', {path: `p/${n}.jsonl`, file: `/g/${n}`, at: n, ...kept});
		store.ledger.putGeneration('other', {path: 'p/x.jsonl', file: `/o/${n}`, at: n, ...kept});
		store.runs.add(ranAt(1000 + n, n === 2 ? 'failed' : 'done'));
	}

	const {generations, generationsTotal, runs, lastFailure} = await loadDetail(source, 'laptop', signal);
	assert.deepEqual([generations.length, generationsTotal, generations[0]!.path], [20, 30, 'p/29.jsonl']);
	assert.deepEqual([runs.length, runs[0]!.startedAt, lastFailure?.startedAt], [20, 1029, 1002]);
	assert.equal(lastFailure?.cause, 'TCP_REFUSED');
});

test('the hub’s own sessions have no source, no holds and no runs', async t => {
	const {own, source} = await setUp(t);
	put(own, 'p/a.jsonl', header('/here'), 1000);
	const detail = await loadDetail(source, undefined, signal);
	assert.deepEqual(
		[detail.name, detail.newest[0]?.cwd, detail.held, detail.runs, detail.lastFailure],
		[undefined, '/here', [], [], undefined],
	);
});

test('a folder that is not there yet is no failure; an abort and an unknown spoke are', async t => {
	const {source} = await setUp(t);
	const {newest, projects, growing, disk} = await loadDetail(source, 'laptop', signal);
	assert.deepEqual([newest, projects, growing], [[], undefined, undefined]);
	assert.ok(disk!.total > 0, 'of the file system it will be on');
	await assert.rejects(loadDetail(source, 'laptop', AbortSignal.abort(new Error('left'))), /left/);
	await assert.rejects(loadDetail(source, 'nobody', signal), /no spoke is called 'nobody'/);
});
