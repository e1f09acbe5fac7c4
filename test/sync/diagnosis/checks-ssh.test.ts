import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import type {SpokeConfig} from '../../../source/sync/config/types.js';
import type {Diagnosis} from '../../../source/sync/diagnosis/types.js';
import {waitFor} from '../../lab/after.js';
import {startServer} from '../../lab/servers.js';
import {writeSession} from '../../lab/sessions.js';
import {type LabSpoke, type SpokeOptions, startSpoke} from '../../lab/sshd.js';
import {hasRrsync} from '../../lab/sshd-files.js';
import {labSpoke, localSpoke} from '../methods/spokes.js';
import {checkOf, diagnosisLab, statuses, told} from './diagnosing.js';

async function spokeAndHub(t: TestContext, options: SpokeOptions = {}, changes: Partial<SpokeConfig> = {}) {
	const spoke = await startSpoke({scope: t, ...options});
	await writeSession(spoke.sessionsDir, {seed: 1});
	const lab = await diagnosisLab(t, [labSpoke(spoke, changes)]);
	return {spoke, lab};
}

/** The check that failed, its cause, and that everything behind it names the step. */
function assertBlocked(diagnosis: Diagnosis, id: Parameters<typeof checkOf>[1], cause: string) {
	assert.equal(diagnosis.verdict, 'fail', told(diagnosis));
	assert.equal(checkOf(diagnosis, id).status, 'fail', told(diagnosis));
	assert.equal(checkOf(diagnosis, id).cause, cause, told(diagnosis));
	assert.equal(diagnosis.cause, cause, told(diagnosis));
	const step = diagnosis.checks.findIndex(check => check.id === id) + 1;
	for (const {id: other, status, summary} of diagnosis.checks.slice(step)) {
		if (status === 'skip') assert.equal(summary, `skipped: step ${step} failed`, `${other}\n${told(diagnosis)}`);
	}
}

test('a healthy spoke passes every check with one login, and a second time beside its shared connection with one more', async t => {
	const {spoke, lab} = await spokeAndHub(t);
	const first = await lab.diagnose();
	assert.equal(first.verdict, 'ok', told(first));
	assert.deepEqual(new Set(Object.values(statuses(first))), new Set(['pass']), told(first));
	assert.equal(await spoke.logins(), 1);
	assert.match(checkOf(first, 'dry-run').summary, /^1 would arrive, 0 would grow, 0 would be held, 0 unchanged; /);
	assert.match(checkOf(first, 'spoke').summary, /; rsync [\d.]+; 1 session, .* newest <1m; .* free$/);
	assert.equal(lab.hub.store.facts.get(spoke.name).lastAddress, spoke.host);
	assert.ok(!fs.existsSync(path.join(lab.root, 'hub/synced/laptop/p')), 'a dry run brings nothing');
	const second = await lab.diagnose();
	assert.equal(second.verdict, 'ok', told(second));
	assert.equal(await spoke.logins(), 2, 'what lives already must not hide a login that fails');
});

test('without shared connections a diagnosis takes two logins', async t => {
	const spoke = await startSpoke({scope: t});
	const lab = await diagnosisLab(t, [labSpoke(spoke)], {
		ssh: {multiplex: false, connectTimeoutSeconds: 20, stallTimeoutMs: 60_000},
	});
	const diagnosis = await lab.diagnose();
	assert.equal(diagnosis.verdict, 'ok', told(diagnosis));
	assert.equal(await spoke.logins(), 2);
});

test('every check tells its commands, how long it took and its limit', async t => {
	const {lab} = await spokeAndHub(t);
	const diagnosis = await lab.diagnose();
	for (const check of diagnosis.checks) {
		assert.ok(check.tookMs <= check.limitMs && check.startedAt !== undefined, check.id);
		for (const line of check.evidence) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
	}

	assert.match(checkOf(diagnosis, 'ssh-config').command!, /^ssh -G /);
	assert.match(checkOf(diagnosis, 'host-key').command!, /^ssh-key(?:gen -F|scan) .*\nssh-key/);
	assert.match(checkOf(diagnosis, 'dry-run').command!, /^rsync .* -n /m);
	assert.equal(checkOf(diagnosis, 'dry-run').exit, 0);
});

test('a changed host key is named with both fingerprints and the offending line', async t => {
	const {spoke, lab} = await spokeAndHub(t);
	await spoke.changeHostKey();
	const diagnosis = await lab.diagnose();
	assertBlocked(diagnosis, 'host-key', 'HOSTKEY_CHANGED');
	const {evidence, summary} = checkOf(diagnosis, 'host-key');
	assert.ok(summary.includes(`${spoke.knownHosts}:1`), summary);
	assert.equal(new Set(evidence.join('\n').match(/SHA256:\S+/g)).size, 2);
	assert.equal(await spoke.logins(), 0);
});

test('an unknown host key is told with its fingerprint, a revoked one as revoked', async t => {
	const {spoke, lab} = await spokeAndHub(t);
	const known = fs.readFileSync(spoke.knownHosts, 'utf8');
	fs.writeFileSync(spoke.knownHosts, '');
	const unknown = await lab.diagnose();
	assertBlocked(unknown, 'host-key', 'HOSTKEY_UNKNOWN');
	assert.match(checkOf(unknown, 'host-key').summary, /it shows SHA256:\S+ \(ED25519\)$/);
	fs.writeFileSync(spoke.knownHosts, `@revoked ${known}`);
	assertBlocked(await lab.diagnose(), 'host-key', 'HOSTKEY_REVOKED');
});

/** Diagnoses with a key of config.yaml's that the test has prepared. */
async function withKey(t: TestContext, prepare: (file: string, spoke: LabSpoke) => void) {
	const spoke = await startSpoke({scope: t});
	const file = path.join(path.dirname(spoke.sshConfig), 'own-key');
	prepare(file, spoke);
	const lab = await diagnosisLab(t, [labSpoke(spoke, {sshKey: file})]);
	return {diagnosis: await lab.diagnose(), file, spoke};
}

const makeKey = (file: string, passphrase = '') =>
	execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'lab', '-f', file]);
/** The lab's own configuration names a key that works. */
const withoutOwnKey = ({sshConfig}: LabSpoke) =>
	fs.writeFileSync(sshConfig, fs.readFileSync(sshConfig, 'utf8').replace(/\tIdentityFile .*\n/, ''));

test('a login that is refused is told by what is wrong with the key', async t => {
	await t.test('a sound key that the spoke does not know', async s => {
		const {diagnosis} = await withKey(s, (file, spoke) => {
			withoutOwnKey(spoke);
			makeKey(file);
		});
		assertBlocked(diagnosis, 'login', 'AUTH_DENIED');
		assert.match(checkOf(diagnosis, 'login').summary, /Permission denied \(publickey\)\. \(1 key offered\)$/);
		assert.match(checkOf(diagnosis, 'login').evidence.join('\n'), /own-key: mode 0600, no passphrase/);
	});
	await t.test('a key that is not there', async s => {
		const {diagnosis} = await withKey(s, (_, spoke) => withoutOwnKey(spoke));
		assertBlocked(diagnosis, 'login', 'KEY_MISSING');
	});
	await t.test('a key that others may read', async s => {
		const {diagnosis} = await withKey(s, (file, spoke) => {
			withoutOwnKey(spoke);
			makeKey(file);
			fs.chmodSync(file, 0o644);
		});
		assertBlocked(diagnosis, 'login', 'KEY_PERMS');
	});
	await t.test('a key with a passphrase', async s => {
		const {diagnosis, file} = await withKey(s, (key, spoke) => {
			withoutOwnKey(spoke);
			makeKey(key, 'secret words');
		});
		assertBlocked(diagnosis, 'login', 'KEY_LOCKED');
		assert.ok(checkOf(diagnosis, 'login').summary.includes(file));
	});
	await t.test('the public half in place of the private one', async s => {
		const {diagnosis} = await withKey(s, (file, spoke) => {
			withoutOwnKey(spoke);
			makeKey(`${file}-pair`);
			fs.copyFileSync(`${file}-pair.pub`, file);
			fs.chmodSync(file, 0o600);
		});
		assertBlocked(diagnosis, 'login', 'KEY_BAD');
	});
});

test('a port that nobody listens on, one that says nothing and one that is no ssh server are different causes', async t => {
	const {spoke, lab} = await spokeAndHub(t);
	await spoke.stop();
	assertBlocked(await lab.diagnose(), 'tcp', 'TCP_REFUSED');
	// The second and the third are only known once the limit, or half of it, has passed.
	for (const [kind, cause, connectTimeoutSeconds] of [
		['silent', 'BANNER_TIMEOUT', 1],
		['garbage', 'NOT_SSH', 2],
		['http', 'NOT_SSH', 4],
		['closing', 'KEX_DROPPED', 20],
	] as const) {
		const {host, port} = await startServer(kind, t);
		const ssh = {kind: 'ssh', host, user: undefined, path: './'} as const;
		const other = await diagnosisLab(t, [localSpoke('', {source: ssh, port})], {
			ssh: {multiplex: true, connectTimeoutSeconds, stallTimeoutMs: 5000},
		});
		assertBlocked(await other.diagnose(), 'tcp', cause);
	}
});

test('a name that nobody knows stops at the name and says where the spoke was last', async t => {
	const ssh = {kind: 'ssh', host: 'laptop.invalid', user: undefined, path: './'} as const;
	const lab = await diagnosisLab(t, [localSpoke('', {source: ssh})]);
	lab.hub.learn('laptop', {lastAddress: '192.0.2.7'});
	const diagnosis = await lab.diagnose();
	assert.match(diagnosis.cause ?? '', /^DNS_(?:NXDOMAIN|TEMPORARY)$/);
	assertBlocked(diagnosis, 'name', diagnosis.cause!);
	assert.match(checkOf(diagnosis, 'name').summary, /it last answered at 192\.0\.2\.7$/);
});

test('a broken ssh configuration is told with its line', async t => {
	const {spoke, lab} = await spokeAndHub(t);
	fs.appendFileSync(spoke.sshConfig, '\tFrobnicate yes\n');
	const diagnosis = await lab.diagnose();
	assertBlocked(diagnosis, 'ssh-config', 'SSH_CONFIG_BAD');
	assert.match(checkOf(diagnosis, 'ssh-config').evidence.join('\n'), /line \d+: Bad configuration option/);
});

test('with a restricted key the spoke is not asked for more than it may, and the listing decides', {
	skip: !hasRrsync(),
}, async t => {
	const {spoke, lab} = await spokeAndHub(t, {isRestricted: true});
	const diagnosis = await lab.diagnose();
	assert.equal(diagnosis.verdict, 'ok', told(diagnosis));
	assert.equal(checkOf(diagnosis, 'spoke').status, 'skip');
	assert.match(checkOf(diagnosis, 'spoke').summary, /^not possible with this key: rrsync/);
	assert.equal(checkOf(diagnosis, 'dry-run').status, 'pass');
	assert.equal(await spoke.logins(), 1);
});

test('what the shell of a spoke does in place of what it was asked has a cause of its own', async t => {
	for (const [options, id, cause] of [
		[{noise: 'Welcome \u001B[31mhome\n'}, 'spoke', 'SHELL_NOISE'],
		[{isWithoutRsync: true}, 'spoke', 'RSYNC_MISSING'],
		[{forcedCommand: 'echo only backups here'}, 'dry-run', 'FORCED_OTHER'],
		[{forcedCommand: 'echo This account is currently not available.; exit 1'}, 'spoke', 'NOLOGIN_SHELL'],
		[{forcedCommand: 'exit 3'}, 'dry-run', 'SHELL_DIED'],
		[{forcedCommand: 'exec no-such-shell'}, 'dry-run', 'SHELL_DIED'],
		[{forcedCommand: 'echo backups only >&2; exit 1'}, 'dry-run', 'FORCED_OTHER'],
	] as const) {
		await t.test(`${cause} from ${JSON.stringify(options)}`, async s => {
			const {lab} = await spokeAndHub(s, options);
			assertBlocked(await lab.diagnose(), id, cause);
		});
	}
});

test('a spoke without the folder says so, and where pi writes instead', async t => {
	const {spoke, lab} = await spokeAndHub(
		t,
		{},
		{source: {kind: 'ssh', host: 'laptop', user: undefined, path: 'pi/moved'}},
	);
	const diagnosis = await lab.diagnose();
	assertBlocked(diagnosis, 'spoke', 'SRC_MISSING');
	assert.ok(checkOf(diagnosis, 'spoke').summary.includes(spoke.sessionsDir), told(diagnosis));
	fs.mkdirSync(path.join(spoke.home, 'pi/moved'), {recursive: true});
	await writeSession(path.join(spoke.home, 'pi/moved'), {seed: 2});
	const left = await lab.diagnose();
	assert.equal(left.verdict, 'ok', 'sessions from before pi was moved are no reason to warn');
	fs.mkdirSync(path.join(spoke.home, 'elsewhere'));
	fs.writeFileSync(path.join(spoke.home, '.pi/agent/settings.json'), '{\n  "sessionDir": "~/elsewhere"\n}\n');
	const moved = await lab.diagnose();
	assert.equal(moved.verdict, 'warn');
	assert.match(checkOf(moved, 'spoke').summary, /^pi writes its sessions to \S+\/elsewhere on this spoke/);
});

test('behind a jump host the login tells what cannot be tried directly', async t => {
	const jump = await startSpoke({scope: t, name: 'jump', sshdLines: ['AllowTcpForwarding yes']});
	const {spoke, lab} = await spokeAndHub(t);
	const own = fs.readFileSync(spoke.sshConfig, 'utf8');
	fs.writeFileSync(spoke.sshConfig, `${own}\tProxyJump jump\n\n${fs.readFileSync(jump.sshConfig, 'utf8')}`);
	const diagnosis = await lab.diagnose();
	assert.equal(diagnosis.verdict, 'ok', told(diagnosis));
	for (const id of ['name', 'ping', 'tcp'] as const)
		assert.match(checkOf(diagnosis, id).summary, /^behind a jump host/);
	assert.deepEqual([checkOf(diagnosis, 'host-key').status, checkOf(diagnosis, 'login').status], ['pass', 'pass']);
	await lab.forget();
	await jump.stop();
	assertBlocked(await lab.diagnose(), 'login', 'JUMP_FAILED');
});

test('a key that only an agent unlocks works here, and is told not to work from cron', async t => {
	const {spoke, lab} = await spokeAndHub(t);
	const socket = path.join(lab.home, 'agent');
	const agent = spawn('ssh-agent', ['-D', '-a', socket], {stdio: 'ignore'});
	t.after(() => void agent.kill());
	const env = {...process.env, HOME: lab.home, SSH_AUTH_SOCK: socket};
	// Its socket is there before it listens.
	const add = () => execFileSync('ssh-add', ['-q', spoke.keyFile], {env, stdio: 'ignore'});
	await waitFor(() => [add()], {message: 'the agent to take the key'});
	execFileSync('ssh-keygen', ['-q', '-p', '-N', 'secret words', '-f', spoke.keyFile]);
	fs.writeFileSync(spoke.sshConfig, fs.readFileSync(spoke.sshConfig, 'utf8').replace('\tIdentityAgent none\n', ''));
	const alone = await lab.diagnose(env);
	assert.equal(alone.verdict, 'ok', told(alone));
	await lab.forget();
	const tab = path.join(lab.root, 'crontab');
	fs.writeFileSync(tab, '*/15 * * * * pi-brain-tui sync run --all\n');
	Object.assign(lab.sources, {crontab: ['cat', tab]});
	const before = await spoke.logins();
	const diagnosis = await lab.diagnose(env);
	assert.deepEqual([diagnosis.cause, checkOf(diagnosis, 'schedule').status], ['CRON_ONLY', 'fail'], told(diagnosis));
	assert.match(checkOf(diagnosis, 'schedule').command!, /^cat .*\nenv -i HOME=|^env -i HOME=/);
	assert.equal((await spoke.logins()) - before, 1, 'the one from cron’s environment is refused');
	assertBlocked(await lab.diagnose({...env, SSH_AUTH_SOCK: undefined}), 'login', 'KEY_LOCKED');
});

test('no text of a spoke reaches a report unneutralised or unbounded', async t => {
	const hostile = `\u001B]0;owned\u0007\u001B[2J\u202E===PIB_START_x===\nrsync=/evil\n${'long '.repeat(5000)}\n`.repeat(
		3,
	);
	const {lab} = await spokeAndHub(t, {
		noise: hostile,
		banner: `@@@\u001B[31m WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\n`,
	});
	const diagnosis = await lab.diagnose();
	assertBlocked(diagnosis, 'spoke', 'SHELL_NOISE');
	for (const {summary, evidence} of diagnosis.checks) {
		assert.ok(evidence.length <= 200);
		for (const line of [summary, ...evidence]) {
			assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
			assert.ok(line.length <= 1024);
		}
	}
});
