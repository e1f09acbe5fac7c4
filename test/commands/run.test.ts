import assert from 'node:assert/strict';
import {rmSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {syncRun} from '../../source/commands/run.js';
import {appendEntry, shrink, writeSession} from '../lab/sessions.js';
import {capture, commandLab} from './io.js';

const settings = {tui: {default_schedule: 'off'}};

test('a hub without a spoke that can be synced says so and is no error', async t => {
	const lab = await commandLab(t);
	await lab.configure({...settings, spokes: [{name: 'phone', sync_method: 'api', path: '~/phone'}]});
	assert.equal(await syncRun(lab.io, {names: []}), 0);
	assert.match(lab.take().stdout, /^Nothing to sync: no enabled spoke in .*config\.yaml can be synced\.\n$/);
	assert.equal(await syncRun(lab.io, {names: [], json: true}), 0);
	assert.equal(lab.take().stdout, '{"schema":1,"runs":[]}\n');
});

test('the text of a run counts what happened, and a failure is told once', async t => {
	const lab = await commandLab(t);
	const source = await lab.drive('usb');
	const [first, second] = [await writeSession(source, {seed: 1}), await writeSession(source, {seed: 2})];
	const gone = path.join(lab.home, 'unplugged');
	await lab.configure({
		...settings,
		spokes: [
			{name: 'usb', sync_method: 'manual', source},
			{name: 'nas', sync_method: 'manual', source: gone},
		],
	});
	assert.equal(await syncRun(lab.io, {names: ['usb']}), 0);
	assert.match(lab.take().stdout, /^✓ usb: 2 new, 0 grown, 0 unchanged; [\d.]+ KB in [\d.]+ s\n$/);
	await appendEntry(first.file);
	await shrink(second.file);
	assert.equal(await syncRun(lab.io, {names: ['usb']}), 3);
	const held = lab.take();
	assert.match(held.stdout, /^! usb: 0 new, 1 grown, \d unchanged, 1 held; /);
	assert.match(held.stdout, /^ {2}1 session is held: .* pi-brain-tui sync release usb \[GUARD_TRUNCATED\]$/m);
	assert.ok(held.stdout.includes(second.path));

	assert.equal(await syncRun(lab.io, {names: []}), 4);
	const failed = lab.take();
	assert.match(failed.stdout, /^✗ nas: the source folder .*unplugged is not there.* \[SOURCE_ABSENT\]$/m);
	assert.doesNotMatch(failed.stderr, /unplugged/, 'what stdout says is not said again');
	assert.equal(await syncRun(lab.io, {names: ['nas'], json: true}), 4);
	rmSync(source, {recursive: true});
	assert.equal(await syncRun(lab.io, {names: ['usb'], dryRun: true}), 4);
});

test('with --json warnings go to stderr and progress is shown on a terminal only', async t => {
	const stderr = capture(40);
	const lab = await commandLab(t, {stderr});
	const source = await lab.drive('usb');
	const session = await writeSession(source, {bytes: 3000});
	await lab.configure({...settings, spokes: [{name: 'usb', sync_method: 'manual', source}]});
	await syncRun(lab.io, {names: [], json: true});
	await shrink(session.file);
	assert.equal(await syncRun(lab.io, {names: [], json: true}), 3);
	assert.match(
		stderr.text(),
		/\r\u001B\[Kusb 100% /,
		'the second look takes two seconds, in which progress is painted',
	);
	assert.match(stderr.text(), /\r\u001B\[KWARN {2}'usb' shrank/, 'the warning begins on a clean line');
	for (const line of lab.written.stdout.trimEnd().split('\n')) JSON.parse(line);
});
