import assert from 'node:assert/strict';
import {mkdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {waitFor} from '../lab/after.js';
import {spokeEntry} from '../lab/hub.js';
import {canMount, mountSmall} from '../lab/mounts.js';
import {appendEntry, writeSession} from '../lab/sessions.js';
import {startSpoke} from '../lab/sshd.js';
import {
	assertSameTree,
	expectExit,
	ofNewerFormat,
	quick,
	quickHub,
	runJson,
	startSpokes,
	statusOf,
	transfersOf,
	treeOf,
} from './support.js';

const megabyte = 1_000_000;

/** Every session on the hub is one the spoke has, whole. */
function assertNoHalf(held: string, spoke: string): void {
	const wanted = treeOf(spoke);
	for (const [name, bytes] of treeOf(held)) assert.ok(wanted.get(name)?.equals(bytes), `${name} is half-written`);
}

test('a full disk is named, leaves nothing half-written, and the next run carries on', async t => {
	if (!canMount()) return t.diagnostic('no file system can be mounted here: the disk cannot be filled');
	const mount = await mountSmall(12 * megabyte, t);
	const spoke = await startSpoke({scope: t});
	for (let seed = 1; seed <= 5; seed++) await writeSession(spoke.sessionsDir, {seed, bytes: megabyte});
	const ballast = path.join(mount.path, 'ballast');
	writeFileSync(ballast, Buffer.alloc(8.5 * megabyte));
	const folder = path.join(mount.path, 'laptop');
	const hub = await quickHub(t, {spokes: [{...spokeEntry(spoke), path: folder}]});
	const {laptop} = await runJson(hub, [], 4);
	assert.deepEqual([laptop?.result, laptop?.cause], ['failed', 'DST_FULL'], laptop?.message ?? '');
	assertNoHalf(folder, spoke.sessionsDir);
	assert.equal((await statusOf(hub)).of.laptop?.state, 'local-disk');
	assert.match((await expectExit(hub, ['sync', 'status'], 4)).stdout, /\[DST_FULL\]$/m);
	rmSync(ballast);
	await runJson(hub, [], 0);
	assertSameTree(folder, spoke.sessionsDir);
});

test('a read-only disk is named, the sessions on it stay, and the next run carries on', async t => {
	if (!canMount()) return t.diagnostic('no file system can be mounted here: none can be made read-only');
	const mount = await mountSmall(12 * megabyte, t);
	const spoke = await startSpoke({scope: t});
	const session = await writeSession(spoke.sessionsDir);
	const folder = path.join(mount.path, 'laptop');
	const hub = await quickHub(t, {spokes: [{...spokeEntry(spoke), path: folder}]});
	await runJson(hub, [], 0);
	const before = treeOf(folder);
	mount.setReadOnly();
	await appendEntry(session.file);
	const {laptop} = await runJson(hub, [], 4);
	assert.deepEqual([laptop?.result, laptop?.cause], ['failed', 'DST_RO'], laptop?.message ?? '');
	assert.deepEqual(treeOf(folder), before);
	mount.setWritable();
	await runJson(hub, [], 0);
	assertSameTree(folder, spoke.sessionsDir);
});

test('a file where the folder should be is named', async t => {
	const spoke = await startSpoke({scope: t});
	await writeSession(spoke.sessionsDir);
	const hub = await quickHub(t, {spokes: [spoke]});
	mkdirSync(path.dirname(hub.synced('laptop')), {recursive: true});
	writeFileSync(hub.synced('laptop'), 'in the way');
	const {laptop} = await runJson(hub, [], 4);
	assert.equal(laptop?.cause, 'DST_PARENT', laptop?.message ?? '');
	rmSync(hub.synced('laptop'));
	await runJson(hub, [], 0);
});

test('a spoke that freezes in the middle is ended by the stall watch, the others go on, and it carries on when it is back', async t => {
	const [frozen, well] = (await startSpokes(t, {name: 'frozen'}, {name: 'well'})) as [
		Awaited<ReturnType<typeof startSpoke>>,
		Awaited<ReturnType<typeof startSpoke>>,
	];
	await writeSession(frozen.sessionsDir, {seed: 1, bytes: 3 * megabyte});
	await writeSession(well.sessionsDir, {seed: 2});
	const limited = (ssh: object) => ({tui: {...quick.tui, ssh: {...quick.tui.ssh, ...ssh}}});
	const slow = {...spokeEntry(frozen), rsync_options: {bw_limit: 100}};
	const hub = await quickHub(t, {spokes: [slow, well], settings: limited({stall_timeout: 5})});
	const run = hub.start(['sync', 'run', '--json']);
	await waitFor(() => transfersOf(hub).length > 0 && treeOf(hub.synced('well')).size === 1, {
		message: 'both under way',
	});
	frozen.freeze();
	const {exitCode, json} = await run.ended;
	const {runs} = json<{runs: Array<{spoke: string; result: string; cause: string}>}>();
	assert.deepEqual(
		runs.map(({spoke, result, cause}) => [spoke, result, cause]),
		[
			['frozen', 'failed', 'STALLED'],
			['well', 'done', null],
		],
	);
	assert.equal(exitCode, 4);
	assert.deepEqual(transfersOf(hub), []);
	// Frozen from the start: it accepts connections and says nothing.
	await hub.configure({spokes: [slow, well], settings: limited({connect_timeout: 2})});
	const again = await runJson(hub, ['frozen'], 4);
	assert.ok(['BANNER_TIMEOUT', 'STALLED'].includes(again.frozen?.cause ?? ''), again.frozen?.message ?? '');
	frozen.thaw();
	await hub.configure({spokes: [frozen, well], settings: quick});
	await runJson(hub, [], 0);
	assertSameTree(hub.synced('frozen'), frozen.sessionsDir);
});

test('a run that was killed outright frees its spoke, and the next one completes the work', async t => {
	const spoke = await startSpoke({scope: t});
	await writeSession(spoke.sessionsDir, {bytes: 3 * megabyte});
	const hub = await quickHub(t, {spokes: [{...spokeEntry(spoke), rsync_options: {bw_limit: 100}}]});
	const run = hub.start(['sync', 'run']);
	await waitFor(() => transfersOf(hub).length > 0, {message: 'a transfer under way'});
	run.kill('SIGKILL');
	await run.ended;
	await hub.configure({spokes: [spoke]});
	await runJson(hub, [], 0);
	assertSameTree(hub.synced('laptop'), spoke.sessionsDir);
	assert.deepEqual(transfersOf(hub), [], 'the dead run left a transfer behind');
});

test('tui.notify_command runs once per incident with the spoke, its state and the cause', async t => {
	const spoke = await startSpoke({scope: t});
	await writeSession(spoke.sessionsDir);
	await spoke.stop();
	// The first one takes its time, as a message over a slow network does: the command waits for it.
	const script =
		'[ -e "$HOME/told" ] || sleep 2; echo "$PI_BRAIN_SPOKE $PI_BRAIN_STATE $PI_BRAIN_CAUSE" >> "$HOME/told"';
	const settings = {tui: {...quick.tui, notify_command: ['/bin/sh', '-c', script]}};
	const hub = await quickHub(t, {spokes: [spoke], settings});
	const told = () => treeOf(hub.home).get('told')?.toString() ?? '';
	await runJson(hub, [], 4);
	await runJson(hub, [], 4);
	assert.equal(told(), 'laptop unreachable TCP_REFUSED\n');
	await spoke.start();
	await runJson(hub, [], 0);
	rmSync(spoke.sessionsDir, {recursive: true});
	mkdirSync(spoke.sessionsDir, {recursive: true});
	await runJson(hub, [], 3);
	await runJson(hub, [], 3);
	assert.equal(told(), 'laptop unreachable TCP_REFUSED\nlaptop held GUARD_EMPTIED\n');
});

test('a database that cannot be opened is named with the way out, and one moved away costs no session', async t => {
	const spoke = await startSpoke({scope: t});
	await writeSession(spoke.sessionsDir);
	const hub = await quickHub(t, {spokes: [spoke]});
	await runJson(hub, [], 0);
	const data = path.join(hub.folder, 'data');
	ofNewerFormat(path.join(data, 'sync.db'));
	for (const args of [
		['sync', 'status'],
		['sync', 'run', '--json'],
	]) {
		const {stdout, stderr} = await expectExit(hub, args, 1);
		assert.equal(stdout, '');
		assert.match(
			stderr,
			/sync\.db was written by a newer pi-brain-tui \(format 99, .*move the file away: .*sessions and the ledger are not\.\n$/,
		);
		assert.equal(stderr.trimEnd().split('\n').length, 1, 'no stack trace');
	}

	renameSync(path.join(data, 'sync.db'), path.join(data, 'away'));
	assert.equal((await runJson(hub, [], 0)).laptop?.files.unchanged, 1);
	assertSameTree(hub.synced('laptop'), spoke.sessionsDir);
});
