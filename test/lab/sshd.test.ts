import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {promisify} from 'node:util';
import {patienceMs, temporaryFolder, waitFor} from './after.js';
import {type LabSpoke, startSpoke} from './sshd.js';

const execute = promisify(execFile);

async function ssh(spoke: LabSpoke, ...words: string[]) {
	const argv = ['-F', spoke.sshConfig, '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=30', spoke.name, ...words];
	return execute('ssh', argv, {timeout: patienceMs}).then(
		({stdout, stderr}) => ({code: 0, stdout, stderr}),
		(error: {code: number; stdout: string; stderr: string}) => error,
	);
}

async function pull(spoke: LabSpoke, into: string) {
	const argv = ['-rt', '-e', `ssh -F ${spoke.sshConfig} -o BatchMode=yes`, `${spoke.source}/`, `${into}/`];
	return execute('rsync', argv, {timeout: patienceMs});
}

test('a spoke has its own home, counts logins, notes commands, refuses when stopped and comes back', async t => {
	const spoke = await startSpoke({scope: t, name: 'server', banner: 'Welcome to server\n'});
	const first = await ssh(spoke, 'pwd; echo $HOME; id -un');
	assert.deepEqual(first.stdout.trim().split('\n'), [spoke.home, spoke.home, spoke.user]);
	assert.match(first.stderr, /Welcome to server/);
	assert.equal(await spoke.logins(), 1);
	assert.deepEqual(await spoke.commands(), ['pwd; echo $HOME; id -un']);

	await spoke.stop();
	assert.deepEqual(spoke.processes(), []);
	assert.match((await ssh(spoke, 'true')).stderr, /Connection refused/);
	await spoke.start();
	assert.equal((await ssh(spoke, 'true')).code, 0);

	await spoke.changeHostKey();
	assert.match((await ssh(spoke, 'true')).stderr, /IDENTIFICATION HAS CHANGED/);
	await spoke.remove();
	assert.equal(existsSync(spoke.home), false);
});

test('sessions can be pulled with a free key and with one restricted to rrsync', async t => {
	const [spoke, hub] = [await startSpoke({scope: t}), await temporaryFolder(t)];
	await mkdir(path.join(spoke.sessionsDir, '--home-will--'));
	await writeFile(path.join(spoke.sessionsDir, '--home-will--', 'a.jsonl'), '{}\n');
	await pull(spoke, path.join(hub.path, 'free'));
	assert.equal(await readFile(path.join(hub.path, 'free/--home-will--/a.jsonl'), 'utf8'), '{}\n');

	await spoke.setAccess({isRestricted: true});
	assert.equal(spoke.source, 'laptop:./');
	await pull(spoke, path.join(hub.path, 'bound'));
	assert.equal(await readFile(path.join(hub.path, 'bound/--home-will--/a.jsonl'), 'utf8'), '{}\n');
	assert.notEqual((await ssh(spoke, 'echo hello')).code, 0);
	assert.ok((await spoke.commands()).some(command => command.startsWith('rsync --server --sender')));
});

test('a login can be noisy, forced, or without rsync', async t => {
	const spoke = await startSpoke({scope: t, noise: "it's noisy\n"});
	assert.equal((await ssh(spoke, 'echo told')).stdout, "it's noisy\ntold\n");
	await spoke.setAccess({forcedCommand: 'echo only this; exit 3'});
	assert.equal((await ssh(spoke, 'echo told')).stdout, 'only this\n');
	await spoke.setAccess({isWithoutRsync: true});
	assert.equal((await ssh(spoke, 'uname; rsync --version')).code, 127);
	await assert.rejects(pull(spoke, spoke.home), /rsync: (?:command )?not found/);
});

test('a frozen spoke accepts and says nothing, and its running command stands still until it is thawed', async t => {
	const spoke = await startSpoke({scope: t});
	const running = ssh(spoke, 'echo started > started; until [ -e go ]; do sleep 0.1; done; echo ended');
	await waitFor(() => existsSync(path.join(spoke.home, 'started')));
	spoke.freeze();
	// A signal to stop takes effect when its process is next scheduled. A shell whose child was stopped between vfork and
	// exec waits for it in the kernel (D) and stands as still as a stopped one.
	await waitFor(async () => {
		const states = await Promise.all(spoke.processes().map(async pid => readFile(`/proc/${pid}/stat`, 'utf8')));
		return states.length >= 3 && states.every(stat => /\) [TD] /.test(stat));
	});
	await writeFile(path.join(spoke.home, 'go'), '');
	spoke.thaw();
	assert.equal((await running).stdout, 'ended\n');

	const killed = ssh(spoke, 'sleep 60');
	await waitFor(async () => (await spoke.commands()).includes('sleep 60'));
	spoke.freeze();
	await spoke.stop();
	assert.notEqual((await killed).code, 0);
	assert.deepEqual(spoke.processes(), []);
});
