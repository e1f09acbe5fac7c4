import assert from 'node:assert/strict';
import {existsSync, readdirSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {waitFor} from '../lab/after.js';
import {spokeEntry} from '../lab/hub.js';
import {generateTree, writeSession} from '../lab/sessions.js';
import {expectExit, processesOf, quickHub, says, startSpokes, statusOf} from './support.js';

interface Past {
	readonly runs: ReadonlyArray<{readonly startedAt: string; readonly by: string; readonly result: string}>;
	readonly events: ReadonlyArray<{readonly text: string}>;
}

test('of two sync watch one keeps the hub; when it is killed the other goes on', async t => {
	const [laptop] = await startSpokes(t, {name: 'laptop'});
	await writeSession(laptop!.sessionsDir);
	const settings = {tui: {default_schedule: '*/15 * * * *', probe_interval: 1}};
	const hub = await quickHub(t, {spokes: [laptop!, {name: 'usb', sync_method: 'manual'}], settings});
	const first = hub.start(['sync', 'watch']);
	await says(first, /New session from laptop/);
	const second = hub.start(['sync', 'watch']);
	await says(second, new RegExp(`The schedule is kept by another sync watch \\(pid ${first.pid}\\); standing by`));
	await writeSession(hub.synced('usb'), {seed: 2});
	await says(first, /1 session from usb, first sync$/m);
	assert.doesNotMatch(second.stdout(), /from usb|from laptop|kept by .*kept by/s);
	first.kill('SIGKILL');
	await says(second, /Keeping the schedule from now on/);
	await laptop!.stop();
	await says(second, /rsync failed for 'laptop'/);
	second.kill('SIGTERM');
	assert.equal((await second.ended).exitCode, 143);
	assert.equal((await statusOf(hub)).of.usb?.sessionsCount, 1);
});

test('a cron run of every minute and a schedule of every minute make one run a minute', {timeout: 150_000}, async t => {
	const [laptop] = await startSpokes(t, {name: 'laptop'});
	await writeSession(laptop!.sessionsDir);
	const hub = await quickHub(t, {
		spokes: [laptop!],
		settings: {tui: {default_schedule: '* * * * *', probe_interval: 1}},
	});
	// Synced just now: the watch begins with its schedule.
	await expectExit(hub, ['sync', 'run'], 0);
	const watch = hub.start(['sync', 'watch'], {timeoutMs: 150_000});
	await says(watch, /Watching 2 directories/);
	// Four seconds: a busy machine is to neither miss them nor stop the watch after them.
	const isAtEnd = () => new Date().getSeconds() >= 56;
	await waitFor(isAtEnd, {timeoutMs: 70_000, message: 'the end of the minute'});
	// Cron is first: who of the two is quicker is not what is promised.
	watch.kill('SIGSTOP');
	await waitFor(() => !isAtEnd(), {message: 'the next minute'});
	const minute = Math.floor(Date.now() / 60_000) * 60_000;
	await hub.cli(['sync', 'run', '--all'], {env: {PI_BRAIN_BY: 'cron'}});
	watch.kill('SIGCONT');
	// Two looks of the scheduler later it had its chance.
	const goesOnAt = Date.now();
	await waitFor(() => Date.now() > goesOnAt + 6000, {message: 'the scheduler'});
	assert.equal(watch.child.exitCode ?? watch.child.signalCode, null, watch.stderr());
	const {runs} = (await hub.cli(['sync', 'log', '--json'])).json<Past>();
	const made = runs.filter(({startedAt, result}) => Date.parse(startedAt) >= minute && result !== 'locked');
	assert.equal(made.length, 1, JSON.stringify(runs, undefined, 1));
	watch.kill('SIGTERM');
	await watch.ended;
});

test('one that leaves does not end the transfers of others over the connection they share', async t => {
	const [laptop] = await startSpokes(t, {name: 'laptop'});
	generateTree(laptop!.sessionsDir, {sessions: 10, bytes: 3_000_000});
	const entry = {...spokeEntry(laptop!), rsync_options: ['--bwlimit=500']};
	const hub = await quickHub(t, {spokes: [entry], settings: {tui: {default_schedule: 'off', compress: 'off'}}});
	const watch = hub.start(['sync', 'watch']);
	await says(watch, /Watching 2 directories/);
	const run = hub.start(['sync', 'run', 'laptop']);
	const staging = path.join(hub.folder, 'synced', '.staging', 'laptop');
	await waitFor(() => existsSync(staging) && readdirSync(staging).length > 0, {message: 'the first bytes'});
	watch.kill('SIGTERM');
	assert.equal((await watch.ended).exitCode, 143);
	const {exitCode, stdout, stderr} = await run.ended;
	assert.equal(exitCode, 0, stdout + stderr);
	// The one it has opened since outlives it for a minute, as after any `sync run`; the old one went with its last transfer.
	const masters = () => processesOf(hub).filter(line => /ControlMaster=yes/.test(line)).length;
	await waitFor(() => masters() <= 1, {message: 'the end of the connection that was left'});
});
