import assert from 'node:assert/strict';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import test from 'node:test';
import {SyncError} from '../../../source/sync/causes.js';
import {systemClock} from '../../../source/sync/clock.js';
import {causeOfReason, fileErrors, listedPath} from '../../../source/sync/rsync/file-errors.js';
import {hubFlavour, isAtLeast, parseFlavour} from '../../../source/sync/rsync/flavour.js';
import {pull} from '../../../source/sync/rsync/pull.js';
import {patienceMs, temporaryFolder} from '../../lab/after.js';
import {localSpoke, lookOptions} from '../methods/spokes.js';

test('every complaint of a partial transfer is about a file, about a folder, or kept', () => {
	const stderr = [
		'rsync: [sender] send_files failed to open "/home/w/s/p/caf\\#303\\#251.jsonl": Permission denied (13)',
		'rsync: [sender] read errors mapping "/home/w/s/p/b.jsonl": No data available (61)',
		'file has vanished: "/home/w/s/p/c.jsonl"',
		'rsync: [sender] opendir "/home/w/s/q" failed: Permission denied (13)',
		'WARNING: p/d.jsonl failed verification -- update discarded (will try again).',
		'ERROR: p/d.jsonl failed verification -- update discarded.',
		'rsync: something new (99)',
		'a banner',
		'rsync error: some files/attrs were not transferred (see previous errors) (code 23) at main.c(1891) [generator=3.5.0]',
	].join('\n');
	const {errors, others} = fileErrors(stderr);
	assert.deepEqual(
		errors.map(({name, isFolder, isVanished}) => [name, isFolder, isVanished]),
		[
			['/home/w/s/p/café.jsonl', false, false],
			['/home/w/s/p/b.jsonl', false, false],
			['/home/w/s/p/c.jsonl', false, true],
			['/home/w/s/q', true, false],
			['p/d.jsonl', false, false],
		],
	);
	assert.deepEqual(others, ['rsync: something new (99)']);
	assert.equal(
		listedPath('/home/w/s/p/b.jsonl', path => path === 'p/b.jsonl'),
		'p/b.jsonl',
	);
	assert.equal(
		listedPath('/home/w/s/q', () => false),
		undefined,
	);
});

test('only what pi at work leads to heals by itself; every other reason is a failure', () => {
	const stderr = [
		'file has vanished: "/s/p/c.jsonl"',
		'rsync: [sender] read errors mapping "/s/p/b.jsonl": No data available (61)',
		'ERROR: p/d.jsonl failed verification -- update discarded.',
		'rsync: [sender] send_files failed to open "/s/p/a.jsonl": Permission denied (13)',
		'rsync: [sender] send_files failed to open "/s/p/vanished.jsonl": Operation not permitted (1)',
		'rsync: [sender] read errors mapping "/s/p/vanished.jsonl": Input/output error (5)',
	].join('\n');
	const [same, denied] = ['SRC_CHANGED', 'SRC_DENIED'];
	assert.deepEqual(
		fileErrors(stderr).errors.map(({reason}) => causeOfReason(reason)),
		[same, same, same, denied, denied, 'UNKNOWN'],
	);
});

test('which rsync the hub has is read from its version', async () => {
	assert.deepEqual(parseFlavour('rsync  version 3.5.0  protocol version 32\n'), {isGnu: true, version: '3.5.0'});
	const apple = 'openrsync: protocol version 29\nrsync version 2.6.9 compatible\n';
	assert.deepEqual(parseFlavour(apple), {isGnu: false, version: '2.6.9'});
	assert.equal(parseFlavour('hello'), undefined);
	assert.deepEqual(
		[isAtLeast('3.10.1', '3.2.4'), isAtLeast('3.2', '3.2.4'), isAtLeast('3.2.4', '3.2.4')],
		[true, false, true],
	);
	assert.equal((await hubFlavour(process.env, AbortSignal.timeout(patienceMs))).isGnu, true);
});

/** An rsync that prints and ends as told. */
async function fakeRsync(folder: string, script: string) {
	await mkdir(`${folder}/bin`, {recursive: true});
	await writeFile(`${folder}/bin/rsync`, `#!/bin/sh\n${script}\n`, {mode: 0o755});
	return {...process.env, PATH: `${folder}/bin:${process.env.PATH}`};
}

test('the ends of rsync: 24 and named errors keep the listing, a folder does not, the rest throws', async t => {
	const {path: root} = await temporaryFolder(t);
	const plan = {spoke: localSpoke(root), staging: `${root}/t`, compare: [], rsh: undefined};
	const end = async (stderr: string, code: number) => {
		await writeFile(
			`${root}/out`,
			'.d         |4096|2026/11/21-22:21:16|./\n>f+++++++++|1|2026/11/21-22:21:16|p/a.jsonl\n',
		);
		await writeFile(`${root}/err`, stderr);
		const env = await fakeRsync(root, `cat ${root}/out; cat ${root}/err >&2; exit ${code}`);
		return pull(
			{...plan, isDryRun: false, isCompressed: false, isPlain: false},
			{env, clock: systemClock, stallMs: patienceMs, release: undefined, options: lookOptions(`${root}/t`)},
		);
	};

	const vanished = await end('file has vanished: "/x/p/a.jsonl"\n', 24);
	assert.deepEqual([vanished.isComplete, [...vanished.unreadable.keys()]], [true, ['p/a.jsonl']]);
	const denied = 'rsync: [sender] send_files failed to open "/x/p/a.jsonl": Permission denied (13)\n';
	assert.equal((await end(denied, 23)).isComplete, true);
	assert.equal((await end('rsync: [sender] opendir "/x/q" failed: Permission denied (13)\n', 23)).isComplete, false);
	const odd = await end('rsync: what is this (1)\n', 23);
	assert.deepEqual([odd.isComplete, [...odd.unreadable.values()]], [false, ['rsync: what is this (1)']]);
	assert.equal((await end('', 23)).unreadable.size, 1, 'what was not brought is never passed over in silence');
	const full = 'rsync: [receiver] mkstemp "/t/p/.a" failed: Permission denied (13)\n';
	await assert.rejects(
		end(full, 23),
		(error: unknown) => error instanceof SyncError && error.failure.cause === 'DST_DENIED',
	);
	await assert.rejects(
		end('odd\n', 5),
		(error: unknown) => error instanceof SyncError && error.failure.message === 'odd',
	);
});

test('progress is told at most five times a second, and the last of it always', async t => {
	const {path: root} = await temporaryFolder(t);
	const lines = Array.from(
		{length: 100},
		(_, n) => `\\r   ${n + 1}  ${n}%  1.00kB/s  0:00:00 (xfr#${n}, to-chk=0/9)`,
	).join('');
	const env = await fakeRsync(root, `printf '${lines.replaceAll('%', '%%')}\\n'`);
	const told: number[] = [];
	const options = lookOptions(`${root}/t`, {onProgress: ({bytes}) => told.push(bytes)});
	const plan = {spoke: localSpoke(root), staging: `${root}/t`, compare: [], rsh: undefined};
	const context = {env, clock: {...systemClock, now: () => 1000}, stallMs: patienceMs, release: undefined, options};
	await pull({...plan, isDryRun: false, isCompressed: false, isPlain: false}, context);
	assert.deepEqual(told, [1, 100]);
});

test('a sender that speaks an old protocol, as openrsync does, is listed and pulled', async t => {
	const {path: root} = await temporaryFolder(t);
	await mkdir(`${root}/s/p`, {recursive: true});
	await writeFile(`${root}/s/p/a.jsonl`, 'one\n');
	await mkdir(`${root}/t`);
	await writeFile(`${root}/rsh`, '#!/bin/sh\nshift 2\nexec sh -c "$*"\n', {mode: 0o755});
	const extraArgs = ['--protocol=27'];
	const source = {kind: 'ssh', host: 'laptop', user: undefined, path: `${root}/s`} as const;
	const spoke = localSpoke('', {source, rsyncOptions: {...localSpoke('').rsyncOptions, extraArgs}});
	const plan = {
		...{spoke, staging: `${root}/t`, compare: [], rsh: [`${root}/rsh`, '--']},
		...{isDryRun: false, isCompressed: false, isPlain: false},
	};
	const options = lookOptions(`${root}/t`);
	const context = {env: process.env, clock: systemClock, stallMs: patienceMs, release: undefined, options};
	for (const isTransfer of [true, false]) {
		const pulled = await pull(plan, context);
		const files = pulled.items.filter(item => !item.isFolder);
		assert.deepEqual(
			[files.map(item => [item.path, item.isTransfer]), pulled.isComplete],
			[[['p/a.jsonl', isTransfer]], true],
		);
	}

	assert.equal(await readFile(`${root}/t/p/a.jsonl`, 'utf8'), 'one\n');
});
