import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import path from 'node:path';
import test from 'node:test';
import {startServer} from '../lab/servers.js';
import {makeSession, shrink, writeSession} from '../lab/sessions.js';
import {startSpoke} from '../lab/sshd.js';
import {listShape, statusShape} from './shapes.js';
import {expectExit, quickHub, rawControls, runJson, startSpokes, statusOf} from './support.js';

const names = [
	'\u001B]0;owned\u0007\u001B[2Jred',
	'two\nlines',
	'\u202Egnol\u2066',
	'c1\u009B31m',
	'bell\u0007',
	'sep\u2028',
	'tab\t',
];

/** A spoke that means no good: its file names, its greeting and what its sessions say are full of control characters. */
async function hostileSpoke(t: Parameters<typeof quickHub>[0]) {
	const banner = '\u001B[31mWelcome\u001B]0;owned\u0007\r\u202Eevil\nConnection refused\n';
	const spoke = await startSpoke({scope: t, banner});
	const folder = path.join(spoke.sessionsDir, '--evil\u001B[5m--');
	mkdirSync(folder, {recursive: true});
	for (const [index, name] of names.entries()) {
		const {text} = makeSession({seed: index + 1, cwd: '/home/\u001B[31mwill\u202E/api'});
		writeFileSync(path.join(folder, `${name}_${index}.jsonl`), text);
	}

	writeFileSync(
		Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0xff, 0xfe, 0x9b), Buffer.from('.jsonl')]),
		makeSession({seed: 90}).text,
	);
	return {spoke, folder};
}

test('no name, banner or content of a spoke reaches the terminal raw, and JSON stays one faithful object', async t => {
	const {spoke, folder} = await hostileSpoke(t);
	const garbage = await startServer('garbage', t);
	const hub = await quickHub(t, {
		spokes: [
			spoke,
			{name: 'garbage', sync_method: 'rsync', source: `${garbage.host}:x`, port: garbage.port, ssh_config: '/dev/null'},
		],
	});
	await runJson(hub, ['--dry-run'], 4);
	const {laptop} = await runJson(hub, [], 4);
	assert.equal(laptop?.files.new, names.length + 1, 'every name is a session all the same');
	await shrink(path.join(folder, `${names[0]}_0.jsonl`));
	const outputs = [
		['sync', 'run'],
		['sync', 'run', '--dry-run'],
		['sync', 'run', '--json'],
		['sync', 'status'],
		['sync', 'status', '--json'],
		['sync', 'list'],
		['sync', 'list', '--long'],
		['sync', 'list', '--json'],
		['sync', 'log'],
		['sync', 'log', '--json'],
		['sync', 'release', 'laptop'],
	];
	for (const args of outputs) {
		const {stdout, stderr} = await hub.cli(args);
		assert.deepEqual(rawControls(stdout), [], `${args.join(' ')} wrote control characters to stdout`);
		assert.deepEqual(rawControls(stderr), [], `${args.join(' ')} wrote control characters to stderr`);
		assert.ok(!stdout.includes('\u2028'), args.join(' '));
		if (args.includes('--json')) assert.equal(stdout.trimEnd().split('\n').length, 1, `${args.join(' ')} is one line`);
	}

	const {sessions} = listShape.parse((await hub.cli(['sync', 'list', '--json'])).json());
	assert.equal(sessions.length, names.length + 1);
	for (const [index, name] of names.entries()) {
		assert.ok(
			sessions.some(({path: held}) => held === `--evil\u001B[5m--/${name}_${index}.jsonl`),
			JSON.stringify(name),
		);
	}

	const long = await expectExit(hub, ['sync', 'list', '--long'], 0);
	assert.equal(long.stdout.trimEnd().split('\n').length, 4 + names.length + 1, 'a newline in a name makes no line');
});

test('without a terminal, with NO_COLOR or TERM=dumb there is no escape sequence at all', async t => {
	const hub = await quickHub(t, {spokes: [{name: 'laptop', sync_method: 'rsync', source: 'laptop:x'}]});
	for (const env of [{}, {FORCE_COLOR: '1', NO_COLOR: '1'}, {TERM: 'dumb'}]) {
		for (const args of [[], ['sync', 'run', '--dry-run']]) {
			const {stdout, stderr} = await hub.cli(args, {env});
			assert.ok(!(stdout + stderr).includes('\u001B'), `${JSON.stringify(env)} ${args.join(' ')}`);
		}
	}
});

test('rows of methods that are not driven yet are listed and counted, and no zero time is shown', async t => {
	const hub = await quickHub(t, {
		spokes: [
			{name: 'phone', sync_method: 'syncthing', path: '~/.pi-brain/synced/phone'},
			{name: 'tablet', sync_method: 'api', path: '~/.pi-brain/synced/tablet'},
			{name: 'usb', sync_method: 'manual'},
		],
	});
	const {utimesSync} = await import('node:fs');
	const ancient = await writeSession(hub.synced('usb'));
	utimesSync(ancient.file, 0, 0);
	await writeSession(hub.synced('phone'), {seed: 1});
	writeFileSync(path.join(hub.synced('phone'), 'x.sync-conflict-20260101-101010-ABCDEFG.jsonl'), '{}\n');
	writeFileSync(path.join(hub.synced('phone'), 'foreign.jsonl'), '{"isSidechain":true}\n');
	await writeSession(path.join(hub.home, '.pi/agent/sessions'), {seed: 3});
	const {of, hub: own, lastSync} = await statusOf(hub);
	assert.deepEqual([own.name, own.sessionsCount], [hostname(), 1]);
	assert.deepEqual(
		[of.phone?.state, of.phone?.reason, of.phone?.sessionsCount],
		['ok', "folder only: Syncthing's API was not found", 1],
	);
	assert.deepEqual([of.phone?.conflictsCount, of.phone?.othersCount], [1, 1]);
	assert.deepEqual(
		[of.tablet?.state, of.tablet?.reason, of.tablet?.sessionsCount],
		['never', 'method not driven yet', 0],
	);
	assert.deepEqual([of.usb?.newestSession, of.usb?.lastSynced, lastSync], [null, null, {}]);
	const {stdout} = await expectExit(hub, ['sync', 'status'], 3);
	// Whole words: the name of this machine may hold such digits.
	assert.doesNotMatch(stdout, /\b(?:1970|0001)\b|20,\d\d\dd|56y/);
	const {stderr} = await expectExit(hub, ['sync', 'run', 'tablet'], 2);
	assert.match(stderr, /^'tablet' cannot be synced from here: method not driven yet/);
	const after = statusShape.parse((await hub.cli(['sync', 'status', '--json'])).json());
	assert.deepEqual(
		[after.errors, after.spokes[0]?.state],
		[[], 'ok'],
		'what cannot be driven is no failure of the spoke',
	);
	const all = await runJson(hub, ['--all'], 0);
	assert.deepEqual(Object.keys(all), ['phone', 'usb'], 'what arrived without an API is entered all the same');
});

test('deleting sync.db loses history, not sessions, and the ledger comes back from its plain copy', async t => {
	const spokes = await startSpokes(t, {name: 'laptop'}, {name: 'server'});
	for (const [index, {sessionsDir}] of spokes.entries()) {
		for (let seed = 1; seed <= 3; seed++) await writeSession(sessionsDir, {seed: seed + index * 10});
	}

	const hub = await quickHub(t, {spokes});
	await runJson(hub, [], 0);
	const {readdirSync, readFileSync, rmSync} = await import('node:fs');
	const data = path.join(hub.folder, 'data');
	const ledger = readFileSync(path.join(data, 'ledger/laptop.jsonl'));
	for (const name of readdirSync(data)) if (name.startsWith('sync.db')) rmSync(path.join(data, name));
	const blank = await statusOf(hub);
	assert.deepEqual(
		blank.spokes.map(({state, sessionsCount}) => [state, sessionsCount]),
		[
			['never', 3],
			['never', 3],
		],
	);
	const runs = await runJson(hub, [], 0);
	assert.deepEqual(
		Object.values(runs).map(({files}) => [files.new, files.extended, files.unchanged]),
		[
			[0, 0, 3],
			[0, 0, 3],
		],
	);
	assert.ok(
		readFileSync(path.join(data, 'ledger/laptop.jsonl')).equals(ledger),
		'the rebuilt entries are the old ones',
	);
	assert.doesNotMatch(
		(await expectExit(hub, ['sync', 'log'], 0)).stdout,
		/New session|first sync|entered in the ledger/,
	);
	const {of} = await statusOf(hub);
	assert.deepEqual([of.laptop?.state, of.server?.state, of.laptop?.holdsCount], ['ok', 'ok', 0]);
});
