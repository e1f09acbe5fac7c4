import assert from 'node:assert/strict';
import {rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {waitFor} from '../lab/after.js';
import {canMount, mountSmall} from '../lab/mounts.js';
import {writeSession} from '../lab/sessions.js';
import {startSpoke} from '../lab/sshd.js';
import {expectExit, quick, quickHub, runJson, says} from './support.js';

test('a full disk under database_dir fails runs as DST_FULL, and neither status nor watch ends by it', async t => {
	if (!canMount()) return t.diagnostic('no file system can be mounted here: the disk cannot be filled');
	const mount = await mountSmall(4_000_000, t);
	const spoke = await startSpoke({scope: t});
	await writeSession(spoke.sessionsDir, {seed: 1});
	const settings = {hub: {database_dir: mount.path}, tui: {...quick.tui, default_schedule: 'off'}};
	const hub = await quickHub(t, {spokes: [spoke], settings});
	await runJson(hub, [], 0);
	const ballast = path.join(mount.path, 'ballast');
	const fill = () => {
		try {
			writeFileSync(ballast, Buffer.alloc(5_000_000));
		} catch {
			// That it no longer fits is what is wanted.
		}
	};

	fill();
	assert.equal((await runJson(hub, [], 4)).laptop?.cause, 'DST_FULL');
	assert.match((await expectExit(hub, ['sync', 'status'], 0)).stdout, /laptop/);
	rmSync(ballast);
	const watch = hub.start(['sync', 'watch']);
	await says(watch, /Watching 2 directories/);
	fill();
	for (let seed = 2; seed < 60; seed++) await writeSession(path.join(hub.home, '.pi/agent/sessions'), {seed});
	await waitFor(() => /WARN .*The database takes no writes/.test(watch.stdout()), {
		message: 'the warning',
	});
	assert.equal((await runJson(hub, [], 4)).laptop?.cause, 'DST_FULL');
	assert.equal(watch.child.exitCode, null, watch.stderr());
	rmSync(ballast);
	await runJson(hub, [], 0);
	watch.kill('SIGTERM');
	const {exitCode, stdout, stderr} = await watch.ended;
	assert.equal(exitCode, 143, stderr);
	assert.equal(stdout.match(/The database takes no writes/g)?.length, 1);
});
