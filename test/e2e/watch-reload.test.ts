import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync, renameSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {onExit, waitFor} from '../lab/after.js';
import {spokeEntry} from '../lab/hub.js';
import {writeSession} from '../lab/sessions.js';
import {assertSameTree, quick, quickHub, runJson, says, startSpokes, statusOf, transfersOf, treeOf} from './support.js';

test('sync watch takes over what config.yaml says while it runs', async t => {
	const [laptop, server] = (await startSpokes(t, {name: 'laptop'}, {name: 'server'})) as [
		Awaited<ReturnType<typeof startSpokes>>[0],
		Awaited<ReturnType<typeof startSpokes>>[0],
	];
	await writeSession(laptop.sessionsDir, {seed: 1});
	await writeSession(server.sessionsDir, {seed: 2, bytes: 2_000_000});
	const settings = {tui: {...quick.tui, default_schedule: '*/15 * * * *'}};
	const hub = await quickHub(t, {spokes: [laptop], settings});
	const watch = hub.start(['sync', 'watch']);
	await says(watch, /New session from laptop/);
	const slow = {...spokeEntry(server), rsync_options: {bw_limit: 10}};

	await t.test('an added spoke is listed, watched and synced', async () => {
		await hub.configure({spokes: [laptop, slow], settings});
		await says(watch, /Configuration read again: 2 spokes$/m);
		await says(watch, /Watching 3 directories$/m);
		await waitFor(() => transfersOf(hub).length > 0, {message: 'the transfer from the added spoke'});
		await waitFor(async () => (await statusOf(hub)).of.server?.state === 'syncing', {message: 'the row syncing'});
	});

	await t.test('a disabled one stops, and its running job is cancelled', async () => {
		const said = watch.stdout().length;
		await hub.configure({spokes: [laptop, {...slow, enabled: false}], settings});
		await waitFor(() => transfersOf(hub).length === 0, {
			message: 'the end of the transfer',
		});
		await waitFor(async () => (await statusOf(hub)).of.server?.state === 'disabled', {message: 'the row disabled'});
		await waitFor(() => /Watching 2 directories$/m.test(watch.stdout().slice(said)), {message: 'one folder less'});
		assert.equal(treeOf(hub.synced('server')).size, 0);
	});

	await t.test('a changed path is filled anew and the old folder left alone', async () => {
		const elsewhere = path.join(hub.home, 'elsewhere');
		await hub.configure({spokes: [{...spokeEntry(laptop), path: elsewhere}], settings});
		await waitFor(() => treeOf(elsewhere).size === 1, {message: 'the sessions in the new folder'});
		assertSameTree(elsewhere, laptop.sessionsDir);
		assertSameTree(hub.synced('laptop'), laptop.sessionsDir);
		await says(watch, /WARN {2}Sync: the folder of 'laptop' changed to/);
	});

	await t.test('a broken file keeps the last good one in force and says where it is broken', async () => {
		const good = readFileSync(hub.configFile, 'utf8');
		writeFileSync(`${hub.configFile}.new`, `${good}\nspokes: [\n`);
		renameSync(`${hub.configFile}.new`, hub.configFile);
		await says(watch, /ERROR Sync: .*config\.yaml:\d+:\d+/);
		await says(watch, /ERROR Sync: Configuration could not be read: the last good one stays in force$/m);
		const said = watch.stdout().length;
		writeFileSync(hub.configFile, good.replace('elsewhere', 'third'));
		await waitFor(() => watch.stdout().slice(said).includes('Configuration read again: 1 spoke\n'), {
			message: 'the repaired file',
		});
		await waitFor(() => treeOf(path.join(hub.home, 'third')).size === 1, {message: 'a sync by the repaired file'});
	});

	await t.test('SIGHUP reads it again and ends nothing', async () => {
		const said = watch.stdout().length;
		watch.kill('SIGHUP');
		await waitFor(() => watch.stdout().slice(said).includes('Configuration read again'), {message: 'the reload'});
		assert.equal(watch.child.exitCode, null);
	});

	await t.test("somebody's own rsync into a spoke's folder is named, with what to do instead", async () => {
		watch.kill('SIGINT');
		assert.equal((await watch.ended).exitCode, 130);
		const argv = ['-a', '--bwlimit=1', '--delete', `${server.sessionsDir}/`, `${path.join(hub.home, 'third')}/`];
		const foreign = spawn('rsync', argv, {stdio: 'ignore'});
		const forget = onExit(() => foreign.kill('SIGKILL'));
		const gone = once(foreign, 'exit');
		const second = hub.start(['sync', 'watch']);
		try {
			await says(second, /WARN {2}Sync: pid \d+ is writing into the folder of laptop: rsync/);
			await says(second, /WARN {2}Sync: --delete is dangerous here/);
			await says(second, /Instead: .*pi-brain-tui schedule --cron/);
		} finally {
			foreign.kill('SIGKILL');
			await gone;
			forget();
		}

		second.kill('SIGTERM');
		assert.equal((await second.ended).exitCode, 143);
	});
});

test('watch and run work on one store side by side, and JSON log lines stay one object each', async t => {
	const [laptop] = await startSpokes(t, {name: 'laptop'});
	const hub = await quickHub(t, {spokes: [laptop!]});
	const watch = hub.start(['sync', 'watch', '--json']);
	await says(watch, /Watching 2 directories/);
	for (let seed = 1; seed <= 4; seed++) {
		await writeSession(laptop!.sessionsDir, {seed});
		const runs = await runJson(hub, [], 0);
		assert.equal(runs.laptop?.files.new, 1);
	}

	assertSameTree(hub.synced('laptop'), laptop!.sessionsDir);
	watch.kill('SIGTERM');
	const {stdout, exitCode} = await watch.ended;
	assert.equal(exitCode, 143);
	for (const line of stdout.trimEnd().split('\n')) assert.equal((JSON.parse(line) as {schema: number}).schema, 1);
	assert.equal((await statusOf(hub)).of.laptop?.sessionsCount, 4);
});
