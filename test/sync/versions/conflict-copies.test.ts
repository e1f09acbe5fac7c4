import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {startVerifying} from '../../../source/sync/services/verifying.js';
import {planPrune, prune, restoreGeneration, versionsOf} from '../../../source/sync/services/versions.js';
import {flipByte} from '../../lab/sessions.js';
import {aheadClock, World} from '../guard/world.js';
import {localSpoke} from '../methods/spokes.js';
import {hubPlace} from '../services/hubs.js';

const name = 'p/a.sync-conflict-20260124-091502-ABCDEF7.jsonl';

/** A hub with one session and a conflict copy of it in a folder that others fill, both entered. */
async function place(t: TestContext) {
	const {root, open} = await hubPlace(t, ['laptop'], {source: undefined, sourceText: undefined});
	const current = `${root}/hub/synced/laptop`;
	const copy = path.join(current, name);
	fs.mkdirSync(path.dirname(copy), {recursive: true});
	fs.writeFileSync(path.join(current, 'p/a.jsonl'), 'one\ntwo\n');
	fs.writeFileSync(copy, 'one\nthree\n');
	// More than the five seconds after which a file counts.
	const {hub, logged} = await open('command', aheadClock(10_000));
	const verifying = startVerifying(hub, {threads: 1});
	const sync = async () => {
		const [report] = await hub.sync(['laptop']);
		assert.deepEqual([report?.result, report?.cause], ['done', undefined], report?.message);
		return report!.files;
	};

	return {
		...{root, hub, logged, copy, sync, verifying, first: await sync()},
		verify: async () => (await verifying.run(['laptop'], {isDeep: true, by: 'command'}))[0]!,
		listed: () => versionsOf(hub, 'laptop').flatMap(one => one.generations.map(({path: of}) => of)),
		kept: () => hub.store.ledger.generations('laptop').filter(one => one.path === name),
	};
}

test('a conflict copy is kept without being counted, listed or pruned while it stands', async t => {
	const {hub, first, listed, kept, verify} = await place(t);
	assert.deepEqual([first.listed, first.new, hub.store.ledger.totals('laptop').sessions], [1, 1, 1]);
	assert.deepEqual([kept().map(({why}) => why), listed()], [['conflict-copy'], []]);
	assert.equal((await planPrune(hub, 'laptop')).items.length, 0);
	const {findings, proof} = await verify();
	assert.deepEqual(
		findings.filter(({path: of}) => of === name).map(({kind}) => kind),
		['conflict-copy'],
	);
	assert.deepEqual([proof.isAllHere, proof.sessions, proof.generations], [true, 1, 0]);
});

test('one that a person removed raises no alarm, and its bytes are listed, written to a file, and pruned like others', async t => {
	const {root, hub, copy, sync, listed, kept, verify, logged} = await place(t);
	fs.rmSync(copy);
	assert.deepEqual([(await sync()).held, hub.spoke('laptop')?.gone, hub.spoke('laptop')?.holds], [0, 0, 0]);
	assert.ok(logged.includes(`INFO the conflict copy ${name} is gone from the folder of 'laptop': kept here`));
	assert.deepEqual(listed(), [name]);
	const {findings, proof} = await verify();
	assert.deepEqual(
		findings.filter(({severity}) => severity !== 'info'),
		[],
	);
	assert.deepEqual([proof.isAllHere, proof.generations], [true, 1]);
	await restoreGeneration(hub, 'laptop', kept()[0]!.file, {to: `${root}/back.jsonl`});
	assert.equal(fs.readFileSync(`${root}/back.jsonl`, 'utf8'), 'one\nthree\n');
	const pruned = await prune(hub, 'laptop', await planPrune(hub, 'laptop'));
	assert.ok('removed' in pruned);
	assert.deepEqual([pruned.removed.map(one => one.path), kept()], [[name], []]);
	await sync();
	assert.deepEqual(listed(), []);
});

test('what it held before it grew, was cut or rewritten is there, and one that comes back is not kept twice', async t => {
	const {copy, sync, kept, listed} = await place(t);
	fs.appendFileSync(copy, 'four\n');
	await sync();
	assert.deepEqual([kept().length, listed()], [1, []], 'growth is appended to what is kept');
	fs.writeFileSync(copy, 'one\n');
	assert.equal((await sync()).held, 0);
	fs.writeFileSync(copy, 'another\n');
	await sync();
	const texts = () => kept().map(({file}) => fs.readFileSync(file, 'utf8'));
	assert.deepEqual(texts(), ['one\nthree\nfour\n', 'one\n', 'another\n']);
	assert.deepEqual(listed(), [name, name]);
	fs.renameSync(copy, `${copy}.aside`);
	await sync();
	assert.equal(listed().length, 3);
	fs.renameSync(`${copy}.aside`, copy);
	await sync();
	assert.deepEqual([texts().length, listed().length], [3, 2]);
});

test('a damaged copy is not taken for the bytes that came back', async t => {
	const {copy, sync, kept} = await place(t);
	fs.renameSync(copy, `${copy}.aside`);
	await sync();
	await flipByte(kept()[0]!.file);
	fs.renameSync(`${copy}.aside`, copy);
	await sync();
	assert.deepEqual(
		kept().map(({why}) => why),
		['protected', 'conflict-copy'],
	);
	assert.equal(fs.readFileSync(kept()[1]!.file, 'utf8'), 'one\nthree\n');
});

test('with tui.protect off what was kept is listed, since it no longer follows the folder, and is taken up again later', async t => {
	const {hub, copy, sync, kept, listed} = await place(t);
	const {config} = hub.state;
	const protect = (to: 'auto' | 'off') => hub.reconfigure({...config, tui: {...config.tui, protect: to}}, []);
	protect('off');
	fs.writeFileSync(copy, 'another\n');
	await sync();
	assert.deepEqual(listed(), [name]);
	fs.writeFileSync(copy, 'one\nthree\n');
	protect('auto');
	await sync();
	assert.deepEqual([kept().map(({why}) => why), listed()], [['conflict-copy'], []]);
});

test('once the hub fills the folder itself, what is kept of its conflict copies are earlier versions', async t => {
	const world = await World.make('folder', t, 10_000);
	fs.mkdirSync(path.join(world.current, 'p'));
	fs.writeFileSync(path.join(world.current, 'p/a.jsonl'), 'one\n');
	fs.writeFileSync(path.join(world.current, name), 'two\n');
	await world.sync();
	assert.deepEqual(world.store.versions.earlier('laptop'), []);
	const source = `${world.root}/spoke`;
	fs.cpSync(path.join(world.current, 'p/a.jsonl'), `${source}/p/a.jsonl`, {preserveTimestamps: true});
	world.spoke = localSpoke(source, {method: 'manual', path: world.current});
	const report = await world.sync();
	assert.deepEqual([report.result, report.files.held], ['done', 0], report.message);
	assert.deepEqual(
		world.store.versions.earlier('laptop').map(one => one.path),
		[name],
	);
	assert.equal(fs.readFileSync(path.join(world.current, name), 'utf8'), 'two\n');
});

test('damage of what is kept of it is found, and repaired from the folder', async t => {
	const {verifying, kept, verify} = await place(t);
	const [one] = kept();
	await flipByte(one!.file);
	const found = (await verify()).findings.filter(({generation}) => generation === one!.file);
	assert.deepEqual(
		found.map(({kind, severity, repair}) => [kind, severity, repair]),
		[['bit-rot', 'look', 'generation']],
	);
	await verifying.repair('laptop');
	assert.equal(fs.readFileSync(one!.file, 'utf8'), 'one\nthree\n');
});
