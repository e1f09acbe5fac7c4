import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, {after, before} from 'node:test';
import fc from 'fast-check';
import {maxLineBytes, readHeader, readLastEntry} from '../../../source/sync/sessions/reader.js';
import {encodeName} from '../../../source/text/names.js';

let root = '';
before(async () => {
	root = await fs.promises.mkdtemp(path.join(os.tmpdir(), 'reader-'));
});
after(async () => {
	await fs.promises.rm(root, {recursive: true});
});

const started = '2026-01-24T10:00:00.000Z';
const header = JSON.stringify({type: 'session', version: 3, id: 'abc', timestamp: started, cwd: '/home/will/api'});
const entry = (id: string, text = 'hi') =>
	JSON.stringify({
		type: 'message',
		id,
		parentId: null,
		timestamp: '2026-01-24T10:05:00.000Z',
		message: {role: 'user', content: text, timestamp: 5},
	});
const at = Date.parse('2026-01-24T10:05:00.000Z');
const full = {kind: 'session', header: {id: 'abc', version: 3, cwd: '/home/will/api', startedAt: Date.parse(started)}};

async function headerOf(content: string | Buffer) {
	fs.writeFileSync(path.join(root, 'h.jsonl'), content);
	return readHeader(root, 'h.jsonl');
}

async function lastOf(content: string | Buffer) {
	const file = path.join(root, 'l.jsonl');
	fs.writeFileSync(file, content);
	return readLastEntry(root, 'l.jsonl', fs.statSync(file).size);
}

test('a header of every version is read', async () => {
	assert.deepEqual(await headerOf(`${header}\n${entry('1')}\n`), full);
	assert.deepEqual(
		(await headerOf('{"type":"session","id":"x","timestamp":"2025-11-01T00:00:00Z","provider":"p"}\n')).header,
		{
			id: 'x',
			version: 1,
			cwd: undefined,
			startedAt: Date.UTC(2025, 10, 1),
		},
	);
	assert.equal((await headerOf('{"type":"session","version":2,"id":"x"}\n')).header?.version, 2);
	assert.deepEqual(
		(await headerOf('{"kind":"header","version":4,"id":"x","createdAt":1700000000000,"cwd":"/a"}\n')).header,
		{
			id: 'x',
			version: 4,
			cwd: '/a',
			startedAt: 1_700_000_000_000,
		},
	);
});

test('what stands before and inside the header line does not hide it', async () => {
	assert.deepEqual(await headerOf(`\uFEFF${header}\r\n`), full);
	assert.deepEqual(await headerOf(`\n\r\n  ${header}\n`), full);
	assert.deepEqual(await headerOf(Buffer.concat([Buffer.alloc(300_000), Buffer.from(`${header}\n`)])), full);
	const separators = await headerOf(`{"type":"session","id":"a\u2028b\u2029c\u0085","cwd":"/x"}\n`);
	assert.equal(separators.header?.id, 'a\u2028b\u2029c\u0085');
});

test('a first line that is not a header is other, one without its end is empty', async () => {
	assert.deepEqual(await headerOf(`${entry('1')}\n`), {kind: 'other', header: undefined});
	assert.equal((await headerOf('{"type":"session","id":7}\n')).kind, 'other');
	assert.equal((await headerOf('not json\n')).kind, 'other');
	assert.equal((await headerOf('[1]\n')).kind, 'other');
	assert.equal((await headerOf('')).kind, 'empty');
	assert.equal((await headerOf(header)).kind, 'empty');
	assert.equal((await headerOf(Buffer.alloc(20_000))).kind, 'empty');
});

test('a header line may be megabytes long, one without an end is given up', async () => {
	const long = await headerOf(`{"type":"session","id":"big","note":"${'x'.repeat(9_000_000)}"}\n`);
	assert.equal(long.header?.id, 'big');
	const endless = path.join(root, 'endless.jsonl');
	fs.writeFileSync(endless, '{"type":"session","id":"');
	for (let part = 0; part < 9; part++) fs.appendFileSync(endless, Buffer.alloc(8_388_608, 'x'));
	assert.equal((await readHeader(root, 'endless.jsonl')).kind, 'other');
	assert.equal(await readLastEntry(root, 'endless.jsonl', fs.statSync(endless).size), undefined);
	fs.rmSync(endless);
});

test('the last complete entry is found, whatever follows it', async () => {
	const start = `${header}\n${entry('1')}\n`;
	const offset = Buffer.byteLength(start);
	const found = {timestamp: at, id: '2', type: 'message', offset, isTorn: false};
	assert.deepEqual(await lastOf(`${start}${entry('2')}\n`), found);
	assert.deepEqual(await lastOf(`${start}${entry('2')}`), found);
	assert.deepEqual(await lastOf(`${start}${entry('2')}\r\n\n\n`), found);
	assert.deepEqual(await lastOf(`${start}${entry('2')}\n{"type":"mess`), {...found, isTorn: true});
	assert.deepEqual(await lastOf(`${start}${entry('2')}\n{"type":"mess{"type":"message"}\n`), found);
	assert.deepEqual(
		await lastOf(Buffer.concat([Buffer.from(`${start}${entry('2')}\n`), Buffer.alloc(3_000_000)])),
		found,
	);
	const glued = Buffer.concat([Buffer.from(start), Buffer.alloc(200_000), Buffer.from(`${entry('2')}\n`)]);
	assert.deepEqual(await lastOf(glued), {...found, offset: offset + 200_000});
});

test('a file without a complete entry has no last one', async () => {
	assert.equal(await lastOf(''), undefined);
	assert.equal(await lastOf('{"type":"sess'), undefined);
	assert.equal(await lastOf(Buffer.alloc(100_000)), undefined);
	assert.equal((await lastOf(`${header}\n`))?.type, 'session');
});

test('times are read as ISO text or as milliseconds', async () => {
	assert.equal((await lastOf('{"type":"x","timestamp":1700000000123}\n'))?.timestamp, 1_700_000_000_123);
	assert.equal((await lastOf('{"type":"x","timestamp":"never"}\n'))?.timestamp, undefined);
	assert.equal((await lastOf('{"type":"x","timestamp":1e300}\n'))?.timestamp, undefined);
});

test('a 64 MB line is read without holding it', async () => {
	const file = path.join(root, 'huge.jsonl');
	const opening = `{"type":"message","id":"big","parentId":"1","timestamp":${at},"message":{"data":"`;
	fs.writeFileSync(file, `${header}\n`);
	const offset = fs.statSync(file).size;
	fs.appendFileSync(file, opening);
	const filler = Buffer.alloc(1_048_576, 'x');
	for (let part = 0; part < 63; part++) fs.appendFileSync(file, filler);
	fs.appendFileSync(file, '"}}\n{"torn');
	const before = process.memoryUsage();
	const found = await readLastEntry(root, 'huge.jsonl', fs.statSync(file).size);
	assert.deepEqual(found, {timestamp: at, id: 'big', type: 'message', offset, isTorn: true});
	const grown = process.memoryUsage().arrayBuffers - before.arrayBuffers;
	assert.ok(grown < maxLineBytes, `${grown} bytes`);
	fs.rmSync(file);
});

test('names that are not UTF-8 are opened', async () => {
	const name = 'a\udcff.jsonl';
	fs.writeFileSync(encodeName(`${root}/${name}`), `${header}\n`);
	assert.deepEqual(await readHeader(root, name), full);
	assert.equal((await readLastEntry(root, name, header.length + 1))?.id, 'abc');
});

test('only the bytes that stat counted are considered', async () => {
	const start = `${header}\n${entry('1')}\n`;
	fs.writeFileSync(path.join(root, 'g.jsonl'), `${start}${entry('2')}\n`);
	assert.equal((await readLastEntry(root, 'g.jsonl', start.length))?.id, '1');
	assert.equal(await readLastEntry(root, 'g.jsonl', start.length + 1_000_000), undefined);
});

test('the last entry is the one a reader of the whole file would find', async () => {
	const line = fc.oneof(
		fc.integer({min: 0, max: 3}).map(n => entry(String(n), 'é\u2028'.repeat(n * 9000))),
		fc.constantFrom('', '\r', '{"broken', '\0\0\0', 'null', '7', '{}', `\0${entry('n')}`),
	);
	await fc.assert(
		fc.asyncProperty(fc.array(line, {maxLength: 8}), fc.boolean(), async (lines, isEnded) => {
			const content = lines.join('\n') + (isEnded ? '\n' : '');
			const found = await lastOf(content);
			assert.equal(found?.offset, wholeFileAnswer(Buffer.from(content)));
		}),
		{numRuns: 150},
	);
});

function wholeFileAnswer(content: Buffer): number | undefined {
	let answer: number | undefined;
	let offset = 0;
	for (const line of content.toString('latin1').split('\n')) {
		const padding = /^[\0\s]*/.exec(line)![0].length;
		try {
			const value: unknown = JSON.parse(line.slice(padding));
			if (typeof value === 'object' && value !== null) answer = offset + padding;
		} catch {
			// A damaged line: the one before it stays the answer.
		}

		offset += line.length + 1;
	}

	return answer;
}
