import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {chmod, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {missingPrograms} from '../../scripts/requirements.mjs';
import {run, testFiles} from '../../scripts/with-everything.mjs';
import {patienceMs, temporaryFolder, waitFor} from '../lab/after.js';

test('what is missing on a machine is found by name', async t => {
	const {path: folder} = await temporaryFolder(t);
	assert.ok(missingPrograms([folder]).includes('rsync'));
	await writeFile(path.join(folder, 'rsync'), '');
	assert.equal(missingPrograms([folder]).includes('rsync'), false);
});

test('filters choose test files by a part of their path, and one that fits nothing is an error', () => {
	assert.deepEqual(testFiles(['scripts/with-ev']), ['test/scripts/with-everything.test.ts']);
	assert.ok(testFiles([]).length > 2);
	assert.throws(() => testFiles(['no such file']), /No file below test\/ matches no such file/);
});

test('exit status and signals pass through, and a time limit ends the whole group', async t => {
	assert.equal(await run([process.execPath, '-e', 'process.exitCode = 7'], process.env), 7);
	assert.equal(await run([process.execPath, '-e', 'process.kill(process.pid, "SIGTERM")'], process.env), 143);
	const {path: folder} = await temporaryFolder(t);
	const pidFile = path.join(folder, 'pid');
	const script = path.join(folder, 'script');
	await writeFile(script, `#!/bin/sh\nsleep 60 & echo $! > ${pidFile}; wait\n`);
	await chmod(script, 0o755);
	let child = '';
	// On a machine that does much else the shell may not have come as far as its child within a short limit.
	for (let limitMs = 300; child === '' && limitMs < patienceMs; limitMs *= 2) {
		assert.equal(await run([script], process.env, {limitMs, isGroup: true}), 124);
		child = await readFile(pidFile, 'utf8').catch(() => '');
	}

	assert.match(child, /^\d+\n$/);
	await waitFor(() => !isAlive(Number(child)), {message: 'the end of the grandchild'});
});

test('a signal to the script reaches what it runs', async t => {
	const {path: folder} = await temporaryFolder(t);
	const program = path.join(folder, 'program.mjs');
	const url = new URL('../../scripts/with-everything.mjs', import.meta.url).href;
	const inner = `process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1000); console.log('up')`;
	await writeFile(
		program,
		`import {run} from ${JSON.stringify(url)};
		process.exitCode = await run([process.execPath, '-e', ${JSON.stringify(inner)}], process.env, {isGroup: true});`,
	);
	const child = spawn(process.execPath, [program], {stdio: ['ignore', 'pipe', 'inherit']});
	await once(child.stdout, 'data');
	child.kill('SIGTERM');
	assert.deepEqual(await once(child, 'exit'), [9, null]);
});

test('a mode that does not exist is named with those that do', () => {
	const script = path.resolve(import.meta.dirname, '../../scripts/with-everything.mjs');
	const {status, stderr} = spawnSync(process.execPath, [script, 'tset'], {encoding: 'utf8'});
	assert.deepEqual([status, stderr], [1, 'Say which: demo, test, bench or check\n']);
});

function isAlive(pid: number): boolean {
	return (
		existsSync(`/proc/${pid}/stat`) && spawnSync('ps', ['-o', 'stat=', '-p', String(pid)]).stdout.toString()[0] !== 'Z'
	);
}
