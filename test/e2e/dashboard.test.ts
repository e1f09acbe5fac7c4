import assert from 'node:assert/strict';
import test from 'node:test';
import {waitFor} from '../lab/after.js';
import {spokeEntry} from '../lab/hub.js';
import {openTerminal} from '../lab/pty.js';
import {writeSession} from '../lab/sessions.js';
import {assertSameTree, leave, nothingLeft, quick, quickHub, says, startSpokes, treeOf} from './support.js';

/** The row of a spoke, with what its state cell begins with. */
function row(spoke: string, word: string): RegExp {
	return new RegExp(`^.*\\b${spoke} .*\\b${word}\\b.*$`, 'm');
}

test('a spoke that is switched off says so in its row, with the cause; after it is back, a key makes it ok', async t => {
	const [laptop, server] = await startSpokes(t, {name: 'laptop'}, {name: 'server'});
	await writeSession(laptop!.sessionsDir, {seed: 1});
	await writeSession(server!.sessionsDir, {seed: 2});
	const settings = {...quick, tui: {...quick.tui, default_schedule: '*/15 * * * *'}};
	const hub = await quickHub(t, {spokes: [laptop!, server!], settings});
	const terminal = openTerminal({scope: t, hub, columns: 120, rows: 40});

	await t.test('both are synced at the start, and their rows say ok', async () => {
		await terminal.waitFor(screen => row('laptop', 'ok').test(screen) && row('server', 'ok').test(screen));
		assertSameTree(hub.synced('laptop'), laptop!.sessionsDir);
		assert.equal(terminal.isAlternate, true);
	});

	await t.test('one stops: its row turns unreachable with the cause, the other stays ok', async () => {
		await laptop!.stop();
		await terminal.waitFor(screen => row('laptop', 'unreachable').test(screen) && row('server', 'ok').test(screen));
		await terminal.waitFor(/TCP_REFUSED/);
	});

	await t.test('keys: a sync of it fails, its detail says why, its log shows the command', async () => {
		// The worst row comes first, below the hub's own.
		terminal.press('g', 'j', 's', 'enter');
		await terminal.waitFor(screen =>
			['Source', 'laptop:.pi/agent/sessions', 'TCP_REFUSED'].every(text => screen.includes(text)),
		);
		terminal.press('l');
		await terminal.waitFor(/rsync failed for 'laptop': .*refused/);
		terminal.press('escape', 'escape');
		await terminal.waitFor(screen => row('laptop', 'unreachable').test(screen) && row('server', 'ok').test(screen));
	});

	await t.test('it is back: the same key brings what was written meanwhile, and the row says ok', async () => {
		await writeSession(laptop!.sessionsDir, {seed: 3});
		await laptop!.start();
		terminal.press('s');
		await terminal.waitFor(row('laptop', 'ok'));
		await waitFor(() => treeOf(hub.synced('laptop')).size === 2, {
			message: 'the new session on the hub',
		});
		assertSameTree(hub.synced('laptop'), laptop!.sessionsDir);
	});

	await t.test('q ends it with 0, the terminal is as it was, and nothing is left running', async () => {
		assert.deepEqual(await leave(terminal), {exitCode: 0, signal: undefined});
		assert.deepEqual([terminal.isAlternate, terminal.isCursorShown, terminal.isBracketedPaste], [false, true, false]);
		await nothingLeft(hub);
	});
});

test('what other processes do on the hub is on the screen while they do it, and who keeps the schedule', async t => {
	const [laptop] = await startSpokes(t, {name: 'laptop'});
	await writeSession(laptop!.sessionsDir, {seed: 1});
	// Scheduled, but not today.
	const entry = {...spokeEntry(laptop!), schedule: '0 0 1 1 *'};
	const hub = await quickHub(t, {spokes: [entry]});
	const watch = hub.start(['sync', 'watch']);
	await says(watch, /Watching 2 directories/);
	const terminal = openTerminal({scope: t, hub, columns: 120, rows: 40});

	await t.test('the header names the sync watch that keeps the schedule', async () => {
		await terminal.waitFor(new RegExp(`schedule: sync watch \\(pid ${watch.pid}\\)`));
		await terminal.waitFor(row('laptop', 'never'));
	});

	await t.test('a sync run of a shell is in the row while it runs, and in the log with its end', async () => {
		// It waits for the spoke until it was seen.
		laptop!.freeze();
		const run = hub.start(['sync', 'run', 'laptop']);
		await terminal.waitFor(row('laptop', 'syncing \\(sync run'));
		laptop!.thaw();
		assert.equal((await run.ended).exitCode, 0);
		await terminal.waitFor(row('laptop', 'ok'));
		await terminal.waitFor(/'laptop' synced: 1 new/);
		// The folder has settled, and its session is counted.
		await terminal.waitFor(/^.*\blaptop .*\bok .* 1 +\+1 /m);
	});

	await t.test('once the watch has ended the dashboard keeps the schedule', async () => {
		watch.kill('SIGTERM');
		assert.equal((await watch.ended).exitCode, 143);
		await terminal.waitFor(/schedule: this dashboard/);
		assert.deepEqual(await leave(terminal), {exitCode: 0, signal: undefined});
		await nothingLeft(hub);
	});
});
