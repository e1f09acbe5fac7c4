import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {test as nodeTest, type TestContext} from 'node:test';
import {generations, quickHub, startSpokes} from '../e2e/support.js';
import {waitFor} from '../lab/after.js';
import {openTerminal} from '../lab/pty.js';
import {shrink, writeSession} from '../lab/sessions.js';
import type {LabSpoke} from '../lab/sshd.js';

/** Nothing here may wait for ever. */
function test(name: string, run: (t: TestContext) => Promise<void>): void {
	void nodeTest(name, {timeout: 180_000}, run);
}

const root = path.resolve(import.meta.dirname, '../..');

/** The dashboard as it stands in the sources, on a hub with one real spoke that has one session. */
async function open(t: TestContext, args: readonly string[] = []) {
	const [spoke] = (await startSpokes(t, {name: 'laptop'})) as [LabSpoke];
	const session = await writeSession(spoke.sessionsDir, {bytes: 20_000});
	const hub = await quickHub(t, {spokes: [spoke]});
	const argv = [process.execPath, '--import', 'tsx', path.join(root, 'source/cli.ts'), ...args];
	const terminal = openTerminal({hub, scope: t, argv, cwd: root, columns: 100, rows: 30});
	await terminal.waitFor(/laptop/);
	const copy = path.join(hub.synced('laptop'), session.path);
	return {hub, terminal, copy, original: path.join(spoke.sessionsDir, session.path)};
}

test('a session that a spoke cut is accepted and brought back from the keys, and no byte of either is lost', async t => {
	const {hub, terminal, copy, original} = await open(t);
	const whole = readFileSync(original);
	terminal.press('s');
	await terminal.waitFor(/1 new/);
	assert.ok(readFileSync(copy).equals(whole));

	await shrink(original, 0.4);
	const part = readFileSync(original);
	terminal.press('s');
	// The log says it in the middle of the run, the row at its end.
	await terminal.waitFor(/! laptop .* held 1 session/);
	terminal.press('h');
	await terminal.waitFor(/held and earlier versions[\s\S]*held: 20.9 KB, spoke 8.4 KB/);
	terminal.press('enter');
	await terminal.waitFor(/^> ?current +[\d,]+ B[\s\S]*on the spoke/m);

	terminal.press('c');
	await terminal.waitFor(/compare[\s\S]*they part in line[\s\S]*ONLY IN CURRENT/);
	terminal.press('escape');

	terminal.press('A');
	await terminal.waitFor(/Make the version of laptop current\?/);
	terminal.press('enter');
	await terminal.waitFor(screen => !/Make the version/.test(screen));
	assert.ok(readFileSync(copy).equals(whole), 'enter agrees to nothing');
	terminal.press('A');
	await terminal.waitFor(/Make the version of laptop current\?/);
	terminal.press('y');
	await terminal.waitFor(/earlier 1[\s\S]*its version is current now/);
	assert.ok(readFileSync(copy).equals(part), 'what the spoke has is current');
	assert.ok(
		generations(hub, 'laptop').some(bytes => bytes.equals(whole)),
		'what the hub had is kept',
	);

	terminal.press('G', 'b');
	await terminal.waitFor(/Bring earlier 1 back as current\?/);
	terminal.press('y');
	await terminal.waitFor(/brought back/);
	await waitFor(() => readFileSync(copy).equals(whole), {message: 'what the hub had to be current again'});
	assert.ok(
		[...generations(hub, 'laptop'), readFileSync(copy)].some(bytes => bytes.subarray(0, part.length).equals(part)),
	);

	terminal.press('G', 'w');
	await terminal.waitFor(/Write earlier 1 into which file\?/);
	terminal.send('back.jsonl');
	terminal.press('enter');
	await terminal.waitFor(/written to/);
	assert.ok([whole, part].some(bytes => bytes.equals(readFileSync(path.join(hub.home, 'back.jsonl')))));

	terminal.press('escape', 'escape', 'enter');
	await terminal.waitFor(/Kept +\d earlier version[\s\S]*Disk [\s\S]*sessions [\d.]+ KB +earlier versions/);
});
