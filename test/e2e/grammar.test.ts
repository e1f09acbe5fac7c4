import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {appendEntry, shrink, writeSession} from '../lab/sessions.js';
import {startSpoke} from '../lab/sshd.js';
import {assertSameTree, expectExit, quickHub, runJson, statusOf, treeOf} from './support.js';

/** A hub whose spokes are folders of this machine: quick, where the way the bytes come does not matter. */
async function folderHub(t: Parameters<typeof quickHub>[0], names: readonly string[]) {
	const hub = await quickHub(t);
	const sources = Object.fromEntries(names.map(name => [name, path.join(hub.home, 'drives', name)]));
	for (const [index, folder] of Object.values(sources).entries()) {
		await mkdir(folder, {recursive: true});
		await writeSession(folder, {seed: index + 1});
	}

	const entry = (name: string, changes = {}) => ({name, sync_method: 'manual', source: sources[name], ...changes});
	return {hub, sources, entry};
}

test('positional names, --spoke, -s, --all and no name at all choose spokes as the manuals say', async t => {
	const {hub, entry} = await folderHub(t, ['laptop', 'server', 'old']);
	await hub.configure({spokes: [entry('laptop'), entry('server'), entry('old', {enabled: false})]});
	const chosen = async (...args: string[]) => Object.keys(await runJson(hub, args, 0));
	assert.deepEqual(await chosen('laptop'), ['laptop']);
	assert.deepEqual(await chosen('--spoke', 'laptop'), ['laptop']);
	assert.deepEqual(await chosen('--spoke=laptop', '-s', 'server'), ['laptop', 'server']);
	assert.deepEqual(await chosen('laptop', 'laptop', '--spoke', 'laptop'), ['laptop'], 'a name twice is one run');
	assert.deepEqual(await chosen('--all'), ['laptop', 'server'], '--all skips a disabled spoke');
	assert.deepEqual(await chosen(), ['laptop', 'server']);
	assert.equal((await statusOf(hub)).of.old?.sessionsCount, 0);
	assert.deepEqual(await chosen('old'), ['old'], 'a disabled one that is named runs');
	const {of} = await statusOf(hub);
	assert.deepEqual([of.old?.state, of.old?.enabled, of.old?.sessionsCount], ['disabled', false, 1]);
	await expectExit(hub, ['sync', 'status'], 0);
});

test('--dry-run says what would arrive, grow and be held, and changes nothing', async t => {
	const spoke = await startSpoke({scope: t});
	const sessions = [];
	for (let seed = 1; seed <= 3; seed++) sessions.push(await writeSession(spoke.sessionsDir, {seed}));
	const hub = await quickHub(t, {spokes: [spoke]});

	const before = await runJson(hub, ['--dry-run'], 0);
	assert.deepEqual(
		before.laptop?.plan?.arrive.map(({path: name, bytes}) => [name, bytes]).sort(),
		sessions.map(({path: name, size}) => [name, size]).sort(),
	);
	assert.deepEqual((await statusOf(hub)).of.laptop?.state, 'never', 'a dry run is no sync');
	assert.equal(treeOf(hub.synced('laptop')).size, 0);

	await runJson(hub, [], 0);
	const held = treeOf(hub.synced('laptop'));
	const text = await appendEntry(sessions[0]!.file);
	await shrink(sessions[1]!.file, 0.5);
	const fresh = await writeSession(spoke.sessionsDir, {seed: 9});
	const {laptop} = await runJson(hub, ['-n', 'laptop'], 3);
	assert.deepEqual(laptop?.plan?.arrive, [{path: fresh.path, bytes: fresh.size}]);
	assert.deepEqual(laptop?.plan?.grow, [{path: sessions[0]!.path, bytes: Buffer.byteLength(text)}]);
	assert.deepEqual(
		laptop?.plan?.hold.map(({path: name}) => name),
		[sessions[1]!.path],
	);
	assert.equal(laptop?.plan?.unchanged, 1);
	const {stdout} = await expectExit(hub, ['sync', 'run', '--dry-run'], 3);
	assert.match(stdout, /^laptop: 1 would arrive, 1 would grow, 1 would be held, 1 unchanged; /);
	assert.match(stdout, new RegExp(`^ {2}\\+ ${fresh.path.replaceAll('.', '\\.')} {2}`, 'm'));
	assert.deepEqual(treeOf(hub.synced('laptop')), held, 'a dry run changed the hub');
	assert.equal((await statusOf(hub)).of.laptop?.holdsCount, 0);
});

test('a dry run of a folder that others fill says what would be entered, and enters nothing', async t => {
	const hub = await quickHub(t, {spokes: [{name: 'usb', sync_method: 'manual'}]});
	const session = await writeSession(hub.synced('usb'));
	const {usb} = await runJson(hub, ['--dry-run'], 0);
	assert.deepEqual(usb?.plan?.arrive, [{path: session.path, bytes: session.size}]);
	assert.ok(!existsSync(path.join(hub.folder, 'data/generations/usb')), 'nothing is protected yet');
});

test('sync log tells the past in the form of sync.log, by spoke, and as JSON with ISO times', async t => {
	const {hub, entry} = await folderHub(t, ['laptop', 'server']);
	await hub.configure({spokes: [entry('laptop'), entry('server')]});
	await runJson(hub, [], 0);
	const all = await expectExit(hub, ['sync', 'log'], 0);
	assert.match(all.stdout, /from laptop/);
	assert.match(all.stdout, /from server/);
	const one = await expectExit(hub, ['sync', 'log', '--spoke', 'server'], 0);
	assert.ok(one.stdout.includes('server') && !one.stdout.includes('laptop'), one.stdout);
	for (const line of one.stdout.trimEnd().split('\n'))
		assert.match(line, /^\d{4}-\d\d-\d\dT[\d:.]+Z (?:INFO |WARN |ERROR) Sync: \S/);
	const {events, runs} = (await expectExit(hub, ['sync', 'log', '--json'], 0)).json<{
		events: Array<{at: string}>;
		runs: Array<{startedAt: string; spoke: string}>;
	}>();
	assert.deepEqual(runs.map(({spoke}) => spoke).sort(), ['laptop', 'server']);
	for (const at of [...events.map(event => event.at), ...runs.map(run => run.startedAt)]) {
		assert.equal(new Date(at).toISOString(), at);
	}
});

test('a spoke that comes back as another folder does not mix the two trees', async t => {
	const {hub, sources, entry} = await folderHub(t, ['laptop', 'server']);
	await hub.configure({spokes: [entry('laptop')]});
	await runJson(hub, [], 0);
	const elsewhere = path.join(hub.home, 'elsewhere');
	await hub.configure({spokes: [{...entry('laptop'), source: sources.server, path: elsewhere}]});
	await runJson(hub, [], 0);
	assertSameTree(elsewhere, sources.server!);
	assertSameTree(hub.synced('laptop'), sources.laptop!);
	assert.equal((await statusOf(hub)).of.laptop?.holdsCount, 0);
});
