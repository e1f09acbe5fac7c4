import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import test from 'node:test';
import {keysFile, keysPage} from '../../scripts/docs.js';

test('docs/keys.md says what the table of keys says (node --import tsx scripts/docs.ts writes it)', async () => {
	assert.equal(await readFile(keysFile, 'utf8'), keysPage());
});
