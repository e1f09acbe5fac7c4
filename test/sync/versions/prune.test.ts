import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import type {LedgerLine} from '../../../source/sync/guard/ledger-file.js';
import {
	exportSessions,
	planPrune,
	prune,
	restoreGeneration,
	spaceOf,
	versionsOf,
} from '../../../source/sync/services/versions.js';
import {session, type VersionPlace, versionPlace} from './place.js';

/** Removes what a wish names; contents that went. */
async function pruned(place: VersionPlace, wish: Parameters<typeof planPrune>[2] = {}): Promise<string[]> {
	const before = place.kept();
	const plan = await planPrune(place.hub, 'laptop', wish);
	const done = await prune(place.hub, 'laptop', plan);
	assert.ok(!('heldBy' in done));
	assert.deepEqual(done.spared, []);
	const after = place.kept();
	return before.filter(content => !after.includes(content));
}

const versions = ['one\n', 'second\n', 'the third\n', 'and a fourth\n'];

/** A session that was rewritten three times. */
async function rewrites(place: VersionPlace): Promise<void> {
	for (const content of versions) {
		place.write(content);
		await place.sync();
	}
}

const ledgerOf = (place: VersionPlace) =>
	fs
		.readFileSync(`${place.root}/hub/data/ledger/laptop.jsonl`, 'utf8')
		.trim()
		.split('\n')
		.map(line => JSON.parse(line) as LedgerLine);

test('the oldest go, the newest stay as asked, and the plain ledger names each that went', async t => {
	const place = await versionPlace(t);
	await rewrites(place);
	const [, , oldest] = place.generations();
	assert.deepEqual(await pruned(place, {keep: 2}), ['one\n']);
	assert.deepEqual(await pruned(place, {olderThanMs: 3_600_000}), []);
	assert.deepEqual(place.text(), versions.at(-1));
	const line = ledgerOf(place).at(-1);
	assert.ok(line?.op === 'pruned' && line.file === oldest!.file && line.sha256 === oldest!.sha256);
	assert.deepEqual((await pruned(place)).sort(), ['second\n', 'the third\n']);
	assert.deepEqual(fs.readdirSync(`${place.root}/hub/data/generations/laptop`), [], 'no empty folder is left');
	place.hub.store.forget('laptop', place.root);
	await place.sync();
	assert.deepEqual(place.generations(), [], 'a rebuild brings back none of them');
	assert.equal(place.text(), versions.at(-1));
});

test('what stands in a later version is told apart from what is lost for good', async t => {
	const place = await versionPlace(t);
	await rewrites(place);
	const first = place.generations().at(-1)!;
	await restoreGeneration(place.hub, 'laptop', first.file);
	place.write('and a fourth\nwith more\n');
	await place.sync();
	const plan = await planPrune(place.hub, 'laptop');
	const fates = plan.items.map(item => [fs.readFileSync(item.file, 'utf8'), item.containedIn]);
	assert.deepEqual(
		fates.filter(([, holder]) => holder !== undefined),
		[['and a fourth\n', place.current]],
	);
	assert.deepEqual([plan.total.files, plan.lost.files], [5, 4]);
	// Of two that are alike the one that stays holds the other's bytes.
	const one = await planPrune(place.hub, 'laptop', {files: new Set([first.file])});
	assert.deepEqual(
		one.items.map(({containedIn}) => containedIn),
		[place.generations().find(({sha256, file}) => sha256 === first.sha256 && file !== first.file)?.file],
	);
});

test('versions of a held session stay, and so does what only they have of what the hub answers for', async t => {
	const place = await versionPlace(t);
	await rewrites(place);
	place.write('x\n');
	assert.equal(await place.sync(), 1);
	const held = await planPrune(place.hub, 'laptop');
	assert.deepEqual([held.items.length, held.staying.held], [0, 3]);
	await place.hub.release('laptop');
	const [latest] = place.generations();
	await restoreGeneration(place.hub, 'laptop', latest!.file);
	fs.writeFileSync(place.current, 'damaged!!\n');
	const plan = await planPrune(place.hub, 'laptop');
	assert.equal(plan.staying.answeredFor, 1);
	assert.ok(!plan.items.some(({file}) => file === latest!.file));
});

test('a plan that no longer fits removes only what was shown as it was shown', async t => {
	const place = await versionPlace(t);
	await rewrites(place);
	const [last] = place.generations();
	await restoreGeneration(place.hub, 'laptop', last!.file);
	const plan = await planPrune(place.hub, 'laptop');
	assert.ok(plan.items.find(({file}) => file === last!.file)?.containedIn);
	const lostNow = plan.items.filter(({containedIn}) => containedIn === undefined);
	place.write('quite another version\n');
	await place.sync();
	const other = place.generations().find(({sha256, file}) => sha256 === last!.sha256 && file !== last!.file);
	fs.rmSync(other!.file);
	const done = await prune(place.hub, 'laptop', plan);
	assert.ok(!('heldBy' in done));
	assert.deepEqual(
		done.spared.map(({file}) => file),
		[last!.file],
	);
	assert.equal(done.removed.length, lostNow.length);
	assert.equal(fs.readFileSync(last!.file, 'utf8'), 'the third\n');
});

test('the hub’s own copy of a folder that others fill is never removed, nor left out of an export', async t => {
	const place = await versionPlace(t, true);
	await rewrites(place);
	await place.hub.release('laptop');
	const space = await spaceOf(place.hub, 'laptop', new AbortController().signal);
	assert.deepEqual([space.generations.files, space.snapshots], [3, {files: 1, bytes: versions.at(-1)!.length}]);
	assert.equal((await pruned(place)).length, 3);
	fs.rmSync(path.dirname(place.current), {recursive: true});
	await place.sync();
	await place.sync();
	await place.hub.release('laptop');
	assert.deepEqual((await planPrune(place.hub, 'laptop')).items, []);
	assert.equal(versionsOf(place.hub, 'laptop')[0]?.generations.length, 1);
	const {signal} = new AbortController();
	const exported = await exportSessions(place.hub, 'laptop', `${place.root}/copy`, {signal});
	assert.deepEqual([exported.files, exported.fromCopies, exported.failed], [1, 1, []]);
	assert.equal(fs.readFileSync(`${place.root}/copy/${session}`, 'utf8'), versions.at(-1));
});

test('an export takes names that are not UTF-8, tells how far it is, and stops when told', async t => {
	const place = await versionPlace(t);
	const raw = Buffer.concat([Buffer.from(`${place.root}/laptop/p/`), Buffer.from([0xff]), Buffer.from('.jsonl')]);
	fs.writeFileSync(raw, 'raw\n');
	await place.sync();
	const told: number[] = [];
	const onProgress = ({filesDone}: {filesDone: number}) => told.push(filesDone);
	const {signal} = new AbortController();
	await exportSessions(place.hub, 'laptop', `${place.root}/copy`, {signal, onProgress});
	assert.deepEqual(told, [1, 2]);
	assert.equal(fs.readdirSync(`${place.root}/copy/p`).length, 2);
	const stopped = exportSessions(place.hub, 'laptop', `${place.root}/other`, {signal: AbortSignal.abort()});
	await assert.rejects(stopped, {name: 'AbortError'});
	await assert.rejects(exportSessions(place.hub, 'laptop', place.root, {signal}), {name: 'Refusal'});
});
