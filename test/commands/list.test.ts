import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import {syncList} from '../../source/commands/list.js';
import {appendEntry, makeSession, writeSession} from '../lab/sessions.js';
import {commandLab} from './io.js';

test("the hub's own sessions come first, then each spoke's, and only those that are asked for", async t => {
	const lab = await commandLab(t);
	await lab.configure({
		spokes: [
			{name: 'usb', sync_method: 'manual'},
			{name: 'phone', sync_method: 'syncthing', path: '~/.pi-brain/synced/phone'},
		],
	});
	const own = await writeSession(path.join(lab.home, '.pi/agent/sessions'), {seed: 1});
	const held = [await writeSession(lab.synced('usb'), {seed: 2}), await writeSession(lab.synced('usb'), {seed: 3})];
	assert.equal(await syncList(lab.io, {names: []}), 0);
	assert.equal(
		lab.take().stdout,
		`atlas (hub): 1 session\n  ${own.path}\nusb: 2 sessions\n${held.map(one => `  ${one.path}\n`).join('')}phone: 0 sessions\n`,
	);
	await syncList(lab.io, {names: ['phone', 'usb', 'phone']});
	assert.deepEqual(lab.take().stdout.match(/^\w.*$/gm), ['usb: 2 sessions', 'phone: 0 sessions']);
	await assert.rejects(syncList(lab.io, {names: ['desktop']}), {
		name: 'UsageError',
		message: /no spoke is called 'desktop'/,
	});
});

test('--long tells age, size, version and folder, and --json the same for programs', async t => {
	const lab = await commandLab(t);
	await lab.configure({spokes: [{name: 'usb', sync_method: 'manual'}]});
	const session = await writeSession(lab.synced('usb'), {version: 1, cwd: '/home/will/site'});
	await syncList(lab.io, {names: ['usb'], long: true});
	assert.match(
		lab.take().stdout,
		/^usb: 1 session\n {2}LAST ENTRY +SIZE {2}V {2}FOLDER +SESSION\n +\d+d +[\d.]+ KB {2}1 {2}\/home\/will\/site {2}--home/,
	);
	await syncList(lab.io, {names: ['usb'], json: true});
	const [only] = (JSON.parse(lab.take().stdout) as {sessions: Array<Record<string, unknown>>}).sessions;
	const {id, endedAt} = makeSession({version: 1, cwd: '/home/will/site'});
	assert.deepEqual(
		[
			only?.spoke,
			only?.computer,
			only?.path,
			only?.id,
			only?.version,
			only?.cwd,
			only?.bytes,
			only?.current,
			only?.lastEntryAt,
		],
		['usb', 'usb', session.path, id, 1, '/home/will/site', session.size, true, new Date(endedAt).toISOString()],
	);
});

test('of a session that lies in two places --json tells which is current, also when only one of them is asked for', async t => {
	const lab = await commandLab(t);
	await lab.configure({
		spokes: [
			{name: 'usb', sync_method: 'manual'},
			{name: 'old', sync_method: 'manual'},
		],
	});
	const [long, short] = [await writeSession(lab.synced('usb')), await writeSession(lab.synced('old'))];
	await appendEntry(long.file);
	await writeSession(lab.synced('old'), {seed: 7});
	const list = async (...names: string[]) => {
		await syncList(lab.io, {names, json: true});
		const {sessions} = JSON.parse(lab.take().stdout) as {
			sessions: Array<{spoke: string; id: string; current: boolean}>;
		};
		return sessions.filter(({id}) => id === short.id).map(({spoke, current}) => [spoke, current]);
	};

	assert.deepEqual(await list('old'), [['old', false]]);
	assert.deepEqual(await list(), [
		['usb', true],
		['old', false],
	]);
});
