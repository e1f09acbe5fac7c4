import assert from 'node:assert/strict';
import {once} from 'node:events';
import {writeFile} from 'node:fs/promises';
import {createConnection} from 'node:net';
import path from 'node:path';
import test from 'node:test';
import {canMount, mountSmall} from './mounts.js';
import {readBanner} from './net.js';
import {startServer} from './servers.js';

test('each server says what its kind says', async t => {
	const [garbage, closing, banner] = [
		await startServer('garbage', t),
		await startServer('closing', t),
		await startServer('banner-only', t),
	];
	assert.match(await readBanner(garbage.host, garbage.port), /^\u001B\]0;/);
	assert.match(await readBanner(banner.host, banner.port), /^SSH-2\.0-OpenSSH/);
	const socket = createConnection(closing).resume();
	await once(socket, 'close');
	assert.equal(closing.connections(), 1);
	const resetting = await startServer('resetting', t);
	const [error] = (await once(createConnection(resetting), 'error')) as [NodeJS.ErrnoException];
	assert.equal(error.code, 'ECONNRESET');
	const silent = await startServer('silent', t);
	await once(
		createConnection(silent).on('error', () => {}),
		'connect',
	);
	const http = await startServer('http', t);
	const client = createConnection(http).setEncoding('utf8');
	client.write('SSH-2.0-x\r\n');
	assert.match(String((await once(client, 'data'))[0]), /^HTTP\/1\.1 400/);
});

test('a small filesystem fills up and can be made read-only', {skip: !canMount() && 'mounting needs root'}, async t => {
	const small = await mountSmall(65_536, t);
	await assert.rejects(writeFile(path.join(small.path, 'big'), Buffer.alloc(100_000)), {code: 'ENOSPC'});
	small.setReadOnly();
	await assert.rejects(writeFile(path.join(small.path, 'any'), ''), {code: 'EROFS'});
	small.setWritable();
	await writeFile(path.join(small.path, 'any'), '');
	small.unmount();
});
