import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import fc from 'fast-check';
import {systemClock} from '../../source/sync/clock.js';
import {createRsyncMethod} from '../../source/sync/methods/rsync.js';
import {run} from '../../source/sync/process.js';
import {authorizedLine, type Restriction} from '../../source/sync/ssh/restricted.js';
import {wrapperScript} from '../../source/sync/ssh/wrapper.js';
import {patienceMs, temporaryFolder} from '../lab/after.js';
import {writeSession} from '../lab/sessions.js';
import {type LabSpoke, startSpoke} from '../lab/sshd.js';
import {hasRrsync, hasSshLab, keyPair} from '../lab/sshd-files.js';
import {labSpoke, lookOptions, settings} from '../sync/methods/spokes.js';

const skip = hasSshLab() ? false : 'no sshd here';
const secret = 'a secret that must not leave';

/** A spoke whose second key is restricted by the very line we install. */
async function restrictedSpoke(t: TestContext, by: Restriction['by'], root = '.pi/agent/sessions') {
	const spoke = await startSpoke({scope: t});
	const folder = path.dirname(spoke.keyFile);
	const key = path.join(folder, 'restricted-key');
	const line = authorizedLine({by, root}, keyPair(key));
	await fs.appendFile(path.join(folder, 'authorized-keys'), `${line}\n`);
	await fs.mkdir(path.join(spoke.home, '.ssh'), {recursive: true});
	await fs.writeFile(path.join(spoke.home, '.ssh', 'id_secret'), secret);
	await fs.writeFile(path.join(spoke.home, '.ssh', 'pi-brain-rrsync'), wrapperScript, {mode: 0o700});
	const sshConfig = path.join(folder, 'restricted_config');
	const text = await fs.readFile(spoke.sshConfig, 'utf8');
	await fs.writeFile(sshConfig, text.replace(spoke.keyFile, key));
	return {spoke: {...spoke, source: `${spoke.name}:./`, sshConfig, commands: spoke.commands}, home: spoke.home};
}

const ask = async ({sshConfig, name}: Pick<LabSpoke, 'sshConfig' | 'name'>, ...more: string[]) =>
	run(['ssh', '-F', sshConfig, '-o', 'BatchMode=yes', ...more.slice(0, -1), name, more.at(-1)!], {
		limitMs: patienceMs,
		input: 'id; exit\n',
	});

for (const by of ['rrsync', 'wrapper'] as const) {
	const without = skip || (by === 'rrsync' && !hasRrsync() ? 'no rrsync here' : false);

	test(`five attacks on a key restricted by ${by} get nothing and write nothing`, {skip: without}, async t => {
		const {spoke, home} = await restrictedSpoke(t, by);
		await writeSession(spoke.sessionsDir);
		const mark = path.join(home, 'mark');
		const pullFlags = 'rsync --server --sender -tre.iLsfxCIvu';
		const attacks = {
			'a second command': 'rsync --server; id; echo ~/.pi/agent/sessions',
			'a command within the path': `${pullFlags} . $(touch ${mark})~/.pi/agent/sessions/`,
			'a shell': 'rsync --server; bash; : ~/.pi/agent/sessions',
			'a path that leads out': `${pullFlags} . ~/.pi/agent/sessions/../../../.ssh/`,
			'a path that leads out, relative': `${pullFlags} . ./../../../.ssh/`,
			'an absolute path': `${pullFlags} . ${home}/.ssh/`,
			writing: 'rsync --server -tre.iLsfxCIvu . ./',
			'writing elsewhere': `rsync --server -tre.iLsfxCIvu . ${home}/`,
			'a file to write to': `${pullFlags} --log-file=${mark} . ./`,
			'links followed': 'rsync --server --sender -Ltre.iLsfxCIvu . ./',
			'files removed': `${pullFlags} --remove-source-files . ./`,
			'arguments over the wire': 'rsync --server --sender -stre.iLsfxCIvu',
			'a line break': `${pullFlags} . ./\nid`,
			backquotes: `${pullFlags} . \`touch ${mark}\``,
			'no command': '',
			'another program': `cat ${home}/.ssh/id_secret`,
			sftp: 'internal-sftp',
		};
		const before = await listing(home);
		for (const [what, command] of Object.entries(attacks)) {
			const {exitCode, stdout, stderr} = await ask(spoke, command);
			assert.notEqual(exitCode, 0, what);
			assert.doesNotMatch(stdout + stderr, new RegExp(`uid=\\d|${secret}`), what);
		}

		assert.deepEqual(await listing(home), before);
	});

	test(`a key restricted by ${by} forwards no port, and rsync can write nothing with it`, {skip: without}, async t => {
		const {spoke, home} = await restrictedSpoke(t, by);
		const forwarded = await ask(spoke, '-W', `${spoke.host}:${spoke.port}`, '');
		assert.notEqual(forwarded.exitCode, 0);
		assert.match(forwarded.stderr, /prohibited|refused|failed/);
		const {path: folder} = await temporaryFolder(t);
		await fs.writeFile(path.join(folder, 'evil.jsonl'), 'evil');
		const before = await listing(home);
		for (const target of ['./', `${home}/.ssh/`]) {
			const pushed = await run(
				['rsync', '-rt', '-e', `ssh -F ${spoke.sshConfig} -o BatchMode=yes`, `${folder}/`, `${spoke.name}:${target}`],
				{limitMs: patienceMs},
			);
			assert.notEqual(pushed.exitCode, 0, target);
		}

		assert.deepEqual(await listing(home), before);
	});

	test(`our own pulls, dry runs and listings go through a key restricted by ${by}`, {skip: without}, async t => {
		const {spoke} = await restrictedSpoke(t, by);
		const session = await writeSession(spoke.sessionsDir);
		await fs.symlink('/etc/passwd', path.join(spoke.sessionsDir, 'link.jsonl'));
		const {path: folder} = await temporaryFolder(t);
		const staging = path.join(folder, 'staging');
		const method = createRsyncMethod({
			...{
				config: {...settings, compress: 'on'},
				runFolder: path.join(folder, 'run'),
				env: process.env,
				clock: systemClock,
			},
		});
		const options = {bwLimit: 100_000, timeoutSeconds: 20, extraArgs: ['-c', '--max-size=1g'], deleteAsked: false};
		for (const rsyncOptions of [undefined, options]) {
			const config = labSpoke(spoke, rsyncOptions ? {rsyncOptions} : {});
			const planned = await method.look(config, lookOptions(staging, {isDryRun: true}));
			assert.deepEqual(
				planned.files.filter(({isFile}) => isFile).map(file => file.path),
				[session.path],
			);
			const taken = await method.look(config, lookOptions(staging));
			assert.equal(taken.isComplete, true);
			const copy = path.join(staging, session.path);
			assert.equal(await fs.readFile(copy, 'utf8'), await fs.readFile(session.file, 'utf8'));
			await fs.rm(staging, {recursive: true});
		}

		const listed = await run(
			['rsync', '--list-only', '-e', `ssh -F ${spoke.sshConfig} -o BatchMode=yes`, `${spoke.name}:./`],
			{limitMs: patienceMs},
		);
		assert.equal(listed.exitCode, 0, listed.stderr);
		assert.match(listed.stdout, / --home-will-api--/);
		await run(['ssh', '-F', spoke.sshConfig, '-O', 'exit', spoke.name], {limitMs: patienceMs});
	});
}

test('a folder with spaces and quotes in its name can be what a key is restricted to', {skip}, async t => {
	const {spoke, home} = await restrictedSpoke(t, 'wrapper', `my "own" it's $HOME`);
	await writeSession(path.join(home, `my "own" it's $HOME`));
	const listed = await run(['rsync', '-r', '-e', `ssh -F ${spoke.sshConfig}`, `${spoke.name}:./`], {
		limitMs: patienceMs,
	});
	assert.match(listed.stdout, /\.jsonl/, listed.stderr);
});

test('whatever is asked of the wrapper, rsync is started with an exact few arguments or not at all', async t => {
	const {path: folder} = await temporaryFolder(t);
	const [script, recorder] = [path.join(folder, 'wrapper'), path.join(folder, 'rsync')];
	await fs.writeFile(script, wrapperScript, {mode: 0o700});
	await fs.writeFile(recorder, '#!/bin/sh\npwd -P\nfor word; do printf "%s\\n" "$word"; done\n', {mode: 0o700});
	const word = fc.oneof(
		fc.constantFrom(
			'rsync',
			'--server',
			'--sender',
			'-tre.iLs',
			'-e',
			'sh',
			'.',
			'./',
			'..',
			'--list-only',
			'--timeout=6',
			'--timeout=',
			'--',
			'-',
			'-n',
			';',
			'*',
			'$(id)',
			'\n',
			'--rsh=sh',
			'/etc',
			'-e.iL',
			'-L',
		),
		fc.string({maxLength: 6}),
	);
	const usual = fc.constant(['rsync', '--server', '--sender']);
	const request = fc
		.tuple(
			fc.oneof({weight: 3, arbitrary: usual}, {weight: 1, arbitrary: fc.constant([])}),
			fc.array(word, {maxLength: 6}),
		)
		.map(([lead, rest]) => [...lead, ...rest].join(' ').replaceAll('\0', ''));
	const ran = (command: string) =>
		spawnSync('/bin/sh', [script, folder, recorder], {
			encoding: 'utf8',
			env: {...process.env, SSH_ORIGINAL_COMMAND: command},
		});
	assert.deepEqual(ran('rsync --server --sender -ntre.iLsfxCIvu --timeout=60 . ./').stdout.split('\n'), [
		...[await fs.realpath(folder), '--server', '--sender', '-ntre.iLsfxCIvu', '--timeout=60', '.', './', ''],
	]);
	fc.assert(
		fc.property(request, command => {
			const {status, stdout} = ran(command);
			if (status !== 0) {
				assert.equal(stdout, '');
				return;
			}

			const [, ...words] = stdout.trimEnd().split('\n');
			assert.deepEqual(words.slice(0, 2), ['--server', '--sender']);
			assert.deepEqual(words.at(-2), '.');
			assert.match(words.at(-1)!, /^\.\/?$/);
			for (const option of words.slice(2, -2)) {
				assert.match(option, /^(?:-[cdnrtvz]+(?:e\.[A-Za-z\d]*)?|--(?:timeout|bwlimit)=\d+|--list-only)$/, command);
			}
		}),
		{numRuns: 400},
	);
});

async function listing(folder: string): Promise<string[]> {
	const names = await fs.readdir(folder, {recursive: true});
	return names.sort();
}
