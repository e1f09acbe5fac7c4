import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import test from 'node:test';
import {findingsFile, findingsPage} from '../../scripts/docs/findings.js';
import {keysFile, keysPage} from '../../scripts/docs.js';

test('docs/keys.md says what the table of keys says (node --import tsx scripts/docs.ts writes it)', async () => {
	assert.equal(await readFile(keysFile, 'utf8'), keysPage());
});

test('docs/findings.md says what the table of findings says (node --import tsx scripts/docs.ts writes it)', async () => {
	assert.equal(await readFile(findingsFile, 'utf8'), findingsPage());
});
