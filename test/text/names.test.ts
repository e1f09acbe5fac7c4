import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import {decodeName, encodeName, fsPath, isRawName} from '../../source/text/names.js';
import {temporaryFolder} from '../lab/after.js';

const bytes = fc.oneof(
	fc.uint8Array({maxLength: 24}),
	// Near misses of UTF-8 are rare among random bytes.
	fc
		.array(fc.constantFrom('a', 'é', '€', '😀', '\xff', '\xc3', '\xed\xa0\x80', '\xf4\x90\x80\x80', '\xef\xbb\xbf'))
		.map(parts =>
			Buffer.concat(parts.map(part => Buffer.from(part, part < '\u0100' && part > '\x7f' ? 'latin1' : 'utf8'))),
		),
);

test('any bytes come back from the string they were decoded to', () => {
	fc.assert(
		fc.property(bytes, name => {
			const text = decodeName(name);
			assert.deepEqual([...encodeName(text)], [...name]);
			assert.equal(JSON.parse(JSON.stringify(text)), text);
			const isUtf8 = Buffer.from(Buffer.from(name).toString()).equals(Buffer.from(name));
			assert.equal(isRawName(text), !isUtf8);
			if (isUtf8) assert.equal(text, Buffer.from(name).toString());
		}),
		{numRuns: 3000},
	);
});

test('two names are the same string only if they are the same bytes', () => {
	fc.assert(
		fc.property(bytes, bytes, (one, two) => {
			assert.equal(decodeName(one) === decodeName(two), Buffer.from(one).equals(Buffer.from(two)));
		}),
		{numRuns: 2000},
	);
});

test('a file whose name is no UTF-8 is found through its string', async t => {
	const {path: root} = await temporaryFolder(t);
	const name = Buffer.from([0x61, 0xff, 0xc3, 0x28, 0x2e, 0x6a]);
	fs.writeFileSync(Buffer.concat([Buffer.from(`${root}/`), name]), 'found');
	const [listed] = fs.readdirSync(root, {encoding: 'buffer'});
	assert.equal(fs.readFileSync(fsPath(root, decodeName(listed!)), 'utf8'), 'found');
	assert.equal(fsPath(root, ''), root);
	assert.equal(fsPath(root, 'p/a.jsonl'), `${root}/p/a.jsonl`);
});
