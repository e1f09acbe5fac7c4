import assert from 'node:assert/strict';
import {mkdir, symlink} from 'node:fs/promises';
import path from 'node:path';
import test, {after} from 'node:test';
import {planRemote} from '../../../source/sync/syncthing/remote.js';
import {openSsh} from '../../../source/sync/syncthing/remote-ssh.js';
import {startSpoke} from '../../lab/sshd.js';
import {startSyncthing} from '../../lab/syncthing.js';
import {labSpoke, settings} from '../methods/spokes.js';

const scope = {after};
const [spoke, syncthing] = await Promise.all([startSpoke({scope}), startSyncthing({name: 'laptop', scope})]);
const hub = {myId: 'P56IOI7-MZJNU2Y-IQGDREY-DM2MGTI-MGL3BXN-PQ6W5BM-TBBZ4TJ-XZWICQ2', name: "Will's hub"};
const plan = {folderId: 'pi-sessions-laptop', deviceName: 'laptop'};
const open = async () => openSsh(labSpoke(spoke), spoke.name, {settings: settings.ssh});

/** Where Syncthing's command line finds address and key by itself. */
async function install(): Promise<void> {
	await mkdir(path.join(spoke.home, '.config'), {recursive: true});
	await symlink(syncthing.home, path.join(spoke.home, '.config', 'syncthing'));
}

test('a spoke whose Syncthing was never started, and a key that may only pull, are told what to do', async () => {
	await assert.rejects(open(), /Syncthing on laptop does not answer: /);
	await spoke.setAccess({isRestricted: true});
	await assert.rejects(open(), /the key for laptop may only pull sessions, and run nothing/);
	await spoke.setAccess({});
	await install();
});

test('one login tells device, folders and home, and the key of its API stays there', async () => {
	const before = await spoke.logins();
	const remote = await open();
	assert.equal((await spoke.logins()) - before, 1);
	assert.equal(remote.myId, syncthing.id);
	assert.deepEqual([remote.devices, remote.folders], [[syncthing.id], []]);
	assert.doesNotMatch(JSON.stringify(remote), new RegExp(syncthing.apiKey));
});

test('what is made is send-only, found again, and taken back whole', async () => {
	const remote = await open();
	const whole = planRemote(hub, plan, spoke.sessionsDir, remote);
	await remote.make(whole);
	const [folder] = await syncthing.client.folders();
	assert.deepEqual([folder?.id, folder?.type, folder?.path], ['pi-sessions-laptop', 'sendonly', spoke.sessionsDir]);
	assert.deepEqual(folder?.devices.map(({deviceID}) => deviceID).sort(), [hub.myId, syncthing.id].sort());
	const found = planRemote(hub, plan, spoke.sessionsDir, await open());
	assert.deepEqual([found.addsDevice, found.folder], [false, 'keep']);
	await remote.takeBack(whole);
	assert.deepEqual(await syncthing.client.folders(), []);
	assert.equal((await syncthing.client.devices()).length, 1);
});

test('a folder that is not there is not made: nothing would be shared', async () => {
	const remote = await open();
	const wrong = planRemote(hub, plan, "~/no such 'folder'", remote);
	await assert.rejects(remote.make(wrong), /there is no folder .*no such 'folder'.*has pi run there/);
	assert.deepEqual([(await open()).devices, (await open()).folders], [[syncthing.id], []]);
});
