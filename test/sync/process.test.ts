import assert from 'node:assert/strict';
import test from 'node:test';
import {run} from '../../source/sync/process.js';

/** Milliseconds; less than what is left behind lives, so that a run that waits for it meets the limit. */
const limitMs = 20_000;
/** Leaves a process in a session of its own that keeps the pipes, and writes its id. */
const leaves = ['sh', '-c', 'setsid sleep 45 & echo $!; echo why >&2; exit 3'];

/** @throws when nothing was written: signals to process 0 go to whoever runs this test */
function pidOf(stdout: string): number {
	assert.match(stdout, /^\d+\n$/);
	return Number(stdout);
}

test('a command that has ended is not waited for because a grandchild in another session holds its pipes', async t => {
	const {exitCode, stdout, stderr, ended, spawnError} = await run(leaves, {limitMs});
	t.after(() => process.kill(pidOf(stdout)));
	assert.deepEqual([exitCode, stderr, ended, spawnError], [3, 'why\n', undefined, undefined]);
});

test('what holds the pipes of an ended command is asked to let go before they are closed', async t => {
	let asked = 0;
	const {stdout, exitCode, ended} = await run(['sh', '-c', 'setsid sleep 45 & echo $!; exit 0'], {
		limitMs,
		onHeld: async () => {
			asked++;
		},
	});
	t.after(() => process.kill(pidOf(stdout)));
	assert.deepEqual([asked, exitCode, ended], [1, 0, undefined]);
});
