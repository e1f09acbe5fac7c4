import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {parse} from 'yaml';
import type {AddFlags} from '../../source/commands/spoke-add.js';
import {spokeAdd} from '../../source/commands/spoke-add.js';
import type {Asker} from '../../source/commands/spoke-ask.js';
import {run} from '../../source/sync/process.js';
import {closeAllMasters} from '../../source/sync/ssh/connection.js';
import {patienceMs} from '../lab/after.js';
import {writeSession} from '../lab/sessions.js';
import {startSpoke} from '../lab/sshd.js';
import {hasRrsync, hasSshLab} from '../lab/sshd-files.js';
import {commandLab} from './io.js';

const skip = hasSshLab() && hasRrsync() ? false : 'no sshd or rrsync here';
const nobody: Asker = {isThere: false, ask: async () => ''};

/** A spoke whose host key nobody knows, and a hub that has an ordinary login there. */
async function lab(t: TestContext) {
	const spoke = await startSpoke({scope: t});
	await writeSession(spoke.sessionsDir);
	await fs.mkdir(path.join(spoke.home, '.ssh'));
	const authorized = path.join(path.dirname(spoke.keyFile), 'authorized-keys');
	await fs.symlink(authorized, path.join(spoke.home, '.ssh', 'authorized_keys'));
	const shown = await run(['ssh-keygen', '-lf', path.join(path.dirname(spoke.keyFile), 'host-key.pub')], {
		limitMs: patienceMs,
	});
	await fs.writeFile(spoke.knownHosts, '');
	const hub = await commandLab(t, {env: process.env});
	const text = '# my hub\ntui: {ssh: {connect_timeout: 20}}  # far away\n';
	const configFile = path.join(hub.home, '.pi-brain', 'config.yaml');
	await fs.writeFile(configFile, text);
	t.after(async () => closeAllMasters(path.join(hub.home, '.pi-brain', 'run')));
	const flags = (more: Partial<AddFlags> = {}): AddFlags => ({
		names: [spoke.name, `${spoke.name}:~/.pi/agent/sessions/`],
		sshConfig: spoke.sshConfig,
		knownHosts: spoke.knownHosts,
		...more,
	});
	return {
		spoke,
		hub,
		flags,
		text,
		authorized: async () => fs.readFile(authorized, 'utf8'),
		fingerprint: /SHA256:\S+/.exec(shown.stdout)![0],
		config: async () => fs.readFile(configFile, 'utf8'),
		add: async (more: Partial<AddFlags>, asker = nobody) => {
			const code = await spokeAdd(hub.io, flags(more), asker);
			return {code, ...hub.take()};
		},
	};
}

test('by flags alone: host key by its fingerprint, key made and restricted, entry written, sessions synced', {
	skip,
}, async t => {
	const {add, hub, config, text, fingerprint, spoke, authorized} = await lab(t);
	const {code, stdout, stderr} = await add({acceptHostKey: fingerprint, yes: true});
	assert.equal(code, 0, stdout + stderr);
	assert.match(stdout, /laptop: added to .*config\.yaml; the file before: .*\.bak\n✓ laptop: 1 new/);
	const written = await config();
	assert.ok(written.startsWith(text));
	assert.deepEqual((parse(written) as {spokes: unknown}).spokes, [
		{
			name: 'laptop',
			sync_method: 'rsync',
			source: 'laptop:./',
			ssh_config: spoke.sshConfig,
			known_hosts: spoke.knownHosts,
			ssh_key: '~/.ssh/pi-brain-sync',
		},
	]);
	assert.match(
		await authorized(),
		new RegExp(`\nrestrict,command="rrsync -ro ${spoke.sessionsDir}" ssh-ed25519 \\S+ pi-brain-sync@atlas\n$`),
	);
	assert.equal((await fs.stat(path.join(hub.home, '.ssh/pi-brain-sync'))).mode & 0o777, 0o600);
	const key = ['-i', path.join(hub.home, '.ssh/pi-brain-sync')];
	const asked = await run(['ssh', '-F', spoke.sshConfig, ...key, '-o', 'BatchMode=yes', 'laptop', 'id'], {
		limitMs: patienceMs,
	});
	assert.notEqual(asked.exitCode, 0);
	assert.doesNotMatch(asked.stdout, /uid/);
});

test('our script restricts the key of a spoke without rrsync', {skip}, async t => {
	const {add, fingerprint, spoke, authorized} = await lab(t);
	const {code, stdout, stderr} = await add({acceptHostKey: fingerprint, yes: true, restrict: 'wrapper'});
	assert.equal(code, 0, stdout + stderr);
	assert.match(stdout, /1 new/);
	assert.match(await authorized(), /command="~\/\.ssh\/pi-brain-rrsync \//);
	assert.equal((await fs.stat(path.join(spoke.home, '.ssh/pi-brain-rrsync'))).mode & 0o777, 0o700);
});

test('a line that has the key already is replaced, and every other line and a link stay', {skip}, async t => {
	const {add, fingerprint, hub, spoke, authorized} = await lab(t);
	const key = path.join(hub.home, '.ssh/pi-brain-sync');
	await fs.mkdir(path.dirname(key), {recursive: true});
	await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key], {limitMs: patienceMs});
	const link = path.join(spoke.home, '.ssh', 'authorized_keys');
	const before = await fs.readFile(link);
	const latin = Buffer.from('# Schlüssel\n', 'latin1');
	const own = await fs.readFile(`${key}.pub`);
	await fs.writeFile(link, Buffer.concat([latin, own, before]));
	const {code, stdout, stderr} = await add({acceptHostKey: fingerprint, yes: true});
	assert.equal(code, 0, stdout + stderr);
	assert.ok((await fs.lstat(link)).isSymbolicLink());
	const kept = await fs.readFile(link);
	assert.ok(kept.subarray(0, latin.length + before.length).equals(Buffer.concat([latin, before])));
	assert.match((await authorized()).slice(latin.length), /\nrestrict,command="rrsync -ro [^\n]+\n$/);
});

test('a public key whose private half is gone is not written over', {skip}, async t => {
	const {add, fingerprint, hub, config, text} = await lab(t);
	const half = path.join(hub.home, '.ssh/pi-brain-sync.pub');
	await fs.mkdir(path.dirname(half), {recursive: true});
	await fs.writeFile(half, 'mine\n');
	const {code, stderr} = await add({acceptHostKey: fingerprint, yes: true});
	assert.equal(code, 4);
	assert.match(stderr, /\.pub exists already: no key was made/);
	assert.deepEqual([await fs.readFile(half, 'utf8'), await config()], ['mine\n', text]);
});

test('--yes trusts no host key, and neither does a wrong fingerprint; nothing is written then', {skip}, async t => {
	const {add, config, text, spoke, authorized, fingerprint} = await lab(t);
	const before = await authorized();
	const blind = await add({yes: true});
	assert.equal(blind.code, 4);
	assert.match(blind.stderr, /is not known yet; it shows\n {4}SHA256:/);
	assert.match(blind.stderr, /not accepted\n {2}→ .*--accept-host-key SHA256:….*\n.*config\.yaml is as it was/);
	const wrong = await add({yes: true, acceptHostKey: `SHA256:${'A'.repeat(43)}`});
	assert.equal(wrong.code, 4);
	assert.ok(wrong.stderr.includes(fingerprint));
	assert.deepEqual(
		[await config(), await authorized(), await fs.readFile(spoke.knownHosts, 'utf8')],
		[text, before, ''],
	);
});

test('a host key is trusted in a file of the user alone, and where there is none it is said', {skip}, async t => {
	const {add, fingerprint, spoke, config, text} = await lab(t);
	const ssh = await fs.readFile(spoke.sshConfig, 'utf8');
	await fs.writeFile(spoke.sshConfig, ssh.replace(/UserKnownHostsFile .*/, 'UserKnownHostsFile /dev/null'));
	const {code, stderr} = await add({acceptHostKey: fingerprint, yes: true, knownHosts: undefined});
	assert.equal(code, 4);
	assert.match(stderr, /names no file of yours for host keys .*\n {2}→ .*--known-hosts FILE/);
	assert.equal(await config(), text);
});

test('a host key that has changed is refused with both fingerprints, whatever the flags say', {skip}, async t => {
	const {add, config, text, spoke, fingerprint} = await lab(t);
	const scanned = await run(['ssh-keyscan', '-p', String(spoke.port), spoke.host], {limitMs: patienceMs});
	await fs.writeFile(spoke.knownHosts, scanned.stdout);
	await spoke.changeHostKey();
	const {code, stderr} = await add({yes: true, acceptHostKey: fingerprint});
	assert.equal(code, 4);
	assert.match(stderr, /its host key is not the known one: SHA256:/);
	assert.match(stderr, /known, in .*known_hosts:\d+: .*somebody may be in between/s);
	assert.ok(stderr.includes(fingerprint));
	assert.equal(await config(), text);
});

test('at a terminal every step is asked for, and a no leaves everything as it was', {skip}, async t => {
	const {add, config, text} = await lab(t);
	const asked: string[] = [];
	const answers = (...given: string[]): Asker => ({
		isThere: true,
		ask: async question => {
			asked.push(question);
			return given.shift() ?? '';
		},
	});
	assert.equal((await add({}, answers('n'))).code, 4);
	assert.equal((await add({}, answers('y', 'no'))).code, 4);
	assert.equal((await add({}, answers('y', 'n', ''))).code, 4);
	assert.equal(await config(), text);
	const {code, stderr} = await add({skipSync: true}, answers('y'));
	assert.equal(code, 0, stderr);
	assert.deepEqual(
		asked.map(question => /same|Make a key|Write it|Press enter/.exec(question)?.[0]),
		['same', 'same', 'Make a key', 'Make a key', 'Write it', 'Press enter', 'Write it'],
	);
});

test('without a login to install the key with, the line to paste is shown; pasted, the same command goes on', {
	skip,
}, async t => {
	const {add, spoke, fingerprint, authorized} = await lab(t);
	const config = path.join(path.dirname(spoke.sshConfig), 'keyless_config');
	const text = await fs.readFile(spoke.sshConfig, 'utf8');
	await fs.writeFile(config, text.replace(/\tIdentityFile .*\n/, '\tIdentityFile none\n'));
	const flags = {sshConfig: config, acceptHostKey: fingerprint, yes: true};
	const first = await add(flags);
	assert.equal(first.code, 4);
	const line = /add this line to \S+ on the spoke: (restrict,.*)/.exec(first.stderr)?.[1];
	assert.match(line ?? '', /^restrict,command="rrsync -ro ~\/\.pi\/agent\/sessions" ssh-ed25519 /, first.stderr);
	const file = path.join(path.dirname(spoke.keyFile), 'authorized-keys');
	await fs.writeFile(file, `${await authorized()}${line}\n`);
	const second = await add(flags);
	assert.equal(second.code, 0, second.stderr);
	assert.match(second.stdout, /1 new/);
});

test('a spoke that does not answer, a bad source and a name that is taken are said before anything is done', {
	skip,
}, async t => {
	const {add, spoke, config, text} = await lab(t);
	await spoke.stop();
	const {code, stderr} = await add({yes: true});
	assert.equal(code, 4);
	assert.match(stderr, /✗ connect to .* connection refused \[TCP_REFUSED\]\n {2}→ .*start the ssh server/);
	await assert.rejects(add({names: ['x', 'rsync://x/y']}), /source names an rsync daemon/);
	await assert.rejects(add({names: ['x']}), /spoke add NAME SOURCE/);
	await assert.rejects(add({names: ['x', 'x:./'], port: 'ssh'}), /port must be/);
	assert.equal(await config(), text);
});

test('a folder of this machine and a folder that others fill need no ssh', async t => {
	const hub = await commandLab(t, {env: process.env});
	const drive = await hub.drive('stick');
	await writeSession(drive);
	assert.equal(await spokeAdd(hub.io, {names: ['stick', drive], method: 'manual'}, nobody), 0);
	assert.match(hub.take().stdout, /✓ stick: 1 new/);
	assert.equal(await spokeAdd(hub.io, {names: ['phone'], method: 'syncthing'}, nobody), 0);
	assert.match(hub.take().stdout, /its sessions are looked for in .*synced\/phone/);
	await assert.rejects(spokeAdd(hub.io, {names: ['phone'], method: 'manual'}, nobody), /'phone' is in .* already/);
});
