import assert from 'node:assert/strict';
import {chmod, readFile, writeFile} from 'node:fs/promises';
import test from 'node:test';
import fc from 'fast-check';
import {run} from '../../../source/sync/process.js';
import {pullCommand} from '../../../source/sync/rsync/argv.js';
import {rshString, sshCommand} from '../../../source/sync/ssh/argv.js';
import {patienceMs, temporaryFolder} from '../../lab/after.js';
import {localSpoke, settings} from '../methods/spokes.js';

const source = {kind: 'ssh', host: 'laptop', user: 'will', path: '~/a b'} as const;

test('the host stands behind -- and is followed by nothing but the command', () => {
	const spoke = localSpoke('', {source, port: 2222, sshKey: '/k'});
	const argv = sshCommand(spoke, settings.ssh, {kind: 'attach', socket: '/r/50% of/cm-1'}, 'true');
	assert.deepEqual(argv.slice(-7), ['-p', '2222', '-l', 'will', '--', 'laptop', 'true']);
	for (const option of [
		'BatchMode=yes',
		'StrictHostKeyChecking=yes',
		'ControlMaster=no',
		'ControlPath="/r/50%% of/cm-1"',
		'IdentitiesOnly=yes',
	])
		assert.equal(argv[argv.indexOf(option) - 1], '-o', option);
	assert.equal(argv[argv.indexOf('-i') + 1], '/k');
	assert.throws(() => sshCommand(localSpoke('/x'), settings.ssh, {kind: 'none'}), TypeError);
});

test('rsync hands any words on to the remote shell as they are', async t => {
	const root = (await temporaryFolder(t)).path;
	await writeFile(`${root}/record`, `#!/bin/sh\nprintf '%s\\0' "$@" > ${root}/words\nexit 1\n`);
	await chmod(`${root}/record`, 0o755);
	const word = fc.oneof(
		fc.string({minLength: 1, maxLength: 12}).filter(text => !text.includes('\0')),
		fc
			.array(fc.constantFrom("'", '"', "''", ' ', '\\', '$x', '`'), {minLength: 1, maxLength: 6})
			.map(parts => parts.join('')),
	);
	await fc.assert(
		fc.asyncProperty(fc.array(word, {minLength: 1, maxLength: 8}), async words => {
			const argv = ['rsync', '-r', '-e', rshString([`${root}/record`, ...words, '--']), '--', 'laptop:x', root];
			await run(argv, {limitMs: patienceMs});
			const got = (await readFile(`${root}/words`, 'utf8')).split('\0');
			assert.deepEqual(got.slice(0, words.length + 2), [...words, '--', 'laptop']);
		}),
		{numRuns: 60},
	);
});

test('the pull line keeps what would write on the spoke out, and a second try says less', () => {
	const extraArgs = ['--remove-source-files', '--delete', '--inplace', '--checksum'];
	const spoke = localSpoke('', {
		source,
		rsyncOptions: {...localSpoke('').rsyncOptions, extraArgs},
		excludePatterns: ['*/old/*'],
	});
	const plan = {spoke, staging: '/s', compare: ['/seen', '/canon'], rsh: ['ssh', '--'], isDryRun: true};
	const argv = pullCommand({...plan, isCompressed: true, isPlain: false});
	assert.deepEqual(argv.slice(0, 3), ['rsync', '--checksum', '-rt']);
	assert.ok(argv.includes('-n') && argv.includes('-z'));
	assert.ok(argv.indexOf('--exclude=*/old/*') < argv.indexOf('--include=*/'));
	assert.ok(argv.indexOf('--compare-dest=/seen') < argv.indexOf('--compare-dest=/canon'));
	assert.deepEqual(argv.slice(-5), ['-e', 'ssh --', '--', 'laptop:a b/', '/s/']);
	const plain = pullCommand({...plan, isCompressed: true, isPlain: true, isPathUnescaped: true});
	assert.ok(!plain.includes('-z') && !plain.includes('--checksum'));
	assert.equal(plain.at(-2), 'laptop:a\\ b/');
	const six = pullCommand({
		...plan,
		spoke: {...spoke, source: {...source, host: '::1', path: './'}},
		isCompressed: false,
		isPlain: false,
	});
	assert.equal(six.at(-2), '[::1]:./');
});
