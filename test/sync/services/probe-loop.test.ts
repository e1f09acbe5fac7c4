import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import {startProbeLoop} from '../../../source/sync/services/probe-loop.js';
import {waitFor} from '../../lab/after.js';
import {hubPlace} from './hubs.js';

test('each spoke is asked at its interval, one that comes back is told, and a late one is said once', async t => {
	const {root, open} = await hubPlace(t, ['laptop'], {staleAfterMs: 2500}, {probeIntervalMs: 300});
	const {hub, logged} = await open('watch');
	const returned: string[] = [];
	const stopping = new AbortController();
	startProbeLoop(hub, {onReturned: spoke => returned.push(spoke), signal: stopping.signal});
	await waitFor(() => hub.spoke('laptop')?.facts.lastSeen, {message: 'the first answer'});
	const first = hub.spoke('laptop')!.facts.lastSeen!;
	await waitFor(() => hub.spoke('laptop')!.facts.lastSeen! > first, {message: 'the second answer'});
	fs.renameSync(`${root}/laptop`, `${root}/away`);
	await waitFor(() => logged.some(line => line.startsWith("WARN Spoke 'laptop' not seen")), {message: 'the late line'});
	fs.renameSync(`${root}/away`, `${root}/laptop`);
	await waitFor(() => returned.length > 0, {message: 'the return'});
	assert.deepEqual(returned, ['laptop']);
	assert.equal(logged.filter(line => line.includes('not seen')).length, 1, logged.join('\n'));
	stopping.abort();
	const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
	await waitFor(() => timers() === 0, {message: 'the end of every timer'});
});
