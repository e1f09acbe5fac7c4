import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test as nodeTest, type TestContext} from 'node:test';
import {parse} from 'yaml';
import {temporaryFolder, waitFor} from '../lab/after.js';
import type {LabHub} from '../lab/hub.js';
import {openTerminal} from '../lab/pty.js';
import {writeSession} from '../lab/sessions.js';
import {startSpoke} from '../lab/sshd.js';
import {type LabSyncthing, startSyncthing, syncthingVersion} from '../lab/syncthing.js';
import {assertSameTree, expectExit, quick, quickHub, treeOf} from './support.js';
import {verifyJson} from './verifying.js';

/** Nothing here may wait for ever. */
function test(name: string, run: (t: TestContext) => Promise<void>): void {
	void nodeTest(name, {timeout: 240_000}, run);
}

interface Written {
	readonly spokes?: ReadonlyArray<Readonly<Record<string, unknown>>>;
}

/** What config.yaml says. */
function written(hub: LabHub): string {
	return readFileSync(hub.configFile, 'utf8');
}

/** Opens the dashboard of a hub that has a commented configuration and no spokes, and the wizard in it. */
async function openWizard(t: TestContext, hub: LabHub) {
	const terminal = openTerminal({hub, scope: t, columns: 120, rows: 40});
	await terminal.waitFor(/No spokes yet[\s\S]*a {2}add a spoke/);
	terminal.press('a');
	await terminal.waitFor(/Add spoke +step 1 of 5: method/);
	return terminal;
}

/** A spoke whose host key nobody knows and on which the hub has an ordinary login. */
async function rsyncLab(t: TestContext) {
	const spoke = await startSpoke({scope: t});
	const session = await writeSession(spoke.sessionsDir);
	await fs.mkdir(path.join(spoke.home, '.ssh'));
	const authorized = path.join(path.dirname(spoke.keyFile), 'authorized-keys');
	await fs.symlink(authorized, path.join(spoke.home, '.ssh', 'authorized_keys'));
	await fs.writeFile(spoke.knownHosts, '');
	const ssh = {...quick.tui.ssh, ssh_config: spoke.sshConfig, known_hosts: spoke.knownHosts};
	const hub = await quickHub(t, {settings: {tui: {...quick.tui, ssh}}});
	await fs.appendFile(hub.configFile, '# what stays\n');
	await fs.mkdir(path.join(hub.home, '.ssh'));
	await fs.writeFile(
		path.join(hub.home, '.ssh', 'config'),
		`Host *\n  Compression no\nInclude ${spoke.sshConfig}\nHost other *.lan\n`,
	);
	return {spoke, session, hub, authorized};
}

test('over ssh: the host is offered, its fingerprint and the key are agreed to, and the row reads ok', async t => {
	const {spoke, hub, authorized} = await rsyncLab(t);
	const terminal = await openWizard(t, hub);
	terminal.press('enter');
	await terminal.waitFor(/step 2 of 5[\s\S]*Hosts +laptop {2}other/);
	terminal.press('tab');
	await terminal.waitFor(/2 source +laptop:~\/\.pi\/agent\/sessions[\s\S]*HOSTKEY_UNKNOWN/);
	terminal.press('enter');
	await terminal.waitFor(/step 3 of 5/);
	terminal.press('enter');
	await terminal.waitFor(/step 4 of 5[\s\S]*4 name +laptop/);
	terminal.press('enter');
	await terminal.waitFor(/step 5 of 5[\s\S]*Will be added to[\s\S]*ssh_key: ~\/\.ssh\/pi-brain-sync/);
	assert.doesNotMatch(written(hub), /laptop/, 'nothing is written before the last enter');
	terminal.press('enter');
	const asked = await terminal.waitFor(/Is it the same\?[\s\S]*y do it/);
	assert.match(asked, /SHA256:[\w+/]{43}/);
	assert.equal(readFileSync(spoke.knownHosts, 'utf8'), '', 'nothing is trusted before the y');
	terminal.press('y');
	await terminal.waitFor(/Make a key for this hub alone[\s\S]*y do it/);
	terminal.press('y');
	await terminal.waitFor(/restrict,command=[\s\S]*Write it into ~\/\.ssh\/authorized_keys[\s\S]*y do it/);
	terminal.press('y');
	await terminal.waitFor(/laptop: added to[\s\S]*enter closes this/);
	terminal.press('enter');
	await terminal.waitFor(/laptop +\S* *ok\b/);
	await waitFor(async () => (await fs.readdir(hub.synced('laptop')).catch(() => [])).length > 0);
	assertSameTree(hub.synced('laptop'), spoke.sessionsDir);
	assert.match(await fs.readFile(authorized, 'utf8'), /restrict,command=/);
	const text = written(hub);
	assert.match(text, /# what stays/);
	assert.equal((parse(text) as Written).spokes?.[0]?.source, 'laptop:./');
	assert.ok((await fs.stat(`${hub.configFile}.bak`)).isFile());
});

test('over ssh: what is not agreed to is not done, what was typed stays, and it can be saved unchecked', async t => {
	const {spoke, hub} = await rsyncLab(t);
	const terminal = await openWizard(t, hub);
	terminal.press('enter');
	await terminal.waitFor(/step 2 of 5/);
	terminal.send('laptop');
	terminal.press('enter');
	await terminal.waitFor(/step 3 of 5[\s\S]*2 source +laptop:~\/\.pi\/agent\/sessions|2 source +laptop:~[\s\S]*> 3/);
	terminal.press('escape');
	await terminal.waitFor(/No spokes yet/);
	terminal.press('a');
	await terminal.waitFor(/2 source +laptop:~\/\.pi\/agent\/sessions/);
	terminal.press('enter', 'enter', 'enter');
	await terminal.waitFor(/step 5 of 5/);
	terminal.press('enter');
	await terminal.waitFor(/Is it the same\?/);
	terminal.press('enter');
	await terminal.waitFor(/the host key was not accepted[\s\S]*enter tries again/);
	assert.equal(readFileSync(spoke.knownHosts, 'utf8'), '');
	assert.doesNotMatch(written(hub), /laptop/);
	terminal.press('shift-tab', 'ctrl-s');
	await terminal.waitFor(/laptop: added to[\s\S]*nothing was looked at/);
	assert.equal((parse(written(hub)) as Written).spokes?.[0]?.source, 'laptop:~/.pi/agent/sessions');
});

test('a folder of this machine: what is in it is found, and the row reads ok', async t => {
	const {path: disk} = await temporaryFolder(t);
	await writeSession(path.join(disk, 'sessions'));
	const hub = await quickHub(t);
	const terminal = await openWizard(t, hub);
	terminal.press('3');
	await terminal.waitFor(/> 3 {2}manual/);
	terminal.press('enter');
	await terminal.waitFor(/step 2 of 5/);
	terminal.send(path.join(disk, 'sessions'));
	terminal.press('tab');
	await terminal.waitFor(/Found +1 project, 1 session/);
	terminal.press('enter', 'enter');
	await terminal.waitFor(/step 4 of 5[\s\S]*4 name +sessions/);
	terminal.press('ctrl-u');
	terminal.send('disk');
	terminal.press('enter');
	await terminal.waitFor(/step 5 of 5[\s\S]*- name: disk/);
	terminal.press('enter');
	await terminal.waitFor(/disk: added to[\s\S]*enter closes this/);
	terminal.press('enter');
	await terminal.waitFor(/disk +\S* *ok\b/);
	assertSameTree(hub.synced('disk'), path.join(disk, 'sessions'));

	terminal.press('e');
	await terminal.waitFor(/Edit disk +step 1 of 6/);
	terminal.press('up');
	await terminal.waitFor(/> 2 {2}syncthing/);
	terminal.press('down', 'enter', 'enter', 'enter');
	await terminal.waitFor(/step 4 of 6/);
	terminal.send('26h');
	terminal.press('enter', 'enter');
	await terminal.waitFor(/step 6 of 6[\s\S]*stale_after: 26h[\s\S]*enter writes this/);
	terminal.press('enter');
	await terminal.waitFor(/disk: written to[\s\S]*enter closes this/);
	assert.equal((parse(written(hub)) as Written).spokes?.[0]?.stale_after, '26h');
});

test('a folder that something else fills: what lies in it is counted, and the row reads ok', async t => {
	const {path: disk} = await temporaryFolder(t);
	await writeSession(path.join(disk, 'filled'));
	const hub = await quickHub(t);
	const terminal = await openWizard(t, hub);
	terminal.press('3', 'enter');
	await terminal.waitFor(/step 2 of 5/);
	terminal.press('enter');
	await terminal.waitFor(/step 3 of 5/);
	terminal.send(path.join(disk, 'filled'));
	terminal.press('enter');
	await terminal.waitFor(/step 4 of 5/);
	terminal.send('filled');
	terminal.press('enter');
	await terminal.waitFor(/step 5 of 5[\s\S]*path: /);
	terminal.press('enter');
	await terminal.waitFor(/filled: added to[\s\S]*enter closes this/);
	terminal.press('enter');
	await terminal.waitFor(/filled +\S* *ok\b/);
});

/** Two real Syncthings that do not know each other. */
async function syncthingLab(t: TestContext): Promise<{hub: LabHub; here: LabSyncthing; there: LabSyncthing}> {
	t.diagnostic(`syncthing ${syncthingVersion()}`);
	const [here, there] = await Promise.all([
		startSyncthing({name: 'hub', scope: t}),
		startSyncthing({name: 'laptop', scope: t}),
	]);
	const hub = await quickHub(t, {settings: {tui: {...quick.tui, syncthing: {home: here.home}}}});
	return {hub, here, there};
}

test('with Syncthing: who knocks is picked, the folder is made, and the row reads ok', async t => {
	const {hub, here, there} = await syncthingLab(t);
	await writeSession(there.sessions);
	const device = await there.client.defaultDevice();
	await there.client.putDevice({...device, deviceID: here.id, name: 'hub', addresses: [here.address]});
	const terminal = openTerminal({hub, scope: t, columns: 120, rows: 40});
	await terminal.waitFor(/hub \S+ .*laptop is knocking: a/);
	terminal.press('a');
	await terminal.waitFor(/Add spoke +step 1 of 5: method/);
	terminal.press('2');
	await terminal.waitFor(/> 2 {2}syncthing/);
	terminal.press('enter');
	await terminal.waitFor(/step 2 of 6: reach/);
	terminal.press('enter');
	const shown = await terminal.waitFor(/laptop is knocking[\s\S]*This hub +\w{7}-/);
	assert.ok(shown.includes(here.id), 'the id of the hub, for the spoke');
	assert.match(shown, /[▀▄█]{4}/, 'and as a code');
	terminal.press('tab');
	await terminal.waitFor(screen => screen.includes(there.id));
	terminal.press('enter', 'enter');
	await terminal.waitFor(/step 5 of 6[\s\S]*5 name +laptop/);
	terminal.press('enter');
	await terminal.waitFor(/step 6 of 6/);
	terminal.press('enter');
	await terminal.waitFor(/Make this on the hub\?[\s\S]*y do it/);
	assert.equal((await here.client.folders()).length, 0, 'nothing is made before the y');
	terminal.press('y');
	const done = await terminal.waitFor(/laptop: added to[\s\S]*enter closes this/);
	assert.match(done, /Send Only/);
	const [folder] = await here.client.folders();
	assert.equal(folder?.id, 'pi-sessions-laptop');
	// What the steps for the spoke say.
	await there.client.putFolder({
		...(await there.client.defaultFolder()),
		...{id: 'pi-sessions-laptop', path: there.sessions, type: 'sendonly', devices: [{deviceID: here.id}]},
	});
	terminal.press('enter');
	await terminal.waitFor(/laptop +\S* *ok\b/);
	await waitFor(() => treeOf(hub.synced('laptop')).size === 1, {message: 'the session to arrive'});
	assertSameTree(hub.synced('laptop'), there.sessions);

	terminal.press('enter', 'P');
	await terminal.waitFor(/Pause 'laptop' in Syncthing\?/);
	terminal.press('y');
	const isPaused = async () => (await here.client.deviceSettings(there.id)).paused;
	await waitFor(async () => (await isPaused()) === true, {message: 'the device to be paused'});
	await terminal.waitFor(/'laptop' is paused in Syncthing/);
	terminal.press('P');
	await terminal.waitFor(/Resume 'laptop' in Syncthing\?/);
	terminal.press('y');
	await waitFor(async () => (await isPaused()) === false, {message: 'the device to go on'});
	terminal.press('escape');

	terminal.press('E');
	await terminal.waitFor(/Disable laptop\?[\s\S]*Syncthing/);
	terminal.press('y');
	await terminal.waitFor(/laptop +\S* *disabled/);
	await waitFor(async () => (await here.client.folderSettings('pi-sessions-laptop')).paused === true);
});

test('with Syncthing that the hub reaches: both sides are made, each on a y, the key stays unseen, the row reads ok', async t => {
	const {hub, here, there} = await syncthingLab(t);
	const sessions = path.join(path.dirname(there.home), '.pi/agent/sessions');
	await writeSession(sessions);
	const keyFile = path.join(hub.home, 'laptop.key');
	await fs.writeFile(keyFile, `${there.apiKey}\n`, {mode: 0o600});
	const terminal = await openWizard(t, hub);
	terminal.press('2', 'enter');
	await terminal.waitFor(/step 2 of 6: reach/);
	terminal.send(there.url);
	await terminal.waitFor(/step 2 of 7: reach/);
	terminal.press('enter');
	await terminal.waitFor(/step 3 of 7: key file/);
	terminal.send(keyFile);
	terminal.press('enter');
	await terminal.waitFor(/step 4 of 7: device[\s\S]*Empty: it is read there/);
	terminal.press('enter', 'enter');
	await terminal.waitFor(/step 6 of 7: name/);
	terminal.press('ctrl-u');
	terminal.send('laptop');
	terminal.press('enter');
	await terminal.waitFor(/step 7 of 7[\s\S]*Each of the two is shown and asked first/);
	terminal.press('enter');
	const asked = await terminal.waitFor(/Make this on the hub\?[\s\S]*y do it/);
	assert.match(asked, /on the spoke: *add folder ~\/\.pi\/agent\/sessions/);
	terminal.press('y');
	await terminal.waitFor(/Make its part on the spoke too, at http[\s\S]*y do it/);
	assert.equal((await there.client.folders()).length, 0, 'nothing is made before the y');
	terminal.press('y');
	await terminal.waitFor(/laptop: added to[\s\S]*enter closes this/);
	assert.equal((await there.client.folderSettings('pi-sessions-laptop')).type, 'sendonly');
	// The lab has no discovery: the hub is told where the other one is.
	await here.client.patchDevice(there.id, {addresses: [there.address]});
	terminal.press('enter');
	await terminal.waitFor(/laptop +\S* *ok\b/);
	await waitFor(() => treeOf(hub.synced('laptop')).size === 1, {message: 'the session to arrive'});
	assertSameTree(hub.synced('laptop'), sessions);
	const log = await fs.readFile(path.join(hub.folder, 'logs', 'sync.log'), 'utf8');
	assert.ok(!`${terminal.output()}${log}${written(hub)}`.includes(there.apiKey), 'the key is nowhere');
});

test('another method by e: what is filled over ssh is filled by hand from then on, nothing is lost, the row reads ok', async t => {
	const spoke = await startSpoke({scope: t});
	for (const seed of [1, 2]) await writeSession(spoke.sessionsDir, {seed});
	const hub = await quickHub(t, {spokes: [spoke]});
	await expectExit(hub, ['sync', 'run'], 0);
	const terminal = openTerminal({hub, scope: t, columns: 120, rows: 40});
	await terminal.waitFor(/laptop +\S* *ok\b/);
	terminal.press('e');
	await terminal.waitFor(/Edit laptop +step 1 of 6/);
	terminal.press('3', 'enter', 'enter', 'enter', 'enter', 'enter');
	await terminal.waitFor(/step 6 of 6[\s\S]*sync_method: manual/);
	assert.match(written(hub), /sync_method: rsync/, 'nothing is written before the last enter');
	terminal.press('enter');
	const done = await terminal.waitFor(/laptop: manual from now on[\s\S]*enter closes this/);
	assert.match(done, /2 sessions stay where they are/);
	assert.match(done, /6 save +done/);
	assert.match(done, /all here/);
	terminal.press('enter');
	await terminal.waitFor(/laptop +\S* *ok\b/);
	const [entry] = (parse(written(hub)) as Written).spokes ?? [];
	assert.deepEqual([entry?.sync_method, entry?.source], ['manual', undefined]);
	assertSameTree(hub.synced('laptop'), spoke.sessionsDir);
	const {proof} = (await verifyJson(hub, ['laptop', '--deep'], 0)).of.laptop!;
	assert.deepEqual([proof.isAllHere, proof.sessions], [true, 2]);
});

test('from ssh to Syncthing by e: the spoke is reached over ssh, both sides are made, and what it writes arrives', async t => {
	const spoke = await startSpoke({scope: t});
	const {hub, here, there} = await syncthingLab(t);
	// The command line of Syncthing finds its daemon by itself, and both have one home.
	await fs.mkdir(path.join(spoke.home, '.config'));
	await fs.symlink(there.home, path.join(spoke.home, '.config', 'syncthing'));
	await fs.symlink(path.join(spoke.home, '.pi'), path.join(path.dirname(there.home), '.pi'));
	await writeSession(spoke.sessionsDir, {seed: 1});
	await hub.configure({spokes: [spoke], settings: {tui: {...quick.tui, syncthing: {home: here.home}}}});
	await expectExit(hub, ['sync', 'run'], 0);
	const terminal = openTerminal({hub, scope: t, columns: 120, rows: 40});
	await terminal.waitFor(/laptop +\S* *ok\b/);
	terminal.press('e');
	await terminal.waitFor(/Edit laptop +step 1 of 6/);
	terminal.press('2');
	await terminal.waitFor(/step 1 of 7/);
	terminal.press('enter');
	await terminal.waitFor(/step 2 of 7: reach/);
	terminal.send('laptop');
	terminal.press('enter', 'enter', 'enter', 'enter', 'enter');
	await terminal.waitFor(/step 7 of 7[\s\S]*sync_method: syncthing[\s\S]*asks before anything is changed/);
	terminal.press('enter');
	await terminal.waitFor(/Make this on the hub\?[\s\S]*y do it/);
	terminal.press('y');
	await terminal.waitFor(/Make its part on the spoke too, over ssh to laptop[\s\S]*y do it/);
	assert.equal((await there.client.folders()).length, 0, 'nothing is made before the y');
	terminal.press('y');
	await terminal.waitFor(/laptop: syncthing from now on[\s\S]*enter closes this/);
	assert.equal((await there.client.folderSettings('pi-sessions-laptop')).type, 'sendonly');
	await here.client.patchDevice(there.id, {addresses: [there.address]});
	terminal.press('enter');
	await writeSession(spoke.sessionsDir, {seed: 2});
	await there.client.scan('pi-sessions-laptop');
	await waitFor(() => treeOf(hub.synced('laptop')).size === 2, {message: 'the new session to arrive'});
	await terminal.waitFor(/laptop +\S* *ok\b/);
	assertSameTree(hub.synced('laptop'), spoke.sessionsDir);
});
