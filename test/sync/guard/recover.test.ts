import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import type {LedgerLine} from '../../../source/sync/guard/ledger-file.js';
import {generationFile} from '../../../source/sync/guard/promote.js';
import {checkKept, checkPlainLedger, sha256} from './witness.js';
import {World} from './world.js';

const session = '--home-will-api--/a.jsonl';
const first = Buffer.from('{"type":"session","id":"x"}\n');

/** The moments of a promotion between which a kill can come, in order. */
const moments = ['staged', 'kept', 'announced', 'linked', 'placed'] as const;
type Moment = (typeof moments)[number];

/** What the spoke has next. */
const changes = {
	new: {before: undefined, after: first},
	extension: {before: first, after: Buffer.concat([first, Buffer.from('{"more":1}\n')])},
	rewrite: {before: first, after: Buffer.from('{"type":"session","id":"x","other":true}\n')},
} as const;

/** A hub as a promotion of `change` has left it that was killed right after `moment`. */
async function killed(t: TestContext, change: keyof typeof changes, moment: Moment) {
	const world = await World.make('manual', t);
	const [source, current, staged] = [
		path.join(world.source, session),
		path.join(world.current, session),
		path.join(world.root, 'hub/synced/.staging/laptop/pull', session),
	];
	const {before, after} = changes[change];
	fs.mkdirSync(path.dirname(source));
	if (before) fs.writeFileSync(source, before);
	await world.sync();
	fs.writeFileSync(source, after);
	const reached = moments.indexOf(moment);
	fs.mkdirSync(path.dirname(staged), {recursive: true});
	fs.cpSync(source, staged, {preserveTimestamps: true});
	const at = world.clock.now();
	const lines: LedgerLine[] = [];
	if (change === 'rewrite' && reached >= 1) {
		const kept = generationFile(world.generations, session, at, sha256(first));
		fs.mkdirSync(path.dirname(kept), {recursive: true});
		fs.linkSync(current, kept);
		const why = 'rewritten' as const;
		lines.push({op: 'keep', at, path: session, file: kept, length: first.length, sha256: sha256(first), why});
	}

	lines.push({op: 'take', at, path: session, length: after.length, sha256: sha256(after), sourceSize: after.length});
	if (reached >= 2) fs.appendFileSync(world.ledgerFile, lines.map(line => `${JSON.stringify(line)}\n`).join(''));
	if (reached === 3 && change === 'new') {
		fs.mkdirSync(path.dirname(current), {recursive: true});
		fs.linkSync(staged, current);
	} else if (reached >= 3) {
		fs.mkdirSync(path.dirname(current), {recursive: true});
		fs.renameSync(staged, current);
	}

	return {world, source, current, staged, before, after};
}

for (const change of Object.keys(changes) as Array<keyof typeof changes>) {
	for (const moment of moments) {
		for (const isForgotten of [false, true]) {
			const how = isForgotten ? ', the database lost as well' : '';
			test(`killed when ${change} was ${moment}${how}: the next run finishes it`, async t => {
				const {world, current, before, after} = await killed(t, change, moment);
				if (isForgotten) await world.forgetDatabase();
				const report = await world.sync();
				assert.equal(report.result, 'done', report.message);
				assert.deepEqual(fs.readFileSync(current), after);
				const entry = world.ledger().get(session);
				assert.deepEqual([entry?.length, entry?.sha256], [after.length, sha256(after)]);
				if (change === 'rewrite') assert.ok(world.versions(session).some(kept => kept.equals(before!)));
				checkPlainLedger(world);
				checkKept(world);
				const again = await world.sync();
				assert.deepEqual([again.files.new, again.files.extended, again.received], [0, 0, 0]);
			});
		}
	}
}

test('announced, and the staged bytes are gone: the earlier version stays, the announcement is void', async t => {
	const {world, source, current, staged} = await killed(t, 'extension', 'announced');
	fs.rmSync(staged);
	fs.rmSync(source);
	fs.writeFileSync(path.join(world.source, 'other.jsonl'), 'x\n');
	await world.sync();
	assert.deepEqual(fs.readFileSync(current), first);
	assert.equal(world.ledger().get(session)?.sha256, sha256(first));
	checkPlainLedger(world);
	await world.forgetDatabase();
	await world.sync();
	assert.equal(world.ledger().get(session)?.sha256, sha256(first));
});

test('announced, and something else changed the file meanwhile: nothing of theirs is overwritten', async t => {
	const {world, source, current} = await killed(t, 'extension', 'announced');
	fs.rmSync(source);
	fs.writeFileSync(path.join(world.source, 'other.jsonl'), 'x\n');
	fs.writeFileSync(current, 'theirs\n');
	await world.sync();
	assert.equal(fs.readFileSync(current, 'utf8'), 'theirs\n');
	assert.equal(world.ledger().get(session)?.sha256, sha256(first), 'the ledger still answers for what it acknowledged');
});

test('a seen version whose observation was not written is seen again, not passed over in silence', async t => {
	const {world, source} = await killed(t, 'rewrite', 'staged');
	const seen = path.join(world.root, 'hub/synced/.staging/laptop/seen', session);
	fs.mkdirSync(path.dirname(seen), {recursive: true});
	fs.cpSync(source, seen);
	for (const file of [source, seen]) fs.utimesSync(file, 1_750_000_000, 1_750_000_000);
	await world.sync();
	assert.deepEqual(fs.readFileSync(path.join(world.current, session)), changes.rewrite.after);
	assert.deepEqual(world.versions(session), [first]);
});

test('what lies in the folder already is entered as proved from now on', async t => {
	const world = await World.make('manual', t);
	fs.mkdirSync(path.join(world.current, 'p'), {recursive: true});
	fs.writeFileSync(path.join(world.current, 'p/old.jsonl'), 'old\n');
	fs.writeFileSync(path.join(world.source, 'new.jsonl'), 'new\n');
	await world.sync();
	const entry = world.ledger().get('p/old.jsonl');
	assert.deepEqual([entry?.length, entry?.since, entry?.sourceSize], [4, entry?.firstAt, undefined]);
	assert.equal(world.ledger().get('new.jsonl')?.since, undefined);
	assert.match(world.logged.join('\n'), /INFO 1 sessions already in the folder of 'laptop' entered in the ledger/);
});

test('a file that was damaged when the database was lost is still answered for', async t => {
	const world = await World.make('manual', t);
	for (const name of ['a.jsonl', 'b.jsonl']) fs.writeFileSync(path.join(world.source, name), `${name} one\n`);
	await world.sync();
	fs.truncateSync(path.join(world.current, 'a.jsonl'), 3);
	fs.rmSync(path.join(world.source, 'a.jsonl'));
	await world.forgetDatabase();
	await world.sync();
	const content = Buffer.from('a.jsonl one\n');
	assert.deepEqual(world.ledger().get('a.jsonl')?.sha256, sha256(content), 'verify must find what is missing');
	fs.writeFileSync(path.join(world.source, 'a.jsonl'), content);
	await world.sync();
	assert.deepEqual(fs.readFileSync(path.join(world.current, 'a.jsonl')), content);
});

test('a repair that was killed takes back its own announcement, not the one of the bytes it was to bring', async t => {
	const {world, current, after} = await killed(t, 'new', 'placed');
	await world.sync();
	const {firstAt} = world.ledger().get(session)!;
	const {atime, mtime} = fs.statSync(current);
	const damaged = Buffer.from(after);
	damaged[0]! ^= 1;
	fs.writeFileSync(current, damaged);
	fs.utimesSync(current, atime, mtime);
	const take = {op: 'take', at: world.clock.now(), path: session, length: after.length, sha256: sha256(after)};
	fs.appendFileSync(world.ledgerFile, `${JSON.stringify(take)}\n`);
	await world.sync();
	assert.match(fs.readFileSync(world.ledgerFile, 'utf8'), /"op":"void"/);
	await world.forgetDatabase();
	await world.sync();
	const entry = world.ledger().get(session);
	assert.deepEqual([entry?.sha256, entry?.firstAt, entry?.since], [sha256(after), firstAt, undefined]);
});
