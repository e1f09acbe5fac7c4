import assert from 'node:assert/strict';
import test from 'node:test';
import {run} from '../../source/sync/process.js';

/** Leaves a process in a session of its own that keeps the pipes, and writes its id. */
const leaves = ['sh', '-c', 'setsid sleep 45 & echo $!; echo why >&2; exit 3'];

test('a command that has ended is not waited for because a grandchild in another session holds its pipes', async t => {
	const started = performance.now();
	const {exitCode, stdout, stderr, ended, spawnError} = await run(leaves, {limitMs: 20_000});
	t.after(() => process.kill(Number(stdout)));
	assert.ok(performance.now() - started < 15_000);
	assert.deepEqual([exitCode, stderr, ended, spawnError], [3, 'why\n', undefined, undefined]);
});

test('what holds the pipes of an ended command is asked to let go before they are closed', async t => {
	let asked = 0;
	const {stdout, exitCode} = await run(['sh', '-c', 'setsid sleep 45 & echo $!; exit 0'], {
		limitMs: 20_000,
		onHeld: async () => {
			asked++;
		},
	});
	t.after(() => process.kill(Number(stdout)));
	assert.deepEqual([asked, exitCode], [1, 0]);
});
