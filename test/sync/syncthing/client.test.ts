import assert from 'node:assert/strict';
import {once} from 'node:events';
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {createServer, type RequestListener} from 'node:http';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import fc from 'fast-check';
import {createClient} from '../../../source/sync/syncthing/client.js';
import {readGui} from '../../../source/sync/syncthing/config-xml.js';
import {findInstance, type Instance} from '../../../source/sync/syncthing/instance.js';
import {folderAt} from '../../../source/sync/syncthing/match.js';
import {ApiError} from '../../../source/sync/syncthing/request.js';
import {takeSnapshot} from '../../../source/sync/syncthing/snapshot.js';
import {standingOf} from '../../../source/sync/syncthing/standing.js';
import {temporaryFolder} from '../../lab/after.js';
import {startServer} from '../../lab/servers.js';
import {startSyncthing} from '../../lab/syncthing.js';
import {hubId, laptopId, recorded} from './recorded-2.js';

const apiKey = 'a-key-nobody-may-read';

async function api(t: TestContext, listener: RequestListener): Promise<Instance> {
	const server = createServer(listener).listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	const {port} = server.address() as {port: number};
	return {url: `http://127.0.0.1:${port}`, apiKey, fingerprint: undefined, home: undefined};
}

async function failureOf(call: Promise<unknown>): Promise<ApiError> {
	const error = await call.then(
		() => assert.fail('it went well'),
		(caught: unknown) => caught,
	);
	assert.ok(error instanceof ApiError, String(error));
	assert.ok(!JSON.stringify([error.failure, error.stack]).includes(apiKey));
	return error;
}

test('every way an API can fail has its class, and no text of it holds the key', async t => {
	const answers: Record<string, [status: number, body: string, headers?: Record<string, string>]> = {
		'system/status': [403, 'CSRF Error\n'],
		'system/version': [403, 'Host check error\n'],
		'stats/device': [307, '', {Location: 'https://elsewhere.example/rest/'}],
		'stats/folder': [200, '<html>welcome</html>'],
		'config/devices': [200, '{"deviceID":7}'],
		'config/folders': [500, 'no\u001B[31m space\n'],
	};
	let elsewhere = 0;
	const instance = await api(t, (request, response) => {
		if (request.headers['x-api-key'] !== apiKey) elsewhere++;
		const [status, body, headers = {}] = answers[request.url!.slice('/rest/'.length)] ?? [404, 'no such folder'];
		response.writeHead(status, headers).end(body);
	});
	const client = createClient(instance);
	t.after(() => client.close());
	const causeOf = async (call: Promise<unknown>) => (await failureOf(call)).failure.cause;
	assert.equal(await causeOf(client.status()), 'ST_KEY');
	assert.equal(await causeOf(client.version()), 'ST_HOST');
	assert.equal(await causeOf(client.deviceStats()), 'ST_HOST');
	assert.match((await failureOf(client.folderStats())).message, /is no Syncthing/);
	assert.match((await failureOf(client.devices())).message, /is not understood/);
	const {message, status} = await failureOf(client.folders());
	assert.deepEqual([status, /\u001B/.test(message), /no space/.test(message)], [500, false, true]);
	assert.equal((await failureOf(client.folderSettings('x'))).status, 404);
	assert.equal(elsewhere, 0);
});

test('nobody there, silence and an end are told as such, and an abort ends at once', async t => {
	const gone = await startServer('closing', t);
	const of = (port: number, host: string) =>
		createClient({url: `http://${host}:${port}`, apiKey, fingerprint: undefined, home: undefined});
	assert.equal((await failureOf(of(gone.port, gone.host).status())).failure.cause, 'ST_DOWN');
	await gone.close();
	assert.match((await failureOf(of(gone.port, gone.host).status())).message, /does not answer \(connection refused\)$/);
	const silent = await startServer('silent', t);
	const end = new AbortController();
	const asking = createClient(
		{url: `http://${silent.host}:${silent.port}`, apiKey, fingerprint: undefined, home: undefined},
		end.signal,
	).status();
	end.abort(new Error('left'));
	await assert.rejects(asking, /left/);
});

test('https with another certificate than its own never gets to see the key', async t => {
	const lab = await startSyncthing({scope: t, isSecure: true});
	const lead = {url: undefined, apiKey: undefined, apiKeyFile: undefined, home: lab.home, fingerprint: undefined};
	const instance = (await findInstance(lead, {settings: [], env: {}, home: '/nowhere'}))!;
	assert.match(instance.url, /^https:/);
	assert.equal((await createClient(instance).status()).myID, lab.id);
	const wrong = await failureOf(createClient({...instance, apiKey, fingerprint: 'AB'.repeat(32)}).status());
	assert.equal(wrong.failure.cause, 'ST_HOST');
	const unpinned = await failureOf(createClient({...instance, apiKey, fingerprint: undefined}).status());
	assert.deepEqual([unpinned.failure.cause, /nobody vouches/.test(unpinned.message)], ['ST_HOST', true]);
	const plain = await failureOf(
		createClient({...instance, apiKey, url: instance.url.replace('https', 'http')}).status(),
	);
	assert.equal(plain.failure.cause, 'ST_HOST');
});

test('answers of 2.x are understood, and what they say of a spoke', async t => {
	const instance = await api(t, (request, response) => {
		const [name] = request.url!.slice('/rest/'.length).split('?') as [string];
		response.end(JSON.stringify(recorded[name]));
	});
	const client = createClient(instance);
	t.after(() => client.close());
	const now = Date.parse('2026-11-21T14:00:00Z');
	const state = await takeSnapshot(client, {isFollowed: async () => true, now});
	assert.deepEqual([state.myId, state.version, [...state.devices.keys()]], [hubId, 'v2.1.3', [laptopId]]);
	const device = state.devices.get(laptopId)!;
	assert.deepEqual([device.name, device.address, device.lastSeen], ['laptop', '192.168.1.7:22000', now]);
	const folder = state.folders.get('laptop-sessions')!;
	assert.deepEqual(
		[folder.state, folder.needFiles, folder.needItems, folder.needBytes, folder.versioning, folder.label],
		['starting', 1, 2, 1000, 'simple', 'laptop-sessions'],
	);
	assert.deepEqual(folder.shares, [{device: laptopId, needItems: 0, needBytes: 0, remoteState: 'notSharing'}]);
	assert.deepEqual([state.pendingDevices[0]?.name, state.pendingFolders[0]?.label], ['phone', 'Notes']);
	const {failure} = standingOf([state], {instance: state, folder}, '/x');
	assert.equal(failure?.cause, 'ST_DEVICE');
	assert.deepEqual(
		[await client.localChanged('x'), await client.events(['X'], 0, 0), await client.folderVersions('x')],
		[[], [], {}],
	);
});

test('the key and address are found where Syncthing keeps them, in the usual places and in that order', async t => {
	const {path: home} = await temporaryFolder(t);
	const write = (folder: string, gui: string) => {
		mkdirSync(path.join(home, folder), {recursive: true});
		writeFileSync(
			path.join(home, folder, 'config.xml'),
			`<configuration><gui enabled="true" ${gui}</gui></configuration>`,
		);
	};

	const find = async (env = {}) => findInstance(undefined, {settings: [], env, home});
	assert.equal(await find(), undefined);
	write('.config/syncthing', 'tls="false"><address>0.0.0.0:8384</address><apikey>old&amp;key</apikey>');
	assert.deepEqual([(await find())!.url, (await find())!.apiKey], ['http://127.0.0.1:8384', 'old&key']);
	write('.local/state/syncthing', 'tls="true"><address>[::1]:8385</address><apikey>new</apikey>');
	assert.deepEqual([(await find())!.url, (await find())!.apiKey], ['https://[::1]:8385', 'new']);
	write('own', 'tls="false"><address>127.0.0.1:1</address><apikey>mine</apikey>');
	assert.equal((await find({STHOMEDIR: path.join(home, 'own')}))!.apiKey, 'mine');
	writeFileSync(path.join(home, 'key'), 'from-a-file\n');
	const lead = {
		url: 'http://127.0.0.1:9',
		apiKey: undefined,
		apiKeyFile: path.join(home, 'key'),
		home: undefined,
		fingerprint: undefined,
	};
	assert.equal((await findInstance(lead, {settings: [lead], env: {}, home}))!.apiKey, 'from-a-file');
	await assert.rejects(
		findInstance({...lead, apiKeyFile: undefined}, {settings: [], env: {}, home}),
		/no API key is known/,
	);
	await assert.rejects(
		findInstance({...lead, url: undefined, home: '/nowhere'}, {settings: [], env: {}, home}),
		/does not exist/,
	);
});

test('whatever config.xml holds, reading it ends', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), fc.string(), (text, rest) => {
			readGui(`<gui ${text}>${rest}</gui>`);
		}),
	);
	const odd = readGui('<gui><address>&#x31;:1</address><apikey>&#x110000;&amp;</apikey></gui>');
	assert.deepEqual(odd, {address: '1:1', isTls: false, apiKey: '&#x110000;&'});
	assert.equal(readGui('<!-- <gui tls="true"><address>1:1</address></gui> -->'), undefined);
});

test('a folder is found through links and ~, and a neighbour with a longer name is none', async t => {
	const {path: home} = await temporaryFolder(t);
	mkdirSync(path.join(home, 'synced/laptop2'), {recursive: true});
	mkdirSync(path.join(home, 'synced/laptop'));
	symlinkSync(path.join(home, 'synced'), path.join(home, 'link'));
	const folders = [{path: '~/synced/laptop2'}, {path: '~/synced/laptop/'}];
	assert.equal(await folderAt(folders, path.join(home, 'link/laptop'), home), folders[1]);
	assert.equal(await folderAt(folders, path.join(home, 'synced/lap'), home), undefined);
});
