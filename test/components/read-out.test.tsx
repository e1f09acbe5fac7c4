import assert from 'node:assert/strict';
import test from 'node:test';
import {openDashboard} from '../lab/dashboard.js';

test('who listens is told which view is open, also where nothing is in it', async t => {
	const options = {spokes: [{name: 'laptop'}], rows: 80, flags: {screenReader: true}};
	const {screen, picture} = await openDashboard(t, options);
	await picture(/Selected: laptop, ok/);
	await screen.press('enter');
	assert.match(await picture(/View: detail of laptop/), /^Source/m);
	await screen.press('l', ':', 'log', 'enter');
	await picture(/^Log {2}all spokes .* lines?$/m);
});
