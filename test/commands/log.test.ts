import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {syncLog} from '../../source/commands/log.js';
import {syncRun} from '../../source/commands/run.js';
import {waitFor} from '../lab/after.js';
import {writeSession} from '../lab/sessions.js';
import {commandLab} from './io.js';

test('sync log prints what sync.log holds, and --follow goes on until it is interrupted', async t => {
	const lab = await commandLab(t);
	const source = await lab.drive('usb');
	await lab.configure({spokes: [{name: 'usb', sync_method: 'manual', source}]});
	await writeSession(source, {seed: 1});
	await syncRun(lab.io, {names: []});
	lab.take();
	assert.equal(await syncLog(lab.io, {names: []}), 0);
	const file = path.join(lab.home, '.pi-brain/logs/sync.log');
	assert.equal(lab.take().stdout, await readFile(file, 'utf8'));

	const follow = await commandLab(t, {home: lab.home});
	const following = syncLog(follow.io, {names: [], follow: true});
	await waitFor(() => follow.written.stdout.includes('from usb'), {message: 'the past'});
	const {path: name} = await writeSession(source, {seed: 2});
	await syncRun(lab.io, {names: []});
	await waitFor(() => follow.written.stdout.includes(`New session from usb: ${name}\n`), {message: 'the new line'});
	follow.interrupt();
	await following;
	assert.equal(follow.written.stdout, await readFile(file, 'utf8'), 'each line once');
});
