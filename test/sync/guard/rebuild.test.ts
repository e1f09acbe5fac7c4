import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import type {GuardContext} from '../../../source/sync/guard/context.js';
import {makeFolders} from '../../../source/sync/guard/folders.js';
import {LedgerFile, type LedgerLine} from '../../../source/sync/guard/ledger-file.js';
import {recordChunks} from '../../../source/sync/guard/record-chunks.js';
import {checkChunks, checkKept, checkPlainLedger, chunksOf, sha256} from './witness.js';
import {World} from './world.js';

const session = '--home-will-api--/a.jsonl';
const other = '--home-will-api--/b.jsonl';

function text(bytes: number, fill = 'x'): Buffer {
	return Buffer.from('{"type":"session","id":"x"}\n'.padEnd(bytes, fill));
}

/** A hub with a long session that grew and was rewritten, and a short one. */
async function world(t: TestContext, kind: 'manual' | 'rsync' = 'manual') {
	const made = await World.make(kind, t);
	fs.mkdirSync(path.join(made.source, path.dirname(session)), {recursive: true});
	const write = (name: string, content: Buffer) => fs.writeFileSync(path.join(made.source, name), content);
	write(other, text(100));
	for (const content of [text(200_000), text(300_000), text(310_000, 'y')]) {
		write(session, content);
		await made.sync();
	}

	return {made, write};
}

function lines({ledgerFile}: World): LedgerLine[] {
	const all = fs.readFileSync(ledgerFile, 'utf8').split('\n').filter(Boolean);
	return all.map(line => JSON.parse(line) as LedgerLine);
}

function rows(made: World) {
	return [...made.ledger().values()].map(({path: name, length, sha256: hash, firstAt, since}) => ({
		...{name, length, hash, firstAt, since},
	}));
}

async function context(made: World, act: (context: GuardContext) => Promise<void>): Promise<void> {
	const ledger = await LedgerFile.open(`${made.root}/hub/data`, 'laptop');
	const {spoke, store, clock} = made;
	const signal = new AbortController().signal;
	try {
		const folders = makeFolders(spoke, `${made.root}/hub/data`);
		await act({
			spoke,
			store,
			clock,
			signal,
			ledger,
			folders,
			log: (level, said) => made.logged.push(`${level} ${said}`),
		});
	} finally {
		ledger.close();
	}
}

test('a lost database is filled from the plain ledger: dates, chunks, earlier versions; and the hub says so', async t => {
	for (const kind of ['manual', 'rsync'] as const) {
		const {made} = await world(t, kind);
		const [before, kept] = [rows(made), made.kept()];
		assert.equal(kept.length, 1);
		await made.forgetDatabase();
		const {rebuiltAt: none} = made.store.facts.get('laptop');
		assert.equal(none, undefined);
		await made.sync();
		assert.deepEqual(rows(made), before);
		assert.deepEqual(made.kept(), kept);
		checkChunks(made, await made.contents(made.current));
		assert.ok((made.store.facts.get('laptop').rebuiltAt ?? 0) > 0);
		const said =
			/WARN the database knew nothing of 'laptop': 2 sessions and 1 earlier versions read again from .*ledger/;
		assert.match(made.logged.join('\n'), said);
		const {since, rebuilt, generations} = made.store.ledger.proofTotals('laptop');
		assert.deepEqual([since, rebuilt, generations], [undefined, 0, 1], 'what the plain ledger proves needs no "since"');
	}
});

test('a first run that was killed is no lost database', async t => {
	const made = await World.make('manual', t);
	await made.sync();
	assert.equal(made.store.facts.get('laptop').ledgerOffset, 0);
	const take = {op: 'take', at: 5, path: session, length: 4, sha256: sha256(Buffer.from('one\n'))};
	fs.appendFileSync(made.ledgerFile, `${JSON.stringify(take)}\n`);
	await made.sync();
	assert.equal(made.store.facts.get('laptop').rebuiltAt, undefined);
	assert.deepEqual(rows(made), []);
	checkPlainLedger(made);
});

test('what was found on the disk stays marked while it grows, also when the database is lost', async t => {
	const made = await World.make('manual', t);
	const content = text(70_000);
	for (const root of [made.current, made.source]) {
		fs.mkdirSync(path.join(root, path.dirname(session)), {recursive: true});
		fs.writeFileSync(path.join(root, session), content);
	}

	await made.sync();
	const {since} = made.ledger().get(session)!;
	assert.ok(since !== undefined);
	fs.appendFileSync(path.join(made.source, session), 'more\n');
	await made.sync();
	assert.deepEqual([made.ledger().get(session)!.length, made.ledger().get(session)!.since], [70_005, since]);
	await made.forgetDatabase();
	await made.sync();
	assert.equal(made.ledger().get(session)!.since, since);
	const totals = made.store.ledger.proofTotals('laptop');
	assert.deepEqual([totals.sessions, totals.rebuilt, totals.since], [1, 1, since]);
});

test('without the plain ledger everything is proved from now on only', async t => {
	const {made} = await world(t);
	fs.rmSync(made.ledgerFile);
	await made.forgetDatabase();
	const {ahead} = made.clock;
	made.clock.ahead = ahead + 60_000;
	const now = made.clock.now();
	await made.sync();
	const {sessions, rebuilt, since} = made.store.ledger.proofTotals('laptop');
	assert.deepEqual([sessions, rebuilt], [2, 2]);
	assert.ok(since! >= now);
	checkChunks(made, await made.contents(made.current));
});

test('lines that cannot be read are counted and said; what may have come of them is proved from now on', async t => {
	const {made, write} = await world(t);
	write(session, Buffer.concat([text(310_000, 'y'), Buffer.from('z'.repeat(100_000))]));
	await made.sync();
	const all = fs.readFileSync(made.ledgerFile, 'utf8').split('\n').slice(0, -1);
	const torn = all.at(-1)!.slice(0, 90);
	const foreign = [
		'nonsense',
		'5',
		'null',
		'{"op":"take","at":1,"path":"../../x","length":1,"sha256":"x"}',
		'{"op":"new"}',
	];
	fs.writeFileSync(made.ledgerFile, [...all.slice(0, -1), torn, ...foreign, ''].join('\n'));
	await made.forgetDatabase();
	made.clock.ahead += 60_000;
	const now = made.clock.now();
	await made.sync();
	assert.match(made.logged.join('\n'), /WARN 6 lines of .*laptop\.jsonl could not be read and were passed over/);
	const entry = made.ledger().get(session)!;
	assert.deepEqual([entry.length, entry.since! >= now], [410_000, true]);
	assert.equal(made.ledger().get(other)!.since, undefined);
	checkChunks(made, await made.contents(made.current));
	assert.deepEqual(made.store.ledger.observations('laptop').size, 0, 'nothing is taken for damage');
});

test('a rewrite whose line cannot be read is known by the version that was kept', async t => {
	const {made} = await world(t);
	const all = fs.readFileSync(made.ledgerFile, 'utf8').split('\n').slice(0, -1);
	fs.writeFileSync(made.ledgerFile, [...all.slice(0, -1), `${all.at(-1)!.slice(0, 50)}\u0000`, ''].join('\n'));
	await made.forgetDatabase();
	await made.sync();
	const entry = made.ledger().get(session)!;
	assert.deepEqual([entry.sha256, entry.since !== undefined], [sha256(text(310_000, 'y')), true]);
	checkKept(made);
});

test('a change on the hub, and not one unreadable line: the ledger still answers for what it took', async t => {
	const {made} = await world(t);
	fs.appendFileSync(path.join(made.current, other), 'by somebody\n');
	fs.rmSync(path.join(made.source, other));
	await made.forgetDatabase();
	await made.sync();
	const {length, since} = made.ledger().get(other)!;
	assert.deepEqual([length, since], [100, undefined], 'verify must find the foreign edit');
});

test('a version that a person removed does not come back; one that is missing is not forgotten', async t => {
	const {made, write} = await world(t);
	write(session, text(320_000, 'z'));
	await made.sync();
	const [first, second] = made.kept();
	const line = {op: 'pruned', at: 1, path: session, file: first!.file, sha256: first!.sha256};
	fs.appendFileSync(made.ledgerFile, `${JSON.stringify(line)}\n`);
	await made.sync();
	assert.deepEqual(made.kept(), [second], 'also when whoever removed it did not live to say so to the database');
	await made.forgetDatabase();
	fs.rmSync(second!.file);
	await made.sync();
	assert.deepEqual(made.kept(), [second]);
});

test('a plain ledger that lost lines is made whole again from the database', async t => {
	for (const left of [0, 1, 3]) {
		const {made, write} = await world(t);
		const before = rows(made).map(({firstAt: _, ...row}) => row);
		const kept = made.kept();
		const all = fs.readFileSync(made.ledgerFile, 'utf8').split('\n');
		fs.writeFileSync(
			made.ledgerFile,
			all
				.slice(0, left)
				.map(line => `${line}\n`)
				.join(''),
		);
		await made.sync();
		assert.match(made.logged.join('\n'), /WARN .*laptop\.jsonl had lost lines: \d of them are written again/);
		assert.equal(made.store.facts.get('laptop').rebuiltAt, undefined);
		checkPlainLedger(made);
		await made.forgetDatabase();
		await made.sync();
		assert.deepEqual(
			rows(made).map(({firstAt: _, ...row}) => row),
			before,
		);
		assert.deepEqual(made.kept(), kept);
		checkChunks(made, await made.contents(made.current));
		write(session, text(330_000, 'y'));
		await made.sync();
		checkPlainLedger(made);
	}
});

test('a ledger from before there were chunks gets them: when the session grows, is looked at again, or was verified', async t => {
	const {made, write} = await world(t);
	for (const name of ['c', 'd']) write(`--home-will-api--/${name}.jsonl`, text(150_000));
	await made.sync();
	const plain = lines(made).map(line => `${JSON.stringify({...line, chunks: undefined})}\n`);
	fs.writeFileSync(made.ledgerFile, plain.join(''));
	await made.forgetDatabase();
	await made.sync();
	const unknown = () => [...made.ledger().keys()].filter(name => !made.store.ledger.chunks('laptop', name)).sort();
	assert.deepEqual(unknown(), [session, '--home-will-api--/c.jsonl', '--home-will-api--/d.jsonl'].sort());
	fs.appendFileSync(path.join(made.source, session), 'more\n');
	const touched = path.join(made.source, '--home-will-api--/c.jsonl');
	fs.utimesSync(touched, 1_750_000_000, 1_750_000_000);
	await made.sync();
	assert.deepEqual(unknown(), ['--home-will-api--/d.jsonl']);
	const content = text(150_000);
	const proved = {path: unknown()[0]!, length: content.length, sha256: sha256(content), hashes: chunksOf(content)};
	await context(made, async guard => {
		await recordChunks(guard, [{...proved, sha256: sha256(text(3))}]);
		assert.equal(unknown().length, 1, 'of another version than the ledger has they are not taken');
		await recordChunks(guard, [proved]);
		const {size} = guard.ledger;
		await recordChunks(guard, [proved]);
		assert.equal(guard.ledger.size, size, 'what is known is not written again');
	});
	assert.deepEqual(unknown(), []);
	await made.forgetDatabase();
	await made.sync();
	checkChunks(made, await made.contents(made.current));
});

test('what a killed run announced stays with its folder when the path of the spoke is changed', async t => {
	const {made} = await world(t);
	const content = text(400_000);
	const staged = path.join(made.root, 'hub/synced/.staging/laptop/pull', other);
	fs.mkdirSync(path.dirname(staged), {recursive: true});
	fs.writeFileSync(staged, content);
	const take = {op: 'take', at: made.clock.now(), path: other, length: content.length, sha256: sha256(content)};
	fs.appendFileSync(made.ledgerFile, `${JSON.stringify(take)}\n`);
	made.spoke = {...made.spoke, path: `${made.root}/hub/synced/elsewhere`};
	await made.sync();
	assert.ok(fs.readFileSync(path.join(made.current, other)).equals(content), 'it was finished where it belongs');
	assert.deepEqual(fs.readFileSync(path.join(made.spoke.path, other)), text(100));
	checkPlainLedger(made);
});

test('a plain ledger that lost the line of a removal does not bring the version back, and says it again', async t => {
	const {made} = await world(t);
	const [kept] = made.kept();
	const before = fs.readFileSync(made.ledgerFile, 'utf8');
	const line = {op: 'pruned', at: 1, path: session, file: kept!.file, sha256: kept!.sha256};
	fs.appendFileSync(made.ledgerFile, `${JSON.stringify(line)}\n`);
	await made.sync();
	assert.deepEqual(made.kept(), []);
	fs.writeFileSync(made.ledgerFile, before);
	await made.sync();
	assert.deepEqual(made.kept(), []);
	await made.forgetDatabase();
	await made.sync();
	assert.deepEqual(made.kept(), []);
});
