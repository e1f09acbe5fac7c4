import assert from 'node:assert/strict';
import test from 'node:test';
import {stripVTControlCharacters} from 'node:util';
import {syncRun} from '../../source/commands/run.js';
import {syncStatus} from '../../source/commands/status.js';
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
