import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {syncRelease} from '../../source/commands/release.js';
import {syncRun} from '../../source/commands/run.js';
import type {Asker} from '../../source/commands/spoke-ask.js';
import {appendEntry, shrink, writeSession} from '../lab/sessions.js';
import {commandLab} from './io.js';

const nobody: Asker = {isThere: false, ask: async () => ''};

test('a release names what it lifts, changes no file, and is asked for again when the spoke shows something new', async t => {
	const lab = await commandLab(t);
	const source = await lab.drive('usb');
	const session = await writeSession(source);
	await lab.configure({tui: {default_schedule: 'off'}, spokes: [{name: 'usb', sync_method: 'manual', source}]});
	const run = async () => syncRun(lab.io, {names: []});
	const release = async (name?: string, flags = {}) =>
		syncRelease(lab.io, {words: name === undefined ? [] : [name], spokes: [], ...flags}, nobody);
	assert.equal(await run(), 0);
	assert.equal(await release('usb'), 0);
	assert.match(lab.take().stdout, /^usb: nothing is held$/m);
	const file = path.join(lab.synced('usb'), session.path);
	const bytes = readFileSync(file);
	await shrink(session.file);
	assert.equal(await run(), 3);
	lab.take();
	assert.equal(await release('usb', {json: true}), 0);
	assert.deepEqual(JSON.parse(lab.take().stdout), {
		schema: 1,
		released: [{spoke: 'usb', wasHalted: false, sessions: [session.path]}],
	});
	assert.ok(readFileSync(file).equals(bytes));
	assert.equal(await run(), 0, 'what a person has looked at is no warning any more');
	lab.take();
	assert.equal(await syncRun(lab.io, {names: [], dryRun: true}), 0, 'nor does a dry run send them to release it again');
	assert.match(lab.take().stdout, /0 would be held, 1 unchanged/);
	await appendEntry(session.file, {bytes: 300});
	assert.equal(await run(), 0, 'nor is its growth');
	await shrink(session.file, 0.2);
	assert.equal(await run(), 3, 'another loss is');
	await assert.rejects(release(), {name: 'UsageError'});
	await assert.rejects(release('desktop'), {name: 'UsageError'});
});
