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

test('of a verify one hears how it looked and what it found, without rules and blank lines', async t => {
	const options = {spokes: [{name: 'phone', kind: 'undriven'}], rows: 80, flags: {screenReader: true}} as const;
	const {screen} = await openDashboard(t, options);
	await screen.waitFor(/Selected: phone/);
	await screen.press('V');
	const heard = await screen.waitFor(/View: Verify phone {2}deep[\s\S]*RESULT/);
	const read = heard.slice(heard.indexOf('View:')).trimEnd().split('\n');
	assert.ok(read.length > 2);
	for (const line of read) assert.match(line, /\w/);
});
