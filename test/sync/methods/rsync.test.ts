import assert from 'node:assert/strict';
import {mkdir, readFile, rm, utimes, writeFile} from 'node:fs/promises';
import {suite, type TestContext, test} from 'node:test';
import {SyncError} from '../../../source/sync/causes.js';
import {systemClock} from '../../../source/sync/clock.js';
import type {SpokeConfig} from '../../../source/sync/config/types.js';
import {createRsyncMethod} from '../../../source/sync/methods/rsync.js';
import type {Listing} from '../../../source/sync/methods/types.js';
import {closeAllMasters} from '../../../source/sync/ssh/connection.js';
import {temporaryFolder, waitFor} from '../../lab/after.js';
import {type LabSpoke, type SpokeOptions, startSpoke} from '../../lab/sshd.js';
import {labSpoke, localSpoke, lookOptions, settings} from './spokes.js';

async function setUp(t: TestContext, spokeOptions: SpokeOptions = {}, ssh: Partial<typeof settings.ssh> = {}) {
	const root = (await temporaryFolder(t)).path;
	const lab = await startSpoke({scope: t, ...spokeOptions});
	await fill(lab);
	const runFolder = `${root}/run`;
	t.after(async () => closeAllMasters(runFolder));
	const config = {...settings, ssh: {...settings.ssh, ...ssh}};
	const method = createRsyncMethod({config, runFolder, env: process.env, clock: systemClock});
	return {root, lab, method, runFolder, staging: `${root}/staging`, spoke: labSpoke(lab)};
}

function localMethod(root: string) {
	return createRsyncMethod({config: settings, runFolder: `${root}/run`, env: process.env, clock: systemClock});
}

async function fill(lab: LabSpoke) {
	await mkdir(`${lab.sessionsDir}/p`);
	await writeFile(`${lab.sessionsDir}/p/a.jsonl`, 'one\n');
	await writeFile(`${lab.sessionsDir}/p/b|c.jsonl`, 'two\n');
	await writeFile(`${lab.sessionsDir}/p/notes.txt`, 'no session\n');
}

async function failure(looking: Promise<Listing>) {
	const error = await looking.then(
		() => assert.fail('the look succeeded'),
		(error: unknown) => error,
	);
	assert.ok(error instanceof SyncError, String(error));
	return error.failure;
}

const paths = (listing: Listing) => listing.files.map(file => file.path).toSorted();

// Most of it is waiting for sshd and for limits to pass.
suite('the rsync method', {concurrency: 4}, () => {
	test('a first pull is one login and brings the sessions; later ones use the same connection', async (t: TestContext) => {
		const {lab, method, staging, spoke} = await setUp(t, {
			banner: 'Welcome.\nssh: connect to host x port 22: Connection refused\n',
		});
		const options = lookOptions(staging);
		const first = await method.look(spoke, options);
		assert.deepEqual(paths(first), ['p/a.jsonl', 'p/b|c.jsonl']);
		assert.ok(first.isComplete && first.files.every(file => file.isStaged && file.isFile && file.size === 4));
		assert.equal(first.bytes, 8);
		assert.ok(first.received > 0 && first.sent > 0);
		assert.equal(await readFile(`${staging}/p/b|c.jsonl`, 'utf8'), 'two\n');
		assert.equal(await lab.logins(), 1);
		assert.ok(options.commands.some(line => line.startsWith('rsync ')));

		await writeFile(`${lab.sessionsDir}/p/a.jsonl`, 'one\nmore\n');
		const folders = {staging: `${staging}-2`, compare: ['/does/not/exist', staging]};
		const second = await method.look(spoke, {...lookOptions(staging), folders});
		assert.deepEqual(
			second.files.map(file => [file.path, file.isStaged]),
			[
				['p/a.jsonl', true],
				['p/b|c.jsonl', false],
			],
		);
		const contact = await method.probe(spoke, new AbortController().signal);
		assert.deepEqual([contact.isConnected, contact.via], [true, 'shared connection']);
		assert.equal(await lab.logins(), 1);
	});

	test('what reaches the spoke is only what every rsync and a restricted key accept', async (t: TestContext) => {
		const {lab, method, staging, spoke} = await setUp(t);
		const excludePatterns = ['*/2024/*'];
		const rsyncOptions = {...spoke.rsyncOptions, bwLimit: 5000, timeoutSeconds: 30};
		await method.look({...spoke, excludePatterns, rsyncOptions, initialSyncDays: 3}, lookOptions(staging));
		const asked = (await lab.commands()).filter(command => command !== '');
		assert.equal(asked.length, 2);
		const accepted =
			/^rsync --server --sender -n?trz?e\.[A-Za-z]+ --timeout=30 --bwlimit=5000 \. \.pi\/agent\/sessions\/$/;
		for (const command of asked) assert.match(command, accepted);
	});

	test('a key restricted to rrsync -ro serves pulls and counts as contact', async (t: TestContext) => {
		const {method, staging, spoke} = await setUp(t, {isRestricted: true});
		assert.deepEqual(paths(await method.look(spoke, lookOptions(staging))), ['p/a.jsonl', 'p/b|c.jsonl']);
		const contact = await method.probe(spoke, new AbortController().signal);
		assert.deepEqual([contact.isConnected, contact.via, contact.failure], [true, 'shared connection', undefined]);
		const wrong = {...spoke, source: {...spoke.source, path: '.pi/agent/nothing'}} as SpokeConfig;
		assert.match((await failure(method.look(wrong, lookOptions(staging)))).cause, /FORCED_RRSYNC|SRC_MISSING/);
	});

	test('failures of the spoke get their class and the line that says so', async (t: TestContext) => {
		const {lab, method, staging, spoke, root} = await setUp(t, {banner: 'bash: rsync: command not found\n'});
		const look = async (changes: Partial<SpokeConfig>) =>
			failure(method.look({...spoke, ...changes}, lookOptions(staging)));
		const source = (path: string) => ({source: {...spoke.source, path} as SpokeConfig['source']});

		const missing = await look(source('no/such folder'));
		assert.deepEqual([missing.cause, /change_dir/.test(missing.message)], ['SRC_MISSING', true]);
		const noRsync = await look({rsyncPath: '/opt/none/rsync'});
		assert.equal(noRsync.cause, 'RSYNC_MISSING', noRsync.detail);

		await writeFile(`${root}/empty-hosts`, '');
		const unknown = await look({knownHosts: `${root}/empty-hosts`});
		assert.equal(unknown.cause, 'HOSTKEY_UNKNOWN', unknown.detail);
		assert.match(unknown.message, /^No \S+ host key is known for/);

		const {keyPair} = await import('../../lab/sshd-files.js');
		keyPair(`${root}/wrong key`);
		const config = await readFile(lab.sshConfig, 'utf8');
		await writeFile(`${root}/config`, config.replace(/\tIdentityFile .*\n/, ''));
		const denied = await look({sshKey: `${root}/wrong key`, sshConfig: `${root}/config`});
		assert.equal(denied.cause, 'AUTH_DENIED', denied.detail);

		const noKey = await look({sshKey: `${root}/none`, sshConfig: `${root}/config`, name: 'other'});
		assert.equal(noKey.cause, 'KEY_MISSING', noKey.detail);

		await lab.changeHostKey();
		const changed = await look({});
		assert.equal(changed.cause, 'HOSTKEY_CHANGED', changed.detail);
		assert.match(changed.message, /has changed/i);

		await lab.stop();
		const refused = await look({});
		assert.equal(refused.cause, 'TCP_REFUSED', refused.detail);
		const contact = await method.probe(spoke, new AbortController().signal);
		assert.deepEqual([contact.isConnected, contact.failure?.cause], [false, 'TCP_REFUSED']);
	});

	test('a key, a control socket and known hosts in folders with spaces and quotes work', async (t: TestContext) => {
		const {lab, spoke, root, staging} = await setUp(t);
		const odd = `${root}/it's "a" 50%`;
		await mkdir(odd);
		for (const [from, to] of [
			[lab.keyFile, 'key'],
			[lab.knownHosts, 'hosts'],
			[lab.sshConfig, 'config'],
		] as const)
			await writeFile(
				`${odd}/${to}`,
				(await readFile(from, 'utf8')).replace(/\t(?:IdentityFile|UserKnown\w+) .*\n/g, ''),
				{mode: 0o600},
			);
		const runFolder = `${odd}/r`;
		t.after(async () => closeAllMasters(runFolder));
		const method = createRsyncMethod({config: settings, runFolder, env: process.env, clock: systemClock});
		const own = {...spoke, sshKey: `${odd}/key`, sshConfig: `${odd}/config`, knownHosts: `${odd}/hosts`};
		assert.equal((await method.look(own, lookOptions(staging))).files.length, 2);
		assert.equal(await lab.logins(), 1);
	});

	test('text of a careless .bashrc is named as shell noise', async (t: TestContext) => {
		const {method, staging, spoke} = await setUp(t, {noise: 'Welcome to server, have a lot of fun\n'});
		assert.equal((await failure(method.look(spoke, lookOptions(staging)))).cause, 'SHELL_NOISE');
	});

	test('a spoke that freezes is left in time, by a look and by a probe, and the next look starts afresh', async (t: TestContext) => {
		const {lab, method, staging, spoke, runFolder} = await setUp(t);
		// Short limits are for the frozen spoke alone: a slow one is given its time.
		const ssh = {...settings.ssh, stallTimeoutMs: 800, connectTimeoutSeconds: 1};
		const hasty = createRsyncMethod({config: {...settings, ssh}, runFolder, env: process.env, clock: systemClock});
		t.after(() => lab.thaw());
		await method.look(spoke, lookOptions(staging));
		lab.freeze();
		assert.equal((await failure(hasty.look(spoke, lookOptions(staging)))).cause, 'STALLED');
		const frozen = await hasty.probe(spoke, new AbortController().signal);
		assert.deepEqual([frozen.isConnected, frozen.failure?.cause], [false, 'BANNER_TIMEOUT']);
		lab.thaw();
		assert.equal((await method.look(spoke, lookOptions(staging))).isComplete, true);
		lab.freeze();
		assert.equal((await hasty.probe(spoke, new AbortController().signal)).failure?.cause, 'BANNER_TIMEOUT');
		lab.thaw();
		await method.look(spoke, lookOptions(staging));
		lab.freeze();
		const signal = AbortSignal.timeout(300);
		// Its own limits would end it much later, and ssh by itself never would.
		await assert.rejects(method.look(spoke, lookOptions(staging, {signal})), {name: 'TimeoutError'});
	});

	test('a connection that died unnoticed is replaced at once', async (t: TestContext) => {
		const {lab, method, staging, spoke} = await setUp(t);
		await method.look(spoke, lookOptions(staging));
		await lab.stop();
		await lab.start();
		assert.equal((await method.look(spoke, lookOptions(staging))).isComplete, true);
	});

	test('a spoke that allows one session per connection is pulled and probed all the same', async (t: TestContext) => {
		const {method, staging, spoke} = await setUp(t, {maxSessions: 1});
		const [listing] = await Promise.all([
			method.look(spoke, lookOptions(staging)),
			method.look({...spoke}, lookOptions(`${staging}-2`)),
		]);
		assert.equal(listing.isComplete, true);
		assert.equal((await method.probe(spoke, new AbortController().signal)).isConnected, true);
	});

	test('what a run has prepared is what its look uses: one login, also when that fails', async (t: TestContext) => {
		const {lab, method, staging, spoke, runFolder} = await setUp(t);
		const options = lookOptions(staging);
		let hasStarted = false;
		const onStarted = () => {
			hasStarted = true;
		};
		const prepared = method.prepare!(spoke, options);
		assert.equal((await method.look(spoke, {...options, prepared, onStarted})).isComplete, true);
		assert.equal(await lab.logins(), 1);
		assert.ok(hasStarted, 'the hub was told that it may go on with its own work');

		await closeAllMasters(runFolder);
		await lab.stop();
		const again = lookOptions(staging);
		const failing = method.prepare!(spoke, again);
		await waitFor(() => again.commands.length > 0, {message: 'the login'});
		assert.equal((await failure(method.look(spoke, {...again, prepared: failing}))).cause, 'TCP_REFUSED');
		assert.deepEqual(
			again.commands.map(line => line.replace(/ .*/s, '')),
			['ssh', 'ssh'],
			'one login that began and ended',
		);
		assert.match(again.commands[1]!, /^ssh ended \(/);
	});

	test('a cancelled look leaves no process, and closing ends the shared connection', async (t: TestContext) => {
		const {lab, method, staging, spoke, runFolder} = await setUp(t);
		await writeFile(`${lab.sessionsDir}/p/big.jsonl`, Buffer.alloc(3_000_000, 'x'));
		const controller = new AbortController();
		const slow = {...spoke, rsyncOptions: {...spoke.rsyncOptions, bwLimit: 100}};
		const looking = method.look(
			slow,
			lookOptions(staging, {signal: controller.signal, onProgress: () => controller.abort(new Error('enough'))}),
		);
		await assert.rejects(looking, /enough/);
		// The listener and the two processes of the shared connection are what may be left on the spoke's side.
		await waitFor(() => lab.processes().length <= 3, {message: 'the end of the rsync on the spoke'});
		await closeAllMasters(runFolder);
		await waitFor(() => lab.processes().length === 1, {message: 'the end of the connection'});
	});

	test('a folder of this machine is a source too, and one that is gone is absent, not emptied', async (t: TestContext) => {
		const root = (await temporaryFolder(t)).path;
		const method = localMethod(root);
		await mkdir(`${root}/s/p`, {recursive: true});
		await writeFile(`${root}/s/p/a.jsonl`, 'one\n');
		const spoke = localSpoke(`${root}/s`);
		const all = await method.look(spoke, lookOptions(`${root}/t`));
		assert.deepEqual([all.isComplete, paths(all)], [true, ['p/a.jsonl']]);
		assert.deepEqual((await method.probe(spoke, new AbortController().signal)).via, 'source folder');
		await rm(`${root}/s`, {recursive: true});
		assert.equal((await failure(method.look(spoke, lookOptions(`${root}/t`)))).cause, 'SOURCE_ABSENT');
	});

	test("what a user's own size limit passes over is counted as not taken, and nothing is called gone", async (t: TestContext) => {
		const root = (await temporaryFolder(t)).path;
		const method = localMethod(root);
		await mkdir(`${root}/s/p`, {recursive: true});
		await writeFile(`${root}/s/p/a.jsonl`, 'one\n');
		await writeFile(`${root}/s/p/large.jsonl`, 'x'.repeat(3000));
		const spoke = localSpoke(`${root}/s`);
		const rsyncOptions = {...spoke.rsyncOptions, extraArgs: ['--max-size=2k']};
		for (const changes of [{}, {initialSyncDays: 3}]) {
			const limited = await method.look({...spoke, ...changes, rsyncOptions}, lookOptions(`${root}/t`));
			assert.deepEqual([paths(limited), limited.notTaken, limited.isComplete], [['p/a.jsonl'], 1, false]);
		}

		const options = lookOptions(`${root}/t`);
		const all = await method.look(spoke, options);
		assert.deepEqual([all.files.length, all.notTaken, all.isComplete], [2, 0, true]);
		assert.ok(!options.commands.some(line => line.includes('-size')), 'we set no limit of our own');
	});

	test('initial_sync_days leaves old sessions the hub does not know, and takes one once it grows', async (t: TestContext) => {
		const root = (await temporaryFolder(t)).path;
		const method = localMethod(root);
		await mkdir(`${root}/s/p[1]*`, {recursive: true});
		const old = new Date(Date.now() - 10 * 86_400_000);
		for (const name of ['old\n?.jsonl', 'older\\.jsonl', 'known.jsonl', 'young.jsonl'])
			await writeFile(`${root}/s/p[1]*/${name}`, name);
		for (const name of ['old\n?.jsonl', 'older\\.jsonl', 'known.jsonl'])
			await utimes(`${root}/s/p[1]*/${name}`, old, old);
		const spoke = localSpoke(`${root}/s`, {initialSyncDays: 3});
		const isKnown = (path: string) => path.endsWith('/known.jsonl');
		const first = await method.look(spoke, lookOptions(`${root}/t`, {isKnown}));
		assert.deepEqual([paths(first), first.notTaken], [['p[1]*/known.jsonl', 'p[1]*/young.jsonl'], 2]);
		assert.ok(first.files.every(file => file.isStaged) && first.isComplete);

		await writeFile(`${root}/s/p[1]*/old\n?.jsonl`, 'grown');
		const second = await method.look(spoke, lookOptions(`${root}/t`, {isKnown}));
		assert.deepEqual([second.files.length, second.notTaken], [3, 1]);
		assert.ok(second.files.every(file => file.isStaged));
		const dry = await method.look(spoke, lookOptions(`${root}/u`, {isKnown, isDryRun: true}));
		assert.deepEqual([dry.files.some(file => file.isStaged), dry.notTaken, dry.bytes > 0], [false, 1, true]);
	});
});
