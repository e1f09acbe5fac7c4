import assert from 'node:assert/strict';
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {waitFor} from '../lab/after.js';
import {spokeEntry} from '../lab/hub.js';
import {appendEntry, writeSession} from '../lab/sessions.js';
import {startSpoke} from '../lab/sshd.js';
import {assertSameTree, expectExit, quickHub, runJson, startSpokes, statusOf, transfersOf} from './support.js';

test('a command line that cannot be understood ends with 2, says why in one line and does nothing', async t => {
	const hub = await quickHub(t, {spokes: [{name: 'laptop', sync_method: 'manual'}]});
	const cases: ReadonlyArray<readonly [args: string[], complaint: RegExp]> = [
		[['sync', 'frobnicate'], /^there is no command 'sync frobnicate'; 'sync' goes with status, list, run/],
		[['sync'], /^there is no command 'sync'; 'sync' goes with/],
		[['frobnicate'], /^there is no command 'frobnicate'\n/],
		[['sync', 'run', '--frob'], /^there is no flag --frob/],
		[['sync', 'run', '-z'], /^there is no flag -z/],
		[['sync', 'status', '--dry-run'], /^'sync status' takes no --dry-run/],
		[['sync', 'status', 'laptop'], /^'sync status' takes no 'laptop'/],
		[['sync', 'run', 'desktop'], /^no spoke is called 'desktop' in .*config\.yaml; it names laptop/],
		[['sync', 'list', '--spoke', 'desktop'], /^no spoke is called 'desktop'/],
		[['sync', 'release'], /^which spoke\? pi-brain-tui sync release NAME/],
		[['sync', 'run', 'laptop', '--all'], /^name spokes or say --all, not both/],
		[['sync', 'run', '--spoke', ''], /^--spoke needs the name of a spoke/],
		[['sync', 'run', '--spoke'], /^--spoke needs the name of a spoke/],
		[['sync', 'run', '-s', '--json'], /^-s needs the name of a spoke/],
		[['sync', 'run', '--spoke='], /^--spoke needs the name of a spoke/],
		[['sync', 'status', '--config'], /^--config needs the path of a file/],
		[['sync', 'run', ''], /^'sync run' got an empty name/],
	];
	for (const [args, complaint] of cases) {
		const {stdout, stderr} = await expectExit(hub, args, 2);
		assert.equal(stdout, '', args.join(' '));
		assert.match(stderr, complaint, args.join(' '));
		assert.ok(stderr.split('\n').length <= 3, `${args.join(' ')}: the complaint stands where it is seen`);
	}

	const help = await expectExit(hub, ['--help'], 0);
	assert.match(help.stdout, /sync run \[NAME…\]/);
});

test('a file that cannot be read at all ends with 2 and names line and column; no file at all is an empty hub', async t => {
	const hub = await quickHub(t, {configText: 'spokes:\n  - name: [laptop\n'});
	for (const args of [
		['sync', 'status'],
		['sync', 'run'],
		['sync', 'status', '--json'],
		['sync', 'watch'],
		['config', 'check'],
	]) {
		const {stdout, stderr} = await expectExit(hub, args, 2);
		assert.match(stdout + stderr, /config\.yaml:\d+:\d+/, args.join(' '));
	}

	rmSync(hub.configFile);
	const {stdout} = await expectExit(hub, ['sync', 'status'], 0);
	assert.match(stdout, /No spokes yet/);
	await expectExit(hub, ['sync', 'run'], 0);
	await expectExit(hub, ['sync', 'status', '--config', path.join(hub.home, 'other.yaml')], 2);
});

test('each failing spoke gets its own class, none stops the good one, and the run ends with 4', async t => {
	const spokes = await startSpokes(
		t,
		...['good', 'stopped', 'stranger', 'imposter', 'bare', 'empty-handed', 'noisy', 'forced'].map(name => ({
			name,
			...(name === 'bare' ? {isWithoutRsync: true} : {}),
			...(name === 'noisy' ? {noise: 'Welcome back, \u001B[1mwill\u001B[0m!\n'} : {}),
			...(name === 'forced' ? {forcedCommand: 'echo no shell for you; exit 1'} : {}),
		})),
	);
	const of = Object.fromEntries(spokes.map(spoke => [spoke.name, spoke]));
	for (const {sessionsDir} of spokes) await writeSession(sessionsDir);
	await of.stopped!.stop();
	await of.imposter!.changeHostKey();
	rmSync(of['empty-handed']!.sessionsDir, {recursive: true});
	const hub = await quickHub(t, {
		spokes: [
			...spokes.filter(({name}) => name !== 'stranger'),
			{...spokeEntry(of.stranger!), ssh_config: path.join(of.stranger!.home, 'ssh_config')},
			{name: 'wrong', sync_method: 'rsync'},
			{name: 'unplugged', sync_method: 'manual', source: '/nowhere/usb'},
		],
	});
	// A key that the spoke does not know: the host's own will do.
	const text = readFileSync(of.stranger!.sshConfig, 'utf8').replace(of.stranger!.keyFile, of.good!.keyFile);
	writeFileSync(path.join(of.stranger!.home, 'ssh_config'), text);

	const runs = await runJson(hub, [], 4);
	assert.deepEqual(
		Object.fromEntries(Object.values(runs).map(({spoke, result, cause}) => [spoke, `${result} ${cause}`])),
		{
			good: 'done null',
			stopped: 'failed TCP_REFUSED',
			imposter: 'failed HOSTKEY_CHANGED',
			bare: 'failed RSYNC_MISSING',
			'empty-handed': 'failed SRC_MISSING',
			noisy: 'failed SHELL_NOISE',
			forced: runs.forced?.cause === 'FORCED_OTHER' ? 'failed FORCED_OTHER' : 'failed SHELL_NOISE',
			stranger: 'failed AUTH_DENIED',
			wrong: 'failed CONFIG_INVALID',
			unplugged: 'failed SOURCE_ABSENT',
		},
	);
	assertSameTree(hub.synced('good'), of.good!.sessionsDir);

	const status = await statusOf(hub);
	assert.deepEqual(Object.fromEntries(status.spokes.map(({name, state}) => [name, state])), {
		good: 'ok',
		stopped: 'unreachable',
		imposter: 'host-key',
		bare: 'remote-config',
		'empty-handed': 'remote-config',
		noisy: 'remote-config',
		forced: 'remote-config',
		stranger: 'auth',
		wrong: 'error',
		unplugged: 'unreachable',
	});
	assert.equal(status.errors.length, 9);
	assert.ok(status.errors.every(({message}) => message.length > 10 && !message.includes('\n')));
	const shown = await expectExit(hub, ['sync', 'status'], 4);
	assert.match(shown.stdout, /^✗ {2}stopped .* unreachable /m);
	assert.match(shown.stdout, /^stopped: ssh: connect to host \S+ port \d+: Connection refused \[TCP_REFUSED\]$/m);

	await of.stopped!.start();
	await runJson(hub, ['stopped', 'good'], 0);
	assertSameTree(hub.synced('stopped'), of.stopped!.sessionsDir);
});

test('a spoke never synced is a warning: 3', async t => {
	const hub = await quickHub(t, {spokes: [{name: 'laptop', sync_method: 'rsync', source: 'laptop:x'}]});
	await expectExit(hub, ['sync', 'status'], 3);
	assert.equal((await statusOf(hub)).of.laptop?.state, 'never');
});

test('a second run of a spoke ends with 6, a signal with its own status, and no transfer is left behind', async t => {
	const spoke = await startSpoke({scope: t});
	const slow = await writeSession(spoke.sessionsDir, {bytes: 3_000_000});
	const entry = spokeEntry(spoke);
	const other = await startSpoke({scope: t, name: 'down'});
	await other.stop();
	// Far slower than all that happens meanwhile, also where a command takes ten seconds to start.
	const hub = await quickHub(t, {spokes: [{...entry, rsync_options: {bw_limit: 15}}, other]});
	for (const [signal, exitCode] of [
		['SIGTERM', 143],
		['SIGINT', 130],
	] as const) {
		const first = hub.start(['sync', 'run', 'laptop']);
		await waitFor(() => transfersOf(hub).length > 0, {message: 'a transfer under way'});
		const {laptop} = await runJson(hub, ['laptop'], 6);
		assert.deepEqual([laptop?.result, laptop?.cause], ['locked', 'LEASE_HELD']);
		assert.match(laptop?.message ?? '', new RegExp(`another sync run holds this spoke \\(pid ${first.pid}`));
		assert.equal((await statusOf(hub)).of.laptop?.state, 'syncing');
		await expectExit(hub, ['sync', 'release', 'laptop'], 6);
		// A failed spoke outweighs a busy one.
		await runJson(hub, ['--all'], 4);
		first.kill(signal);
		const {exitCode: ended, stdout} = await first.ended;
		assert.equal(ended, exitCode);
		assert.match(stdout, /laptop: cancelled/);
		assert.deepEqual(transfersOf(hub), []);
		assert.equal((await statusOf(hub)).of.laptop?.sessionsCount, 0, 'nothing half-written is a session');
	}

	await hub.configure({spokes: [entry], settings: {}});
	await appendEntry(slow.file);
	await runJson(hub, [], 0);
	assertSameTree(hub.synced('laptop'), spoke.sessionsDir);
});
