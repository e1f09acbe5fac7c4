import assert from 'node:assert/strict';
import {chmod, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import {readRsyncOptions} from '../../../source/sync/config/rsync-options.js';
import {run} from '../../../source/sync/process.js';
import {patienceMs} from '../../lab/after.js';

const errorsOf = (value: unknown) =>
	readRsyncOptions(value)
		.notes.filter(note => note.severity === 'error')
		.map(note => note.message);

test('both shapes come down to the same options', () => {
	const list = readRsyncOptions(['--bwlimit=1000', '--timeout', '30', '-z', '--delete']);
	const map = readRsyncOptions({bw_limit: 1000, timeout_seconds: 30, extra_args: ['-z'], delete: true});
	const expected = {bwLimit: 1000, timeoutSeconds: 30, extraArgs: ['--compress'], deleteAsked: true};
	assert.deepEqual(list.options, expected);
	assert.deepEqual(map.options, expected);
	for (const {notes} of [list, map]) {
		assert.deepEqual(
			notes.map(note => note.severity),
			['warning'],
		);
		assert.match(notes[0]!.message, /nothing the hub ever acknowledged is lost/);
	}
});

for (const argument of ['--delete', '--del', '--delete-after', '--delete-excluded', '--delete-missing-args']) {
	test(`${argument} is read, explained and ignored`, () => {
		const {options, notes} = readRsyncOptions([argument]);
		assert.deepEqual([options.deleteAsked, options.extraArgs], [true, []]);
		assert.deepEqual(
			notes.map(note => note.severity),
			['warning'],
		);
	});
}

for (const items of [
	['-e', 'ssh -p 22'],
	['-essh'],
	['-avze', 'sh -c id'],
	['-avzessh'],
	['-e ssh -p 22'],
	['-ze=ssh'],
	['--rsh=sh'],
	['--rsh', 'sh'],
	['--rsh sh'],
	['--rs=sh'],
	['--rs', 'sh'],
	['--rsync-path=sudo rsync'],
	['--rsync-path', 'rsync; id'],
	['--rsync-path=$(id)'],
	['-M--rsync-path=id'],
	['-M', '--x'],
	['--remote-option=--x'],
	['--config=/tmp/x'],
	['--daemon'],
	['--server'],
	['--temp-dir=/tmp'],
	['--temp=/tmp'],
	['-T/tmp'],
	['-aT', '/tmp'],
	['--backup-dir=/tmp'],
	['-b'],
	['--write-batch=/tmp/x'],
	['--only-write-batch=/tmp/x'],
	['--log-file=/tmp/x'],
	['--files-from=/etc/passwd'],
	['--compare-dest=/'],
	['--link-dest=/'],
	['--copy-links'],
	['-aL'],
	['-K'],
	['-R'],
	['--inplace'],
	['--append-verify'],
	['--remove-source-files'],
	['-n'],
	['-az', '-nv'],
	['--contimeout=5'],
	['--port=22'],
	['-s'],
	['--zc=zstd'],
	['--include=*'],
	['--filter=merge /etc/passwd'],
	['-f', '. /etc/passwd'],
	['--exclude-from=/etc/passwd'],
	['--exclude=!'],
	['--exclude=+ *'],
	['--exclude'],
	['--whole-file'],
	['host:/etc'],
	['/etc/'],
	['--'],
	['-'],
	[''],
	['--unheard-of'],
	['--bwlimit=fast'],
	['--bwlimit'],
	['--timeout=0'],
	['--max-size=1; id'],
	['--compress=9'],
	['-z\n-e'],
	['--bwlimit=1\n--rsh=id'],
]) {
	test(`${JSON.stringify(items)} is refused, and none of it is passed on`, () => {
		for (const value of [items, {extra_args: items}]) {
			const {options, notes, rsyncPath, excludePatterns} = readRsyncOptions(value);
			assert.ok(
				notes.some(note => note.severity === 'error'),
				JSON.stringify(notes),
			);
			assert.deepEqual([options.extraArgs.filter(word => word !== '--compress'), rsyncPath], [[], undefined]);
			assert.deepEqual(excludePatterns, []);
		}
	});
}

test('what the pull does anyway, or never wants, is left out with a note', () => {
	const {options, notes} = readRsyncOptions([
		'-avP',
		'-rlptgoD',
		'--partial',
		'--partial-dir=x',
		'--stats',
		'--no-perms',
		'--no-o',
	]);
	assert.deepEqual(options.extraArgs, []);
	assert.ok(notes.every(note => note.severity === 'info'));
});

test('excludes are handed over as patterns, a plain program as rsync_path', () => {
	const read = readRsyncOptions(['--exclude=old/*', '--exclude', '*.bak', '--rsync-path=/opt/bin/rsync', -4]);
	assert.deepEqual(read.notes, []);
	assert.deepEqual([read.excludePatterns, read.rsyncPath], [['old/*', '*.bak'], '/opt/bin/rsync']);
	assert.deepEqual(read.options.extraArgs, ['--ipv4']);
});

test('rates are read in rsync’s units', () => {
	const rate = (text: string) => readRsyncOptions([`--bwlimit=${text}`]).options.bwLimit;
	assert.deepEqual(['100', '1.5m', '1MB', '2MiB', '500b', '0'].map(rate), [100, 1536, 977, 2048, 1, undefined]);
});

test('neither shape is an error that says what would be', () => {
	assert.match(errorsOf('-z').join(), /must be a list of arguments, or a map/);
	assert.match(errorsOf([{a: 1}]).join(), /must be a list of arguments, or a map/);
	assert.match(errorsOf({bw_limit: 1.5}).join(), /bw_limit must be a whole number/);
	assert.match(errorsOf({extra_args: 'x'}).join(), /extra_args must be a list/);
	assert.deepEqual(errorsOf({future_key: 1}), []);
	assert.equal(errorsOf({bw_limit: -1, extra_args: ['--rsh=x']}).length, 2);
});

test('whatever is written, only options of the known harmless list come through', () => {
	const harmless = /^(?:--(?:no-)?compress|--no-z|--checksum|--ipv[46]|--(?:max|min)-size=[\dkmgbi.+-]+)$/i;
	const word = fc.oneof(
		fc.string({unit: fc.constantFrom(...'-=aezcTM4Prsh '), maxLength: 8}),
		fc.constantFrom('-z', '-c', '--max-size=2m', '--rsh', '-e', '--exclude', '--bwlimit', 'x', '--no-compress'),
	);
	fc.assert(
		fc.property(fc.array(word, {maxLength: 5}), items => {
			for (const argument of readRsyncOptions(items).options.extraArgs) assert.match(argument, harmless);
		}),
		{numRuns: 2000},
	);
});

test('of everything accepted, a real rsync sends only -z, -c, --timeout and --bwlimit to the spoke', async t => {
	const folder = await mkdtemp(path.join(tmpdir(), 'argv-'));
	t.after(() => rm(folder, {recursive: true, force: true}));
	const recorder = path.join(folder, 'recorder');
	const record = path.join(folder, 'argv');
	await writeFile(recorder, `#!/bin/sh\necho "$@" > ${record}\nexit 1\n`);
	await chmod(recorder, 0o700);
	const {options} = readRsyncOptions([
		'-zc',
		'--max-size=1m',
		'--min-size=1',
		'-6',
		'--no-z',
		'--timeout=9',
		'--bwlimit=7',
	]);
	const {extraArgs, timeoutSeconds, bwLimit} = options;
	const own = ['rsync', '-rt', `--timeout=${timeoutSeconds}`, `--bwlimit=${bwLimit}`, '-e', recorder];
	const argv = [...own, ...extraArgs, '--compress', '--', 'host:x/', `${folder}/out/`];
	await run(argv, {limitMs: patienceMs});
	const sent = await readFile(record, 'utf8');
	assert.match(sent, /^host rsync --server --sender -trcze\.\w+ --timeout=9 --bwlimit=7 \. x\/\n$/);
});
