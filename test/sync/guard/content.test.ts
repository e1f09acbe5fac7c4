import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, {type TestContext} from 'node:test';
import fc from 'fast-check';
import {compare, digest} from '../../../source/sync/guard/content.js';
import {temporaryFolder} from '../../lab/after.js';
import {sha256, startsWith} from './witness.js';

const chunk = 1 << 20;

/** Bytes that differ at every place near a chunk's end. */
function bytes(length: number, seed = 1): Buffer {
	return Buffer.from(Uint8Array.from({length}, (_, at) => (at * 31 + (at >> 10) * 7 + seed) & 255));
}

async function files(t: TestContext, staged: Buffer, current: Buffer | undefined) {
	const {path: root} = await temporaryFolder(t);
	fs.writeFileSync(`${root}/staged`, staged);
	if (current) fs.writeFileSync(`${root}/current`, current);
	return {root, staged: `${root}/staged`, current: `${root}/current`};
}

test('sizes around the end of a chunk are hashed and told apart to the byte', async t => {
	const whole = bytes(2 * chunk + 1);
	const lengths = [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk - 1, 2 * chunk, 2 * chunk + 1];
	const of = await files(t, whole, whole);
	for (const mine of lengths) {
		fs.writeFileSync(of.staged, whole.subarray(0, mine));
		for (const theirs of [0, chunk - 1, chunk, chunk + 1]) {
			fs.writeFileSync(of.current, whole.subarray(0, theirs));
			const found = await compare(of.staged, of.current, {lengths});
			const where = `${mine} against ${theirs} bytes`;
			assert.deepEqual([found.size, found.sha256], [mine, sha256(whole.subarray(0, mine))], where);
			assert.deepEqual(found.current, {size: theirs, sha256: sha256(whole.subarray(0, theirs))}, where);
			assert.equal(found.isPrefix, true, where);
			const expected = lengths
				.filter(length => length <= mine)
				.map(length => [length, sha256(whole.subarray(0, length))]);
			assert.deepEqual(
				[...found.prefixes].sort(([a], [b]) => Number(a) - Number(b)),
				expected,
				where,
			);
		}
	}
});

test('one byte that differs is found wherever it stands', async t => {
	const whole = bytes(2 * chunk + 1);
	const of = await files(t, whole, undefined);
	for (const at of [0, chunk - 1, chunk, 2 * chunk - 1, 2 * chunk]) {
		const other = Buffer.from(whole);
		other[at] = other[at]! ^ 1;
		fs.writeFileSync(of.current, other);
		const found = await compare(of.staged, of.current);
		assert.deepEqual([found.isPrefix, found.sha256], [false, sha256(whole)], `differs at ${at}`);
		assert.deepEqual(found.current, {size: other.length, sha256: sha256(other)}, `differs at ${at}`);
	}
});

test('any two contents are compared as their bytes say', async t => {
	const of = await files(t, Buffer.alloc(0), undefined);
	const content = fc.uint8Array({max: 2, maxLength: 8}).map(array => Buffer.from(array));
	await fc.assert(
		fc.asyncProperty(content, content, fc.array(fc.nat(9)), async (staged, current, lengths) => {
			fs.writeFileSync(of.staged, staged);
			fs.writeFileSync(of.current, current);
			const found = await compare(of.staged, of.current, {lengths});
			assert.equal(found.isPrefix, startsWith(staged, current) || startsWith(current, staged));
			assert.deepEqual(found.current, {size: current.length, sha256: sha256(current)});
			for (const length of lengths) {
				const expected = length <= staged.length ? sha256(staged.subarray(0, length)) : undefined;
				assert.equal(found.prefixes.get(length), expected);
			}
		}),
		{numRuns: 400},
	);
});

test('a link, a folder or a pipe is no content, and nothing waits for it', async t => {
	const {root, staged, current} = await files(t, Buffer.from('one\n'), undefined);
	assert.equal(await digest(current), undefined);
	fs.symlinkSync(staged, current);
	assert.equal(await digest(current), undefined);
	assert.equal((await compare(staged, current)).current, undefined);
	fs.mkdirSync(`${root}/folder`);
	assert.equal(await digest(`${root}/folder`), undefined);
	assert.equal(await digest(`${staged}/below`), undefined);
	await assert.rejects(compare(current, staged), {code: 'ENOENT'});
	assert.deepEqual((await digest(staged))?.size, 4);
});

test('what is to be durable is handed out before the next file is read, and the descriptor is closed', async t => {
	const {staged, current} = await files(t, bytes(10), bytes(5));
	const open = () => fs.readdirSync('/proc/self/fd').length;
	const before = process.platform === 'linux' ? open() : 0;
	const durable: Array<Promise<void>> = [];
	await compare(staged, current, {onDurable: promise => durable.push(promise)});
	assert.equal(durable.length, 1);
	await Promise.all(durable);
	if (process.platform === 'linux') assert.equal(open(), before);
});

test('reading stops when it is told to', async t => {
	const {staged} = await files(t, bytes(3 * chunk), undefined);
	const signal = AbortSignal.abort(new Error('enough'));
	await assert.rejects(compare(staged, undefined, {signal}), /enough/);
});
