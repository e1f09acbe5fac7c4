import assert from 'node:assert/strict';
import test from 'node:test';
import {waitFor} from '../lab/after.js';
import {openDashboard} from '../lab/dashboard.js';

const staged = [{name: 'laptop', kind: 'syncing'}, {name: 'server'}] as const;

test('the question whether to leave counts the syncs that run while it stands there', async t => {
	const {hub, screen, exits, picture} = await openDashboard(t, {spokes: staged});
	await screen.press('q');
	await picture(/1 sync is running/);
	void hub.sync(['server']);
	await picture(/2 syncs are running/);
	hub.cancel('laptop');
	hub.cancel('server');
	await picture(/nothing runs any more: +x quit +esc stay/);
	assert.deepEqual(exits, [], 'nobody answered yet');
	await screen.press('x');
	assert.deepEqual(exits, [0]);
});

test('w waits for the syncs that run then, not for those that begin later', async t => {
	const {hub, screen, exits} = await openDashboard(t, {spokes: staged});
	await screen.press('q', 'w');
	// Said for some seconds only, which counting every folder may take.
	await screen.waitFor(/leaving when the sync has ended/);
	void hub.sync(['server']);
	hub.cancel('laptop');
	await waitFor(() => exits.length > 0, {message: 'the way out'});
	assert.equal(hub.spoke('server')?.job === undefined, false);
});
