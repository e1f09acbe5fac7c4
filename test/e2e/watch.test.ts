import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {hostname} from 'node:os';
import path from 'node:path';
import test from 'node:test';
import {waitFor} from '../lab/after.js';
import type {LabHub} from '../lab/hub.js';
import {appendEntry, shrink, writeSession} from '../lab/sessions.js';
import {startSpoke} from '../lab/sshd.js';
import {assertSameTree, generations, nothingLeft, quick, quickHub, runJson, says, statusOf, treeOf} from './support.js';

/** Every spoke is due at the start, and no time comes while a test runs: a run of its own would be in the way. */
const onceAtStart = '0 0 1 1 *';

/** Shared connections of a hub that stand now. */
function sockets({folder}: LabHub): string[] {
	return readdirSync(path.join(folder, 'run')).filter(name => name.startsWith('cm-'));
}

test('sync watch keeps a hub: schedule, folders, probes, until SIGTERM', async t => {
	const laptop = await startSpoke({scope: t});
	const talk = await writeSession(laptop.sessionsDir, {seed: 1});
	await writeSession(laptop.sessionsDir, {seed: 2});
	const settings = {tui: {...quick.tui, default_schedule: onceAtStart}};
	const spokes = [
		laptop,
		{name: 'usb', sync_method: 'manual'},
		{name: 'phone', sync_method: 'syncthing', path: '~/.pi-brain/synced/phone'},
		{name: 'off', sync_method: 'manual', enabled: false},
	];
	const hub = await quickHub(t, {spokes, settings});
	const own = path.join(hub.home, '.pi/agent/sessions');
	await writeSession(own, {seed: 10});
	const lying = await writeSession(hub.synced('usb'), {seed: 11});
	await writeSession(hub.synced('phone'), {seed: 12});
	const watch = hub.start(['sync', 'watch']);
	const laptopHas = () => treeOf(hub.synced('laptop'));

	await t.test('it starts with one sync of each spoke and announces no old session as new', async () => {
		await says(watch, /INFO {2}Sync: 2 sessions from laptop, first sync$/m);
		await says(watch, /INFO {2}Sync: Watching 4 directories$/m);
		assertSameTree(hub.synced('laptop'), laptop.sessionsDir);
		await waitFor(() => generations(hub, 'usb').length === 1, {
			message: 'the protected copy of what lay in usb already',
		});
		await waitFor(async () => (await statusOf(hub)).of.laptop?.lastRun?.by === 'watch', {message: 'the run in status'});
		assert.doesNotMatch(watch.stdout(), /New session from/);
		for (const line of watch.stdout().trimEnd().split('\n')) {
			assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (?:INFO |WARN |ERROR) Sync: \S/);
		}
	});

	await t.test('a new session of the hub, of a spoke and of a folder that others fill is told once', async () => {
		const [mine, synced, dropped] = await Promise.all([
			writeSession(own, {seed: 20}),
			writeSession(hub.synced('phone'), {seed: 21}),
			writeSession(hub.synced('usb'), {seed: 22}),
		]);
		await writeSession(laptop.sessionsDir, {seed: 23});
		await runJson(hub, ['laptop'], 0);
		await says(watch, new RegExp(`INFO {2}Sync: New session from ${hostname()}: ${mine.path}$`, 'm'));
		await says(watch, new RegExp(`INFO {2}Sync: New session from phone: ${synced.path}$`, 'm'));
		await says(watch, new RegExp(`INFO {2}Sync: New session from usb: ${dropped.path}$`, 'm'));
		await waitFor(() => generations(hub, 'usb').length === 2, {message: 'the protected copy of what was dropped'});
		const {of, hub: counted} = await statusOf(hub);
		assert.deepEqual([counted.sessionsCount, of.phone?.sessionsCount, of.usb?.sessionsCount], [2, 2, 2]);
		assert.deepEqual([of.phone?.state, of.phone?.reason], ['ok', "folder only: Syncthing's API was not found"]);
		assert.equal(of.laptop?.sessionsCount, 3, 'the run of another process is in the same store');
		assert.equal(watch.stdout().match(/New session from usb/g)?.length, 1);
	});

	await t.test('what scp does to a session in place is held with the earlier bytes safe', async () => {
		const before = readFileSync(lying.file);
		await shrink(lying.file);
		await waitFor(async () => (await statusOf(hub)).of.usb?.holdsCount === 1, {message: 'the hold'});
		assert.ok(generations(hub, 'usb').some(bytes => bytes.equals(before)));
		await says(watch, /WARN {2}Sync: something shrank .* in the folder of 'usb'/);
	});

	await t.test('a spoke that goes away shows it, and one that comes back syncs within a probe interval', async () => {
		await laptop.stop();
		await waitFor(async () => (await statusOf(hub)).of.laptop?.state === 'unreachable', {
			message: 'the row unreachable',
		});
		assert.equal((await statusOf(hub)).of.laptop?.connected, false);
		await says(watch, /ERROR Sync: rsync failed for 'laptop': .*refused$/m);
		await appendEntry(talk.file);
		const size = readFileSync(talk.file).length;
		await laptop.start();
		await waitFor(() => laptopHas().get(talk.path)?.length === size, {
			message: 'the sync after the return',
		});
		await waitFor(async () => (await statusOf(hub)).of.laptop?.state === 'ok', {message: 'the row ok'});
	});

	await t.test('SIGTERM ends it with 143 and leaves nothing behind', async () => {
		watch.kill('SIGTERM');
		const {exitCode, stderr} = await watch.ended;
		assert.deepEqual([exitCode, stderr], [143, '']);
		assert.deepEqual(sockets(hub), []);
		await nothingLeft(hub);
	});
});

test('one ctrl-c that a terminal and a parent both pass on is one wish: the connections are closed', async t => {
	const laptop = await startSpoke({scope: t});
	await writeSession(laptop.sessionsDir, {seed: 3});
	const settings = {tui: {...quick.tui, default_schedule: onceAtStart}};
	const hub = await quickHub(t, {spokes: [laptop], settings});
	const watch = hub.start(['sync', 'watch']);
	await says(watch, /New session from laptop/);
	assert.equal(sockets(hub).length, 1, 'there is a connection to close');
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGINT'] as const) watch.kill(signal);
	const {exitCode} = await watch.ended;
	assert.equal(exitCode, 130);
	assert.deepEqual(sockets(hub), []);
	await nothingLeft(hub);
});
