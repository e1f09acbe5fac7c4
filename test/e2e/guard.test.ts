import assert from 'node:assert/strict';
import {existsSync, mkdirSync, readFileSync, rmSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {appendEntry, migrate, retype, rewrite, shrink, writeSession} from '../lab/sessions.js';
import {startSpoke} from '../lab/sshd.js';
import {assertSameTree, expectExit, generations, quickHub, runJson, startSpokes, statusOf, treeOf} from './support.js';

const holds = (list: readonly Buffer[], bytes: Buffer) => list.some(one => one.equals(bytes));

test('what is no growth never destroys a byte the hub holds', async t => {
	const spoke = await startSpoke({scope: t});
	const write = async (seed: number, version: 1 | 3 = 3) => writeSession(spoke.sessionsDir, {seed, version});
	const [cut, redone, old, dead, folder, quiet] = [
		await write(1),
		await write(2),
		await write(3, 1),
		await write(4),
		await write(5),
		await write(6),
	];
	const hub = await quickHub(t, {spokes: [spoke]});
	const at = (session: {path: string}) => path.join(hub.synced('laptop'), session.path);
	await runJson(hub, [], 0);
	const before = Object.fromEntries(
		Object.entries({cut, redone, old, dead, folder}).map(([name, one]) => [name, readFileSync(at(one))]),
	);
	await shrink(cut.file);
	await rewrite(redone.file, 77);
	await appendEntry(redone.file, {bytes: 3000});
	await migrate(old.file);
	rmSync(dead.file);
	await retype(folder.file);

	await t.test('one run confirms it, takes the rewrites, holds the rest and ends with 3', async () => {
		const {laptop} = await runJson(hub, [], 3);
		assert.deepEqual([laptop?.result, laptop?.files.held, laptop?.cause?.startsWith('GUARD_')], ['done', 2, true]);
		assert.match(laptop?.message ?? '', /^2 sessions are held: .* pi-brain-tui sync release laptop$/);
		assert.ok(readFileSync(at(cut)).equals(before.cut!), 'the hub keeps what the spoke cut off');
		assert.ok(readFileSync(at(dead)).equals(before.dead!), 'a deletion is not propagated');
		assert.ok(readFileSync(at(folder)).equals(before.folder!), 'a folder does not take the place of a session');
		assert.ok(readFileSync(at(redone)).equals(readFileSync(redone.file)), 'a rewritten session becomes current');
		assert.ok(readFileSync(at(old)).equals(readFileSync(old.file)), 'a migrated session becomes current');
		const kept = generations(hub, 'laptop');
		assert.ok(holds(kept, before.redone!) && holds(kept, before.old!), 'the bytes before a rewrite are kept');
		assert.ok(existsSync(at(quiet)));
	});

	await t.test('status, text and log tell what is held and what is gone', async () => {
		const {of} = await statusOf(hub);
		assert.deepEqual([of.laptop?.state, of.laptop?.holdsCount, of.laptop?.goneCount], ['held', 2, 1]);
		const {stdout} = await expectExit(hub, ['sync', 'run'], 3);
		assert.match(stdout, /^! laptop: 0 new, 0 grown, .* 2 held/m);
		assert.ok(stdout.includes(cut.path), 'the text names the held session');
		const log = await expectExit(hub, ['sync', 'log'], 0);
		assert.match(log.stdout, /WARN {2}Sync: 'laptop' shrank .* from \d+ to \d+ bytes: held, the hub's copy stays/);
		assert.match(log.stdout, /INFO {2}Sync: .* is gone on 'laptop': kept here/);
		await expectExit(hub, ['sync', 'status'], 3);
	});

	await t.test('what is held is not fetched again, and a release lets the spoke be well', async () => {
		const again = await runJson(hub, [], 3);
		assert.ok(again.laptop!.received < 1500, `${again.laptop!.received} bytes for an unchanged spoke`);
		const {stdout} = await expectExit(hub, ['sync', 'release', 'laptop'], 0);
		assert.match(stdout, /the hub's copy of \S+ stays current/);
		assert.match((await expectExit(hub, ['sync', 'release', 'laptop'], 0)).stdout, /^laptop: nothing is held$/m);
		await runJson(hub, [], 0);
		assert.equal((await statusOf(hub)).of.laptop?.state, 'ok');
		assert.ok(readFileSync(at(cut)).equals(before.cut!), 'a release changes no file');
	});
});

test('an emptied root and a mass shrink hold the whole spoke until it is released', async t => {
	const [emptied, cutDown] = (await startSpokes(t, {name: 'emptied'}, {name: 'cut-down'})) as [
		Awaited<ReturnType<typeof startSpoke>>,
		Awaited<ReturnType<typeof startSpoke>>,
	];
	const many = [];
	for (let seed = 1; seed <= 10; seed++) {
		await writeSession(emptied.sessionsDir, {seed, bytes: 1500});
		many.push(await writeSession(cutDown.sessionsDir, {seed, bytes: 1500}));
	}

	const hub = await quickHub(t, {spokes: [emptied, cutDown]});
	await runJson(hub, [], 0);
	const [first, second] = [treeOf(hub.synced('emptied')), treeOf(hub.synced('cut-down'))];
	rmSync(emptied.sessionsDir, {recursive: true});
	mkdirSync(emptied.sessionsDir, {recursive: true});
	for (const {file} of many.slice(0, 3)) await shrink(file);
	const fresh = await writeSession(cutDown.sessionsDir, {seed: 99});

	const runs = await runJson(hub, [], 3);
	assert.deepEqual([runs.emptied?.result, runs.emptied?.cause], ['done', 'GUARD_EMPTIED']);
	assert.deepEqual([runs['cut-down']?.result, runs['cut-down']?.cause], ['done', 'GUARD_TRUNCATED']);
	assert.deepEqual(treeOf(hub.synced('emptied')), first);
	assert.deepEqual(treeOf(hub.synced('cut-down')), second, 'nothing more is promoted, not even what is new');
	const status = await statusOf(hub);
	assert.deepEqual(
		status.spokes.map(({state}) => state),
		['held', 'held'],
	);
	assert.match(status.of.emptied?.reason ?? '', /is empty, the hub holds 10 sessions from it/);
	assert.equal((await runJson(hub, [], 3)).emptied?.cause, 'GUARD_EMPTIED', 'it stays held');

	const {released} = (await expectExit(hub, ['sync', 'release', 'emptied', 'cut-down', '--json'], 0)).json<{
		released: Array<{spoke: string; wasHalted: boolean}>;
	}>();
	assert.deepEqual(
		released.map(({spoke, wasHalted}) => [spoke, wasHalted]),
		[
			['emptied', true],
			['cut-down', true],
		],
	);
	const after = await runJson(hub, [], 3);
	assert.deepEqual(
		[after['cut-down']?.files.new, after['cut-down']?.files.held],
		[1, 3],
		'the rest arrives, the shrunk ones are held one by one',
	);
	assert.ok(existsSync(path.join(hub.synced('cut-down'), fresh.path)));
	assert.deepEqual(treeOf(hub.synced('emptied')), first, 'an accepted empty root deletes nothing');
	await runJson(hub, ['emptied'], 0);
	await writeSession(emptied.sessionsDir, {seed: 50});
	await runJson(hub, ['emptied'], 0);
	assert.equal(treeOf(hub.synced('emptied')).size, 11);
});

test('initial_sync_days leaves the old ones, exclude_patterns leave theirs, through a real ssh', async t => {
	const spoke = await startSpoke({scope: t});
	const {utimesSync} = await import('node:fs');
	const old = await writeSession(spoke.sessionsDir, {seed: 1});
	const month = Date.now() / 1000 - 40 * 86_400;
	utimesSync(old.file, month, month);
	const young = await writeSession(spoke.sessionsDir, {seed: 2});
	const secret = await writeSession(spoke.sessionsDir, {seed: 3, cwd: '/home/will/secret'});
	const hub = await quickHub(t, {
		spokes: [spoke],
		settings: {sync: {initial_sync_days: 30, exclude_patterns: ['*secret*/', '*/2026/*']}},
	});
	await runJson(hub, [], 0);
	assert.deepEqual([...treeOf(hub.synced('laptop')).keys()], [young.path]);
	assert.equal((await statusOf(hub)).of.laptop?.notTakenCount, 1);
	assert.match(
		(await expectExit(hub, ['sync', 'log'], 0)).stdout,
		/WARN {2}Sync: .*'\*\/2026\/\*' leaves nothing out on 'laptop'; did you mean/,
		'a pattern that matches nothing is reported',
	);
	await appendEntry(old.file);
	await runJson(hub, [], 0);
	assert.deepEqual(
		[...treeOf(hub.synced('laptop')).keys()].sort(),
		[old.path, young.path].sort(),
		'an old one that grows is taken',
	);
	await hub.configure({spokes: [spoke]});
	await runJson(hub, [], 0);
	assertSameTree(hub.synced('laptop'), spoke.sessionsDir);
	assert.ok(existsSync(path.join(hub.synced('laptop'), secret.path)));
});
