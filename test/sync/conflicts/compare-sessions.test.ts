import assert from 'node:assert/strict';
import {appendFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import '../../lab/seed.js';
import {compareSessions} from '../../../source/sync/conflicts/compare-sessions.js';
import {temporaryFolder} from '../../lab/after.js';
import {makeSession} from '../../lab/sessions.js';

const header = '{"type":"session","version":3,"id":"s1","timestamp":"2026-01-24T09:15:02.318Z","cwd":"/home/will"}';
const entry = (id: string, text = id) =>
	JSON.stringify({
		type: 'message',
		id,
		parentId: null,
		timestamp: '2026-01-24T09:16:00.000Z',
		message: {role: 'user', content: [{type: 'text', text}]},
	});
const lines = (...all: string[]) => all.map(line => `${line}\n`).join('');

async function two(t: Parameters<typeof temporaryFolder>[0], here: string | Buffer, there: string | Buffer) {
	const {path: folder} = await temporaryFolder(t);
	const files = [path.join(folder, 'here.jsonl'), path.join(folder, 'there.jsonl')] as const;
	writeFileSync(files[0], here);
	writeFileSync(files[1], there);
	return files;
}

test('two versions that parted: what each has alone, what both have, and where they part', async t => {
	const files = await two(
		t,
		lines(header, entry('a'), entry('b', 'mine'), entry('c')),
		lines(header, entry('a'), entry('d', 'theirs\u001B[31m\nsecond line'), entry('c'), entry('e')),
	);
	const found = await compareSessions(...files);
	assert.deepEqual(found.onlyHere, [
		{id: 'b', type: 'message', role: 'user', timestamp: Date.parse('2026-01-24T09:16:00Z'), line: 3, preview: 'mine'},
	]);
	assert.deepEqual(
		found.onlyThere.map(({id, line, preview}) => [id, line, preview]),
		[
			['d', 3, 'theirs second line'],
			['e', 5, 'e'],
		],
	);
	assert.equal(found.both, 3);
	assert.equal(found.relation, 'diverged');
	const offset = lines(header, entry('a')).length + entry('b').indexOf('"b"') + 1;
	assert.deepEqual(found.firstDifference, {offset, line: 3});
});

test('equal files have no first difference; the end of the shorter is it where one goes on', async t => {
	const text = lines(header, entry('a'));
	const files = await two(t, text, text);
	const same = await compareSessions(...files);
	assert.deepEqual([same.both, same.relation, same.firstDifference], [2, 'identical', undefined]);
	appendFileSync(files[1], lines(entry('b')));
	const longer = await compareSessions(...files);
	assert.deepEqual(longer.firstDifference, {offset: text.length, line: 3});
	assert.deepEqual(
		[longer.relation, longer.onlyHereCount, longer.onlyThereCount, longer.both],
		['there-longer', 0, 1, 2],
	);
	assert.equal((await compareSessions(files[1], files[0])).relation, 'here-longer');
});

test('the same id with other bytes is in both and told as changed; an entry that is repeated is not new', async t => {
	const files = await two(
		t,
		lines(header, entry('a'), entry('b', 'before'), entry('a')),
		lines(header, entry('a'), entry('b', 'after')),
	);
	const found = await compareSessions(...files);
	assert.deepEqual([found.onlyHereCount, found.onlyThereCount, found.both, found.changedCount], [0, 0, 3, 1]);
	assert.equal(found.changed[0]?.preview, 'before');
});

test('entries without an id and lines that are no JSON go by their bytes; a torn last line is told as unreadable', async t => {
	const old = (text: string) =>
		JSON.stringify({type: 'message', timestamp: '2026-01-24T09:16:00.000Z', message: {text}});
	const files = await two(
		t,
		lines(header, old('x'), 'rubbish', old('y')),
		`${lines(header, 'rubbish', old('y'))}{"type":"mess`,
	);
	const found = await compareSessions(...files);
	assert.deepEqual([found.onlyHere.map(({type, id}) => [type, id]), found.both], [[['message', undefined]], 3]);
	assert.deepEqual(
		found.onlyThere.map(({type, line}) => [type, line]),
		[['unreadable', 4]],
	);
});

test('a line of 64 MB is one entry like any other, and costs no memory to speak of', async t => {
	const big = entry('big', 'x'.repeat(64 * 1024 * 1024));
	const files = await two(t, lines(header, entry('a'), big, entry('b')), lines(header, entry('c'), big));
	const found = await compareSessions(...files);
	assert.deepEqual(
		[found.onlyHere.map(({id}) => id), found.onlyThere.map(({id}) => id), found.both, found.changedCount],
		[['a', 'b'], ['c'], 2, 0],
	);
	const alone = await compareSessions(files[0], (await two(t, lines(header), ''))[0]);
	assert.deepEqual(
		alone.onlyHere.map(({id, type}) => [id, type]),
		[
			['a', 'message'],
			['big', 'message'],
			['b', 'message'],
		],
	);
});

test('no more are listed than asked for, and all are counted', async t => {
	const files = await two(t, makeSession({seed: 1, bytes: 60_000}).text, makeSession({seed: 2, bytes: 60_000}).text);
	const found = await compareSessions(...files, {limit: 3});
	assert.equal(found.onlyHere.length, 3);
	assert.ok(found.onlyHereCount > 10);
	assert.deepEqual(await compareSessions(...files, {limit: 0}), {...found, onlyHere: [], onlyThere: [], changed: []});
});

test('a file that is not there, or is a folder, is told by its code; an aborted comparison ends', async t => {
	const files = await two(t, lines(header), lines(header));
	await assert.rejects(compareSessions(files[0], `${files[0]}.not`), {code: 'ENOENT'});
	await assert.rejects(compareSessions(files[0], path.dirname(files[0])), {code: 'ENOENT'});
	await assert.rejects(compareSessions(...files, {signal: AbortSignal.abort(new Error('enough'))}), /enough/);
});

test('whatever two sessions hold, the counts are those of the sets of their ids', async t => {
	const {path: folder} = await temporaryFolder(t);
	const [here, there] = [path.join(folder, 'a'), path.join(folder, 'b')];
	const ids = fc.array(fc.integer({min: 0, max: 12}).map(String), {maxLength: 14});
	await fc.assert(
		fc.asyncProperty(ids, ids, fc.integer({min: 0, max: 20_000}), async (one, other, long) => {
			const text = (all: readonly string[]) => lines(header, ...all.map(id => entry(id, id.repeat(long))));
			writeFileSync(here, text(one));
			writeFileSync(there, text(other));
			const found = await compareSessions(here, there);
			const [a, b] = [new Set(one), new Set(other)];
			assert.deepEqual(
				found.onlyHere.map(({id}) => id),
				[...a].filter(id => !b.has(id)),
			);
			assert.deepEqual(
				found.onlyThere.map(({id}) => id),
				[...b].filter(id => !a.has(id)),
			);
			assert.equal(found.changedCount, 0);
		}),
		{numRuns: 60},
	);
});
