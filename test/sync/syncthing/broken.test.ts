import assert from 'node:assert/strict';
import {existsSync, readdirSync, rmSync} from 'node:fs';
import path from 'node:path';
import test, {after, type TestContext} from 'node:test';
import {startWatching} from '../../../source/sync/services/watching.js';
import {waitFor} from '../../lab/after.js';
import {canMount, mountSmall} from '../../lab/mounts.js';
import {startServer} from '../../lab/servers.js';
import {writeSession} from '../../lab/sessions.js';
import {flow, share, startPair} from '../../lab/syncthing.js';
import {aheadClock, followedHub, settingsOf} from './hubs.js';

const folder = 'laptop-sessions';
const scope = {after};
const [hubSide, laptop] = await startPair(scope);
await share(folder, {on: hubSide, type: 'receiveonly'}, {on: laptop, type: 'sendonly'});
await writeSession(laptop.sessions, {seed: 1});
await flow(folder, laptop, hubSide);

async function silent(t: TestContext) {
	const {host, port} = await startServer('silent', t);
	return {url: `http://${host}:${port}`};
}

test('a sync that failed while Syncthing was away is over when it is back, without another sync', async t => {
	const spoke = await followedHub(t, hubSide.sessions, [settingsOf(hubSide)]);
	spoke.follow();
	await spoke.says('ok');
	await hubSide.stop();
	const [report] = await spoke.hub.sync(['laptop']);
	assert.deepEqual([report!.result, report!.cause], ['failed', 'ST_DOWN']);
	await spoke.says('unreachable');
	await hubSide.start();
	await spoke.says('ok');
	assert.equal(spoke.hub.store.facts.get('laptop').failure, undefined);
});

test('a Syncthing that takes the connection and says nothing holds up no spoke of another', async t => {
	const {url} = await silent(t);
	const spoke = await followedHub(t, hubSide.sessions, [
		settingsOf(hubSide, {url, apiKey: 'a-key', home: undefined}),
		settingsOf(hubSide),
	]);
	const started = performance.now();
	spoke.follow();
	await spoke.says('ok', /keeps no versions/);
	assert.equal((await spoke.hub.sync(['laptop']))[0]!.result, 'done');
	assert.ok(performance.now() - started < 15_000, 'before the silent one is given up');
});

test('a device that was resumed is still so after a restart', async () => {
	await hubSide.client.pause(laptop.id);
	await hubSide.client.resume(laptop.id);
	await hubSide.kill();
	await hubSide.start();
	const paused = (await hubSide.client.devices()).filter(device => device.paused);
	assert.deepEqual(paused, []);
});

test('what a person asks for while arrivals are entered comes after that, once', async t => {
	const spoke = await followedHub(t, hubSide.sessions, [settingsOf(hubSide)]);
	const arrival = spoke.hub.sync(['laptop'], {isArrival: true});
	const [asked, again] = await Promise.all([spoke.hub.sync(['laptop']), spoke.hub.sync(['laptop'])]);
	assert.deepEqual([(await arrival)[0]!.result, asked[0]!.result, again[0]!.result], ['done', 'done', 'locked']);
	assert.equal(spoke.hub.spoke('laptop')!.job, undefined);

	const other = spoke.hub.sync(['laptop'], {isArrival: true});
	const cancelled = spoke.hub.sync(['laptop']);
	spoke.hub.cancel('laptop');
	assert.deepEqual([(await other)[0]!.result, (await cancelled)[0]!.result], ['cancelled', 'cancelled']);
});

test('what is seen to arrive while a clock was ahead is kept when it is set right', async t => {
	const behind = {...aheadClock, now: () => Date.now() - 3_600_000};
	const {hub} = await followedHub(t, hubSide.sessions, [settingsOf(hubSide)], {}, behind);
	assert.equal((await hub.sync(['laptop']))[0]!.result, 'done');
	assert.equal(hub.store.ledger.totals('laptop').sessions, 1);
	assert.ok(!existsSync(path.join(hubSide.sessions, '..', '.staging')), 'nothing of ours is beside the folder either');
});

test('a folder that is gone is not made anew, and nothing that was in it is lost', async t => {
	const place = path.join(hubSide.home, '..', 'away');
	await share('away', {on: hubSide, type: 'receiveonly', path: place, settings: {devices: []}});
	await writeSession(place, {seed: 3});
	const {hub} = await followedHub(t, place, [settingsOf(hubSide)]);
	await hub.sync(['laptop']);
	rmSync(place, {recursive: true});
	const [report] = await hub.sync(['laptop']);
	assert.ok(!existsSync(place));
	assert.equal(report!.cause, 'ST_FOLDER', report!.message);
	assert.equal(hub.store.ledger.generations('laptop').length, 1);
	await hubSide.client.removeFolder('away');
});

test('nothing of ours stands in a folder that is a file system of its own', {
	skip: !canMount(),
}, async t => {
	const {path: place} = await mountSmall(4_000_000, t);
	await share(
		'mounted',
		{on: hubSide, type: 'receiveonly', path: place},
		{on: laptop, type: 'sendonly', path: `${laptop.home}/../m`},
	);
	await writeSession(`${laptop.home}/../m`, {seed: 4});
	await flow('mounted', laptop, hubSide);
	const {hub} = await followedHub(t, place, [settingsOf(hubSide)]);
	startWatching(hub, {isKeeper: () => true});
	await waitFor(() => hub.store.ledger.totals('laptop').sessions === 1);
	assert.equal((await hub.sync(['laptop']))[0]!.result, 'done');
	assert.deepEqual(
		readdirSync(place).filter(name => name.startsWith('.')),
		['.stfolder'],
	);
	await hubSide.client.removeFolder('mounted');
	await laptop.client.removeFolder('mounted');
});
