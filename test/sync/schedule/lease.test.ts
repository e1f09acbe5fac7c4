import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmod, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import test, {after, before} from 'node:test';
import {SyncError} from '../../../source/sync/causes.js';
import {acquireLease, type Lease, leaseHolder} from '../../../source/sync/schedule/lease.js';
import {endLeftovers} from '../../../source/sync/schedule/leftovers.js';
import {listProcesses} from '../../../source/sync/schedule/processes.js';

const program = new URL('hold-lease.ts', import.meta.url).pathname;
const never = new AbortController().signal;
let root: string;

before(async () => {
	root = await mkdtemp(join(tmpdir(), 'lease-'));
});

after(async () => {
	await rm(root, {recursive: true, force: true});
});

interface Told {
	readonly isHeld?: boolean;
	readonly isAfterCrash?: boolean;
	readonly child?: number;
	readonly heldBy?: {readonly pid?: number; readonly by?: string};
}

async function holder(folder: string, spoke: string, staging?: string): Promise<{child: ChildProcess; told: Told}> {
	const argv = ['--import', 'tsx', program, folder, spoke, ...(staging === undefined ? [] : [staging])];
	const child = spawn(process.execPath, argv, {stdio: ['pipe', 'pipe', 'inherit']});
	const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
	return {child, told: JSON.parse(line) as Told};
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
	const gone = once(child, 'exit');
	child.kill(signal);
	await gone;
}

async function take(folder: string, spoke: string): Promise<Lease> {
	const lease = await acquireLease({folder, spoke, by: 'dashboard'});
	assert.ok('release' in lease, 'the lease should have been free');
	return lease;
}

test('a lease is taken once, names its holder, and can be taken again after release', async () => {
	const folder = join(root, 'once');
	const lease = await take(folder, 'laptop');
	assert.equal(lease.isAfterCrash, false);
	const second = await acquireLease({folder, spoke: 'laptop', by: 'command'});
	assert.ok('heldBy' in second);
	assert.equal(second.heldBy.pid, process.pid);
	assert.equal((await leaseHolder(folder, 'laptop'))?.by, 'dashboard');
	const other = await take(folder, 'server');
	await other.release();
	await lease.release();
	await lease.release();
	assert.equal(await leaseHolder(folder, 'laptop'), undefined);
	await (await take(folder, 'laptop')).release();
});

test('of many callers at once in one process exactly one gets the lease', async () => {
	const folder = join(root, 'crowd');
	const got = await Promise.all(Array.from({length: 8}, async () => acquireLease({folder, spoke: 'a', by: 'watch'})));
	const leases = got.filter(lease => 'release' in lease);
	assert.equal(leases.length, 1);
	await leases[0]!.release();
});

test('names that are no file names are kept apart and below the folder', async () => {
	const folder = join(root, 'names');
	const leases = [await take(folder, '../x'), await take(folder, 'a/b'), await take(folder, 'ä')];
	assert.ok((await readdir(folder)).every(name => !name.includes('/')));
	assert.deepEqual(await readdir(root).then(names => names.filter(name => name.includes('x.lease'))), []);
	for (const lease of leases) await lease.release();
});

test('another process is refused and told by whom, also while the holder is suspended; kill -9 frees the lease', async () => {
	const folder = join(root, 'killed');
	const {child, told} = await holder(folder, 'laptop');
	try {
		assert.equal(told.isHeld, true);
		const refused = await acquireLease({folder, spoke: 'laptop', by: 'command'});
		assert.ok('heldBy' in refused);
		assert.deepEqual([refused.heldBy.pid, refused.heldBy.by], [child.pid, 'cron']);
		child.kill('SIGSTOP');
		assert.ok('heldBy' in (await acquireLease({folder, spoke: 'laptop', by: 'command'})));
	} finally {
		await end(child, 'SIGKILL');
	}

	assert.equal(await leaseHolder(folder, 'laptop'), undefined);
	const lease = await take(folder, 'laptop');
	assert.equal(lease.isAfterCrash, true);
	const rival = await holder(folder, 'laptop');
	assert.equal(rival.told.heldBy?.pid, process.pid);
	await end(rival.child, 'SIGKILL');
	await lease.release();
});

test('of processes that contend at once exactly one holds', async () => {
	const folder = join(root, 'contend');
	const rivals = await Promise.all(Array.from({length: 4}, async () => holder(folder, 'laptop')));
	try {
		assert.equal(rivals.filter(({told}) => told.isHeld).length, 1);
		const winner = rivals.find(({told}) => told.isHeld)!;
		assert.equal((await leaseHolder(folder, 'laptop'))?.pid, winner.child.pid);
		// Whoever was refused in the moment before the winner wrote its name down was told that it is held, and not by whom.
		for (const {told} of rivals) if (!told.isHeld) assert.ok([winner.child.pid, undefined].includes(told.heldBy!.pid));
	} finally {
		await Promise.all(rivals.map(async ({child}) => end(child, 'SIGKILL')));
	}
});

test('a holder file that names another life of a pid, or is damaged, names nobody', async () => {
	const folder = join(root, 'stale');
	const lease = await take(folder, 'laptop');
	const file = join(folder, 'server.holder.json');
	const own = JSON.parse(await readFile(join(folder, 'laptop.holder.json'), 'utf8'));
	await writeFile(file, JSON.stringify(own));
	assert.equal((await leaseHolder(folder, 'server'))?.pid, process.pid);
	await writeFile(file, JSON.stringify({...own, startTime: 'earlier'}));
	assert.equal(await leaseHolder(folder, 'server'), undefined);
	await writeFile(file, '{"pid":');
	assert.equal(await leaseHolder(folder, 'server'), undefined);
	await lease.release();
});

test('a run folder that cannot be made is explained', async () => {
	const file = join(root, 'file');
	await writeFile(file, '');
	await chmod(file, 0o600);
	await assert.rejects(acquireLease({folder: join(file, 'run'), spoke: 'a', by: 'cron'}), (error: unknown) => {
		assert.ok(error instanceof SyncError);
		assert.match(error.message, /the lease of a cannot be taken: .*ENOTDIR/);
		return true;
	});
	assert.equal(await leaseHolder(join(file, 'run'), 'a'), undefined);
});

test('what a killed holder left writing into staging is ended, and nothing else', async () => {
	const folder = join(root, 'left');
	const staging = join(root, '.staging', 'laptop');
	const {child, told} = await holder(folder, 'laptop', staging);
	const bystander = spawn('bash', ['-c', 'while :; do sleep 0.05; done', 'rsync', `${staging}-2/`], {
		argv0: 'rsync',
		detached: true,
		stdio: 'ignore',
	});
	const reader = spawn('sleep', ['60'], {argv0: `${staging}/x`, detached: true, stdio: 'ignore'});
	try {
		await end(child, 'SIGKILL');
		assert.ok(isAlive(told.child!), 'the child outlives its holder');
		const lease = await take(folder, 'laptop');
		const ended = await endLeftovers(staging, never);
		assert.deepEqual(
			ended.map(({pgid, isGone}) => ({pgid, isGone})),
			[{pgid: told.child, isGone: true}],
		);
		assert.equal(
			(await listProcesses()).find(({pid, isZombie}) => pid === told.child && !isZombie),
			undefined,
		);
		assert.ok(isAlive(bystander.pid!));
		assert.ok(isAlive(reader.pid!));
		assert.deepEqual(await endLeftovers(staging, never), []);
		await lease.release();
	} finally {
		await Promise.all([end(bystander, 'SIGKILL'), end(reader, 'SIGKILL')]);
	}
});

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}
