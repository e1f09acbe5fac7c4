import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {acquireLease} from '../../../source/sync/schedule/lease.js';
import {World} from '../guard/world.js';

const session = '--home-will-api--/a.jsonl';

function write(world: World, name: string, content: string, folder = world.source): void {
	fs.mkdirSync(path.dirname(path.join(folder, name)), {recursive: true});
	fs.writeFileSync(path.join(folder, name), content);
}

test('a dry run says what would happen, and leaves the hub as it is', async t => {
	const world = await World.make('manual', t);
	write(world, session, 'one\n');
	write(world, 'p/b.jsonl', 'one\ntwo\n');
	write(world, 'p/same.jsonl', 'same\n');
	await world.sync();
	write(world, session, 'one\nmore\n');
	write(world, 'p/b.jsonl', 'one\n');
	write(world, 'p/new.jsonl', 'new\n');
	const before = world.outline(`${world.root}/hub/synced`);
	const facts = world.store.facts.get('laptop');
	const {result, plan, files} = await world.sync({isDryRun: true});
	assert.equal(result, 'done');
	assert.deepEqual(plan?.arrive, [{path: 'p/new.jsonl', bytes: 4}]);
	assert.deepEqual(plan?.grow, [{path: session, bytes: 5}]);
	assert.deepEqual(
		plan?.hold.map(({path: held}) => held),
		['p/b.jsonl'],
	);
	assert.deepEqual([plan?.unchanged, files.held], [1, 1]);
	assert.deepEqual(world.outline(`${world.root}/hub/synced`), before);
	const {lastLook, ...after} = world.store.facts.get('laptop');
	assert.deepEqual({...after, lastLook: facts.lastLook}, facts);
	assert.equal(lastLook?.pending, 2, 'what is on the spoke and not yet here is known from then on');
});

test('a spoke that another run holds is left to it, and says who', async t => {
	const world = await World.make('manual', t);
	write(world, session, 'one\n');
	const lease = await acquireLease({folder: `${world.root}/hub/run`, spoke: 'laptop', by: 'watch'});
	assert.ok('release' in lease);
	const turned = await world.sync();
	assert.deepEqual([turned.result, turned.cause], ['locked', 'LEASE_HELD']);
	assert.match(turned.message ?? '', /^sync watch holds this spoke \(pid \d+, since /);
	await lease.release();
	assert.equal((await world.sync()).files.new, 1);
});

test('a run that is cancelled or fails gives the lease back and says why', async t => {
	const world = await World.make('manual', t);
	write(world, session, 'one\n');
	assert.equal((await world.sync({signal: AbortSignal.abort()})).result, 'cancelled');
	fs.rmSync(world.source, {recursive: true});
	const absent = await world.sync();
	assert.deepEqual([absent.result, absent.cause], ['failed', 'SOURCE_ABSENT']);
	const invalid = await world.sync({spoke: {...world.spoke, invalid: 'path is missing'}});
	assert.deepEqual([invalid.result, invalid.cause, invalid.message], ['failed', 'CONFIG_INVALID', 'path is missing']);
	write(world, session, 'one\n');
	assert.deepEqual([(await world.sync()).result, world.ledger().size], ['done', 1]);
});

test('an emptied root halts the spoke until a person releases it; the hub keeps everything', async t => {
	const world = await World.make('manual', t);
	write(world, session, 'one\n');
	await world.sync();
	fs.rmSync(path.join(world.source, path.dirname(session)), {recursive: true});
	const emptied = await world.sync();
	assert.deepEqual([emptied.result, emptied.cause], ['done', 'GUARD_EMPTIED']);
	write(world, 'p/new.jsonl', 'new\n');
	const held = await world.sync();
	assert.deepEqual([held.cause, held.files.new, world.ledger().size], ['GUARD_EMPTIED', 0, 1]);
	await world.release();
	const freed = await world.sync();
	assert.deepEqual([freed.cause, freed.files.new], [undefined, 1]);
	assert.equal(fs.readFileSync(path.join(world.current, session), 'utf8'), 'one\n');
	assert.equal(world.store.ledger.observations('laptop').get(session)?.kind, 'gone');
});

test('more than a fifth of ten sessions shrunk at once halts the spoke; a fifth is held one by one', async t => {
	const world = await World.make('manual', t);
	const names = Array.from({length: 10}, (_, at) => `p/${at}.jsonl`);
	for (const name of names) write(world, name, `${name} one\ntwo\n`);
	await world.sync();
	for (const name of names.slice(0, 2)) write(world, name, name);
	const some = await world.sync();
	assert.deepEqual([some.cause, some.files.held], ['GUARD_TRUNCATED', 2]);
	assert.equal(world.store.facts.get('laptop').hold, undefined);
	for (const name of names.slice(2, 5)) write(world, name, name);
	write(world, 'p/new.jsonl', 'new\n');
	const many = await world.sync();
	assert.match(many.message ?? '', /^3 of 10 sessions on 'laptop' have shrunk at once/);
	assert.deepEqual([many.files.new, world.store.facts.get('laptop').hold?.cause], [0, 'GUARD_TRUNCATED']);
	await world.release();
	const freed = await world.sync();
	assert.deepEqual([freed.files.new, world.store.facts.get('laptop').hold], [1, undefined]);
	for (const name of names) assert.match(fs.readFileSync(path.join(world.current, name), 'utf8'), /one\ntwo\n$/);
});

test('a changed path never mixes two trees', async t => {
	const world = await World.make('manual', t);
	write(world, session, 'one\n');
	write(world, 'p/b.jsonl', 'b\n');
	await world.sync();
	const moved = {...world.spoke, path: `${world.root}/hub/elsewhere/laptop`};
	write(world, 'p/b.jsonl', 'other\n', moved.path);
	fs.rmSync(path.join(world.source, 'p/b.jsonl'));
	const report = await world.sync({spoke: moved});
	assert.equal(report.result, 'done', report.message);
	assert.equal(fs.readFileSync(path.join(moved.path, session), 'utf8'), 'one\n');
	assert.equal(fs.readFileSync(path.join(moved.path, 'p/b.jsonl'), 'utf8'), 'other\n', 'what stood there stays');
	assert.equal(fs.readFileSync(path.join(world.current, 'p/b.jsonl'), 'utf8'), 'b\n', 'the old folder stays');
	assert.equal(world.ledger().get('p/b.jsonl')?.length, 6, 'the ledger answers for the new folder');
});

test('a rewrite becomes current only when two looks agree; one that ends in between is never seen', async t => {
	const world = await World.make('manual', t);
	write(world, session, 'one\ntwo\n');
	await world.sync();
	write(world, session, 'ONE\nHALF\n');
	// pi rewrites in place: between the two looks it has finished.
	const clock = {
		...world.clock,
		async sleep(ms: number) {
			await world.clock.sleep(ms);
			write(world, session, 'one\ntwo\nthree\n');
		},
	};
	await world.sync({clock});
	assert.equal(fs.readFileSync(path.join(world.current, session), 'utf8'), 'one\ntwo\nthree\n');
	assert.deepEqual(world.versions(session), [], 'what was only seen once is no version');
	write(world, session, 'ONE\nTWO\nTHREE\n');
	const report = await world.sync();
	assert.deepEqual([report.files.extended, report.files.held], [1, 0]);
	assert.equal(fs.readFileSync(path.join(world.current, session), 'utf8'), 'ONE\nTWO\nTHREE\n');
	assert.deepEqual(world.versions(session), [Buffer.from('one\ntwo\nthree\n')]);
});

test('a folder in the place of a session holds that session and nothing else', async t => {
	const world = await World.make('manual', t);
	write(world, session, 'one\n');
	write(world, 'p/b.jsonl', 'b\n');
	await world.sync();
	fs.rmSync(path.join(world.source, session));
	write(world, `${session}/inner.jsonl`, 'inner\n');
	write(world, 'p/b.jsonl', 'b\nmore\n');
	const report = await world.sync();
	assert.deepEqual([report.result, report.cause, report.files.held], ['done', 'GUARD_RETYPED', 1]);
	assert.equal(fs.readFileSync(path.join(world.current, 'p/b.jsonl'), 'utf8'), 'b\nmore\n');
	fs.rmSync(path.join(world.source, session), {recursive: true});
	write(world, session, 'one\ntwo\n');
	assert.deepEqual([(await world.sync()).files.held, world.ledger().get(session)?.length], [0, 8]);
});

test('two looks that are not two seconds apart confirm nothing, also when they are of two runs', async t => {
	const world = await World.make('manual', t);
	write(world, session, 'one\ntwo\n');
	await world.sync();
	write(world, session, 'ONE\nTWO\n');
	const hasty = {...world.clock, now: () => 1000, async sleep() {}};
	await world.sync({clock: hasty});
	await world.sync({clock: {...hasty, now: () => 2999}});
	assert.equal(fs.readFileSync(path.join(world.current, session), 'utf8'), 'one\ntwo\n');
	await world.sync({clock: {...hasty, now: () => 3000}});
	assert.equal(fs.readFileSync(path.join(world.current, session), 'utf8'), 'ONE\nTWO\n');
});

test('a held version that is replaced by another on the spoke is kept; one that grew is not kept twice', async t => {
	const world = await World.make('manual', t);
	write(world, session, 'one\ntwo\nthree\n');
	await world.sync();
	for (const text of ['held\n', 'held\nmore\n', 'third\n']) {
		write(world, session, text);
		assert.equal((await world.sync()).files.held, 1);
	}

	assert.deepEqual(world.versions(session).map(String), ['held\nmore\n']);
	assert.equal(world.kept()[0]?.why, 'spoke-version');
	assert.equal(fs.readFileSync(path.join(world.current, session), 'utf8'), 'one\ntwo\nthree\n');
});
