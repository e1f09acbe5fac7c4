import assert from 'node:assert/strict';
import {copyFileSync, mkdirSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {startPairing} from '../../../source/sync/services/pairing.js';
import {startWatching} from '../../../source/sync/services/watching.js';
import {waitFor} from '../../lab/after.js';
import {writeSession} from '../../lab/sessions.js';
import {hubPlace} from './hubs.js';

test('a session that comes in a second place is counted as one soon after, and remembered for the next start', async t => {
	const place = await hubPlace(t, ['laptop', 'server']);
	const [laptop, server] = place.config.spokes.map(({path: root}) => root) as [string, string];
	mkdirSync(server, {recursive: true});
	const session = await writeSession(laptop);
	const {hub, close} = await place.open('dashboard');
	startWatching(hub, {isKeeper: () => false});
	startPairing(hub, {delayMs: 300});
	await waitFor(() => hub.state.pairs?.pairs === 0, {message: 'the first count'});
	await close();

	mkdirSync(path.dirname(path.join(server, session.path)), {recursive: true});
	copyFileSync(session.file, path.join(server, session.path));
	const second = await place.open('dashboard');
	startWatching(second.hub, {isKeeper: () => false});
	startPairing(second.hub, {delayMs: 300});
	assert.equal(second.hub.state.pairs?.pairs, 0, 'what was known is shown at once');
	await waitFor(() => second.hub.state.pairs?.pairs === 1, {message: 'the pair'});
	assert.deepEqual(second.hub.state.pairs?.bySpoke, {laptop: 1, server: 1});
	await second.close();

	const third = await place.open('dashboard');
	startPairing(third.hub);
	assert.equal(third.hub.state.pairs?.pairs, 1);
	third.hub.reconfigure({...place.config, spokes: place.config.spokes.slice(0, 1)}, []);
	assert.equal(third.hub.state.pairs, undefined, 'of other folders nobody has counted yet');
});
