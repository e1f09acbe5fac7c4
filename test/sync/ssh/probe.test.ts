import assert from 'node:assert/strict';
import {once} from 'node:events';
import {chmod, mkdir, stat, writeFile} from 'node:fs/promises';
import {createServer, type Socket} from 'node:net';
import test, {type TestContext} from 'node:test';
import {SyncError} from '../../../source/sync/causes.js';
import {createConnections} from '../../../source/sync/ssh/connection.js';
import {childEnvironment} from '../../../source/sync/ssh/environment.js';
import {greet, notProbed, probeSpoke} from '../../../source/sync/ssh/probe.js';
import {createResolver, isLoopback, parseDestination} from '../../../source/sync/ssh/resolve.js';
import {makeSocketFolder, socketFolder, socketPath} from '../../../source/sync/ssh/sockets.js';
import {patienceMs, temporaryFolder} from '../../lab/after.js';
import {freePort, loopbackAddress} from '../../lab/net.js';
import {localSpoke, settings} from '../methods/spokes.js';

const signal = new AbortController().signal;

async function serve(t: TestContext, greeting: (socket: Socket) => void): Promise<number> {
	const sockets = new Set<Socket>();
	const server = createServer(socket => {
		sockets.add(socket.on('error', () => {}));
		greeting(socket);
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.after(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	return (server.address() as {port: number}).port;
}

test('a port is told by what it says: ssh, something else, nothing, or the door', async t => {
	const cases = [
		[(socket: Socket) => socket.write('Hello\r\nSSH-2.0-x\r\n'), undefined, patienceMs],
		[(socket: Socket) => socket.write('220 mail \u001b[2J ESMTP\r\n'), 'NOT_SSH', patienceMs],
		[(socket: Socket) => socket.write(Buffer.alloc(9000, 1)), 'NOT_SSH', patienceMs],
		[() => {}, 'BANNER_TIMEOUT', 300],
		[(socket: Socket) => socket.end(), 'KEX_DROPPED', patienceMs],
	] as const;
	for (const [greeting, cause, limitMs] of cases) {
		const contact = await greet('127.0.0.1', await serve(t, greeting), limitMs, signal);
		assert.deepEqual([contact.isConnected, contact.failure?.cause], [cause === undefined, cause]);
		assert.doesNotMatch(contact.failure?.message ?? '', /\u001b/);
	}

	// An address of its own: nobody else can have taken the port, nor can the connection meet itself.
	const host = loopbackAddress();
	assert.equal((await greet(host, await freePort(host), patienceMs, signal)).failure?.cause, 'TCP_REFUSED');
	assert.match((await greet('nowhere.invalid', 22, patienceMs, signal)).failure?.cause ?? '', /^DNS_/);
	await assert.rejects(greet('127.0.0.1', await serve(t, () => {}), 3000, AbortSignal.timeout(30)), {
		name: 'TimeoutError',
	});
});

test('a spoke behind a jump host is not probed and not called down', async t => {
	const {path: root} = await temporaryFolder(t);
	await writeFile(`${root}/config`, 'Host laptop\n\tHostName 10.0.0.9\n\tProxyJump gate\n');
	const spoke = localSpoke('', {
		source: {kind: 'ssh', host: 'laptop', user: undefined, path: './'},
		sshConfig: `${root}/config`,
	});
	const tools = {
		settings: settings.ssh,
		connections: createConnections(settings.ssh, `${root}/run`, process.env),
		resolver: createResolver(settings.ssh, process.env),
		env: process.env,
	};
	const told: string[] = [];
	const contact = await probeSpoke(spoke, tools, signal, line => told.push(line));
	assert.deepEqual(contact, {isConnected: false, via: notProbed, failure: undefined, roundTripMs: undefined});
	assert.equal(told.length, 2, told.join('\n'));
	assert.match(told[0]!, /^ssh -G -F .* -- laptop$/);
	assert.match(told[1]!, /^ssh ended \(code 0\) after \d+\.\d\d s$/);
	await writeFile(`${root}/config`, 'Hostnam x\n');
	const bad = await probeSpoke({...spoke}, tools, signal);
	assert.equal(bad.failure?.cause, 'SSH_CONFIG_BAD');
});

test('what ssh -G prints is read, and loopback is known by name and address', () => {
	const text = 'host laptop\nuser will\nhostname 127.0.0.5\nport 2200\nproxycommand none\n';
	assert.deepEqual(parseDestination(text), {hostname: '127.0.0.5', port: 2200, isProxied: false});
	assert.ok(['127.0.0.1', '127.9.9.9', '::1', '[::1]', 'LOCALHOST'].every(isLoopback));
	assert.ok(['10.0.0.1', '128.0.0.1', 'laptop', '127.example.org', '::2'].every(host => !isLoopback(host)));
});

test('a run folder whose path is too long for a socket gets a short one, private to the user', async t => {
	const {path: root} = await temporaryFolder(t);
	const long = `${root}/${'x'.repeat(80)}`;
	const short = socketFolder(long, {XDG_RUNTIME_DIR: root});
	assert.equal(socketFolder(`${root}/run`, {}), `${root}/run`);
	assert.ok(short.startsWith(`${root}/pi-brain-`) && socketFolder(`${long}2`, {XDG_RUNTIME_DIR: root}) !== short);
	assert.ok(Buffer.byteLength(socketPath(socketFolder(long, {}), localSpoke('/x'))) <= 87);
	await makeSocketFolder(short);
	assert.equal((await stat(short)).mode & 0o777, 0o700);
	await chmod(short, 0o777);
	await assert.rejects(
		makeSocketFolder(short),
		(error: unknown) => error instanceof SyncError && error.failure.cause === 'MUX_SOCKET',
	);
});

test('an ssh that keeps our pipes open after it left for the background is not waited for', async t => {
	const {path: root} = await temporaryFolder(t);
	const run = `${root}/run`;
	await mkdir(`${root}/bin`);
	const spoke = localSpoke('', {source: {kind: 'ssh', host: 'laptop', user: undefined, path: './'}});
	const socket = socketPath(run, spoke);
	const listen = `require('net').createServer().listen(process.argv[1]); setTimeout(() => process.exit(), 30_000)`;
	const script = `#!/bin/sh\n${process.execPath} -e "${listen}" ${socket} &\nwhile [ ! -S ${socket} ]; do sleep 0.02; done\n`;
	await writeFile(`${root}/bin/ssh`, script, {mode: 0o755});
	const connections = createConnections(settings.ssh, run, {...process.env, PATH: `${root}/bin:${process.env.PATH}`});
	const started = performance.now();
	assert.deepEqual(await connections.ensureMaster(spoke, signal), {sharing: {kind: 'attach', socket}, wasAlive: false});
	assert.ok(performance.now() - started < 20_000, 'the thirty seconds of the one in the background were waited for');
});

test('wishes of the user for their own rsync do not reach ours', () => {
	const env = childEnvironment({PATH: '/bin', RSYNC_PROTECT_ARGS: '1', LC_ALL: 'de_DE.UTF-8'});
	assert.deepEqual([env.PATH, env.RSYNC_PROTECT_ARGS, env.LC_ALL, env.TZ], ['/bin', undefined, 'C', 'UTC']);
});
