import assert from 'node:assert/strict';
import test from 'node:test';
import {openDashboard} from '../lab/dashboard.js';

// Checks of its entry, its folder and its disk: quick, and the same everywhere.
const phone = [{name: 'phone', kind: 'undriven'}] as const;

test('the panel keeps what was found while one is elsewhere, and draws only what changes', async t => {
	const {screen} = await openDashboard(t, {spokes: phone, columns: 80, rows: 24});
	await screen.waitFor(/phone/);
	await screen.press('d');
	const found = await screen.waitFor(/Diagnose phone \(\S+\) {2}\d pass.*DONE/);
	assert.match(found, /^>\S+ +1 config entry/m);
	await screen.press('escape');
	await screen.waitFor(/SPOKE/);
	await screen.press('d');
	const again = await screen.waitFor(/Diagnose phone/);
	assert.equal(lineOf(again, 'Diagnose'), lineOf(found, 'Diagnose'), 'nothing was run again');
	const moved = await screen.cost(async () => screen.press('j'));
	assert.ok(moved.bytes < 1000, `${moved.bytes} bytes for the next step`);
	const rerun = await screen.cost(async () => {
		await screen.press('R');
		await screen.waitFor(/DONE/);
	});
	assert.ok(rerun.bytes < 4000, `${rerun.bytes} bytes for all steps once more`);
});

test('on a large screen the diagnosis stands beside the detail until one goes to the log', async t => {
	const {screen} = await openDashboard(t, {spokes: phone, columns: 120, rows: 40});
	await screen.waitFor(/Log {2}all spokes/);
	await screen.press('d');
	await screen.waitFor(/DONE/);
	await screen.press('escape');
	const beside = await screen.waitFor(/phone.*Diagnose phone/);
	assert.doesNotMatch(beside, /Log {2}all spokes/);
	await screen.press('tab', 'tab');
	await screen.waitFor(/Log {2}all spokes/);
	await screen.press('escape');
	await screen.waitFor(/Diagnose phone/);
	await screen.press('k');
	await screen.waitFor(/Log {2}all spokes/);
});

test('a newer verify takes its place, and names no key that does something else there', async t => {
	const {screen} = await openDashboard(t, {spokes: phone, columns: 120, rows: 40});
	await screen.waitFor(/Log {2}all spokes/);
	await screen.press('d');
	await screen.waitFor(/DONE/);
	await screen.press('escape');
	await screen.waitFor(/phone.*Diagnose phone/);
	await screen.press('V');
	await screen.waitFor(/Verify phone[\s\S]*RESULT/);
	await screen.press('escape');
	const beside = await screen.waitFor(/phone.*Verify phone {2}deep[\s\S]*RESULT/);
	assert.doesNotMatch(beside, /enter shows all|! brings/);
	await screen.press('tab', 'tab');
	await screen.waitFor(/Log {2}all spokes/);
});

function lineOf(frame: string, word: string): string | undefined {
	return frame.split('\n').find(line => line.startsWith(word));
}
