import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {test as nodeTest, type TestContext} from 'node:test';
import {generations, quickHub, startSpokes} from '../e2e/support.js';
import {waitFor} from '../lab/after.js';
import {openTerminal} from '../lab/pty.js';
import {flipByte, writeSession} from '../lab/sessions.js';
import type {LabSpoke} from '../lab/sshd.js';

/** Nothing here may wait for ever. */
function test(name: string, run: (t: TestContext) => Promise<void>): void {
	void nodeTest(name, {timeout: 180_000}, run);
}

const root = path.resolve(import.meta.dirname, '../..');

test('damage is found from the keys, shown with both sides, and repaired by y alone', async t => {
	const [spoke] = (await startSpokes(t, {name: 'laptop'})) as [LabSpoke];
	const session = await writeSession(spoke.sessionsDir, {bytes: 200_000});
	const hub = await quickHub(t, {spokes: [spoke]});
	const argv = [process.execPath, '--import', 'tsx', path.join(root, 'source/cli.ts')];
	const terminal = openTerminal({hub, scope: t, argv, cwd: root, columns: 90, rows: 28});
	await terminal.waitFor(/never verified/);
	terminal.press('s');
	await terminal.waitFor(/1 new/);
	terminal.press('v');
	await terminal.waitFor(
		/Verify laptop {2}quick[^\n]* DONE\n[\s\S]*RESULT +✓ all here[\s\S]*1 identical on both sides/,
	);

	const copy = path.join(hub.synced('laptop'), session.path);
	const whole = readFileSync(copy);
	await flipByte(copy);
	const rotten = readFileSync(copy);
	terminal.press('v');
	await terminal.waitFor(/ DONE\n[\s\S]*RESULT[\s\S]*by names, sizes and times/);
	terminal.press('V');
	await terminal.waitFor(/Verify laptop {2}deep[^\n]* DONE\n[\s\S]*RESULT +✗ 1 damaged/);
	terminal.press('enter', 'enter');
	await terminal.waitFor(
		/HUB[\s\S]*LEDGER[\s\S]*WHERE +byte[\s\S]*REPAIR +the spoke still shows the size and time of the true bytes/,
	);
	terminal.press('!');
	await terminal.waitFor(/Repair 1 damaged session of laptop\?/);
	terminal.press('enter');
	await terminal.waitFor(screen => !/Repair 1 damaged/.test(screen));
	assert.ok(readFileSync(copy).equals(rotten), 'enter agrees to nothing');

	terminal.press('escape', 'escape', 'escape');
	await terminal.waitFor(/1 damaged[\s\S]*SPOKE[\s\S]*1 damaged on the hub, the last verify found/);
	terminal.send(':verify --all');
	terminal.press('enter');
	await terminal.waitFor(/Verify \S+ {2}quick[^\n]* DONE\n[\s\S]*RESULT/);
	terminal.press('escape');
	await terminal.waitFor(/SPOKE/);
	terminal.press('j', 'V');
	await terminal.waitFor(/Verify laptop {2}deep[^\n]* DONE\n[\s\S]*RESULT +✗ 1 damaged/);
	terminal.press('!');
	await terminal.waitFor(/Repair 1 damaged session of laptop\?/);
	terminal.press('y');
	await terminal.waitFor(/1 session repaired/);
	await waitFor(() => readFileSync(copy).equals(whole), {message: 'the true bytes to be back'});
	await terminal.waitFor(/RESULT +✓ all here/);
	assert.ok(
		generations(hub, 'laptop').some(bytes => bytes.equals(rotten)),
		'the damaged copy is kept',
	);
	terminal.press('escape');
	await terminal.waitFor(/verified <1m ago \(deep\), all here/);
});
