import assert from 'node:assert/strict';
import {chmodSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {test as nodeTest, type TestContext} from 'node:test';
import {type Scope, waitFor} from '../lab/after.js';
import {bin, createHub, type LabHub} from '../lab/hub.js';
import {family} from '../lab/processes.js';
import {createEmulator, type LabTerminal, openTerminal, type TerminalOptions} from '../lab/pty.js';
import {generateTree} from '../lab/sessions.js';
import {leave, nothingLeft, ofNewerFormat, quickHub, startSpokes, transfersOf} from './support.js';

/** Nothing here may wait for ever: a program that hangs is what is looked for. */
function test(name: string, run: (t: TestContext) => Promise<void>): void {
	void nodeTest(name, {timeout: 180_000}, run);
}

const stage = ['--import', 'tsx', path.resolve(import.meta.dirname, '../terminal/stage.tsx')];
/** Says how a program ended and in what state it left the terminal. */
const judge = `"$@"; echo "status $?"; stty -a | tr ' ;' '\\n\\n' | grep -E '^-?(icanon|echo|isig)$' | tr '\\n' ' '; echo end`;

/** The dashboard, or a stage of it, in a shell that tells how it ended. */
function openJudged(hub: LabHub, scope: Scope, what: readonly string[] = [bin], options: TerminalOptions = {}) {
	return openTerminal({
		hub,
		scope,
		argv: ['sh', '-c', judge, 'sh', process.execPath, ...what],
		cwd: path.resolve(import.meta.dirname, '../..'),
		...options,
	});
}

/** Fails unless the program ended with a status, the terminal is as it was, and nothing of the hub's runs on. */
async function assertLeft(terminal: LabTerminal, hub: LabHub, status: number): Promise<string> {
	const screen = await terminal.waitFor(/end\s*$/);
	assert.match(screen, new RegExp(`^status ${status}$`, 'm'), 'exit status');
	assert.match(screen, /^(?=.* icanon| ?icanon)(?=.*\becho\b)[^-]*end/m, 'lines, echo and signals as before');
	assert.equal(terminal.isAlternate, false, 'the alternate screen was left');
	assert.equal(terminal.isCursorShown, true, 'the cursor is shown');
	assert.equal(terminal.isBracketedPaste, false, 'pastes are not marked any more');
	await nothingLeft(hub);
	return screen;
}

/** The process that draws, inside its shell. */
function drawing(terminal: LabTerminal): number {
	return family(terminal.pid, 'NONE=').find(pid => pid !== terminal.pid)!;
}

/** A machine that has so much to do that it takes a second to switch the keyboard over. */
const slowKeyboard = `data:text/javascript,${encodeURIComponent(`
import {ReadStream} from 'node:tty';
const {setRawMode} = ReadStream.prototype;
ReadStream.prototype.setRawMode = function (isRaw) {
	if (isRaw) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
	return setRawMode.call(this, isRaw);
};
`)}`;

const someSpokes = [
	{name: 'laptop', sync_method: 'manual', path: '~/laptop'},
	{name: 'server', sync_method: 'manual', path: '~/server'},
];

for (const [what, status, leave] of [
	['q', 0, terminal => terminal.press('q')],
	['ctrl-c', 130, terminal => terminal.press('ctrl-c')],
	['SIGINT', 130, terminal => process.kill(drawing(terminal), 'SIGINT')],
	['SIGTERM', 143, terminal => process.kill(drawing(terminal), 'SIGTERM')],
	['SIGHUP', 129, terminal => process.kill(drawing(terminal), 'SIGHUP')],
] as ReadonlyArray<[string, number, (terminal: LabTerminal) => void]>) {
	test(`${what} leaves with ${status} and the terminal as it was`, async t => {
		const hub = await quickHub(t, {spokes: someSpokes});
		const terminal = openJudged(hub, t, [bin], {env: {CI: '1'}});
		await terminal.waitFor(/laptop/);
		assert.ok(terminal.isAlternate, 'it draws on the alternate screen, in spite of CI');
		leave(terminal);
		await assertLeft(terminal, hub, status);
	});
}

test('what is typed as soon as something is on the screen does not get into it', async t => {
	const hub = await quickHub(t, {spokes: someSpokes});
	const terminal = openTerminal({hub, scope: t, env: {NODE_OPTIONS: `--import=${slowKeyboard}`}});
	const before = await terminal.waitFor(/laptop/);
	terminal.press('i', 'enter');
	await terminal.waitFor(/esc back/);
	terminal.press('escape');
	const after = await terminal.waitFor(screen => !screen.includes('esc back') && screen.includes('laptop'));
	assert.equal(after.split('\n')[0]!.slice(0, 12), before.split('\n')[0]!.slice(0, 12), 'no line has scrolled away');
});

test('a connection that drops ends it and everything it has started', async t => {
	const hub = await quickHub(t, {spokes: someSpokes});
	const terminal = openTerminal({hub, scope: t});
	await terminal.waitFor(/laptop/);
	terminal.hangUp();
	await nothingLeft(hub);
});

test('a component that throws: exit 1, and its message stands on the screen that was there before', async t => {
	const hub = await quickHub(t, {spokes: someSpokes});
	const terminal = openJudged(hub, t, [...stage, 'Crashing']);
	await terminal.waitFor(/ready/);
	terminal.press('x');
	assert.match(await assertLeft(terminal, hub, 1), /pi-brain-tui failed: Error: the paint is wet/);
});

test('an exception nobody catches: the terminal is restored before its message is written', async t => {
	const hub = await quickHub(t, {spokes: someSpokes});
	const terminal = openJudged(hub, t, [...stage, 'Throwing']);
	await terminal.waitFor(/ready/);
	terminal.press('x');
	assert.match(await assertLeft(terminal, hub, 1), /Error: the engine stalled/);
});

test('leaving in the middle of syncs ends the transfers and the shared connections', async t => {
	const [spoke] = await startSpokes(t, {name: 'server'});
	generateTree(spoke!.sessionsDir, {sessions: 40, bytes: 20_000_000});
	const {name, source, sshConfig, knownHosts} = spoke!;
	const entry = {name, sync_method: 'rsync', source, ssh_config: sshConfig, known_hosts: knownHosts};
	const hub = await quickHub(t, {spokes: [{...entry, rsync_options: ['--bwlimit=500']}]});
	const terminal = openJudged(hub, t, [...stage, 'Syncing']);
	await terminal.waitFor(/ready/);
	await waitFor(() => transfersOf(hub).length > 0, {message: 'a transfer'});
	terminal.press('c', 'q');
	const screen = await assertLeft(terminal, hub, 0);
	assert.doesNotMatch(screen, /said across/, 'what is said goes to the log');
	assert.match((await hub.cli(['sync', 'log'])).stdout, /said across the screen/);
});

test('ctrl-z stops it, fg brings it back and paints everything again', async t => {
	const hub = await quickHub(t, {spokes: someSpokes});
	const terminal = openTerminal({hub, scope: t, argv: ['bash', '--norc', '-i'], env: {PS1: '$ '}});
	terminal.press(`${process.execPath} ${bin}`, 'enter');
	await terminal.waitFor(/laptop[\s\S]*server/);
	terminal.press('ctrl-z');
	await terminal.waitFor(/Stopped/);
	assert.equal(terminal.isAlternate, false);
	assert.equal(terminal.isCursorShown, true);
	terminal.press('echo still here', 'enter');
	await terminal.waitFor(/^still here/m);
	terminal.press('fg; echo "status $?"', 'enter');
	await terminal.waitFor(screen => terminal.isAlternate && /laptop[\s\S]*server/.test(screen));
	assert.equal(terminal.isCursorShown, false);
	terminal.press('ctrl-c');
	await terminal.waitFor(/^status 130/m);
	terminal.press('exit', 'enter');
	await terminal.exited;
});

test('a terminal that changed its size while the dashboard was stopped is filled at the new one', async t => {
	const hub = await quickHub(t, {spokes: someSpokes});
	const size = {columns: 100, rows: 30};
	const terminal = openTerminal({hub, scope: t, argv: ['bash', '--norc', '-i'], env: {PS1: '$ '}, ...size});
	terminal.press(`${process.execPath} ${bin}`, 'enter');
	await terminal.waitFor(/laptop[\s\S]*server/);
	terminal.press('ctrl-z');
	await terminal.waitFor(/Stopped/);
	terminal.resize(60, 16);
	terminal.press('fg; echo "status $?"', 'enter');
	// A frame of the old size would have scrolled its first line away.
	await terminal.waitFor(screen => terminal.isAlternate && /^pi-brain-tui .* \d\d:\d\d\n/.test(screen));
	terminal.press('ctrl-c');
	await terminal.waitFor(/^status 130/m);
	terminal.press('exit', 'enter');
	await terminal.exited;
});

test('ctrl-z where nobody could continue it does not stop it for good', async t => {
	const hub = await quickHub(t, {spokes: someSpokes});
	const terminal = openTerminal({hub, scope: t});
	await terminal.waitFor(/laptop/);
	terminal.press('ctrl-z');
	await waitFor(() => terminal.output().includes('\u001B[?1049l'), {message: 'the hand-over'});
	await terminal.waitFor(screen => terminal.isAlternate && screen.includes('laptop'));
	terminal.press('q');
	assert.deepEqual(await terminal.exited, {exitCode: 0, signal: undefined});
});

test('ctrl-l sends every row again', async t => {
	const hub = await quickHub(t, {spokes: someSpokes});
	const terminal = openTerminal({hub, scope: t});
	await terminal.waitFor(/laptop[\s\S]*server/);
	terminal.emulator.write('\u001B[2J\u001B[Hgarbage');
	await terminal.waitFor(/garbage/);
	// What a terminal shows that was never disturbed: the rows change by themselves, too.
	const undisturbed = async () => {
		const other = createEmulator(80, 24);
		other.write(terminal.output());
		return other.screen();
	};
	assert.notEqual(await terminal.screen(), await undisturbed());
	terminal.press('ctrl-l');
	await waitFor(async () => (await terminal.screen()) === (await undisturbed()), {message: 'every row'});
});

test('a terminal that takes nothing neither stops the program nor keeps it from leaving', async t => {
	const hub = await quickHub(t, {spokes: someSpokes});
	const terminal = openTerminal({
		hub,
		scope: t,
		argv: [process.execPath, ...stage, 'Flooding'],
		cwd: path.resolve(import.meta.dirname, '../..'),
		columns: 120,
		rows: 30,
	});
	await terminal.waitFor(/ready/);
	terminal.stall();
	// Long enough for a hundred frames of 1 KB: many times what the system holds for a terminal.
	const before = Date.now();
	await waitFor(() => Date.now() - before > 1500);
	terminal.kill('SIGTERM');
	await nothingLeft(hub);
});

test('a slow terminal is shown the newest picture, not all of them', async t => {
	const hub = await quickHub(t, {spokes: someSpokes});
	const cwd = path.resolve(import.meta.dirname, '../..');
	const argv = [process.execPath, ...stage, 'Flooding'];
	const terminal = openTerminal({hub, scope: t, argv, cwd, columns: 120, rows: 30});
	await terminal.waitFor(/ready/);
	terminal.stall();
	const round = () => Number(readFileSync(path.join(hub.home, 'round'), 'utf8'));
	const last = await waitFor(round, {message: 'the first rounds'});
	const newest = await waitFor(() => (round() > last + 200 ? round() : 0), {message: '200 rounds more'});
	const bytes = terminal.bytes;
	terminal.goOn();
	await terminal.waitFor(screen => Number(/ready (\d+)/.exec(screen)?.[1]) >= newest);
	assert.ok(terminal.bytes - bytes < 60_000, `${terminal.bytes - bytes} bytes for 200 rounds of frames`);
});

test('without a terminal it prints what sync status prints, with the same status; so with TERM=dumb', async t => {
	const hub = await quickHub(t, {spokes: someSpokes});
	const status = await hub.cli(['sync', 'status']);
	const alone = await hub.cli([]);
	assert.equal(alone.stdout, status.stdout);
	assert.equal(alone.exitCode, status.exitCode);
	const dumb = openTerminal({hub, scope: t, env: {TERM: 'dumb'}});
	assert.equal((await dumb.exited).exitCode, status.exitCode);
	assert.match(await dumb.screen(), /laptop/);
	assert.doesNotMatch(dumb.output(), /\u001B/);
});

test('a broken config.yaml is on the screen with its place, and gone from it once it is corrected', async t => {
	const hub = await createHub({scope: t, configText: 'spokes: [\n  {name: laptop\n'});
	const terminal = openTerminal({hub, scope: t});
	await terminal.waitFor(/config\.yaml:\d+:\d+/);
	writeFileSync(hub.configFile, 'spokes:\n  - {name: laptop, sync_method: manual, path: ~/laptop}\n');
	await terminal.waitFor(/laptop/);
	terminal.press('q');
	assert.equal((await terminal.exited).exitCode, 0);
});

test('a database that cannot be opened is on the screen, and r tries again', async t => {
	const hub = await quickHub(t, {spokes: someSpokes});
	await hub.cli(['sync', 'status']);
	const file = path.join(hub.folder, 'data', 'sync.db');
	ofNewerFormat(file);
	const terminal = openTerminal({hub, scope: t});
	await terminal.waitFor(/written by a newer pi-brain-tui/);
	rmSync(file);
	terminal.press('r');
	await terminal.waitFor(/laptop/);
	terminal.press('ctrl-c');
	assert.equal((await terminal.exited).exitCode, 130);
});

test('a config.yaml that may not be read says how to make it so', async t => {
	const hub = await quickHub(t, {spokes: someSpokes});
	chmodSync(hub.configFile, 0o000);
	// Root may read everything.
	chmodSync(hub.home, 0o755);
	const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
	const user = process.getuid?.() === 0 ? asNobody : [];
	const terminal = openTerminal({hub, scope: t, argv: [...user, process.execPath, bin]});
	await terminal.waitFor(/chown/);
	terminal.press('q');
	await terminal.exited;
});

test('wrong flags are told before anything is drawn', async t => {
	const hub = await quickHub(t);
	const theme = await hub.cli(['--theme', 'neon']);
	assert.equal(theme.exitCode, 2);
	assert.match(theme.stderr, /there is no theme 'neon'; the themes are auto, mono, high-contrast, light, dark/);
	const named = openTerminal({hub, scope: t, args: ['--config', '/nowhere.yaml']});
	assert.equal((await named.exited).exitCode, 2);
	assert.match(await named.screen(), /\/nowhere\.yaml does not exist/);
	assert.equal((await hub.cli(['--demo'])).exitCode, 2);
});

test('the demo runs the real engine in a folder of its own and leaves nothing behind', async t => {
	const hub = await quickHub(t);
	const terminal = openTerminal({hub, scope: t, args: ['--demo'], env: {TMPDIR: hub.home}, rows: 30});
	await terminal.waitFor(/workstation/);
	assert.equal((await leave(terminal)).exitCode, 0);
	assert.deepEqual(
		readdirSync(hub.home).filter(name => name.startsWith('pi-brain-demo')),
		[],
	);
});
