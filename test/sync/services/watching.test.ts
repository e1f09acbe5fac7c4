import test from 'node:test';
import {startWatching} from '../../../source/sync/services/watching.js';
import {waitFor} from '../../lab/after.js';
import {writeSession} from '../../lab/sessions.js';
import {hubPlace} from './hubs.js';

test('what a sync has brought is counted right after it', async t => {
	const {root, open} = await hubPlace(t, ['laptop']);
	await writeSession(`${root}/laptop`);
	const {hub} = await open('dashboard');
	const {watch} = startWatching(hub, {isKeeper: () => true});
	await watch.ready();
	await hub.sync(['laptop']);
	await waitFor(() => hub.spoke('laptop')?.totals?.sessions === 1, {message: 'the count'});
});
