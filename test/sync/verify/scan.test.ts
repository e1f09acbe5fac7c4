import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import test, {type TestContext} from 'node:test';
import fc from 'fast-check';
import {chunkBytes} from '../../../source/sync/guard/chunks.js';
import {scanFile} from '../../../source/sync/verify/scan.js';
import {pieceBytes} from '../../../source/sync/verify/scan-read.js';
import type {Expected, Extent} from '../../../source/sync/verify/scan-types.js';
import {temporaryFolder} from '../../lab/after.js';
import {makeSession} from '../../lab/sessions.js';

function sha256(bytes: Uint8Array): Buffer {
	return createHash('sha256').update(bytes).digest();
}

function ledgerOf(bytes: Uint8Array): Expected {
	const chunks: Buffer[] = [];
	for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(sha256(bytes.subarray(at, at + chunkBytes)));
	return {length: bytes.length, sha256: sha256(bytes).toString('hex'), chunks: Buffer.concat(chunks)};
}

async function place(t: TestContext): Promise<string> {
	return `${(await temporaryFolder(t)).path}/a.jsonl`;
}

async function scan(file: string, expected?: Expected) {
	return scanFile({file, expected, isContentChecked: true});
}

const noise = Buffer.from(Uint8Array.from({length: 2 * pieceBytes + 3}, (_, at) => (at * 31 + (at >> 10) * 7) & 255));
const edges = [
	0,
	1,
	chunkBytes - 1,
	chunkBytes,
	chunkBytes + 1,
	3 * chunkBytes,
	pieceBytes - 1,
	pieceBytes,
	pieceBytes + 1,
]
	.concat(2 * pieceBytes - 1, 2 * pieceBytes, 2 * pieceBytes + 1)
	.sort((a, b) => a - b);

test('sizes around the ends of chunks and reads are hashed, whole and by their beginning', async t => {
	const file = await place(t);
	for (const size of edges) {
		fs.writeFileSync(file, noise.subarray(0, size));
		for (const length of edges) {
			const expected = ledgerOf(noise.subarray(0, length));
			const found = await scanFile({file, expected, isContentChecked: false});
			const where = `${size} bytes, of which ${length} are known`;
			assert.equal(found.size, size, where);
			assert.equal(found.sha256, sha256(noise.subarray(0, size)).toString('hex'), where);
			assert.equal(found.isAsExpected, length <= size, where);
			assert.deepEqual(found.damage, length <= size ? [] : [{offset: size, length: length - size}], where);
		}
	}
});

test('what is in a file is told with its hash, and left out where it was not asked for', async t => {
	const file = await place(t);
	const {text, id} = makeSession({bytes: 5000, isTorn: true});
	fs.writeFileSync(file, text);
	fs.utimesSync(file, 1000, 2000.5);
	const found = await scan(file);
	assert.deepEqual([found.size, found.mtimeMs, found.header], [Buffer.byteLength(text), 2000500, {id, version: 3}]);
	assert.deepEqual(
		found.marks.map(({kind}) => kind),
		['torn-tail'],
	);
	const hashed = await scanFile({file, expected: undefined, isContentChecked: false});
	assert.deepEqual([hashed.sha256, hashed.lines, hashed.marks, hashed.header], [found.sha256, 0, [], undefined]);
});

test('without the hashes of its chunks a damaged file is damaged everywhere', async t => {
	const file = await place(t);
	const bytes = Buffer.from(noise.subarray(0, 3 * chunkBytes));
	const expected = ledgerOf(bytes);
	bytes[5]! ^= 1;
	fs.writeFileSync(file, bytes);
	const everywhere = [{offset: 0, length: bytes.length}];
	const none = {...expected, chunks: new Uint8Array()};
	assert.deepEqual((await scan(file, none)).damage, everywhere);
	assert.deepEqual((await scan(file, {...expected, chunks: expected.chunks.subarray(32)})).damage, everywhere);
	assert.deepEqual((await scan(file, expected)).damage, [{offset: 0, length: chunkBytes}]);
	// Chunks and whole of the ledger contradict each other: nothing can be said to be sound.
	assert.deepEqual((await scan(file, {...ledgerOf(bytes), sha256: '0'.repeat(64)})).damage, everywhere);
});

interface Damage {
	readonly name: string;
	/** Changes the bytes; undefined when the change would be none. */
	readonly make: (bytes: Buffer) => {readonly bytes: Buffer; readonly hit: readonly number[]} | undefined;
}

const damage: fc.Arbitrary<Damage> = fc
	.record({
		kind: fc.constantFrom('flip', 'cut', 'nul', 'swap', 'edit', 'insert'),
		where: fc.double({min: 0, max: 1, noNaN: true}),
		length: fc.integer({min: 1, max: 2 * chunkBytes}),
		bit: fc.integer({min: 0, max: 7}),
	})
	.map(({kind, where, length, bit}) => ({
		name: `${kind} at ${where}, ${length} bytes, bit ${bit}`,
		make: before => {
			const at = Math.min(before.length - 1, Math.floor(where * before.length));
			let bytes = Buffer.from(before);
			if (kind === 'flip') bytes[at]! ^= 1 << bit;
			else if (kind === 'cut') bytes = bytes.subarray(0, at);
			else if (kind === 'nul') bytes.fill(0, at, Math.min(bytes.length, at + length));
			else if (kind === 'swap') {
				bytes.copyWithin(0, at, at + length);
				before.copy(bytes, at, 0, Math.min(length, before.length - at));
			} else if (kind === 'edit') bytes.write('edited in place', at);
			else bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from('x'), bytes.subarray(at)]);
			const hit: number[] = [];
			for (let index = 0; index < before.length; index++) if (bytes[index] !== before[index]) hit.push(index);
			return hit.length === 0 ? undefined : {bytes, hit};
		},
	}));

function covers(extents: readonly Extent[], offset: number): boolean {
	return extents.some(extent => offset >= extent.offset && offset < extent.offset + extent.length);
}

test('every damage is found, with extents that hold all of it and nothing but the chunks it touches', async t => {
	const file = await place(t);
	const sizes = fc.oneof(
		fc.integer({min: 1, max: 5 * chunkBytes}),
		fc.constantFrom(chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes, pieceBytes, pieceBytes + 1),
	);
	const {text} = makeSession({bytes: pieceBytes + 100});
	const session = Buffer.from(text);
	await fc.assert(
		fc.asyncProperty(sizes, damage, fc.integer({min: 0, max: 1000}), async (size, {make}, grown) => {
			const before = session.subarray(0, size);
			const after = make(before);
			if (!after) return;
			const hasGrown = after.bytes.length >= before.length && grown > 500;
			fs.writeFileSync(file, hasGrown ? Buffer.concat([after.bytes, Buffer.alloc(grown, 'g')]) : after.bytes);
			const found = await scan(file, ledgerOf(before));
			assert.equal(found.isAsExpected, false);
			for (const extent of found.damage) assert.ok(extent.length > 0 && extent.offset + extent.length <= size);
			const {bytes, hit} = after;
			// The chunk in which a file was cut off can be judged no more; what it lacks is.
			const judged = bytes.length < size ? Math.floor(bytes.length / chunkBytes) * chunkBytes : size;
			for (const offset of hit) {
				if (offset < judged || offset >= bytes.length) assert.ok(covers(found.damage, offset), `${offset}`);
			}

			if (size <= chunkBytes || bytes.length < size) return;
			const touched = new Set(hit.map(offset => Math.floor(offset / chunkBytes)));
			for (let chunk = 0; chunk * chunkBytes < size; chunk++) {
				assert.equal(covers(found.damage, chunk * chunkBytes), touched.has(chunk), `chunk ${chunk}`);
			}
		}),
		{numRuns: 100},
	);
});

test('extents that touch are one', async t => {
	const file = await place(t);
	const bytes = Buffer.from(noise.subarray(0, 6 * chunkBytes + 10));
	const expected = ledgerOf(bytes);
	for (const chunk of [1, 2, 4]) bytes[chunk * chunkBytes]! ^= 1;
	fs.writeFileSync(file, bytes.subarray(0, 5 * chunkBytes));
	assert.deepEqual((await scan(file, expected)).damage, [
		{offset: chunkBytes, length: 2 * chunkBytes},
		{offset: 4 * chunkBytes, length: 2 * chunkBytes + 10},
	]);
});

test('what is no readable file is refused with its code', async t => {
	const {path: root} = await temporaryFolder(t);
	fs.writeFileSync(`${root}/real`, 'x');
	fs.symlinkSync('real', `${root}/link`);
	fs.mkdirSync(`${root}/folder`);
	fs.writeFileSync(`${root}/secret`, 'x', {mode: 0});
	spawnSync('mkfifo', [`${root}/pipe`]);
	const codes = {absent: 'ENOENT', link: 'ELOOP', folder: 'EISDIR', pipe: 'EINVAL', 'real/below': 'ENOTDIR'};
	for (const [name, code] of Object.entries(codes)) await assert.rejects(scan(`${root}/${name}`), {code});
	if (process.getuid?.() !== 0) await assert.rejects(scan(`${root}/secret`), {code: 'EACCES'});
});

test('a name that is not UTF-8 is read by its bytes', async t => {
	const {path: root} = await temporaryFolder(t);
	const file = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe])]);
	fs.writeFileSync(file, 'x');
	assert.equal((await scanFile({file: Uint8Array.from(file), expected: undefined, isContentChecked: true})).size, 1);
});

test('it stops within a file when told to, and leaves no file open', async t => {
	const file = await place(t);
	fs.writeFileSync(file, Buffer.alloc(64 * pieceBytes, '{"a":1}\n'));
	const open = () => fs.readdirSync('/proc/self/fd').length;
	const before = open();
	const ended = new AbortController();
	const scanning = scanFile({file, expected: undefined, isContentChecked: true}, {signal: ended.signal});
	setImmediate(() => ended.abort(new Error('enough')));
	await assert.rejects(scanning, /enough/);
	await assert.rejects(scanFile({file, expected: undefined, isContentChecked: true}, {signal: ended.signal}), /enough/);
	assert.equal(open(), before);
});

test('a line of 128 MB is read in flat memory, and its end is still looked at', async t => {
	const file = await place(t);
	const {text} = makeSession({bytes: 2000});
	const body = Buffer.alloc(16 * pieceBytes, 'QUJD\\n');
	fs.writeFileSync(file, `${text}{"type":"message","image":"`);
	for (let part = 0; part < 8; part++) fs.appendFileSync(file, body.subarray(0, body.length - (body.length % 6)));
	fs.appendFileSync(file, '"}}\n');
	let most = 0;
	const before = process.memoryUsage.rss();
	const watch = setInterval(() => {
		most = Math.max(most, process.memoryUsage.rss() - before);
	}, 5);
	const found = await scan(file);
	clearInterval(watch);
	assert.deepEqual(
		found.marks.map(({kind, offset}) => [kind, offset]),
		[['malformed-line', Buffer.byteLength(text)]],
	);
	assert.ok(most < 64 * pieceBytes, `${most} bytes more`);
});
