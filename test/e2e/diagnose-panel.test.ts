import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {chmodSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {test as nodeTest, type TestContext} from 'node:test';
import {setSshOptions} from '../faults/fault.js';
import {temporaryFolder} from '../lab/after.js';
import {startAgent} from '../lab/faults-agent.js';
import {type LabHub, spokeEntry} from '../lab/hub.js';
import {type LabTerminal, openTerminal, type TerminalOptions} from '../lab/pty.js';
import {writeSession} from '../lab/sessions.js';
import type {LabSpoke} from '../lab/sshd.js';
import {keyPair} from '../lab/sshd-files.js';
import {nothingLeft, quickHub, startSpokes} from './support.js';

/** Nothing here may wait for ever: a terminal that is not given back is what is looked for. */
function test(name: string, run: (t: TestContext) => Promise<void>): void {
	void nodeTest(name, {timeout: 180_000}, run);
}

const secret = 'open the door';

/** A dashboard on a hub whose one spoke has something to sync and something wrong with it. */
async function openBroken(
	t: TestContext,
	spoil: (spoke: LabSpoke) => void,
	{args = [], ...options}: TerminalOptions = {},
): Promise<{readonly spoke: LabSpoke; readonly hub: LabHub; readonly terminal: LabTerminal}> {
	const [spoke] = (await startSpokes(t, {name: 'gpu-box'})) as [LabSpoke];
	await writeSession(spoke.sessionsDir);
	spoil(spoke);
	const hub = await quickHub(t, {spokes: [spokeEntry(spoke)]});
	const terminal = openTerminal({...options, hub, scope: t, args});
	await terminal.waitFor(/gpu-box/);
	return {spoke, hub, terminal};
}

/** The key has a passphrase that nobody has given to the agent yet. */
function lockKey(spoke: LabSpoke): void {
	execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', secret, '-f', spoke.keyFile], {stdio: 'ignore'});
	setSshOptions(spoke, {IdentityAgent: 'SSH_AUTH_SOCK'});
}

/** An agent that does not hold the key that is wanted. */
async function emptyAgent(t: TestContext): Promise<string> {
	const {path: folder} = await temporaryFolder(t);
	const other = path.join(folder, 'other');
	keyPair(other);
	return startAgent(t, other);
}

/** Opens the panel and waits until it has found the cause. */
async function diagnose(terminal: LabTerminal, cause: RegExp): Promise<string> {
	terminal.press('d');
	return terminal.waitFor(screen => /Diagnose gpu-box/.test(screen) && /DONE/.test(screen) && cause.test(screen));
}

/** The panel verifies, and the row in the table is well. */
async function assertGreen(terminal: LabTerminal): Promise<void> {
	await terminal.waitFor(/WELL +gpu-box[\s\S]*FILES +1 session[\s\S]*SYNC +gpu-box: 1 new/);
	terminal.press('escape');
	await terminal.waitFor(/gpu-box +\S* *ok\b/);
}

test('a key that others can read: the cause, what would be done, a y, and the row is well', async t => {
	const {spoke, terminal} = await openBroken(t, ({keyFile}) => chmodSync(keyFile, 0o644));
	terminal.press('s');
	await terminal.waitFor(/\? help {2}d diagnose/);
	await diagnose(terminal, /CAUSE[\s\S]*KEY_PERMS[\s\S]*FIX 1 +on the hub, runs with !/);
	terminal.press('!');
	await terminal.waitFor(screen => screen.includes('to 600') && screen.includes('y do it'));
	terminal.press('enter');
	await terminal.waitFor(screen => !screen.includes('y do it'));
	assert.equal(statSync(spoke.keyFile).mode & 0o777, 0o644, 'enter agrees to nothing');
	terminal.press('!');
	await terminal.waitFor(/y do it/);
	terminal.press('y');
	await assertGreen(terminal);
	assert.equal(statSync(spoke.keyFile).mode & 0o777, 0o600);
});

test('an unknown host key is trusted after its fingerprint was shown', async t => {
	const {spoke, terminal} = await openBroken(t, ({knownHosts}) => writeFileSync(knownHosts, ''));
	await diagnose(terminal, /HOSTKEY_UNKNOWN/);
	terminal.press('!');
	const asked = await terminal.waitFor(/y do it/);
	assert.match(asked, /fingerprint .*SHA256:[\w+/]{43}/);
	assert.equal(readFileSync(spoke.knownHosts, 'utf8'), '', 'nothing is trusted before the y');
	terminal.press('y');
	await assertGreen(terminal);
	assert.match(readFileSync(spoke.knownHosts, 'utf8'), /ssh-ed25519/);
});

test('a changed host key is replaced only when the name of the spoke was typed in full', async t => {
	const {spoke, terminal} = await openBroken(t, ({knownHosts, host, port, keyFile}) => {
		const other = readFileSync(`${keyFile}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
		writeFileSync(knownHosts, `[${host}]:${port} ${other}\n`);
	});
	const before = readFileSync(spoke.knownHosts, 'utf8');
	await diagnose(terminal, /HOSTKEY_CHANGED/);
	terminal.press('!');
	const asked = await terminal.waitFor(/type gpu-box:/);
	assert.match(asked, /known until now: .*SHA256:/);
	terminal.press('y', 'enter');
	const refused = await terminal.waitFor(/type gpu-box: y/);
	assert.match(refused, /in full, then enter/);
	assert.equal(readFileSync(spoke.knownHosts, 'utf8'), before);
	terminal.press('backspace', 'gpu-box', 'enter');
	await assertGreen(terminal);
	assert.notEqual(readFileSync(spoke.knownHosts, 'utf8'), before);
});

test('a locked key: ssh-add gets the terminal, asks for the passphrase, and the dashboard comes back', async t => {
	const agent = await emptyAgent(t);
	const {terminal} = await openBroken(t, lockKey, {env: {SSH_AUTH_SOCK: agent}});
	await diagnose(terminal, /KEY_LOCKED[\s\S]*ssh-add/);
	terminal.press('!');
	await terminal.waitFor(/with the terminal: ssh-add/);
	terminal.press('y');
	await terminal.waitFor(screen => !terminal.isAlternate && /passphrase/.test(screen));
	terminal.press(secret, 'enter');
	await terminal.waitFor(() => terminal.isAlternate);
	await assertGreen(terminal);
	terminal.press('q');
	assert.deepEqual(await terminal.exited, {exitCode: 0, signal: undefined});
});

test('ctrl-c in a program that has the terminal ends the program and not the dashboard', async t => {
	const agent = await emptyAgent(t);
	const {terminal} = await openBroken(t, lockKey, {env: {SSH_AUTH_SOCK: agent}});
	await diagnose(terminal, /KEY_LOCKED[\s\S]*ssh-add/);
	terminal.press('!');
	await terminal.waitFor(/y do it/);
	terminal.press('y');
	await terminal.waitFor(screen => !terminal.isAlternate && /passphrase/.test(screen));
	terminal.press('ctrl-c');
	await terminal.waitFor(/Enter goes back to the dashboard/);
	terminal.press('enter');
	await terminal.waitFor(screen => terminal.isAlternate && /KEY_LOCKED/.test(screen) && /ssh-add/.test(screen));
});

test('a dashboard that is ended while a program has the terminal ends that program too', async t => {
	const agent = await emptyAgent(t);
	const {hub, terminal} = await openBroken(t, lockKey, {env: {SSH_AUTH_SOCK: agent}});
	await diagnose(terminal, /KEY_LOCKED[\s\S]*ssh-add/);
	terminal.press('!');
	await terminal.waitFor(/y do it/);
	terminal.press('y');
	await terminal.waitFor(screen => !terminal.isAlternate && /passphrase/.test(screen));
	terminal.kill('SIGTERM');
	assert.deepEqual(await terminal.exited, {exitCode: 143, signal: undefined});
	await nothingLeft(hub);
});

test('read-only runs no fix and starts no sync', async t => {
	const {spoke, terminal} = await openBroken(t, ({keyFile}) => chmodSync(keyFile, 0o644), {args: ['--read-only']});
	await diagnose(terminal, /KEY_PERMS/);
	terminal.press('!');
	await terminal.waitFor(/read-only: nothing is changed/);
	chmodSync(spoke.keyFile, 0o600);
	terminal.press('R');
	const screen = await terminal.waitFor(/SYNC +none was started/);
	assert.match(screen, /FILES +0 sessions|counting/);
});
