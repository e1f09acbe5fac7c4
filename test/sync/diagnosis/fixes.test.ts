import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {chmod, mkdir, readdir, readFile, stat, symlink, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {explainCause} from '../../../source/sync/diagnosis/causes/index.js';
import {describeFix} from '../../../source/sync/diagnosis/fixes/describe.js';
import {runFix} from '../../../source/sync/diagnosis/fixes/index.js';
import type {FixDeps} from '../../../source/sync/diagnosis/fixes/types.js';
import {
	compareHostKeys,
	fingerprintText,
	type HostKey,
	knownHostKeys,
	knownHostName,
	scanHostKeys,
} from '../../../source/sync/diagnosis/host-keys.js';
import {namesOf, withFacts, withResolved} from '../../../source/sync/diagnosis/names.js';
import type {FixAction} from '../../../source/sync/diagnosis/types.js';
import {temporaryFolder} from '../../lab/after.js';
import {fakeSpokeConfig} from '../../lab/fake-config.js';
import {freePort, loopbackAddress} from '../../lab/net.js';
import {startSpoke} from '../../lab/sshd.js';
import {keyPair} from '../../lab/sshd-files.js';

const look = {env: process.env, signal: new AbortController().signal};

function deps(change: Partial<FixDeps> = {}): FixDeps {
	return {
		...look,
		handOver: async () => assert.fail('no program is handed the terminal'),
		launch: {
			node: '/usr/bin/node',
			bin: '/opt/pi-brain-tui.js',
			configFile: undefined,
			platform: 'linux',
			logFile: '/tmp/x.log',
		},
		home: '/nowhere',
		syncthing: [],
		...change,
	};
}

/** A host key of its own, as a server would show it under that name. */
function hostKey(folder: string, file: string, host = '[laptop]:2222'): HostKey {
	const [type, blob] = keyPair(path.join(folder, file)).split(' ') as [string, string];
	const text = execFileSync('ssh-keygen', ['-l', '-f', path.join(folder, file)], {encoding: 'utf8'});
	return {type, fingerprint: text.split(' ')[1]!, line: `${host} ${type} ${blob}`};
}

function trust(file: string, keys: readonly HostKey[]): Extract<FixAction, {type: 'trust-host-key'}> {
	const lines = keys.map(({line}) => line);
	return {type: 'trust-host-key', file, lines, fingerprints: keys.map(fingerprintText)};
}

function replace(file: string, before: readonly HostKey[], keys: readonly HostKey[]): FixAction {
	const shown = before.map(fingerprintText);
	return {...trust(file, keys), type: 'replace-host-key', host: '[laptop]:2222', line: 1, before: shown};
}

test('a key is made private, and nothing that is no file', async t => {
	const {path: folder} = await temporaryFolder(t);
	const key = path.join(folder, 'key');
	await writeFile(key, 'secret', {mode: 0o644});
	await chmod(key, 0o644);
	const done = await runFix({type: 'chmod', path: key, mode: 0o600}, deps());
	assert.deepEqual(done, {ok: true, message: `${key}: 0644 is now 0600`, evidence: []});
	assert.equal((await stat(key)).mode & 0o777, 0o600);
	assert.equal((await runFix({type: 'chmod', path: folder, mode: 0o600}, deps())).ok, false);
	const pipe = path.join(folder, 'pipe');
	execFileSync('mkfifo', ['-m', '644', pipe]);
	assert.equal((await runFix({type: 'chmod', path: pipe, mode: 0o600}, deps())).ok, false);
	assert.equal((await stat(pipe)).mode & 0o777, 0o644);
	const missing = await runFix({type: 'chmod', path: path.join(folder, 'none'), mode: 0o600}, deps());
	assert.equal(missing.ok, false);
	assert.match(missing.message, /ENOENT/);
});

test('a folder is made with those above it, for its owner alone', async t => {
	const {path: folder} = await temporaryFolder(t);
	const wanted = path.join(folder, 'a', 'b');
	assert.equal((await runFix({type: 'mkdir', path: wanted}, deps())).ok, true);
	for (const made of [path.join(folder, 'a'), wanted]) assert.equal((await stat(made)).mode & 0o777, 0o700);
	assert.match((await runFix({type: 'mkdir', path: wanted}, deps())).message, /there already/);
	await writeFile(path.join(folder, 'file'), '');
	assert.equal((await runFix({type: 'mkdir', path: path.join(folder, 'file', 'x')}, deps())).ok, false);
});

test('a key pair is made without passphrase, and never over a file', async t => {
	const {path: folder} = await temporaryFolder(t);
	const key = path.join(folder, '.ssh', "pi's key");
	const action = {type: 'keygen', path: key, comment: 'pi-brain-sync'} as const;
	const made = await runFix(action, deps());
	assert.equal(made.ok, true, made.message);
	assert.match(made.evidence.join('\n'), /^256 SHA256:\S+ pi-brain-sync \(ED25519\)$/);
	assert.equal((await stat(key)).mode & 0o777, 0o600);
	assert.equal((await stat(path.dirname(key))).mode & 0o777, 0o700);
	const publicKey = execFileSync('ssh-keygen', ['-y', '-P', '', '-f', key], {encoding: 'utf8'});
	assert.equal(publicKey.split(' ')[1], (await readFile(`${key}.pub`, 'utf8')).split(' ')[1]);
	const before = await readFile(key);
	const again = await runFix(action, deps());
	assert.equal(again.ok, false);
	assert.match(again.message, /exists already/);
	assert.deepEqual(await readFile(key), before);
	const half = path.join(folder, 'half');
	await symlink('/nowhere', `${half}.pub`);
	assert.equal((await runFix({...action, path: half}, deps())).ok, false);
	assert.deepEqual((await readdir(folder)).toSorted(), ['.ssh', 'half.pub']);
});

test('a program is handed the terminal word by word, and its status decides', async () => {
	const argv = ['ssh-copy-id', '-i', '/home/w/a b.pub', 'will@laptop'];
	const given: Array<readonly string[]> = [];
	const told: string[] = [];
	const handOver = async (words: readonly string[]) => given.push(words);
	const failing = await runFix({type: 'hand-over', argv}, deps({handOver, onCommand: line => told.push(line)}));
	assert.deepEqual([failing.ok, given, told], [false, [argv], ["ssh-copy-id -i '/home/w/a b.pub' will@laptop"]]);
	assert.equal((await runFix({type: 'hand-over', argv}, deps({handOver: async () => 0}))).ok, true);
});

test('the schedule is installed once, and the other lines of the crontab stay', async t => {
	const {path: folder} = await temporaryFolder(t);
	const table = path.join(folder, 'table');
	await writeFile(table, '0 3 * * * backup\n');
	// In place of the machine's own crontab, which no test may change.
	const script = `#!/bin/sh\nif [ "$1" = -l ]; then cat '${table}'; else cat > '${table}.new' && mv '${table}.new' '${table}'; fi\n`;
	await writeFile(path.join(folder, 'crontab'), script, {mode: 0o755});
	const env = {...process.env, PATH: `${folder}:${process.env.PATH}`};
	const action = {type: 'install-schedule', kind: 'cron'} as const;
	const done = await runFix(action, deps({env, home: folder}));
	assert.equal(done.ok, true, done.message);
	assert.match(done.evidence.join('\n'), /to undo it: /);
	const text = await readFile(table, 'utf8');
	assert.match(text, /^0 3 \* \* \* backup\n(?:.*\n)*.*pi-brain-tui\.js.*\n$/);
	assert.match((await runFix(action, deps({env, home: folder}))).message, /already/);
	assert.equal(await readFile(table, 'utf8'), text);
});

test('a host key is appended, once, and every other byte of the file stays', async t => {
	const {path: folder} = await temporaryFolder(t);
	const file = path.join(folder, '.ssh', 'known_hosts');
	const key = hostKey(folder, 'one');
	const action = trust(file, [key]);
	const all = await Promise.all(Array.from({length: 8}, async () => runFix(action, deps())));
	assert.deepEqual(
		all.map(({ok}) => ok),
		all.map(() => true),
	);
	assert.equal(await readFile(file, 'utf8'), `${key.line}\n`);
	assert.equal((await stat(file)).mode & 0o777, 0o600);
	assert.deepEqual(await readdir(path.dirname(file)), ['known_hosts']);

	const other = path.join(folder, 'other');
	const before = '# mine\nnas ssh-ed25519 AAAA\r\nlast line without an end';
	await writeFile(other, before);
	await chmod(other, 0o644);
	assert.equal((await runFix({...action, file: other}, deps())).ok, true);
	assert.equal(await readFile(other, 'utf8'), `${before}\n${key.line}\n`);
	assert.equal((await stat(other)).mode & 0o777, 0o644);
});

test('a host of which another key is known, or revoked, is not trusted', async t => {
	const {path: folder} = await temporaryFolder(t);
	const file = path.join(folder, 'known_hosts');
	const [old, fresh] = [hostKey(folder, 'old'), hostKey(folder, 'fresh')];
	for (const text of [`${old.line}\n`, `# x\n@revoked * ${fresh.line.split(' ').slice(1).join(' ')}\n`]) {
		await writeFile(file, text);
		const refused = await runFix(trust(file, [fresh]), deps());
		assert.equal(refused.ok, false);
		assert.match(refused.message, /nothing was added/);
		assert.equal(await readFile(file, 'utf8'), text);
	}
});

test('only keys whose fingerprints were shown are written', async t => {
	const {path: folder} = await temporaryFolder(t);
	const file = path.join(folder, 'known_hosts');
	const [one, two] = [hostKey(folder, 'one'), hostKey(folder, 'two')];
	const good = trust(file, [one]);
	const shown = [fingerprintText(one)];
	for (const lines of [
		[two.line],
		[one.line, two.line],
		[`${one.line}\n${two.line}`],
		['# nothing'],
		[],
		[`@cert-authority ${one.line}`],
	]) {
		assert.equal((await runFix({...good, lines, fingerprints: shown}, deps())).ok, false, lines.join('|'));
		assert.equal((await runFix({...(replace(file, [], [one]) as typeof good), lines}, deps())).ok, false);
	}

	await assert.rejects(stat(file), {code: 'ENOENT'});
});

test('a changed host key is replaced behind a link, the others, the mode and the file before stay', async t => {
	const {path: folder} = await temporaryFolder(t);
	const [file, link] = [path.join(folder, 'real'), path.join(folder, 'known_hosts')];
	const [old, fresh] = [hostKey(folder, 'old'), hostKey(folder, 'fresh')];
	const rest = ['# mine', hostKey(folder, 'nas', 'nas').line, hostKey(folder, 'bare', 'laptop').line];
	const before = `${[rest[0], old.line, ...rest.slice(1)].join('\n')}\n`;
	await writeFile(file, before);
	await chmod(file, 0o640);
	await symlink(file, link);
	const done = await runFix(replace(link, [old], [fresh]), deps());
	assert.equal(done.ok, true, done.message);
	assert.equal(await readFile(file, 'utf8'), `${[...rest, fresh.line].join('\n')}\n`);
	assert.equal(await readFile(`${file}.old`, 'utf8'), before);
	assert.equal((await stat(file)).mode & 0o777, 0o640);
	assert.equal((await readdir(folder)).includes('known_hosts.pi-brain-lock'), false);
	const known = await knownHostKeys([link], '[laptop]:2222', look);
	assert.equal(compareHostKeys(known, [fresh]), 'known');
	assert.equal(compareHostKeys(known, [old]), 'changed');
});

test('a hashed name is replaced like a plain one', async t => {
	const {path: folder} = await temporaryFolder(t);
	const file = path.join(folder, 'known_hosts');
	const [old, fresh] = [hostKey(folder, 'old'), hostKey(folder, 'fresh')];
	await writeFile(file, `${old.line}\n`);
	execFileSync('ssh-keygen', ['-H', '-f', file], {stdio: 'ignore'});
	assert.match(await readFile(file, 'utf8'), /^\|1\|/);
	assert.equal((await knownHostKeys([file], '[laptop]:2222', look))[0]!.lineNumber, 1);
	assert.equal((await runFix(replace(file, [old], [fresh]), deps())).ok, true);
	assert.equal(await readFile(file, 'utf8'), `${fresh.line}\n`);
});

test('nothing is replaced when the file is not what was shown, or a pattern covers the host', async t => {
	const {path: folder} = await temporaryFolder(t);
	const file = path.join(folder, 'known_hosts');
	const [old, other, fresh] = [hostKey(folder, 'old'), hostKey(folder, 'other'), hostKey(folder, 'fresh')];
	const pattern = old.line.replace('[laptop]', '[lap*]');
	const revoked = `${old.line}\n@revoked ${fresh.line}`;
	for (const [text, reason] of [
		[other.line, /changed since/],
		['', /changed since/],
		[pattern, /line 1 of .* pattern/],
		[revoked, /revoked/],
	] as const) {
		await writeFile(file, `${text}\n`);
		const refused = await runFix(replace(file, [old], [fresh]), deps());
		assert.equal(refused.ok, false);
		assert.match(refused.message, reason);
		assert.equal(await readFile(file, 'utf8'), `${text}\n`);
	}

	assert.equal((await runFix(replace(path.join(folder, 'none'), [old], [fresh]), deps())).ok, false);
});

test('a lock whose maker is gone does not stand in the way', async t => {
	const {path: folder} = await temporaryFolder(t);
	const file = path.join(folder, 'known_hosts');
	const gone = execFileSync('sh', ['-c', 'echo $$'], {encoding: 'utf8'}).trim();
	await writeFile(`${file}.pi-brain-lock`, gone);
	assert.equal((await runFix(trust(file, [hostKey(folder, 'one')]), deps())).ok, true);
	await mkdir(path.join(folder, 'x'));
	const cancelled = AbortSignal.abort(new Error('left'));
	await assert.rejects(runFix(trust(file, []), deps({signal: cancelled})), /left/);
});

test('what a fix would do is said exactly, and only giving up a known key wants the name typed', async t => {
	const {path: folder} = await temporaryFolder(t);
	const [old, fresh] = [hostKey(folder, 'old'), hostKey(folder, 'fresh')];
	const file = '/home/will/.ssh/known_hosts';
	const actions: readonly FixAction[] = [
		{type: 'chmod', path: '/home/will/.ssh/key', mode: 0o600},
		{type: 'mkdir', path: '/hub/synced'},
		{type: 'keygen', path: '/home/will/.ssh/key', comment: 'pi-brain-sync'},
		{type: 'hand-over', argv: ['ssh-add', '/home/will/.ssh/a b']},
		trust(file, [fresh]),
		{type: 'install-schedule', kind: 'systemd'},
	];
	for (const action of actions) {
		const {lines, needsTyped} = describeFix(action, 'laptop');
		assert.equal(needsTyped, undefined);
		assert.ok(lines.length > 0);
		if ('path' in action) assert.ok(lines.join('\n').includes(action.path));
	}

	const {lines, needsTyped} = describeFix(replace(file, [old], [fresh]), 'laptop');
	assert.equal(needsTyped, 'laptop');
	for (const part of [file, old.fingerprint, fresh.fingerprint, fresh.line, `${file}.old`])
		assert.ok(
			lines.some(line => line.includes(part)),
			part,
		);
});

test('a real spoke: its key is unknown, is trusted, changes, and is replaced; each time ssh agrees', async t => {
	const spoke = await startSpoke({scope: t});
	const {path: folder} = await temporaryFolder(t);
	const knownHosts = path.join(folder, 'known_hosts');
	const config = fakeSpokeConfig('laptop', {sshConfig: spoke.sshConfig, knownHosts});
	const target = {hostname: spoke.host, port: spoke.port, hostKeyAlias: undefined};
	const base = withResolved(namesOf(config), {...target, knownHostsFiles: [knownHosts]});
	const argv = [
		'-F',
		spoke.sshConfig,
		'-o',
		`UserKnownHostsFile=${knownHosts}`,
		'-o',
		'BatchMode=yes',
		'laptop',
		'true',
	];
	const logIn = () => execFileSync('ssh', argv, {stdio: 'pipe'});
	const scan = async () => (await scanHostKeys(target, look)).keys;
	assert.throws(logIn, /verification failed/);
	const before = await scan();
	assert.deepEqual(
		before.map(({type}) => type),
		['ssh-ed25519'],
	);
	assert.equal(before[0]!.line.split(' ')[0], knownHostName(target));

	const trusting = explainCause('HOSTKEY_UNKNOWN', withFacts(base, {presentKeys: before})).fixes[0]!.action!;
	assert.equal((await runFix(trusting, deps())).ok, true);
	logIn();

	await spoke.changeHostKey();
	assert.throws(logIn, /verification failed/);
	const after = await scan();
	const known = await knownHostKeys([knownHosts], knownHostName(target), look);
	assert.equal(compareHostKeys(known, after), 'changed');
	const facts = {presentKeys: after, knownKeys: known};
	const replacing = explainCause('HOSTKEY_CHANGED', withFacts(base, facts)).fixes[1]!.action!;
	assert.equal(describeFix(replacing, 'laptop').needsTyped, 'laptop');
	assert.equal((await runFix(replacing, deps())).ok, true);
	logIn();
});

test('a port without an ssh server shows no keys, and says why', async () => {
	const hostname = loopbackAddress();
	const port = await freePort(hostname);
	const scan = await scanHostKeys({hostname, port, hostKeyAlias: undefined}, look);
	assert.deepEqual([scan.keys, scan.fingerprints], [[], []]);
	assert.equal(scan.command, `ssh-keyscan -T 5 -p ${port} -- ${hostname}`);
	const cancelled = {...look, signal: AbortSignal.abort(new Error('left'))};
	await assert.rejects(scanHostKeys({hostname, port, hostKeyAlias: undefined}, cancelled), /left/);
});

test('known_hosts has a host in lower case, with its port where that is not 22, or under its alias alone', () => {
	const name = (hostname: string, port: number, hostKeyAlias?: string) => knownHostName({hostname, port, hostKeyAlias});
	assert.equal(name('Laptop.Local', 22), 'laptop.local');
	assert.equal(name('fe80::1', 2222), '[fe80::1]:2222');
	assert.equal(name('10.0.0.9', 2222, 'laptop'), 'laptop');
});
