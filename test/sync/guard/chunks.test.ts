import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, {type TestContext} from 'node:test';
import fc from 'fast-check';
import {
	type ChunkLine,
	chunkBytes,
	foldChunks,
	type KnownChunks,
	toChunkLine,
} from '../../../source/sync/guard/chunks.js';
import {compare, digest} from '../../../source/sync/guard/content.js';
import {temporaryFolder} from '../../lab/after.js';
import {chunksOf, sha256} from './witness.js';

const whole = Buffer.from(Uint8Array.from({length: 20 * chunkBytes}, (_, at) => (at * 31 + (at >> 10) * 7) & 255));

/** Sizes around the ends of chunks and of the pieces a file is read in. */
const sizes = [0, 1, 2, 3, 15, 16, 17].flatMap(count =>
	[-1, 0, 1].map(more => count * chunkBytes + more).filter(size => size >= 0),
);

async function staged(t: TestContext): Promise<string> {
	const {path} = await temporaryFolder(t);
	return `${path}/staged`;
}

function known(content: Buffer): KnownChunks {
	return {length: content.length, sha256: sha256(content), hashes: chunksOf(content)};
}

test('the chunks of a file are those of its bytes, hashed from the first that can have changed', async t => {
	const file = await staged(t);
	for (const size of sizes) {
		const content = whole.subarray(0, size);
		fs.writeFileSync(file, content);
		for (const before of [undefined, ...sizes]) {
			const where = `${size} bytes, ${before} before`;
			const chunks = {known: before === undefined ? undefined : known(whole.subarray(0, before))};
			const found = await digest(file, {chunks});
			assert.equal(found?.sha256, sha256(content), where);
			if (size <= chunkBytes) {
				assert.equal(found?.chunks, undefined, where);
				continue;
			}

			assert.ok(Buffer.from(found!.chunks!.hashes).equals(chunksOf(content)), where);
			const from = before !== undefined && before <= size ? Math.floor(before / chunkBytes) : 0;
			assert.equal(found!.chunks!.from, from, where);
		}
	}
});

test('what is known of another version is not taken over', async t => {
	const file = await staged(t);
	for (const at of [0, chunkBytes, 5 * chunkBytes - 1]) {
		const other = Buffer.from(whole.subarray(0, 5 * chunkBytes));
		other[at] = other[at]! ^ 1;
		fs.writeFileSync(file, whole);
		const found = await compare(file, undefined, {chunks: {known: known(other)}});
		assert.ok(Buffer.from(found.chunks!.hashes).equals(chunksOf(whole)));
		assert.equal(found.chunks!.from, 0);
	}
});

test('chunks that nobody asked for cost nothing', async t => {
	const file = await staged(t);
	fs.writeFileSync(file, whole);
	assert.equal((await compare(file, undefined)).chunks, undefined);
});

test('the lines of any history fold to the chunks of each version, and a line that is missing never to mixed ones', async t => {
	const file = await staged(t);
	const change = fc.record({
		kind: fc.constantFrom('grow' as const, 'grow' as const, 'rewrite' as const, 'shrink' as const),
		size: fc.constantFrom(1, 700, chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes),
	});
	await fc.assert(
		fc.asyncProperty(fc.array(change, {minLength: 1, maxLength: 8}), fc.nat(9), async (changes, lost) => {
			let content: Buffer = Buffer.alloc(0);
			let before: KnownChunks | undefined;
			let folded: KnownChunks | undefined;
			let stamp = 0;
			for (const [at, {kind, size}] of changes.entries()) {
				stamp++;
				if (kind === 'grow') content = Buffer.concat([content, Buffer.alloc(size, stamp)]);
				else if (kind === 'shrink') content = content.subarray(0, Math.max(0, content.length - size));
				else content = Buffer.alloc(content.length + size, stamp);
				fs.writeFileSync(file, content);
				const found = (await digest(file, {chunks: {known: before}}))!;
				const text = JSON.stringify({chunks: toChunkLine(content.length, found.chunks)});
				const line = JSON.parse(text) as {chunks?: ChunkLine};
				const now = known(content);
				before = now;
				if (at === lost) continue;
				const hashes = foldChunks({length: content.length, sha256: now.sha256, ...line}, folded);
				if (hashes) assert.ok(Buffer.from(hashes).equals(chunksOf(content)), 'chunks of several versions in one list');
				else assert.ok(lost < at, 'nothing was lost, and the chunks are not known');
				folded = hashes && {...now, hashes};
			}
		}),
		{numRuns: 150},
	);
});
