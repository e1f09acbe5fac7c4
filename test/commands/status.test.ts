import assert from 'node:assert/strict';
import {rm} from 'node:fs/promises';
import test from 'node:test';
import {stripVTControlCharacters} from 'node:util';
import {openHub} from '../../source/commands/open-hub.js';
import {syncRun} from '../../source/commands/run.js';
import {syncStatus} from '../../source/commands/status.js';
import {recountPairs} from '../../source/sync/conflicts/pairs.js';
import {listSessions} from '../../source/sync/sessions/held.js';
import {shrink, writeSession} from '../lab/sessions.js';
import {capture, commandLab} from './io.js';

const settings = {tui: {default_schedule: 'off'}};

test('an empty hub says how to name a spoke', async t => {
	const lab = await commandLab(t);
	assert.equal(await syncStatus(lab.io, {}), 0);
	assert.match(lab.take().stdout, /^hub atlas: 0 sessions of its own in .*\n\nNo spokes yet\. .*\n\n {2}spokes:\n/);
});

test('the row of each spoke says its word, a glyph beside it, and why below the table', async t => {
	const lab = await commandLab(t);
	const source = await lab.drive('usb');
	const session = await writeSession(source);
	await lab.configure({
		...settings,
		spokes: [
			{name: 'usb', sync_method: 'manual', source},
			{name: 'far', sync_method: 'rsync', source: 'far:x'},
			{name: 'off', sync_method: 'rsync', source: 'off:x', enabled: false},
			{name: 'wrong', sync_method: 'rsync'},
		],
	});
	assert.equal(await syncRun(lab.io, {names: ['usb']}), 0);
	lab.take();
	assert.equal(await syncStatus(lab.io, {}), 4);
	const {stdout} = lab.take();
	assert.match(stdout, /^✓ {2}usb +manual +ok +<1m +<1m +<1m +1 +[\d.]+ KB +0$/m);
	assert.match(stdout, /^! {2}far +rsync +never +never +never +never +0 +0 B +0$/m);
	assert.match(stdout, /^- {2}off +rsync +disabled .* -$/m);
	assert.match(stdout, /^✗ {2}wrong +rsync +error .* 1$/m);
	assert.match(stdout, /^far: never synced$/m);
	assert.match(stdout, /^wrong: source is missing.* \[CONFIG_INVALID\]$/m);

	await shrink(session.file);
	assert.equal(await syncRun(lab.io, {names: ['usb']}), 3);
	lab.take();
	await syncStatus(lab.io, {});
	assert.match(
		lab.take().stdout,
		/^usb: 1 session is held: the hub's copies stay\n {2}→ pi-brain-tui sync release usb/m,
	);
});

test('on a terminal no line of the table is wider than the screen; in a pipe nothing is left out', async t => {
	for (const [columns, isTerminal] of [
		[80, true],
		[64, true],
		[80, false],
	] as const) {
		const stdout = capture(columns, isTerminal);
		const lab = await commandLab(t, {stdout, hasColor: isTerminal});
		const spokes = ['laptop', 'a-machine-with-a-long-name'].map(name => ({
			name,
			sync_method: 'rsync',
			source: `${name}:x`,
		}));
		await lab.configure({...settings, spokes});
		await syncStatus(lab.io, {});
		const table = stripVTControlCharacters(stdout.text()).split('\n').slice(2, 5);
		for (const column of ['SPOKE', 'STATE', 'SEEN', 'SYNCED', 'SESSIONS'])
			assert.ok(table[0]!.includes(column), table[0]);
		const widest = Math.max(...table.map(line => line.length));
		assert.ok(!isTerminal || widest <= columns, `${widest} cells in ${columns}`);
		assert.equal(table[0]!.includes('METHOD') && table[0]!.includes('SIZE'), !isTerminal);
		assert.equal(stdout.text().includes('\u001B[33m'), isTerminal, 'colours exactly where they are wanted');
	}
});

test('a folder that somebody removed on the hub is said calmly, and the next sync brings back what the spoke has', async t => {
	const hub = await commandLab(t);
	const drive = await hub.drive('laptop');
	const sessions = [];
	for (const seed of [1, 2, 3]) sessions.push(await writeSession(drive, {seed}));
	await hub.configure({spokes: [{name: 'laptop', sync_method: 'manual', source: drive}]});
	await syncRun(hub.io, {names: []});
	await rm(hub.synced('laptop'), {recursive: true});
	await rm(sessions[0]!.file);
	hub.take();
	assert.equal(await syncStatus(hub.io, {}), 0);
	const said = hub.take();
	assert.match(
		said.stdout,
		/\nlaptop: .*synced\/laptop is empty or gone; the ledger knows 3 sessions \(.*\) of it\. The next sync brings back what the spoke still has\n/,
	);
	await syncStatus(hub.io, {json: true});
	const {spokes} = JSON.parse(hub.take().stdout) as {spokes: Array<{missingCount: number}>};
	assert.equal(spokes[0]!.missingCount, 3);
	assert.equal(await syncRun(hub.io, {names: []}), 0);
	const back = hub.take();
	assert.match(back.stdout, /^✓ laptop: 2 new, 0 grown, 0 unchanged/);
	assert.equal(
		back.stderr,
		"WARN  the folder of 'laptop' was empty on the hub: 2 of 3 sessions of its ledger are back from the spoke; 1 session is not on the spoke any more either\n",
	);
	await syncStatus(hub.io, {});
	assert.doesNotMatch(hub.take().stdout, /ledger/);
});

test('a session in two places is counted once in all, and as a conflict of each spoke that has it', async t => {
	const lab = await commandLab(t);
	await lab.configure({
		...settings,
		spokes: [
			{name: 'usb', sync_method: 'manual'},
			{name: 'old', sync_method: 'manual'},
		],
	});
	await writeSession(lab.synced('usb'));
	await writeSession(lab.synced('old'));
	await writeSession(lab.synced('old'), {seed: 2});
	type Status = {
		hub: {distinctSessionsCount: number | null; pairsCount: number | null};
		spokes: Array<{conflictsCount: number; sessionsCount: number}>;
	};
	const status = async () => {
		await syncStatus(lab.io, {json: true});
		return JSON.parse(lab.take().stdout) as Status;
	};

	const before = await status();
	assert.deepEqual([before.hub.distinctSessionsCount, before.hub.pairsCount], [null, null], 'nobody has looked yet');
	const {hub, close} = await openHub(lab.io, {}, {by: 'command'});
	const {config} = hub.state;
	for (const {path} of config.spokes) await listSessions(hub.store, path, [], false, lab.io.signal);
	hub.store.flush();
	recountPairs({store: hub.store, config});
	await close();
	const {hub: counted, spokes} = await status();
	assert.deepEqual([counted.distinctSessionsCount, counted.pairsCount], [2, 1]);
	assert.deepEqual(
		spokes.map(({conflictsCount, sessionsCount}) => [conflictsCount, sessionsCount]),
		[
			[1, 1],
			[1, 2],
		],
	);
	await syncStatus(lab.io, {});
	assert.match(lab.take().stdout, /^2 sessions in all \(1 on two computers\)$/m);
});
