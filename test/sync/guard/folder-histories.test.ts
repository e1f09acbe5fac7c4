import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';
import fc from 'fast-check';
import {forAWhile} from '../../lab/enough.js';
import {checkChunks, checkKept, checkPlainLedger, startsWith} from './witness.js';
import {World} from './world.js';

/** What scp, rsync, Syncthing and people do to a folder they fill. */
const deeds = ['scp-over', 'scp-grown', 'append', 'rename-over', 'truncate', 'delete', 'retype', 'move-away'] as const;

interface Deed {
	readonly deed:
		| (typeof deeds)[number]
		| 'sync'
		| 'sync-twice'
		| 'forget-database'
		| 'garbled-database'
		| 'protect'
		| 'detect-only';
	readonly to: number;
	readonly n: number;
}

const sessions = ['--home-will-api--/a.jsonl', '--home-will-api--/b.jsonl', '--home-will-web--/c.jsonl'];
const conflictCopy = '--home-will-api--/a.sync-conflict-20260124-091502-ABCDEF7.jsonl';
const files = [...sessions, conflictCopy];
/** More than the five seconds a file must lie untouched, so that each counts at once. */
const settledMs = 10_000;
let written = 0;

function fresh(bytes: number): Buffer {
	written++;
	// Some are longer than a chunk of the ledger.
	const length = bytes % 4 === 3 ? 12 + bytes * 400 : 12 + bytes;
	return Buffer.from(`{"n":${written}}\n`.padEnd(length, `${written}-`));
}

function act(file: string, {deed, n}: Deed): void {
	fs.mkdirSync(path.dirname(file), {recursive: true});
	const stat = fs.lstatSync(file, {throwIfNoEntry: false});
	const aside = `${file}.aside`;
	if (deed === 'move-away') {
		if (fs.existsSync(aside) && !stat) fs.renameSync(aside, file);
		else if (stat?.isFile()) fs.renameSync(file, aside);
		return;
	}

	if (stat?.isDirectory()) fs.rmSync(file, {recursive: true});
	const old = stat?.isFile() ? fs.readFileSync(file) : Buffer.alloc(0);
	if (deed === 'scp-over') fs.writeFileSync(file, fresh(n));
	else if (deed === 'scp-grown') fs.writeFileSync(file, Buffer.concat([old, fresh(n)]));
	else if (deed === 'append') fs.appendFileSync(file, fresh(n));
	else if (deed === 'rename-over') {
		fs.writeFileSync(`${file}.part`, fresh(n));
		fs.renameSync(`${file}.part`, file);
	} else if (!stat?.isFile()) return;
	else if (deed === 'truncate') fs.truncateSync(file, Math.floor((old.length * n) / 301));
	else fs.rmSync(file);
	if (deed === 'retype') fs.mkdirSync(file);
}

async function live(history: readonly Deed[]): Promise<void> {
	const world = await World.make('folder', undefined, settledMs);
	const entered = new Map<string, Buffer[]>(files.map(file => [file, []]));
	try {
		for (const deed of [...history, {deed: 'sync-twice', to: 0, n: 0} as const]) {
			if (deed.deed === 'protect') world.protect = 'auto';
			else if (deed.deed === 'detect-only') world.protect = 'off';
			else if (deed.deed === 'forget-database') await world.forgetDatabase();
			else if (deed.deed === 'garbled-database') await world.garbleDatabase();
			else if (deed.deed === 'sync') await sync(world, entered);
			else if (deed.deed === 'sync-twice') await syncTwice(world, entered);
			else act(path.join(world.current, files[deed.to]!), deed);
		}
	} finally {
		world.store.close();
		fs.rmSync(world.root, {recursive: true, force: true});
	}
}

async function sync(world: World, entered: Map<string, Buffer[]>): Promise<void> {
	const [outline, before, earlier] = [
		world.outline(world.current),
		await world.contents(world.current),
		world.ledger(),
	];
	const report = await world.sync();
	assert.equal(report.result, 'done', `${report.message} ${report.detail}`);
	assert.deepEqual(world.outline(world.current), outline, "a folder that is somebody else's was written to");
	const seen = world.store.ledger.observations('laptop');
	for (const [session, content] of before) {
		const entry = world.ledger().get(session);
		assert.equal(entry?.length, content.length, `${session}: settled, and not entered`);
		if (world.protect === 'auto') entered.get(session)!.push(content);
		const known = earlier.get(session);
		if (known && content.length < known.length)
			assert.equal(seen.get(session)?.kind, 'shrunk', `${session}: nothing said`);
		const kind = seen.get(session)?.kind;
		assert.ok(kind !== 'gone' && kind !== 'retyped', `${session}: said to be ${kind}, and is there`);
	}

	for (const session of earlier.keys()) {
		const isSaid = ['gone', 'retyped'].includes(seen.get(session)?.kind ?? '');
		assert.ok(before.has(session) || isSaid, `${session}: not there, and nothing said`);
	}

	const copy = checkConflictCopy(world);
	if (copy && world.protect === 'auto') entered.get(conflictCopy)!.push(copy);
	for (const [session, contents] of entered) {
		const here = session === conflictCopy ? copy : before.get(session);
		const kept = world.versions(session);
		for (const bytes of contents) {
			const isThere = [...kept, ...(here ? [here] : [])].some(content => startsWith(content, bytes));
			assert.ok(isThere, `${session}: ${bytes.length} bytes that were entered are nowhere`);
		}
	}

	checkPlainLedger(world);
	checkChunks(world, before);
	checkKept(world);
}

/** A conflict copy is kept as it stands, and is nothing that a person counts or must look at. */
function checkConflictCopy(world: World): Buffer | undefined {
	const file = path.join(world.current, conflictCopy);
	const here = fs.lstatSync(file, {throwIfNoEntry: false})?.isFile() ? fs.readFileSync(file) : undefined;
	const {ledger, versions} = world.store;
	assert.ok(!world.ledger().has(conflictCopy) && !ledger.observations('laptop').has(conflictCopy));
	const standing = versions.conflictCopies('laptop');
	assert.ok(standing.length <= (here ? 1 : 0), 'what is gone, or was changed, is kept as an earlier version');
	if (here && world.protect === 'auto') {
		const kept = standing.map(one => fs.readFileSync(one.file).subarray(0, one.length));
		assert.deepEqual(kept, [here], 'a settled conflict copy is not kept as it is');
	}

	return here;
}

async function syncTwice(world: World, entered: Map<string, Buffer[]>): Promise<void> {
	await sync(world, entered);
	// Deletions need a second look to be certain; the third run is the one that must find nothing to do.
	await sync(world, entered);
	const state = () => ({
		kept: world.outline(`${world.root}/hub/data`).filter(name => !name.startsWith('sync.db')),
		rows: [...world.ledger().values()],
		generations: world.kept(),
	});
	const before = state();
	await sync(world, entered);
	assert.deepEqual(state(), before, 'a second run over an unchanged folder changed something');
}

const histories = fc.array(
	fc.record(
		{
			deed: fc.oneof(
				{arbitrary: fc.constantFrom('sync' as const), weight: 8},
				{arbitrary: fc.constantFrom(...deeds), weight: 14},
				{
					arbitrary: fc.constantFrom('sync-twice' as const, 'forget-database' as const, 'garbled-database' as const),
					weight: 2,
				},
				{arbitrary: fc.constantFrom('protect' as const, 'detect-only' as const), weight: 3},
			),
			to: fc.nat(files.length - 1),
			n: fc.nat(300),
		},
		{noNullPrototype: true},
	),
	{minLength: 1, maxLength: 50, size: 'max'},
);

test('what others write into a folder never takes away what had settled there', async () => {
	await fc.assert(fc.asyncProperty(histories, forAWhile(20_000, live)), {numRuns: 80});
});

test('a file that is still being written is entered only when it has settled', async t => {
	const world = await World.make('folder', t);
	const file = path.join(world.current, sessions[0]!);
	fs.mkdirSync(path.dirname(file), {recursive: true});
	fs.writeFileSync(file, 'one\n');
	// The wait for it to settle is the writer's chance to go on; it was written just now, however slow this machine is.
	const clock = {
		now: () => Math.floor(fs.statSync(file).ctimeMs),
		sleep: async () => fs.appendFileSync(file, 'two\n'),
	};
	const early = await world.sync({clock});
	assert.deepEqual([early.result, early.files.new, world.ledger().size], ['done', 0, 0]);
	world.clock.ahead = settledMs;
	const late = await world.sync();
	assert.deepEqual([late.files.new, world.ledger().get(sessions[0]!)?.length], [1, 8]);
	assert.deepEqual(world.versions(sessions[0]!), [Buffer.from('one\ntwo\n')]);
});

test('with tui.protect off a loss is seen and said, and no copies are made', async t => {
	const world = await World.make('folder', t, settledMs);
	world.protect = 'off';
	const file = path.join(world.current, sessions[0]!);
	fs.mkdirSync(path.dirname(file), {recursive: true});
	fs.writeFileSync(file, 'one\ntwo\n');
	await world.sync();
	assert.deepEqual(world.versions(sessions[0]!), []);
	fs.writeFileSync(file, 'one\n');
	const {files, cause} = await world.sync();
	assert.deepEqual([files.held, cause], [1, 'GUARD_TRUNCATED']);
	assert.match(world.logged.join('\n'), /WARN something shrank .*from 8 to 4 bytes.*tui\.protect is off/);
});

test('a run killed while a copy grew leaves nothing in it that was taken back since', async t => {
	const world = await World.make('folder', t, settledMs);
	const file = path.join(world.current, sessions[0]!);
	fs.mkdirSync(path.dirname(file), {recursive: true});
	fs.writeFileSync(file, 'one\n');
	await world.sync();
	const [copy] = world.kept();
	for (const next of ['one\ntwo\n', 'other\n']) {
		fs.appendFileSync(copy!.file, 'appended, and killed before the ledger was told\n');
		fs.writeFileSync(file, next);
		await world.sync();
		const {length} = world.kept().find(kept => kept.file === copy!.file)!;
		assert.equal(fs.statSync(copy!.file).size, length);
	}

	assert.deepEqual(world.versions(sessions[0]!).map(String).sort(), ['one\ntwo\n', 'other\n']);
});

test('a copy from before tui.protect was off for a while is not taken for one of what came since', async t => {
	const world = await World.make('folder', t, settledMs);
	const file = path.join(world.current, sessions[0]!);
	fs.mkdirSync(path.dirname(file), {recursive: true});
	for (const [protect, text] of [
		['auto', 'one\n'],
		['off', 'two\n'],
		['auto', 'two\nmore\n'],
		['auto', 'three\n'],
	] as const) {
		world.protect = protect;
		fs.writeFileSync(file, text);
		await world.sync();
		checkKept(world);
	}

	assert.deepEqual(world.versions(sessions[0]!).map(String).sort(), ['one\n', 'three\n', 'two\nmore\n']);
});

test('the longest name a file system takes is protected too, and a plain ledger that lost lines knows its copy as it is', async t => {
	const world = await World.make('folder', t, settledMs);
	const name = `${'n'.repeat(249)}.jsonl`;
	const file = path.join(world.current, name);
	fs.writeFileSync(file, 'one\n');
	const first = await world.sync();
	assert.deepEqual([first.result, first.files.new], ['done', 1], first.message);
	const plain = fs.readFileSync(world.ledgerFile, 'utf8');
	fs.appendFileSync(file, 'two\n');
	await world.sync();
	fs.writeFileSync(world.ledgerFile, plain);
	fs.rmSync(file);
	await world.sync();
	const [kept] = world.kept();
	assert.equal(kept?.sha256, world.ledger().get(name)?.sha256);
	assert.equal(fs.readFileSync(kept!.file, 'utf8'), 'one\ntwo\n');
	await world.forgetDatabase();
	await world.sync();
	assert.equal(world.kept()[0]?.length, 8);
});
