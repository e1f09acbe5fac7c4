import assert from 'node:assert/strict';
import {appendFileSync, existsSync, readdirSync, readFileSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import test, {after, type TestContext} from 'node:test';
import {type AddFlags, spokeAdd} from '../../source/commands/spoke-add.js';
import type {Asker} from '../../source/commands/spoke-ask.js';
import {spokeSet, spokeSwitch} from '../../source/commands/spoke-edit.js';
import {spokeRemove} from '../../source/commands/spoke-remove.js';
import {spokeShow} from '../../source/commands/spoke-show.js';
import {syncStatus} from '../../source/commands/status.js';
import {syncVerify} from '../../source/commands/verify.js';
import {acquireLease} from '../../source/sync/schedule/lease.js';
import {applyFolderFix, folderWarnings} from '../../source/sync/syncthing/advice.js';
import {emptyFolder} from '../../source/sync/syncthing/convert.js';
import {readSettings} from '../../source/sync/syncthing/snapshot.js';
import {waitFor} from '../lab/after.js';
import {writeSession} from '../lab/sessions.js';
import {type LabSyncthing, share, startSyncthing} from '../lab/syncthing.js';
import {aheadClock} from '../sync/syncthing/hubs.js';
import {commandLab} from './io.js';

const nobody: Asker = {isThere: false, ask: async () => ''};
const scope = {after};
const [hubSide, laptop] = await Promise.all([
	startSyncthing({name: 'hub', scope}),
	startSyncthing({name: 'laptop', scope}),
]);

/** A hub whose Syncthing is `hubSide`; both daemons know nothing of each other. */
async function lab(t: TestContext) {
	for (const side of [hubSide, laptop]) {
		for (const {id} of await side.client.folders()) await side.client.removeFolder(id);
		for (const {deviceID} of await side.client.devices()) {
			if (deviceID !== side.id) await side.client.removeDevice(deviceID);
		}
	}

	const hub = await commandLab(t, {env: {PATH: process.env.PATH}, clock: aheadClock});
	const base = {tui: {syncthing: {home: hubSide.home}}};
	await hub.configure(base);
	const keyFile = path.join(hub.home, 'laptop.key');
	await fs.writeFile(keyFile, `${laptop.apiKey}\n`);
	const root = path.join(hub.home, 'laptop-sessions');
	await fs.mkdir(root);
	return {
		...{hub, root, base},
		rest: {spokeUrl: laptop.url, spokeKeyFile: keyFile, spokePath: root},
		text: async () => fs.readFile(path.join(hub.home, '.pi-brain', 'config.yaml'), 'utf8'),
		add: async (more: Partial<AddFlags>, asker = nobody) => {
			const code = await spokeAdd(hub.io, {names: ['laptop'], method: 'syncthing', ...more}, asker);
			return {code, ...hub.take()};
		},
		/** The lab has no discovery: the hub is told where the other one is. */
		meet: async () => hubSide.client.patchDevice(laptop.id, {addresses: [laptop.address]}),
		row: async () => {
			await syncStatus(hub.io, {json: true});
			const {spokes} = JSON.parse(hub.take().stdout) as {spokes: Array<{name: string; state: string}>};
			return spokes.find(({name}) => name === 'laptop');
		},
	};
}

/** What both sides have, to be compared with what they had. */
async function settings(...sides: readonly LabSyncthing[]): Promise<string> {
	const all = sides.map(async ({client}) => [
		(await client.devices()).map(({deviceID}) => deviceID).sort(),
		(await client.folders()).map(({id, path: place, type, paused, devices}) => [id, place, type, paused, devices]),
	]);
	return JSON.stringify(await Promise.all(all));
}

/** Every session below a folder, with its bytes. */
function contentOf(root: string): Record<string, string> {
	const names = readdirSync(root, {recursive: true, encoding: 'utf8'}).filter(
		name => name.endsWith('.jsonl') && !name.includes('.stversions'),
	);
	return Object.fromEntries(names.sort().map(name => [name, readFileSync(path.join(root, name), 'utf8')]));
}

test('a spoke whose API is given is set up on both sides, and its sessions flow to a row that reads ok', async t => {
	const {hub, add, rest, root, meet, row} = await lab(t);
	for (const seed of [1, 2]) await writeSession(root, {seed});
	const meeting = waitFor(async () => meet().then(() => true));
	const {code, stdout, stderr} = await add({...rest, yes: true, wait: true});
	await meeting;
	assert.equal(code, 0, stdout + stderr);
	assert.match(stdout, /laptop: added to /);
	assert.match(stderr, /on the spoke: add folder .* type Send Only/);
	const folder = await hubSide.client.folderSettings('pi-sessions-laptop');
	assert.deepEqual(
		[folder.type, folder.maxConflicts, folder.ignorePerms, folder.fsWatcherEnabled, folder.path],
		['receiveonly', -1, true, true, hub.synced('laptop')],
	);
	assert.deepEqual(
		[(folder.versioning as Record<string, unknown>).type, (folder.versioning as {params: object}).params],
		['simple', {keep: '50'}],
	);
	assert.equal((await fs.stat(hub.synced('laptop'))).mode & 0o777, 0o700);
	assert.ok(existsSync(path.join(hub.synced('laptop'), '.stfolder')));
	assert.equal((await laptop.client.folderSettings('pi-sessions-laptop')).type, 'sendonly');
	const {syncRun} = await import('../../source/commands/run.js');
	await waitFor(() => Object.keys(contentOf(hub.synced('laptop'))).length === 2);
	assert.equal(await syncRun(hub.io, {names: ['laptop']}), 0);
	hub.take();
	assert.equal((await row())?.state, 'ok');
	assert.deepEqual(contentOf(hub.synced('laptop')), contentOf(root));

	await spokeShow(hub.io, {names: ['laptop'], json: true});
	const {spoke} = JSON.parse(hub.take().stdout);
	assert.deepEqual(spoke.syncthing.folder, {
		...{id: 'pi-sessions-laptop', type: 'receiveonly', versioning: 'simple', paused: false},
	});
	assert.deepEqual([spoke.syncthing.devices[0].id, spoke.syncthing.devices[0].connected], [laptop.id, true]);
	assert.deepEqual(spoke.syncthing.warnings, []);
	await spokeShow(hub.io, {names: ['laptop']});
	assert.match(hub.take().stdout, new RegExp(`^device +laptop, ${laptop.id}, connected at `, 'm'));
});

test('nobody to ask and no id: the ids that are needed are told, and nothing is made', async t => {
	const {add, text} = await lab(t);
	const [before, file] = [await settings(hubSide, laptop), await text()];
	const {code, stderr} = await add({});
	assert.equal(code, 4);
	assert.match(stderr, new RegExp(`the device id of this hub: ${hubSide.id}`));
	assert.match(stderr, /→ name the one it is: --device-id ID/);
	assert.deepEqual([await settings(hubSide, laptop), await text()], [before, file]);
});

test('a device that knocks is picked by a person, with the folder it offers; the spoke is left to its own person', async t => {
	const {hub, add, root, meet} = await lab(t);
	await laptop.client.putDevice({
		...(await laptop.client.defaultDevice()),
		...{deviceID: hubSide.id, name: 'hub', addresses: [hubSide.address]},
	});
	await waitFor(async () => Object.keys(await hubSide.client.pendingDevices()).includes(laptop.id), {});
	const asked: string[] = [];
	const answers = ['', '7', 'nonsense', '1', 'y'];
	const asker: Asker = {
		isThere: true,
		async ask(question) {
			asked.push(question);
			return answers.shift() ?? '';
		},
	};
	const {code, stderr} = await add({skipSync: true}, asker);
	assert.equal(code, 0, stderr);
	assert.match(stderr, /1 {2}laptop is knocking: /);
	assert.match(stderr, /there is no 7\n/);
	assert.match(stderr, /that is no device id: it must be eight groups/);
	assert.match(
		stderr,
		/syncthing cli config folders add --id pi-sessions-laptop .*--path ~\/\.pi\/agent\/sessions --type sendonly/,
	);
	assert.equal(asked.at(-1), 'Make this on the hub? [y/N] ');
	const {devices} = await hubSide.client.folderSettings('pi-sessions-laptop');
	assert.deepEqual(
		(devices as Array<{deviceID: string}>).map(({deviceID}) => deviceID).sort(),
		[hubSide.id, laptop.id].sort(),
	);
	assert.deepEqual(await laptop.client.folders(), []);

	// Now the spoke offers another folder; the one that is there is not offered twice.
	await spokeRemove(hub.io, {names: ['laptop'], yes: true}, nobody);
	hub.take();
	assert.deepEqual(await hubSide.client.folders(), []);
	await share('by-hand', {on: laptop, path: root, type: 'sendonly'});
	await laptop.client.patchFolder('by-hand', {devices: [{deviceID: hubSide.id}]});
	await meet();
	await waitFor(async () => Object.keys(await hubSide.client.pendingFolders()).includes('by-hand'), {});
	assert.equal((await add({deviceId: laptop.id, skipSync: true})).code, 0);
	assert.deepEqual(
		(await hubSide.client.folders()).map(({id}) => id),
		['by-hand'],
	);
});

test('a wrong id, the own id, ids and places in use are refused before anything is made', async t => {
	const {add, rest, root, hub, text} = await lab(t);
	await share('photos', {on: hubSide, path: hub.home, type: 'sendreceive'});
	await share('other', {on: laptop, path: root, type: 'receiveonly'});
	const [before, file] = [await settings(hubSide, laptop), await text()];
	await assert.rejects(
		add({deviceId: laptop.id.replace(/.$/, last => (last === 'A' ? 'B' : 'A'))}),
		/--device-id is no device id/,
	);
	await assert.rejects(add({names: ['laptop', 'x:./']}), /a Syncthing spoke has no source/);
	await assert.rejects(add({spokeUrl: laptop.url}), /go together/);
	await assert.rejects(add({spokePath: 'sessions'}), /must begin with/);
	const refused = async (more: Partial<AddFlags>, reason: RegExp) => {
		const {code, stderr} = await add({yes: true, ...more});
		assert.equal(code, 4, stderr);
		assert.match(stderr, reason);
	};

	await refused({deviceId: hubSide.id}, /the device id of this hub itself/);
	await refused({deviceId: laptop.id}, /inside of .*folder 'photos'.*must not share files/);
	await refused({deviceId: laptop.id, folderId: 'photos'}, /has a folder 'photos' already/);
	await refused({...rest, deviceId: hubSide.id}, /is another device/);
	await hubSide.client.removeFolder('photos');
	await refused({...rest, folderId: 'mine'}, /use the spoke's: --folder-id other/);
	await refused(rest, /'other' is receiveonly: it sends nothing/);
	await share('photos', {on: hubSide, path: hub.home, type: 'sendreceive'});
	assert.deepEqual([await settings(hubSide, laptop), await text()], [before, file]);
});

test('what was made is taken back when the file cannot be written, and when the spoke refuses', async t => {
	const {add, rest, hub, text} = await lab(t);
	const before = await settings(hubSide, laptop);
	const config = path.join(hub.home, '.pi-brain', 'config.yaml');
	const lease = await acquireLease({folder: path.join(hub.home, '.pi-brain', 'run'), spoke: '.config', by: 'watch'});
	assert.ok('release' in lease);
	await assert.rejects(add({...rest, yes: true}), /is being edited by another process/);
	await lease.release();
	assert.equal(await settings(hubSide, laptop), before);
	assert.equal(existsSync(hub.synced('laptop')), false);
	const {code, stderr} = await add({...rest, spokePath: path.join(rest.spokeKeyFile, 'below'), yes: true});
	assert.equal(code, 4, stderr);
	assert.equal(await settings(hubSide, laptop), before);
	assert.doesNotMatch(await text(), /laptop/);
	assert.match(stderr, new RegExp(`${config} is as it was`));
});

test('a folder that somebody has set up is used as it is, with its weaknesses told and mended', async t => {
	const {add, hub} = await lab(t);
	await hubSide.client.putDevice({...(await hubSide.client.defaultDevice()), deviceID: laptop.id, name: 'laptop'});
	await share('by-hand', {on: hubSide, path: hub.synced('laptop'), type: 'sendreceive', settings: {maxConflicts: 0}});
	await hubSide.client.patchFolder('by-hand', {devices: [{deviceID: laptop.id}]});
	const {code, stderr} = await add({skipSync: true});
	assert.equal(code, 0, stderr);
	assert.match(stderr, /folder 'by-hand' .* is there and shared: it stays as it is/);
	assert.match(stderr, /! folder 'by-hand' also sends/);
	const folder = async () => emptyFolder((await readSettings(hubSide.client, hubSide.id)).get('by-hand')!);
	const found = folderWarnings(await folder());
	assert.deepEqual(
		found.map(({id}) => id),
		['not-receive-only', 'no-versioning', 'no-conflict-copies', 'keeps-permissions'],
	);
	for (const {fix} of found) await applyFolderFix(hubSide.client, 'by-hand', fix!);
	assert.deepEqual(folderWarnings(await folder()), []);
});

test('disable pauses and enable resumes the folder where that is wanted; remove takes it out and leaves the files', async t => {
	const {add, hub} = await lab(t);
	await add({deviceId: laptop.id, skipSync: true});
	const {file} = await writeSession(hub.synced('laptop'));
	const isPaused = async () => (await hubSide.client.folderSettings('pi-sessions-laptop')).paused;
	assert.equal(await spokeSwitch(hub.io, {names: ['laptop']}, false), 0);
	assert.match(hub.take().stderr, /goes on: --yes pauses it/);
	assert.equal(await isPaused(), false);
	await spokeSwitch(hub.io, {names: ['laptop'], yes: true}, false);
	assert.equal(await isPaused(), true);
	await spokeSwitch(hub.io, {names: ['laptop'], yes: true}, true);
	assert.equal(await isPaused(), false);
	hub.take();
	assert.equal(await spokeRemove(hub.io, {names: ['laptop'], yes: true, json: true}, nobody), 0);
	assert.equal((JSON.parse(hub.take().stdout) as {spoke: string}).spoke, 'laptop');
	assert.deepEqual(await hubSide.client.folders(), []);
	assert.ok(existsSync(file));
});

test('from rsync to Syncthing and back nothing is lost, and every verify is clean', async t => {
	const {hub, rest, root, base, meet, text} = await lab(t);
	const sessions = [];
	for (const seed of [1, 2, 3]) sessions.push(await writeSession(root, {seed}));
	await hub.configure({...base, spokes: [{name: 'laptop', sync_method: 'rsync', source: root, schedule: '0 * * * *'}]});
	const {syncRun} = await import('../../source/commands/run.js');
	assert.equal(await syncRun(hub.io, {names: []}), 0);
	const synced = contentOf(hub.synced('laptop'));
	assert.equal(Object.keys(synced).length, 3);

	const lease = await acquireLease({folder: path.join(hub.home, '.pi-brain', 'run'), spoke: 'laptop', by: 'watch'});
	assert.ok('release' in lease);
	const set = async (method: string, ...pairs: string[]) =>
		spokeSet(hub.io, {names: ['laptop', ...pairs], method, ...rest, yes: true, wait: true}, nobody);
	const before = await settings(hubSide, laptop);
	assert.equal(await set('syncthing'), 6);
	await lease.release();
	assert.equal(await settings(hubSide, laptop), before);
	await assert.rejects(spokeSet(hub.io, {names: ['laptop', 'sync_method=syncthing']}), /--method NAME/);
	hub.take();

	const meeting = waitFor(async () => meet().then(() => true));
	const there = await set('syncthing');
	await meeting;
	const said = hub.take();
	assert.equal(there, 0, said.stdout + said.stderr);
	assert.match(said.stdout, /laptop: syncthing from now on.*\n {2}3 sessions stay where they are/);
	assert.match(said.stdout, /✓ laptop/);
	assert.doesNotMatch(await text(), /schedule|sync_method: rsync/);
	const kept = readdirSync(path.join(hub.home, '.pi-brain/data/generations/laptop'), {
		recursive: true,
		encoding: 'utf8',
	});
	assert.equal(kept.filter(name => name.includes('.jsonl')).length >= 3, true, kept.join(' '));
	appendFileSync(sessions[0]!.file, '{"type":"custom","id":"more"}\n');
	await laptop.client.scan('pi-sessions-laptop');
	const grown = contentOf(root);
	await waitFor(() => JSON.stringify(contentOf(hub.synced('laptop'))) === JSON.stringify(grown));
	assert.deepEqual(await hubSide.client.localChanged('pi-sessions-laptop'), []);
	assert.equal(await syncRun(hub.io, {names: ['laptop']}), 0);
	hub.take();

	const back = await set('rsync', `source=${root}`);
	const last = hub.take();
	assert.equal(back, 0, last.stdout + last.stderr);
	assert.match(last.stdout, /laptop: rsync from now on/);
	assert.match(last.stdout, /folder 'pi-sessions-laptop' of Syncthing is gone/);
	assert.deepEqual(await hubSide.client.folders(), []);
	assert.deepEqual(contentOf(hub.synced('laptop')), grown);
});

test('from Syncthing to manual what has arrived stays, the folder is left, and the verify says all here', async t => {
	const {hub, add, rest, root, meet, text} = await lab(t);
	for (const seed of [7, 8]) await writeSession(root, {seed});
	assert.equal((await add({...rest, yes: true, skipSync: true})).code, 0);
	await meet();
	const arrived = contentOf(root);
	await waitFor(() => JSON.stringify(contentOf(hub.synced('laptop'))) === JSON.stringify(arrived));

	// Nothing has run since: what is only in the folder is entered before it is left.
	const code = await spokeSet(hub.io, {names: ['laptop'], method: 'manual', yes: true}, nobody);
	const {stdout, stderr} = hub.take();
	assert.equal(code, 0, stdout + stderr);
	assert.match(stdout, /laptop: manual from now on.*\n {2}2 sessions stay where they are/);
	assert.match(stdout, /folder 'pi-sessions-laptop' of Syncthing is gone/);
	assert.match(stdout, /2 sessions, .* ever acknowledged: all here/);
	assert.match(await text(), /sync_method: manual/);
	assert.deepEqual(await hubSide.client.folders(), []);
	assert.deepEqual(contentOf(hub.synced('laptop')), arrived);
	const kept = Object.values(contentOf(path.join(hub.home, '.pi-brain/data/generations/laptop')));
	for (const bytes of Object.values(arrived)) assert.ok(kept.includes(bytes));
	assert.equal(await syncVerify(hub.io, {names: ['laptop'], deep: true, json: true}, nobody), 0);
	const {proof} = JSON.parse(hub.take().stdout).spokes[0];
	assert.deepEqual([proof.isAllHere, proof.sessions], [true, 2]);

	// What the spoke does from now on reaches the folder no more.
	await writeSession(root, {seed: 9});
	await laptop.client.scan('pi-sessions-laptop');
	assert.deepEqual(contentOf(hub.synced('laptop')), arrived);
});

test('a session that is held keeps every version through a migration, and is held after it', async t => {
	const {hub, rest, root, base, meet} = await lab(t);
	const {file, path: name} = await writeSession(root, {seed: 5});
	const whole = readFileSync(file, 'utf8');
	await hub.configure({...base, spokes: [{name: 'laptop', sync_method: 'rsync', source: root}]});
	const {syncRun} = await import('../../source/commands/run.js');
	await syncRun(hub.io, {names: []});
	await fs.truncate(file, 900);
	await syncRun(hub.io, {names: []});
	assert.equal(readFileSync(path.join(hub.synced('laptop'), name), 'utf8'), whole);
	hub.take();
	const versions = () => {
		const kept = path.join(hub.home, '.pi-brain/data/generations/laptop');
		const files = readdirSync(kept, {recursive: true, encoding: 'utf8'}).filter(one => one.endsWith('.jsonl'));
		return files.map(one => readFileSync(path.join(kept, one), 'utf8'));
	};

	await spokeSet(hub.io, {names: ['laptop'], method: 'syncthing', ...rest, yes: true}, nobody);
	const {stdout, stderr} = hub.take();
	assert.match(stdout, /1 session held/, stdout + stderr);
	assert.ok(versions().includes(whole));

	await meet();
	const place = path.join(hub.synced('laptop'), name);
	await waitFor(() => existsSync(place) && readFileSync(place).length === 900);
	assert.equal(await syncRun(hub.io, {names: ['laptop']}), 3);
	assert.match(hub.take().stdout, /1 held/);
	assert.ok(versions().includes(whole));
});

test('damage on the hub stops a migration before anything may cover it up', async t => {
	const {hub, rest, root, base, text} = await lab(t);
	const {path: name} = await writeSession(root, {seed: 4});
	await hub.configure({...base, spokes: [{name: 'laptop', sync_method: 'rsync', source: root}]});
	const {syncRun} = await import('../../source/commands/run.js');
	assert.equal(await syncRun(hub.io, {names: []}), 0);
	appendFileSync(path.join(hub.synced('laptop'), name), 'X');
	const [before, file] = [await settings(hubSide, laptop), await text()];
	hub.take();
	assert.equal(await spokeSet(hub.io, {names: ['laptop'], method: 'syncthing', ...rest, yes: true}, nobody), 5);
	assert.match(hub.take().stderr, /1 session of 'laptop' is not as the ledger says: .*verify laptop --deep --repair/);
	assert.deepEqual([await settings(hubSide, laptop), await text()], [before, file]);
});

test('a migration that is cancelled or refused leaves Syncthing running as before', async t => {
	const {hub, add, root, text} = await lab(t);
	await add({deviceId: laptop.id, skipSync: true});
	const file = await text();
	const asking = async (answers: string[]) =>
		spokeSet(
			hub.io,
			{names: ['laptop', `source=${root}`], method: 'rsync'},
			{isThere: true, ask: async () => answers.shift() ?? ''},
		);
	assert.equal(await asking(['n', 'n']), 4);
	assert.match(hub.take().stderr, /Syncthing would go on filling/);
	await assert.rejects(
		asking(['', '']).then(() => spokeSet(hub.io, {names: ['laptop'], method: 'rsync'})),
		/source/,
	);
	const lease = await acquireLease({folder: path.join(hub.home, '.pi-brain', 'run'), spoke: '.config', by: 'watch'});
	assert.ok('release' in lease);
	await assert.rejects(asking(['n', 'y']), /is being edited by another process/);
	await lease.release();
	assert.equal((await hubSide.client.folderSettings('pi-sessions-laptop')).paused, false);
	assert.equal(await text(), file);
	hub.take();
	assert.equal(await asking(['n', 'y']), 0);
	assert.match(hub.take().stdout, /is paused: resumed it would fill the same folder/);
	assert.equal((await hubSide.client.folderSettings('pi-sessions-laptop')).paused, true);
});
