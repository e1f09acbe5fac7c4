import assert from 'node:assert/strict';
import {appendFileSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test, {after} from 'node:test';
import type {Clock} from '../../../source/sync/clock.js';
import {startWatching} from '../../../source/sync/services/watching.js';
import {pauseDevice, resumeDevice} from '../../../source/sync/syncthing/devices.js';
import {waitFor} from '../../lab/after.js';
import {makeSession, writeSession} from '../../lab/sessions.js';
import {flow, share, startPair, startSyncthing, syncthingVersion, versioning} from '../../lab/syncthing.js';
import {aheadClock, followedHub, settingsOf} from './hubs.js';

const folder = 'laptop-sessions';
const scope = {after};
const never = new AbortController().signal;
console.log(`syncthing ${syncthingVersion()}`);
const [hubSide, laptop] = await startPair(scope, {isSecure: true});
await share(
	folder,
	{on: hubSide, type: 'receiveonly', settings: {versioning, maxConflicts: -1}},
	{on: laptop, type: 'sendonly'},
);
await writeSession(laptop.sessions, {seed: 1});
await flow(folder, laptop, hubSide);
/** Fulfilled while the hub's side runs: nobody's patience may end before a slow machine has started it again. */
let isRunning: Promise<void> = Promise.resolve();
const patientClock: Clock = {
	...aheadClock,
	async sleep(ms, signal) {
		await aheadClock.sleep(ms, signal);
		await isRunning;
	},
};
const spoke = await followedHub(scope, hubSide.sessions, [settingsOf(hubSide)], {}, patientClock);
spoke.follow();

function facts() {
	return spoke.hub.spoke('laptop')!.facts;
}

test('a spoke that Syncthing fills is connected, complete and seen, with its address', async () => {
	startWatching(spoke.hub, {isKeeper: () => true});
	await spoke.says('ok');
	await waitFor(() => spoke.isConnected());
	const {syncthing, lastSeen, lastSeenVia, lastAddress} = facts();
	assert.equal(spoke.verdict().reason, undefined);
	assert.deepEqual(
		[syncthing?.folder?.id, syncthing?.folder?.type, syncthing?.folder?.versioning, syncthing?.folder?.needItems],
		[folder, 'receiveonly', 'simple', 0],
	);
	assert.deepEqual(
		syncthing?.devices.map(({name, isConnected}) => [name, isConnected]),
		[['laptop', true]],
	);
	assert.equal(lastSeenVia, 'Syncthing');
	assert.match(lastAddress ?? '', /^127\./);
	assert.ok(Date.now() - lastSeen! < 60_000);
	assert.equal(spoke.hub.state.syncthing[0]?.myId, hubSide.id);
});

test('what arrives is entered in the ledger by itself, and kept outside of the folder', async () => {
	const {hub} = spoke;
	await waitFor(() => hub.store.ledger.totals('laptop').sessions === 1);
	const session = await writeSession(laptop.sessions, {seed: 2});
	await flow(folder, laptop, hubSide);
	await waitFor(() => hub.store.ledger.get('laptop', session.path), {message: 'its ledger entry'});
	const kept = hub.store.ledger.generations('laptop').find(one => one.path === session.path);
	assert.ok(kept && !kept.file.startsWith(hubSide.sessions));
	assert.equal(facts().lastSeenVia, 'Syncthing');
});

test('a force sync has the hub scan, waits and enters; it says so when Syncthing cannot be asked', async t => {
	const [report] = await spoke.hub.sync(['laptop']);
	assert.equal(report!.result, 'done', report!.message);
	const other = await followedHub(t, hubSide.sessions, [settingsOf(hubSide, {apiKey: 'wrong'})]);
	const [refused] = await other.hub.sync(['laptop']);
	assert.deepEqual([refused!.result, refused!.cause, refused!.files.listed], ['failed', 'ST_KEY', 2]);
});

test('a wrong key is named, and is in no line of the log', async t => {
	const other = await followedHub(t, hubSide.sessions, [settingsOf(hubSide, {apiKey: 'wrong-key-of-mine'})]);
	other.follow();
	const {cause} = await other.says('auth', /refuses the API key.*folder only/);
	assert.equal(cause, 'ST_KEY');
	assert.equal(other.isConnected(), false);
	assert.ok(other.logged.length > 0 && !other.logged.join().includes('wrong-key-of-mine'));
});

test('a path that no folder of Syncthing has, and a hub without a Syncthing, are told apart', async t => {
	mkdirSync(path.join(spoke.root, 'elsewhere'));
	const other = await followedHub(t, path.join(spoke.root, 'elsewhere'), [settingsOf(hubSide)]);
	other.follow();
	assert.equal((await other.says('error', /no folder of Syncthing .* has the path/)).cause, 'ST_FOLDER');
	const alone = await followedHub(t, path.join(spoke.root, 'elsewhere'), []);
	alone.follow();
	await alone.says('never', /^folder only: Syncthing's API was not found/);
	assert.equal((await alone.hub.sync(['laptop']))[0]!.result, 'done');
});

test('a pause is said, and ends with a resume', async () => {
	const around = {settings: spoke.hub.state.config.tui.syncthing, env: {}, home: spoke.root};
	assert.deepEqual(await pauseDevice(hubSide.sessions, around, never), [laptop.id]);
	assert.equal((await spoke.says('unreachable', /^'laptop' is paused in Syncthing$/)).cause, 'ST_DEVICE');
	await waitFor(() => !spoke.isConnected(), {message: 'the end of the connection'});
	await resumeDevice(hubSide.sessions, around, never);
	await spoke.says('ok');
});

test('a spoke that goes is asleep with the time it was seen, and is back when it is back', async () => {
	await laptop.stop();
	await spoke.says('asleep', /^not connected for \d+m; all that was announced is here$/);
	assert.equal(spoke.isConnected(), false);
	assert.ok(Date.now() - facts().lastSeen! < 60_000);
	await laptop.start();
	await spoke.says('ok');
	await waitFor(() => spoke.isConnected());
});

test('a Syncthing that is restarted in the middle of the poll is followed again, and nobody is alarmed', async () => {
	const before = spoke.logged.filter(line => /^(WARN|ERROR)/.test(line)).length;
	isRunning = hubSide.kill().then(async () => hubSide.start());
	await isRunning;
	const restartedAt = spoke.hub.clock.now();
	await waitFor(() => (facts().syncthing?.at ?? 0) > restartedAt && spoke.isConnected());
	await spoke.says('ok');
	await laptop.client.pause(hubSide.id);
	await waitFor(() => !spoke.isConnected(), {message: 'its events to be heard'});
	await laptop.client.resume(hubSide.id);
	await waitFor(() => spoke.isConnected());
	assert.equal(spoke.logged.filter(line => /^(WARN|ERROR)/.test(line)).length, before, spoke.logged.join('\n'));
});

test('a folder that also sends is warned of, one that only sends is an error', async () => {
	await hubSide.client.patchFolder(folder, {type: 'sendreceive'});
	await spoke.says('ok', /also sends/);
	await hubSide.client.patchFolder(folder, {type: 'sendonly'});
	assert.equal((await spoke.says('error', /only sends/)).cause, 'ST_FOLDER');
	await hubSide.client.patchFolder(folder, {type: 'receiveonly', versioning: {type: '', params: {}}, maxConflicts: 0});
	await spoke.says('ok', /keeps no versions/);
	await hubSide.client.patchFolder(folder, {versioning, maxConflicts: -1});
	await waitFor(() => spoke.verdict().reason === undefined);
});

test('a missing marker stops the folder, and the row says why', async () => {
	rmSync(path.join(hubSide.sessions, '.stfolder'), {recursive: true});
	await hubSide.client.scan(folder).catch(() => {});
	const {cause} = await spoke.says('error', /Syncthing has stopped folder .*marker missing/);
	assert.equal(cause, 'ST_FOLDER');
	mkdirSync(path.join(hubSide.sessions, '.stfolder'));
	await hubSide.client.scan(folder).catch(() => {});
	await spoke.says('ok');
});

test('an edit on the hub is said as such; a conflict leaves a copy that is counted and is no session', async () => {
	const {path: name, text} = makeSession({seed: 2});
	const here = path.join(hubSide.sessions, name);
	await laptop.client.pause(hubSide.id);
	await waitFor(() => !spoke.isConnected());
	appendFileSync(here, '{"type":"custom","id":"hub"}\n');
	await hubSide.client.scan(folder);
	const {cause, reason} = await spoke.says('held', /1 item of folder/);
	assert.equal(cause, 'ST_LOCAL', reason);
	appendFileSync(path.join(laptop.sessions, name), '{"type":"custom","id":"laptop"}\n');
	await laptop.client.scan(folder);
	await laptop.client.resume(hubSide.id);
	// Between the two Syncthing has moved the one file away and the other not yet there.
	await waitFor(
		() => {
			const {conflictCopies, sessions} = spoke.hub.count('laptop');
			return conflictCopies === 1 && sessions === 2;
		},
		{message: 'the copy beside two sessions'},
	);
	assert.ok(text.length > 0);
});

test('who knocks, and a device that was never there, are shown; never is not 1970', async t => {
	const third = await startSyncthing({name: 'phone', scope: t});
	await third.client.putDevice({
		...(await third.client.defaultDevice()),
		...{deviceID: hubSide.id, name: 'hub', addresses: [hubSide.address]},
	});
	const knocking = await waitFor(() => spoke.hub.state.syncthing[0]?.pendingDevices[0]);
	assert.deepEqual([knocking.id, knocking.name], [third.id, 'phone']);
	await third.stop();
	await hubSide.client.putDevice({...(await hubSide.client.defaultDevice()), deviceID: third.id, name: 'phone'});
	const place = path.join(spoke.root, 'phone');
	await share('phone', {on: hubSide, type: 'receiveonly', path: place, settings: {devices: [{deviceID: third.id}]}});
	writeFileSync(path.join(place, 'note.txt'), '');
	const phone = await followedHub(t, place, [settingsOf(hubSide)]);
	phone.follow();
	await phone.says('never', /^'phone' was never connected$/);
	assert.equal(phone.hub.spoke('laptop')!.facts.lastSeen, undefined);
});
