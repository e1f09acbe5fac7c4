import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {waitFor} from '../lab/after.js';
import {fallAsleep} from '../lab/black-hole.js';
import type {LabHub} from '../lab/hub.js';
import {writeSession} from '../lab/sessions.js';
import {expectExit, quick, quickHub, says, startSpokes, statusOf} from './support.js';

/** Notes every run of `notify_command` in a file of the hub's home. */
const notify = [
	'/bin/sh',
	'-c',
	'printf "%s %s %s\\n" "$PI_BRAIN_SPOKE" "$PI_BRAIN_STATE" "$PI_BRAIN_CAUSE" >>"$HOME/told"',
];
// Without a shared connection a probe knocks at the port, as it does at a machine that was not synced for a minute.
const ssh = {...quick.tui.ssh, connect_timeout: 2, multiplex: false};
const tui = {...quick.tui, ssh, notify_command: notify};

function told({home}: LabHub): string[] {
	const file = path.join(home, 'told');
	return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

test('a spoke that sleeps is asleep, then late: said once by two processes, and again the next time', {
	timeout: 240_000,
}, async t => {
	const [laptop] = await startSpokes(t, {name: 'laptop'});
	await writeSession(laptop!.sessionsDir);
	const brief = {...tui, ssh: {...ssh, connect_timeout: 3}};
	const asLateAfter = (time: string) => ({spokes: [laptop!], settings: {tui: {...brief, stale_after: time}}});
	const hub = await quickHub(t, asLateAfter('1h'));
	await expectExit(hub, ['sync', 'run'], 0);
	const watch = hub.start(['sync', 'watch'], {timeoutMs: 230_000});
	await says(watch, /Watching 2 directories/);
	const second = hub.start(['sync', 'watch'], {timeoutMs: 230_000});
	await says(second, /standing by/);
	const state = async () => (await statusOf(hub)).of.laptop?.state;
	const saysTimes = async (times: number, pattern: string) => {
		await says(watch, new RegExp(`(?:${pattern}$[^]*){${times}}`, 'm'));
		assert.equal(watch.stdout().match(new RegExp(`${pattern}$`, 'gm'))?.length, times, watch.stdout());
	};

	for (const incident of [1, 2]) {
		const wake = await fallAsleep(laptop!, watch);
		t.after(wake);
		await waitFor(async () => (await state()) === 'asleep', {message: 'the row asleep'});
		assert.equal(told(hub).length, incident - 1, 'machines may sleep');
		await hub.configure(asLateAfter('8s'));
		await waitFor(async () => (await state()) === 'late', {message: 'the row late'});
		await waitFor(() => told(hub).length === incident, {message: 'notify_command'});
		await saysTimes(incident, "WARN {2}Sync: Spoke 'laptop' not seen for 1m");
		const {reason} = (await statusOf(hub)).of.laptop!;
		assert.match(reason!, /^not seen for 1m: connect to .* timed out$/);
		await hub.configure(asLateAfter('1h'));
		await saysTimes(2 * incident, 'Configuration read again: 1 spoke');
		await wake();
		await saysTimes(incident, "INFO {2}Sync: Spoke 'laptop' is back after 1m");
		await waitFor(async () => (await state()) === 'ok', {message: 'the row ok'});
	}

	assert.deepEqual(told(hub), ['laptop late TCP_TIMEOUT', 'laptop late TCP_TIMEOUT']);
	assert.doesNotMatch(second.stdout(), /not seen for|is back/);
	for (const one of [watch, second]) one.kill('SIGTERM');
	await Promise.all([watch.ended, second.ended]);
});

test('when nobody runs the schedule any more the row says so, and whoever runs it again makes it well', {
	timeout: 180_000,
}, async t => {
	const [laptop] = await startSpokes(t, {name: 'laptop'});
	await writeSession(laptop!.sessionsDir);
	const settings = {tui: {...tui, default_schedule: '*/2 * * * * *'}};
	const hub = await quickHub(t, {spokes: [laptop!], settings});
	const watch = hub.start(['sync', 'watch']);
	await says(watch, /New session from laptop/);
	await waitFor(async () => (await statusOf(hub)).of.laptop?.state === 'ok', {message: 'the row ok'});
	watch.kill('SIGTERM');
	await watch.ended;
	await waitFor(async () => (await statusOf(hub)).of.laptop?.state === 'late', {message: 'the row late'});
	assert.match((await statusOf(hub)).of.laptop!.reason!, /^\d+ scheduled syncs missed: nobody ran them$/);
	const {stdout} = await expectExit(hub, ['sync', 'status'], 3);
	assert.match(stdout, /laptop: \d+ scheduled syncs missed: nobody ran them \[SCHEDULE_NOBODY\]\n {2}→ .*schedule --/);
	const again = hub.start(['sync', 'watch']);
	await waitFor(async () => (await statusOf(hub)).of.laptop?.state === 'ok', {message: 'the row ok'});
	assert.deepEqual(told(hub), [], 'who has only just started makes up for it');
	again.kill('SIGTERM');
	await again.ended;
});

test('a spoke whose syncs fail keeps its cause, and is late only by cron once it failed twice', async t => {
	const [laptop] = await startSpokes(t, {name: 'laptop'});
	await writeSession(laptop!.sessionsDir);
	const settings = {tui: {...tui, default_schedule: '*/1 * * * * *', stale_after: '1s'}};
	const hub = await quickHub(t, {spokes: [laptop!], settings});
	await expectExit(hub, ['sync', 'run'], 0);
	await laptop!.stop();
	await waitFor(async () => (await statusOf(hub)).of.laptop?.state === 'late', {message: 'the row late'});
	for (let round = 0; round < 3; round++)
		await expectExit(hub, ['sync', 'run', '--all'], 4, {env: {PI_BRAIN_BY: 'cron'}});
	const {state, reason} = (await statusOf(hub)).of.laptop!;
	assert.equal(state, 'unreachable');
	assert.match(reason!, /refused/);
	assert.deepEqual(told(hub), ['laptop unreachable TCP_REFUSED', 'laptop late TCP_REFUSED']);
});
