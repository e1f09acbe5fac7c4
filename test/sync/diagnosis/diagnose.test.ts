import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import {systemClock} from '../../../source/sync/clock.js';
import {waitFor} from '../../lab/after.js';
import {startServer} from '../../lab/servers.js';
import {writeSession} from '../../lab/sessions.js';
import {startSpoke} from '../../lab/sshd.js';
import {labSpoke, localSpoke} from '../methods/spokes.js';
import {checkOf, diagnosisLab, statuses, told} from './diagnosing.js';

/** An ssh source at something that accepts connections and says nothing. */
async function silentHub(t: test.TestContext, connectTimeoutSeconds: number) {
	const {host, port} = await startServer('silent', t);
	const source = {kind: 'ssh', host, user: undefined, path: './'} as const;
	const ssh = {multiplex: true, connectTimeoutSeconds, stallTimeoutMs: 5000};
	return diagnosisLab(t, [localSpoke('', {source, port})], {ssh});
}

test('a running check says since when, and those that do not depend on it end meanwhile', async t => {
	const lab = await silentHub(t, 60);
	const began = systemClock.now();
	const running = lab.start();
	await waitFor(
		() => {
			const now = statuses(running.snapshot());
			return now.tcp === 'running' && now.schedule === 'waiting' && now.writers === 'pass' && now.disk === 'pass';
		},
		{message: 'everything but the connection'},
	);
	const snapshot = running.snapshot();
	assert.ok(snapshot.isRunning);
	const since = checkOf(snapshot, 'tcp').startedAt!;
	assert.ok(began <= since && since <= systemClock.now(), `${began}, ${since}`);
	assert.equal(running.snapshot(), running.snapshot(), 'the same object until something changes');
	running.cancel();
	const ended = await running.ended;
	assert.equal(ended.isRunning, false);
	for (const id of ['tcp', 'login', 'dry-run'] as const) {
		assert.deepEqual([checkOf(ended, id).status, checkOf(ended, id).summary], ['skip', 'cancelled']);
	}

	assert.equal(ended.cause, undefined, 'what was cancelled is nobody’s failure');
});

test('the signal from outside ends a diagnosis as cancelling does', async t => {
	const lab = await silentHub(t, 30);
	const ending = new AbortController();
	const running = lab.start({signal: ending.signal});
	await waitFor(() => statuses(running.snapshot()).tcp === 'running', {message: 'the connection'});
	ending.abort(new DOMException('ended', 'AbortError'));
	assert.equal(checkOf(await running.ended, 'tcp').summary, 'cancelled');
});

test('a dead host is waited for once, for its connect limit: what stands behind does not even begin', async t => {
	const lab = await silentHub(t, 2);
	const diagnosis = await lab.diagnose();
	assert.equal(diagnosis.cause, 'BANNER_TIMEOUT', told(diagnosis));
	assert.equal(checkOf(diagnosis, 'tcp').cause, 'BANNER_TIMEOUT', 'ended by its own limit');
	for (const id of ['host-key', 'login', 'spoke', 'dry-run'] as const)
		assert.deepEqual([checkOf(diagnosis, id).status, checkOf(diagnosis, id).startedAt], ['skip', undefined], id);
});

test('after a fix the failed check and what depended on it run again, and nothing else does', async t => {
	const spoke = await startSpoke({scope: t});
	await writeSession(spoke.sessionsDir, {seed: 1});
	const lab = await diagnosisLab(t, [labSpoke(spoke)]);
	const known = fs.readFileSync(spoke.knownHosts, 'utf8');
	fs.writeFileSync(spoke.knownHosts, '');
	const running = lab.start();
	const before = await running.ended;
	assert.equal(before.cause, 'HOSTKEY_UNKNOWN');
	fs.writeFileSync(spoke.knownHosts, known);
	const after = await running.rerun('host-key');
	assert.equal(after.verdict, 'ok', told(after));
	for (const id of ['config', 'tools', 'disk', 'ssh-config', 'tcp', 'writers'] as const)
		assert.equal(checkOf(after, id), checkOf(before, id), id);
	const all = await running.rerun();
	assert.notEqual(checkOf(all, 'config'), checkOf(after, 'config'));
	assert.equal(all.verdict, 'ok', told(all));
});

test('a rerun ends what still runs, and one after a cancelled round runs what it needs', async t => {
	const lab = await silentHub(t, 1);
	const running = lab.start();
	await waitFor(() => statuses(running.snapshot()).tcp === 'running', {message: 'the connection'});
	const again = running.rerun('login');
	assert.equal(checkOf(await again, 'tcp').cause, 'BANNER_TIMEOUT');
	assert.equal(checkOf(running.snapshot(), 'login').summary, 'skipped: step 8 failed');
});

test('of two faults at once the one that blocks first is the cause', async t => {
	const spoke = await startSpoke({scope: t, isWithoutRsync: true});
	const lab = await diagnosisLab(t, [labSpoke(spoke, {schedule: '*/15 * * * *'})]);
	const known = fs.readFileSync(spoke.knownHosts, 'utf8');
	fs.writeFileSync(spoke.knownHosts, '');
	assert.equal((await lab.diagnose()).cause, 'HOSTKEY_UNKNOWN');
	fs.writeFileSync(spoke.knownHosts, known);
	assert.equal((await lab.diagnose()).cause, 'RSYNC_MISSING');
});

test('listeners hear of every change until they leave', async t => {
	const lab = await diagnosisLab(t, [localSpoke('/does/not/exist', {method: 'manual'})]);
	const running = lab.start();
	let heard = 0;
	const leave = running.subscribe(() => heard++);
	await running.ended;
	assert.ok(heard > 5);
	leave();
	const before = heard;
	await running.rerun();
	assert.equal(heard, before);
});
