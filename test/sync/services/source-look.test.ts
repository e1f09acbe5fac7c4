import assert from 'node:assert/strict';
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import type {SpokeConfig} from '../../../source/sync/config/types.js';
import {lookAtSource} from '../../../source/sync/services/source-look.js';
import {temporaryFolder} from '../../lab/after.js';
import {fakeHubConfig, fakeSpokeConfig} from '../../lab/fake-config.js';
import {writeSession} from '../../lab/sessions.js';
import {type LabSpoke, startSpoke} from '../../lab/sshd.js';

const settings = fakeHubConfig([]).tui.ssh;

async function look(spoke: SpokeConfig) {
	return lookAtSource(spoke, {settings, env: process.env, signal: AbortSignal.timeout(20_000)});
}

function spokeOf({sshConfig, knownHosts}: LabSpoke, folder: string): SpokeConfig {
	const source = {kind: 'ssh', host: 'laptop', user: undefined, path: folder} as const;
	return fakeSpokeConfig('laptop', {source, sshConfig, knownHosts});
}

test('over ssh the folder is counted, and pi’s own settings say where it would rather be looked', async t => {
	const spoke = await startSpoke({scope: t});
	const session = await writeSession(spoke.sessionsDir);
	await writeSession(spoke.sessionsDir, {seed: 2, cwd: '/srv/other'});
	const found = await look(spokeOf(spoke, '.pi/agent/sessions'));
	assert.ok('sessions' in found, JSON.stringify(found));
	assert.equal(found.sessions?.count, 2);
	assert.ok(found.sessions.bytes >= session.file.length);
	assert.ok((found.sessions.projects ?? 0) >= 1);
	assert.deepEqual([found.piRoot, found.hasRsync], [undefined, true]);

	const other = path.join(spoke.home, 'elsewhere');
	await mkdir(other);
	await writeFile(path.join(spoke.home, '.pi/agent/settings.json'), JSON.stringify({sessionDir: other}));
	const moved = await look(spokeOf(spoke, '.pi/agent/sessions'));
	assert.ok('piRoot' in moved && moved.piRoot?.endsWith('/elsewhere'), JSON.stringify(moved));
	const missing = await look(spokeOf(spoke, 'nowhere'));
	assert.ok('sessions' in missing && missing.sessions === undefined);
});

test('an unknown host key is a failure with its cause, and nothing is trusted', async t => {
	const spoke = await startSpoke({scope: t});
	await writeFile(spoke.knownHosts, '');
	const unknown = await look(spokeOf(spoke, '.pi/agent/sessions'));
	assert.ok('failure' in unknown && unknown.failure.cause === 'HOSTKEY_UNKNOWN', JSON.stringify(unknown));
});

test('a folder of this machine is counted, and one that is not there is said to be none', async t => {
	const {path: folder} = await temporaryFolder(t);
	await writeSession(path.join(folder, 'sessions'));
	const source = (place: string) => fakeSpokeConfig('disk', {source: {kind: 'local', path: path.join(folder, place)}});
	const found = await look(source('sessions'));
	assert.ok('sessions' in found);
	assert.deepEqual([found.sessions?.count, found.sessions?.projects, found.hasRsync], [1, 1, undefined]);
	const missing = await look(source('nowhere'));
	assert.ok('sessions' in missing && missing.sessions === undefined);
});
