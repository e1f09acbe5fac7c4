import assert from 'node:assert/strict';
import {statSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {appendEntry, generateTree, writeSession} from '../lab/sessions.js';
import {listShape} from './shapes.js';
import {assertSameTree, expectExit, quick, quickHub, runJson, startSpokes, statusOf, treeOf} from './support.js';

test('three spokes are pulled, appended to and pulled again, byte for byte', async t => {
	const spokes = await startSpokes(t, {name: 'laptop'}, {name: 'server', isRestricted: true}, {name: 'gpu-box'});
	const [laptop, server, gpu] = spokes as [(typeof spokes)[0], (typeof spokes)[0], (typeof spokes)[0]];
	generateTree(laptop.sessionsDir, {sessions: 60, bytes: 2_000_000, seed: 1});
	generateTree(server.sessionsDir, {sessions: 25, bytes: 500_000, seed: 2});
	const lone = await writeSession(gpu.sessionsDir, {seed: 3, imageBytes: 200_000});
	// Contact counts for two probe intervals, and commands may take longer than two seconds.
	const hub = await quickHub(t, {spokes, settings: {tui: {...quick.tui, probe_interval: 60}}});
	const own = await writeSession(path.join(hub.home, '.pi/agent/sessions'), {seed: 4});

	await t.test('the first run brings everything and says so in one line for each spoke', async () => {
		const runs = await runJson(hub, [], 0);
		assert.deepEqual(
			Object.values(runs).map(({spoke, result, files}) => [spoke, result, files.listed, files.new]),
			[
				['laptop', 'done', 60, 60],
				['server', 'done', 25, 25],
				['gpu-box', 'done', 1, 1],
			],
		);
		for (const {name, sessionsDir} of spokes) assertSameTree(hub.synced(name), sessionsDir);
		const {stdout} = await expectExit(hub, ['sync', 'log'], 0);
		assert.match(stdout, /^\d{4}-\S+Z INFO {2}Sync: 60 sessions from laptop, first sync$/m);
		assert.match(stdout, /^\S+Z INFO {2}Sync: New session from gpu-box: .*\.jsonl$/m);
		assert.equal(stdout.match(/from laptop/g)?.length, 1, 'sixty new sessions are one line');
	});

	await t.test('what grew is brought, and only that', async () => {
		const grown = [...treeOf(laptop.sessionsDir).keys()].filter((_, index) => index % 20 === 0);
		for (const name of grown) await appendEntry(path.join(laptop.sessionsDir, name));
		await appendEntry(lone.file, {isTorn: true});
		const runs = await runJson(hub, ['--all'], 0);
		assert.deepEqual(runs.laptop?.files, {
			listed: 60,
			new: 0,
			extended: grown.length,
			unchanged: 60 - grown.length,
			held: 0,
		});
		assert.equal(runs['gpu-box']?.files.extended, 1);
		for (const {name, sessionsDir} of spokes) assertSameTree(hub.synced(name), sessionsDir);
	});

	await t.test('an unchanged run transfers and changes nothing', async () => {
		const before = statSync(path.join(hub.synced('gpu-box'), lone.path), {bigint: true});
		const runs = await runJson(hub, [], 0);
		for (const {spoke, files, bytes, received} of Object.values(runs)) {
			assert.deepEqual([files.new, files.extended, files.unchanged, bytes], [0, 0, files.listed, 0], spoke);
			assert.ok(received < 200 + files.listed * 120, `${spoke} sent ${received} bytes for a listing`);
		}

		const after = statSync(path.join(hub.synced('gpu-box'), lone.path), {bigint: true});
		assert.deepEqual([after.ino, after.ctimeNs], [before.ino, before.ctimeNs], 'the current file was touched');
	});

	await t.test('sync status tells each spoke in the published shape', async () => {
		const status = await statusOf(hub);
		assert.deepEqual(
			status.spokes.map(({name, state, connected, sessionsCount, errorsCount}) => [
				name,
				state,
				connected,
				sessionsCount,
				errorsCount,
			]),
			[
				['laptop', 'ok', true, 60, 0],
				['server', 'ok', true, 25, 0],
				['gpu-box', 'ok', true, 1, 0],
			],
		);
		assert.equal(status.hub.sessionsCount, 1);
		assert.deepEqual(Object.keys(status.lastSync), ['laptop', 'server', 'gpu-box']);
		assert.equal(status.of['gpu-box']?.bytes, statSync(lone.file).size);
		assert.equal(status.of.server?.source, 'server:./');
		assert.deepEqual([status.pendingSessions, status.errors], [0, []]);
		await expectExit(hub, ['sync', 'status'], 0);
		await expectExit(hub, [], 0);
	});

	await t.test('sync list tells every session with the computer it came from', async () => {
		const {sessions} = listShape.parse((await expectExit(hub, ['sync', 'list', '--json'], 0)).json());
		assert.equal(sessions.length, 87);
		const ownRow = sessions.find(({spoke}) => spoke === null);
		assert.deepEqual([ownRow?.path, ownRow?.id, ownRow?.version], [own.path, own.id, 3]);
		const loneRow = sessions.find(({path: name}) => name === lone.path);
		assert.deepEqual(
			[loneRow?.spoke, loneRow?.computer, loneRow?.id, loneRow?.cwd, loneRow?.bytes],
			['gpu-box', 'gpu-box', lone.id, '/home/will/api', statSync(lone.file).size],
		);
		const some = listShape.parse((await expectExit(hub, ['sync', 'list', '--spoke', 'server', '--json'], 0)).json());
		assert.deepEqual([some.sessions.length, new Set(some.sessions.map(({spoke}) => spoke))], [25, new Set(['server'])]);
	});
});
