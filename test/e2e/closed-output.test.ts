import assert from 'node:assert/strict';
import test from 'node:test';
import {waitFor} from '../lab/after.js';
import {spokeEntry} from '../lab/hub.js';
import {writeSession} from '../lab/sessions.js';
import {startSpoke} from '../lab/sshd.js';
import {processesOf, quick, quickHub, transfersOf} from './support.js';

test('sync watch whose reader leaves ends its transfers and connections, and then itself', async t => {
	const spoke = await startSpoke({scope: t});
	await writeSession(spoke.sessionsDir, {bytes: 3_000_000});
	const settings = {tui: {...quick.tui, default_schedule: '*/15 * * * *'}};
	const hub = await quickHub(t, {spokes: [{...spokeEntry(spoke), rsync_options: {bw_limit: 50}}], settings});
	const watch = hub.start(['sync', 'watch']);
	await waitFor(() => transfersOf(hub).length > 0, {message: 'a transfer under way'});
	watch.child.stdout!.destroy();
	await writeSession(`${hub.home}/.pi/agent/sessions`, {seed: 2});
	const {exitCode, stderr} = await watch.ended;
	assert.deepEqual([exitCode, stderr], [0, '']);
	await waitFor(() => processesOf(hub).length === 0, {message: 'nothing left behind'});
});
