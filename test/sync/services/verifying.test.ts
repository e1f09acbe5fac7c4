import assert from 'node:assert/strict';
import fs from 'node:fs';
import {DatabaseSync} from 'node:sqlite';
import test, {type TestContext} from 'node:test';
import type {SpokeConfig} from '../../../source/sync/config/types.js';
import type {Hub} from '../../../source/sync/hub.js';
import {startVerifying} from '../../../source/sync/services/verifying.js';
import {keptFindings} from '../../../source/sync/store/verify-rows.js';
import type {Finding, VerifyReport} from '../../../source/sync/verify/types.js';
import {appendEntry, flipByte, makeSession, shrink, writeSession} from '../../lab/sessions.js';
import {type HubPlace, holdElsewhere, hubPlace} from './hubs.js';

interface Setting {
	readonly place: HubPlace;
	readonly hub: Hub;
	/** The spoke's folder, the hub's copy of it. */
	readonly source: string;
	readonly current: string;
	verify(isDeep: boolean): Promise<VerifyReport>;
	readonly paths: readonly string[];
}

/** A hub that has synced three sessions of a spoke. */
async function synced(t: TestContext, spoke: Partial<SpokeConfig> = {}): Promise<Setting> {
	const place = await hubPlace(t, ['laptop'], spoke);
	const source = `${place.root}/laptop`;
	fs.rmSync(`${source}/p`, {recursive: true});
	const sessions = [];
	for (const seed of [1, 2, 3]) sessions.push(await writeSession(source, {seed, bytes: 200_000}));
	const {hub} = await place.open('command');
	const [report] = await hub.sync(['laptop']);
	assert.equal(report?.result, 'done', report?.message);
	const verifying = startVerifying(hub, {threads: 1});
	return {
		...{place, hub, source, current: place.config.spokes[0]!.path, paths: sessions.map(({path}) => path)},
		verify: async isDeep => (await verifying.run(['laptop'], {isDeep, by: 'command'}))[0]!,
	};
}

const told = ({findings}: VerifyReport) => findings.map(({kind, severity}) => `${kind} ${severity}`);

function only(report: VerifyReport): Finding {
	assert.deepEqual(report.findings.length, 1, JSON.stringify(report.findings, null, 1));
	return report.findings[0]!;
}

test('a hub whose bytes are all as they were taken says so, and how it knows', async t => {
	const {hub, verify, place} = await synced(t);
	const quick = await verify(false);
	assert.deepEqual([quick.result, quick.findings, quick.identical, quick.checked], ['done', [], 3, 3]);
	assert.deepEqual([quick.proof.isAllHere, quick.proof.by, quick.proof.sessions], [true, 'sizes', 3]);
	const deep = await verify(true);
	assert.deepEqual([deep.result, deep.findings, deep.identical], ['done', [], 3]);
	assert.deepEqual([deep.proof.isAllHere, deep.proof.by, deep.proof.unproved], [true, 'content', 0]);
	assert.equal(deep.bytes, deep.proof.bytes);
	assert.equal(hub.spoke('laptop')?.verify.report, deep);
	assert.equal(hub.spoke('laptop')?.verify.progress, undefined);
	const {lastVerify} = hub.spoke('laptop')!.facts;
	assert.deepEqual([lastVerify?.isAllHere, lastVerify?.damage, lastVerify?.deepAt], [true, 0, deep.startedAt]);

	const other = await place.open('watch');
	startVerifying(other.hub);
	assert.equal(other.hub.spoke('laptop')?.verify.report?.startedAt, deep.startedAt, 'another process knows it');
});

test('a flipped bit with size and time as before is found by a deep verify alone, with its place, and repaired from the spoke', async t => {
	const {hub, current, verify, paths} = await synced(t);
	const file = `${current}/${paths[1]}`;
	const before = fs.readFileSync(file);
	await flipByte(file);
	assert.deepEqual(told(await verify(false)), []);
	const found = only(await verify(true));
	assert.deepEqual([found.kind, found.severity, found.path, found.repair], ['bit-rot', 'damage', paths[1], 'spoke']);
	const middle = before.length >> 1;
	assert.ok(found.offset! <= middle && middle < found.offset! + found.length!, JSON.stringify(found));
	assert.ok(found.length! <= 65_536, 'as fine as a chunk');
	assert.deepEqual(told(await verify(false)), ['bit-rot damage'], 'a quick one does not forget it');

	const verifying = startVerifying(hub);
	const done = await verifying.repair('laptop');
	assert.ok('repaired' in done);
	assert.deepEqual(done.repaired, [{path: paths[1], from: 'spoke'}]);
	assert.ok(fs.readFileSync(file).equals(before));
	const kept = hub.store.ledger.generations('laptop');
	assert.deepEqual([kept.length, kept[0]?.why], [1, 'damaged']);
	assert.deepEqual(hub.spoke('laptop')?.verify.report?.findings, []);
	assert.equal(hub.spoke('laptop')?.verify.report?.proof.isAllHere, true);
	const after = await verify(true);
	assert.deepEqual([told(after), after.identical], [[], 3]);
});

test('what was cut, edited or removed on the hub is told apart, and the next verify after a repair is clean', async t => {
	const {hub, current, verify, paths} = await synced(t);
	await shrink(`${current}/${paths[0]}`);
	const edited = fs.readFileSync(`${current}/${paths[1]}`);
	edited[100] = edited[100]! ^ 1;
	fs.writeFileSync(`${current}/${paths[1]}`, edited);
	fs.rmSync(`${current}/${paths[2]}`);
	for (const isDeep of [false, true]) {
		const {findings, proof} = await verify(isDeep);
		const byPath = new Map(findings.filter(({severity}) => severity === 'damage').map(one => [one.path, one]));
		assert.deepEqual(
			paths.map(path => [byPath.get(path)?.kind, byPath.get(path)?.repair]),
			[
				['truncated', 'spoke'],
				['foreign-edit', 'spoke'],
				['missing', 'spoke'],
			],
		);
		assert.equal(proof.isAllHere, false);
	}

	const done = await startVerifying(hub).repair('laptop');
	assert.ok('repaired' in done && done.repaired.length === 3 && done.failed.length === 0, JSON.stringify(done));
	const clean = await verify(true);
	assert.deepEqual([told(clean), clean.proof.isAllHere, clean.identical], [[], true, 3]);
});

test('damage that only a kept version can mend is no loss, and is mended from it', async t => {
	const {hub, source, current, verify, paths} = await synced(t);
	const path = paths[0]!;
	const first = fs.readFileSync(`${current}/${path}`);
	fs.writeFileSync(`${source}/${path}`, makeSession({seed: 9, bytes: 300_000}).text);
	await hub.sync(['laptop']);
	assert.equal(hub.store.ledger.generations('laptop').length, 1, 'the rewrite is current, the earlier bytes are kept');
	const [generation] = hub.store.ledger.generations('laptop');
	assert.ok(fs.readFileSync(generation!.file).equals(first));

	await flipByte(generation!.file);
	const found = only(
		await verify(true).then(report => ({...report, findings: report.findings.filter(one => one.severity !== 'info')})),
	);
	assert.deepEqual(
		[found.kind, found.severity, found.generation, found.repair],
		['bit-rot', 'damage', generation!.file, undefined],
	);
	fs.rmSync(generation!.file);
	assert.equal((await verify(false)).findings.find(({generation: file}) => file)?.kind, 'missing');
});

test('both sides are told apart: newer, only there, only here, larger here, and the same size and time with other bytes', async t => {
	const {hub, source, verify, paths} = await synced(t);
	await appendEntry(`${source}/${paths[0]}`);
	await shrink(`${source}/${paths[1]}`);
	fs.rmSync(`${source}/${paths[2]}`);
	const added = await writeSession(source, {seed: 7});
	const report = await verify(false);
	assert.deepEqual(report.findings.map(({kind, path}) => [kind, path]).sort(), [
		['hub-larger', paths[1]],
		['newer-on-spoke', paths[0]],
		['only-on-hub', paths[2]],
		['only-on-spoke', added.path],
	]);
	assert.equal(report.findings[0]?.severity, 'look');
	await hub.sync(['laptop']);
	await flipByte(`${source}/${paths[0]}`);
	assert.ok(!told(await verify(false)).includes('differs look'));
	const deep = await verify(true);
	assert.equal(deep.findings.find(({kind}) => kind === 'differs')?.path, paths[0]);
});

test('a session that was entered before chunks were noted gets them by a deep verify', async t => {
	const {hub, place, verify, paths, current} = await synced(t);
	const before = hub.store.ledger.chunks('laptop', paths[0]!);
	const database = new DatabaseSync(`${place.config.databaseDir}/sync.db`);
	database.exec('DELETE FROM chunks');
	database.close();
	assert.equal(hub.store.ledger.chunks('laptop', paths[0]!), undefined);
	await verify(true);
	assert.deepEqual(hub.store.ledger.chunks('laptop', paths[0]!), before);
	await flipByte(`${current}/${paths[0]}`);
	assert.ok(only(await verify(true)).length! <= 65_536);
});

test('what the lines of a session show is told by every deep verify, also of lines that were looked at before', async t => {
	const {hub, place, source, verify, paths, current} = await synced(t);
	const database = new DatabaseSync(`${place.config.databaseDir}/sync.db`);
	t.after(() => database.close());
	const known = () => database.prepare('SELECT COUNT(*) AS count FROM contents').get()?.count;

	fs.appendFileSync(`${source}/${paths[0]}`, 'no JSON\n');
	await hub.sync(['laptop']);
	assert.equal(known(), 0, 'a pull looks at no line');
	assert.deepEqual(told(await verify(false)), ['malformed-line look']);
	const [first, again] = [await verify(true), await verify(true)];
	assert.deepEqual([told(first), known()], [['malformed-line look'], 3]);
	assert.deepEqual(again.findings, first.findings);
	assert.deepEqual([again.proof.isAllHere, again.proof.by], [true, 'content']);

	fs.appendFileSync(`${source}/${paths[1]}`, 'no JSON\n');
	await hub.sync(['laptop']);
	assert.equal(known(), 2, 'a session that grew is looked at again');
	assert.deepEqual(told(await verify(true)), ['malformed-line look', 'malformed-line look']);
	database.exec('DELETE FROM contents');
	assert.deepEqual(told(await verify(true)), ['malformed-line look', 'malformed-line look'], 'nothing is remembered');
	assert.equal(known(), 3);
	await flipByte(`${current}/${paths[2]}`);
	const damaged = await verify(true);
	assert.deepEqual(
		damaged.findings.filter(({severity}) => severity === 'damage').map(({path}) => path),
		[paths[2]],
	);
});

test('a folder removed by hand is one calm finding', async t => {
	const {current, verify} = await synced(t);
	fs.rmSync(current, {recursive: true});
	const report = await verify(false);
	const missing = report.findings.filter(({kind}) => kind === 'missing');
	assert.equal(missing.length, 1);
	assert.match(missing[0]!.detail, /is empty or gone; the ledger knows 3 sessions .* The next sync brings back/);
	assert.equal(report.proof.isAllHere, false);
});

test('a source that is not there leaves the hub’s side verified and says why the other was not', async t => {
	const {source, current, verify, paths} = await synced(t);
	fs.rmSync(source, {recursive: true});
	await flipByte(`${current}/${paths[0]}`);
	const report = await verify(true);
	assert.equal(report.result, 'done');
	assert.equal(report.unreachable?.cause, 'SOURCE_ABSENT');
	assert.match(report.notCompared!, /is not there.*\[SOURCE_ABSENT\]/);
	assert.deepEqual(told(report), ['bit-rot damage']);
	assert.equal(report.identical, undefined);
});

test('a folder that others fill is never written to: a repair says where the true bytes are', async t => {
	const place = await hubPlace(t, ['usb'], {source: undefined, sourceText: undefined});
	const folder = place.config.spokes[0]!.path;
	const session = await writeSession(folder, {bytes: 150_000});
	const {hub} = await place.open('command');
	await hub.sync(['usb']);
	assert.equal(hub.store.ledger.totals('usb').sessions, 1);
	const verifying = startVerifying(hub);
	const verify = async (isDeep: boolean) => (await verifying.run(['usb'], {isDeep, by: 'command'}))[0]!;
	assert.deepEqual(told(await verify(true)), []);
	await flipByte(session.file);
	const bytes = fs.readFileSync(session.file);
	const found = only(await verify(true));
	assert.deepEqual([found.kind, found.severity, found.repair], ['bit-rot', 'look', 'generation']);
	const done = await verifying.repair('usb');
	assert.ok('elsewhere' in done);
	assert.equal(done.elsewhere[0]?.path, session.path);
	assert.ok(fs.readFileSync(session.file).equals(bytes), 'not a byte was written');
	assert.equal((await verify(true)).proof.isAllHere, true);

	const [copy] = hub.store.ledger.generations('usb');
	await flipByte(session.file);
	await flipByte(copy!.file);
	const damaged = only(await verify(true));
	assert.deepEqual([damaged.generation, damaged.severity, damaged.repair], [copy!.file, 'look', 'generation']);
	const mended = await verifying.repair('usb');
	assert.ok('repaired' in mended && mended.repaired[0]?.generation === copy!.file, JSON.stringify(mended));
	assert.deepEqual(told(await verify(true)), []);
});

test('a cancelled verify ends at once, leaves the last report, and a spoke held by another run is not repaired', async t => {
	const {hub, place, verify, current, paths} = await synced(t);
	const first = await verify(true);
	const verifying = startVerifying(hub);
	const running = verifying.run(['laptop', undefined], {isDeep: true, by: 'command'});
	verifying.cancel('laptop');
	const [cancelled, own] = await running;
	assert.deepEqual([cancelled?.result, own?.result, own?.spoke], ['cancelled', 'done', undefined]);
	assert.equal(hub.spoke('laptop')?.verify.report?.startedAt, first.startedAt);
	assert.equal(hub.spoke('laptop')?.verify.progress, undefined);
	assert.equal(hub.state.ownVerify.report?.result, 'done');
	await flipByte(`${current}/${paths[0]}`);
	await verify(true);
	const rival = await holdElsewhere(t, `${place.config.folder}/run`, 'laptop');
	assert.ok('heldBy' in (await verifying.repair('laptop')));
	await rival.end();
	assert.ok('repaired' in (await verifying.repair('laptop')));
});

test('a verify beside syncs that extend, rewrite and add sessions never calls damage what they do', async t => {
	const {hub, source, paths, place} = await synced(t);
	const other = await place.open('watch');
	const verifying = startVerifying(other.hub);
	const seen = new Set<string>();
	let isOver = false;
	const syncing = (async () => {
		for (let round = 0; round < 3; round++) {
			await appendEntry(`${source}/${paths[0]}`);
			fs.writeFileSync(`${source}/${paths[1]}`, makeSession({seed: 20 + round, bytes: 220_000 + 10_000 * round}).text);
			for (const seed of [30, 31, 32, 33]) await writeSession(source, {seed: seed + 10 * round, bytes: 60_000});
			await hub.sync(['laptop']);
		}

		isOver = true;
	})();
	while (!isOver) {
		const [report] = await verifying.run(['laptop'], {isDeep: seen.size % 2 === 0, by: 'watch'});
		assert.equal(report?.result, 'done', report?.failure?.message);
		for (const line of told(report!)) seen.add(line);
	}

	await syncing;
	assert.deepEqual(
		[...seen].filter(line => !line.endsWith(' info')),
		[],
	);
	const [last] = await verifying.run(['laptop'], {isDeep: true, by: 'watch'});
	// The rewrites were other sessions under the name of the first.
	assert.deepEqual(told(last!), ['id-name-mismatch info']);
	assert.deepEqual([last?.proof.isAllHere, last?.proof.unproved], [true, 0]);
});

test('of more damage than a stored report names a quick verify still tells all', async t => {
	const {hub, verify, current, paths} = await synced(t);
	await flipByte(`${current}/${paths[0]}`);
	await flipByte(`${current}/${paths[1]}`);
	const deep = await verify(true);
	assert.deepEqual(told(deep), ['bit-rot damage', 'bit-rot damage']);
	const [first, second] = deep.findings as [Finding, Finding];
	const many = Array.from({length: keptFindings}, (): Finding => first);
	hub.store.verifies.put({...deep, findings: [...many, second]});
	const stored = hub.store.verifies.get('laptop')!;
	assert.equal(stored.findings.length, keptFindings);
	assert.deepEqual(stored.unnamedDamage, [{path: second.path}]);
	hub.store.verifies.put(stored);
	assert.deepEqual(
		hub.store.verifies.get('laptop')!.unnamedDamage,
		[{path: second.path}],
		'also once it is stored again',
	);
	const quick = await verify(false);
	assert.deepEqual(told(quick), ['bit-rot damage', 'bit-rot damage']);
	assert.equal(hub.store.verifies.get('laptop')!.unnamedDamage, undefined);
});
