import assert from 'node:assert/strict';
import {rmSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {syncWatch} from '../../source/commands/watch.js';
import {waitFor} from '../lab/after.js';
import {writeSession} from '../lab/sessions.js';
import {commandLab} from './io.js';

test('sync watch says what is wrong in the file, with its place, and goes on with the rest until it is interrupted', async t => {
	const lab = await commandLab(t);
	const source = await lab.drive('usb');
	await writeSession(source);
	await lab.configure({
		spokes: [
			{name: 'usb', sync_method: 'manual', source},
			{name: 'wrong', sync_method: 'rsync'},
		],
	});
	const hangups: Array<() => void> = [];
	const watching = syncWatch(lab.io, {}, {onHangup: listener => hangups.push(listener)});
	const says = async (pattern: RegExp) =>
		waitFor(() => pattern.test(lab.written.stdout), {message: `${pattern} in ${lab.written.stdout}`});
	await says(/Z ERROR Sync: .*config\.yaml:\d+:\d+ spokes\[1\] "wrong": source is missing/);
	await says(/Z INFO {2}Sync: Watching 2 directories\n/);
	await says(/Z INFO {2}Sync: (?:1 session|New session) from usb/);
	await lab.configure({spokes: [{name: 'usb', sync_method: 'manual', source, enabled: false}]});
	for (const listener of hangups) listener();
	await says(/Configuration read again: 1 spoke\n/);
	await says(/Watching 1 directory\n/);
	await writeSession(path.join(lab.home, '.pi/agent/sessions'), {seed: 5});
	await says(/New session from atlas: --home/);
	lab.interrupt();
	assert.equal(await watching, 0);
	assert.equal(lab.written.stderr, '');
});

test('SIGHUP while config.yaml is away keeps the last good configuration in force', async t => {
	const lab = await commandLab(t);
	await lab.configure({spokes: [{name: 'usb', sync_method: 'manual', source: await lab.drive('usb')}]});
	const hangups: Array<() => void> = [];
	const watching = syncWatch(lab.io, {}, {onHangup: listener => hangups.push(listener)});
	await waitFor(() => /Watching 2 directories\n/.test(lab.written.stdout), {message: 'the start'});
	rmSync(path.join(lab.home, '.pi-brain/config.yaml'));
	for (const listener of hangups) listener();
	await waitFor(() => lab.written.stdout.includes('the last good one stays in force'), {message: 'the complaint'});
	assert.match(lab.written.stdout, /config\.yaml.* is gone/);
	lab.interrupt();
	assert.equal(await watching, 0);
	assert.doesNotMatch(lab.written.stdout, /Configuration read again/);
});
