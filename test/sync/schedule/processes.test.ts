import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import test from 'node:test';
import {run} from '../../../source/sync/process.js';
import {namesFolder} from '../../../source/sync/schedule/leftovers.js';
import {listProcesses, parsePs, processStartTime} from '../../../source/sync/schedule/processes.js';
import {patienceMs, waitFor} from '../../lab/after.js';

test('the process table tells parent, group and exact arguments', async () => {
	const child = spawn('sleep', ['60'], {argv0: 'a (b) c\nd', detached: true, stdio: 'ignore'});
	try {
		// Of a program that has only just begun the kernel may show no arguments yet.
		const info = await waitFor(
			async () => (await listProcesses()).find(({pid, argv}) => pid === child.pid && argv.length > 0),
			{message: 'its arguments'},
		);
		assert.deepEqual(info.argv, ['a (b) c\nd', '60']);
		assert.deepEqual([info.ppid, info.pgid, info.isZombie], [process.pid, child.pid, false]);
		assert.equal(await processStartTime(child.pid!), info.startTime);
	} finally {
		const gone = once(child, 'exit');
		child.kill('SIGKILL');
		await gone;
	}

	assert.equal(await processStartTime(child.pid!), undefined);
});

test('what ps prints elsewhere is read into the same table', async () => {
	const {stdout} = await run(['ps', '-axww', '-o', 'pid=,ppid=,pgid=,state=,lstart=,command='], {
		limitMs: patienceMs,
		maxOutput: 1 << 24,
	});
	const own = parsePs(stdout).find(({pid}) => pid === process.pid);
	const fromProc = (await listProcesses()).find(({pid}) => pid === process.pid);
	assert.ok(own && fromProc);
	assert.deepEqual([own.ppid, own.pgid], [fromProc.ppid, fromProc.pgid]);
	assert.equal(own.argv.join(' '), fromProc.argv.join(' '));
	assert.match(own.startTime, /^\w{3} \w{3} \d+ [\d:]{8} \d{4}$/);
});

test('a folder is named by itself or a path below it, never by a longer name', () => {
	assert.ok(namesFolder(['rsync', '/s/laptop/'], '/s/laptop'));
	assert.ok(namesFolder(['rsync', '/s/laptop/a/b'], '/s/laptop/'));
	assert.ok(!namesFolder(['rsync', '/s/laptop2/'], '/s/laptop'));
	assert.ok(!namesFolder(['rsync', '--log-file=/s/laptop'], '/s/laptop'));
});
