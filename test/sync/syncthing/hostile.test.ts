import assert from 'node:assert/strict';
import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {createServer as createSilent} from 'node:net';
import test, {type TestContext} from 'node:test';
import {systemClock} from '../../../source/sync/clock.js';
import {createClient} from '../../../source/sync/syncthing/client.js';
import {follow} from '../../../source/sync/syncthing/follower.js';
import type {StInstance} from '../../../source/sync/syncthing/types.js';
import {temporaryFolder, waitFor} from '../../lab/after.js';
import {loopbackAddress} from '../../lab/net.js';
import {followedHub} from './hubs.js';
import {recorded} from './recorded-2.js';

/** An API of recorded answers, or of others by the name of their endpoint, whose poll is a test's to answer. */
async function api(
	t: TestContext,
	poll: (since: number, response: ServerResponse, request: IncomingMessage) => void,
	others: Readonly<Record<string, unknown>> = {},
) {
	const answers: Readonly<Record<string, unknown>> = {...recorded, ...others};
	const asked: string[] = [];
	const boot = {startTime: '2026-05-01T00:00:00Z'};
	// Of this process alone: nobody else may take the port while the server is away.
	const host = loopbackAddress();
	const server = createServer((request, response) => {
		const {pathname, searchParams} = new URL(request.url!, 'http://x');
		const name = pathname.slice('/rest/'.length);
		asked.push(name);
		if (name === 'events' && searchParams.get('timeout') !== '0') {
			poll(Number(searchParams.get('since')), response, request);
		} else if (name === 'events') response.end('[]');
		else if (name === 'system/status') {
			response.end(JSON.stringify({...(answers[name] as object), startTime: boot.startTime}));
		} else response.end(JSON.stringify(answers[name] ?? {}));
	}).listen(0, host);
	await once(server, 'listening');
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	const {port} = server.address() as {port: number};
	return {server, asked, boot, port, host, url: `http://${host}:${port}`};
}

function following(t: TestContext, url: string) {
	const end = new AbortController();
	const heard: StInstance[] = [];
	const lead = {url, apiKey: 'a-key', apiKeyFile: undefined, home: undefined, fingerprint: undefined};
	const ended = follow({
		lead,
		surroundings: {settings: [lead], env: {}, home: '/nowhere'},
		clock: systemClock,
		signal: end.signal,
		isFollowed: async () => true,
		onState: state => heard.push(state),
	});
	const stop = async () => {
		end.abort(new Error('left'));
		await ended;
	};

	t.after(stop);
	return {heard, stop};
}

const event = (id: number) => ({id, type: 'StateChanged', data: {folder: 'sessions', to: 'idle'}});

test('one that was restarted between two polls, and counts from one again, is asked for everything anew', async t => {
	let polls = 0;
	const fake = await api(t, (since, response) => {
		polls++;
		if (polls === 1) {
			// The answer of the old one is its last word: what comes next is another process behind the same address.
			response.setHeader('Connection', 'close');
			response.end(JSON.stringify([event(since + 1)]), () => {
				fake.boot.startTime = '2026-05-02T00:00:00Z';
				fake.server.closeIdleConnections();
			});
		} else if (polls === 2) response.end('[]');
	});
	const {heard} = following(t, fake.url);
	await waitFor(() => fake.asked.filter(name => name === 'config/folders').length === 2);
	await waitFor(() => heard.length >= 3);
	assert.equal(heard.at(-1)!.failure, undefined);
});

test('polls that end early do not keep two programs busy', async t => {
	let polls = 0;
	const fake = await api(t, (_since, response) => {
		polls++;
		response.end('[]');
	});
	following(t, fake.url);
	await waitFor(() => polls > 0);
	const before = polls;
	await systemClock.sleep(1000);
	assert.ok(polls - before <= 5, `${polls - before} polls in a second`);
	assert.equal(fake.asked.filter(name => name === 'config/folders').length, 1);
});

test('the end does not wait for the poll, and leaves no connection', async t => {
	let isPolled = false;
	let open = 0;
	const fake = await api(t, () => {
		isPolled = true;
	});
	fake.server.on('connection', socket => {
		open++;
		socket.on('close', () => open--);
	});
	const {stop} = following(t, fake.url);
	await waitFor(() => isPolled);
	const started = performance.now();
	await stop();
	assert.ok(performance.now() - started < 20_000);
	await waitFor(() => open === 0, {message: 'its connections to be gone'});
});

test('a server that takes the connection and never shows a certificate is left, without a socket', async t => {
	let open = 0;
	const silent = createSilent(socket => {
		open++;
		socket.resume().on('close', () => open--);
	}).listen(0, '127.0.0.1');
	await once(silent, 'listening');
	t.after(() => silent.close());
	const {port} = silent.address() as {port: number};
	const end = new AbortController();
	const instance = {url: `https://127.0.0.1:${port}`, apiKey: 'a-key', fingerprint: 'AB'.repeat(32), home: undefined};
	const client = createClient(instance, end.signal);
	const asking = client.status();
	await waitFor(() => open === 1);
	end.abort(new Error('left'));
	await assert.rejects(asking, /left/);
	client.close();
	await waitFor(() => open === 0, {message: 'the connection to be gone'});
});

test('a sync that failed while it was away for a moment is over, though its answers are what they were', async t => {
	const {path: place} = await temporaryFolder(t);
	const [recordedFolder] = recorded['config/folders'] as object[];
	const fake = await api(t, () => {}, {
		'config/folders': [{...recordedFolder, path: place}],
		'db/status': {
			...(recorded['db/status'] as object),
			...{state: 'idle', needFiles: 0, needDirectories: 0, needDeletes: 0, needBytes: 0, needTotalItems: 0},
		},
		'db/completion': {completion: 100, remoteState: 'valid'},
	});
	const settings = {url: fake.url, apiKey: 'a-key', apiKeyFile: undefined, home: undefined, fingerprint: undefined};
	const spoke = await followedHub(t, place, [settings]);
	spoke.follow();
	await spoke.says('ok');
	fake.server.close();
	fake.server.closeAllConnections();
	const [report] = await spoke.hub.sync(['laptop']);
	assert.equal(report!.cause, 'ST_DOWN', report!.message);
	await spoke.says('unreachable', /refused\)$/);
	fake.server.listen(fake.port, fake.host);
	await spoke.says('ok');
	assert.equal(spoke.hub.store.facts.get('laptop').failure, undefined);
});
