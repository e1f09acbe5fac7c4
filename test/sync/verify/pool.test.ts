import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {promisify} from 'node:util';
import {Worker} from 'node:worker_threads';
import {build} from '../../../scripts/build.mjs';
import {createScanPool, type ScanPoolOptions} from '../../../source/sync/verify/pool.js';
import {startWorker} from '../../../source/sync/verify/pool-worker.js';
import {scanFile} from '../../../source/sync/verify/scan.js';
import type {ScanRequest} from '../../../source/sync/verify/scan-types.js';
import {patienceMs, temporaryFolder, waitFor} from '../../lab/after.js';
import {makeSession} from '../../lab/sessions.js';

const repository = path.resolve(import.meta.dirname, '../../..');
const execute = promisify(execFile);

function request(file: string, expected?: ScanRequest['expected']): ScanRequest {
	return {file, expected, isContentChecked: true};
}

async function sessions(t: TestContext, count: number) {
	const {path: root} = await temporaryFolder(t);
	return Array.from({length: count}, (_, index) => {
		const bytes = Buffer.from(makeSession({seed: index + 1, bytes: 1000 + index * 300}).text);
		const file = `${root}/${index}.jsonl`;
		fs.writeFileSync(file, bytes);
		const sha256 = createHash('sha256').update(bytes).digest('hex');
		return {file, bytes, expected: {length: bytes.length, sha256, chunks: new Uint8Array()}};
	});
}

/** A pool whose threads are counted. */
function counted(t: TestContext, options: ScanPoolOptions = {}) {
	const started: Worker[] = [];
	const start = () => {
		const worker = (options.start ?? startWorker)();
		started.push(worker);
		return worker;
	};

	const pool = createScanPool({threads: 2, ownBytes: 0, ...options, start});
	t.after(() => pool.close());
	return {pool, started};
}

/** A thread that scans like ours, but ends when it is asked for certain files. */
function mortal(): Worker {
	const program = `
		const {parentPort} = require('node:worker_threads');
		parentPort.on('message', batch => {
			for (const {file} of batch) {
				if (file.endsWith('throw')) throw new Error('it broke');
				if (file.endsWith('exit')) process.exit(3);
				if (file.endsWith('memory')) for (const all = [];;) all.push(new Array(1e5).fill(all));
				if (file.endsWith('forever')) for (;;);
			}
			parentPort.postMessage(batch.map(({file}) => ({result: {sha256: file}})));
		});
		parentPort.postMessage('ready');`;
	const resourceLimits = {maxOldGenerationSizeMb: 16};
	return new Worker(program, {eval: true, execArgv: [], resourceLimits, stdout: true, stderr: true});
}

test('threads find what one reader finds, for many files at once', async t => {
	const all = await sessions(t, 150);
	fs.appendFileSync(all[7]!.file, '{"torn');
	all[8]!.bytes[3]! ^= 1;
	fs.writeFileSync(all[8]!.file, all[8]!.bytes);
	const {pool, started} = counted(t);
	const found = await Promise.all(all.map(async ({file, expected}) => pool.scan(request(file, expected))));
	for (const [index, {file, expected}] of all.entries()) {
		assert.deepEqual(found[index], await scanFile(request(file, expected)));
		assert.equal(found[index]!.isAsExpected, index !== 8);
	}

	assert.equal(started.length, 2);
});

test('a few files are read without any thread', async t => {
	const all = await sessions(t, 10);
	const {pool, started} = counted(t, {ownBytes: 8 << 20});
	for (const {file, expected} of all) assert.equal((await pool.scan(request(file, expected))).isAsExpected, true);
	assert.equal(started.length, 0);
	await Promise.all(all.map(async ({file}) => pool.scan(request(file))));
	assert.equal(started.length > 0, true);
});

test('what cannot be read keeps its code on the way from a thread, and harms nobody else', async t => {
	const [one] = await sessions(t, 1);
	const {pool} = counted(t);
	const [absent, folder, sound] = await Promise.allSettled([
		pool.scan(request(`${one!.file}.absent`)),
		pool.scan(request(path.dirname(one!.file))),
		pool.scan(request(one!.file)),
	]);
	assert.equal(absent.status === 'rejected' && absent.reason.code, 'ENOENT');
	assert.equal(absent.status === 'rejected' && absent.reason.syscall, 'open');
	assert.equal(folder.status === 'rejected' && folder.reason.code, 'EISDIR');
	assert.equal(sound.status, 'fulfilled');
});

test('a name that is not UTF-8 reaches a thread as it is', async t => {
	const {path: root} = await temporaryFolder(t);
	const file = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]);
	fs.writeFileSync(file, '');
	const {pool} = counted(t);
	assert.equal((await pool.scan({file, expected: undefined, isContentChecked: true})).size, 0);
});

test('a thread that dies fails the file it died of alone, with the reason, and is replaced', async t => {
	const {pool, started} = counted(t, {start: mortal});
	const names = Array.from({length: 40}, (_, index) => `${index}`);
	names[5] = '5 throw';
	names[20] = '20 exit';
	names[39] = '39 memory';
	const found = await Promise.allSettled(names.map(async name => pool.scan(request(name))));
	const failed = found.flatMap((outcome, index) => (outcome.status === 'rejected' ? [[index, outcome.reason]] : []));
	assert.deepEqual(
		failed.map(([index]) => index),
		[5, 20, 39],
	);
	assert.match(failed[0]![1].message, /it broke/);
	assert.match(failed[1]![1].message, /status 3/);
	assert.equal(failed[2]![1].code, 'ERR_WORKER_OUT_OF_MEMORY');
	for (const [index, outcome] of found.entries()) {
		if (outcome.status === 'fulfilled') assert.equal(outcome.value.sha256, names[index]);
	}

	assert.ok(started.length > 2);
});

test('threads that cannot be started at all are said once, and not tried for every file', async t => {
	const bad = () => new Worker('throw new Error("no such program")', {eval: true, execArgv: [], stderr: true});
	const {pool, started} = counted(t, {start: bad});
	const found = await Promise.allSettled(['a', 'b', 'c'].map(async name => pool.scan(request(name))));
	for (const outcome of found) assert.match(outcome.status === 'rejected' && outcome.reason.message, /no such program/);
	assert.ok(started.length <= 2);
	await assert.rejects(pool.scan(request('d')), /no such program/);
	const none = createScanPool({
		ownBytes: 0,
		start() {
			throw new Error('no more threads');
		},
	});
	await assert.rejects(none.scan(request('a')), /no more threads/);
});

test('an abort fails everything at once and ends threads in the middle of their work', async t => {
	const ended = new AbortController();
	const {pool, started} = counted(t, {start: mortal, signal: ended.signal});
	const exits: number[] = [];
	const asked = ['forever', 'b', 'forever', 'd', 'e'].map(async name => pool.scan(request(name)));
	await waitFor(() => started.length === 2);
	for (const worker of started) worker.on('exit', code => exits.push(code));
	ended.abort(new Error('enough'));
	const found = await Promise.allSettled(asked);
	for (const outcome of found) assert.match(outcome.status === 'rejected' && outcome.reason.message, /enough/);
	await assert.rejects(pool.scan(request('f')), /enough/);
	await waitFor(() => exits.length === 2);
});

test('a pool that is closed fails what was not done, and an aborted signal starts nothing', async t => {
	const {pool, started} = counted(t, {start: mortal});
	const hanging = pool.scan(request('forever'));
	await waitFor(() => started.length === 1);
	const failed = assert.rejects(hanging, {name: 'AbortError'});
	await pool.close();
	await failed;
	await assert.rejects(pool.scan(request('a')), {name: 'AbortError'});
	const late = counted(t, {signal: AbortSignal.abort(new Error('enough'))});
	await assert.rejects(late.pool.scan(request('a')), /enough/);
	assert.equal(late.started.length, 0);
});

test('the published program finds its threads, from its front door and from a chunk, and leaves when it is done', async t => {
	const {path: root} = await temporaryFolder(t);
	fs.mkdirSync(`${root}/node_modules`);
	fs.cpSync(path.join(repository, 'source'), `${root}/source`, {recursive: true});
	for (const name of fs.readdirSync(path.join(repository, 'node_modules'))) {
		if (name.startsWith('.')) continue;
		fs.symlinkSync(path.join(repository, 'node_modules', name), `${root}/node_modules/${name}`);
	}

	fs.writeFileSync(`${root}/package.json`, '{"type": "module", "version": "1.2.3"}');
	const use = `createScanPool({ownBytes: 0, threads: 2}).scan({file: process.argv[3], expected: undefined, isContentChecked: true})`;
	fs.writeFileSync(
		`${root}/source/cli.ts`,
		`import {createScanPool} from './sync/verify/pool.js';
		if (process.argv[2] === 'lazy') await import('./lazy.js');
		else console.log((await ${use}).size);`,
	);
	fs.writeFileSync(
		`${root}/source/lazy.ts`,
		`import {createScanPool} from './sync/verify/pool.js'; console.log((await ${use}).size);`,
	);
	await build({root});
	const file = `${root}/a.jsonl`;
	fs.writeFileSync(file, makeSession().text);
	for (const how of ['eager', 'lazy']) {
		const {stdout, stderr} = await execute(process.execPath, [`${root}/dist/pi-brain-tui.js`, how, file], {
			timeout: patienceMs,
		});
		assert.deepEqual([stdout, stderr], [`${fs.statSync(file).size}\n`, '']);
	}
});
