import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {temporaryFolder} from './after.js';
import {matchSnapshot} from './snapshot.js';

test('a screen is compared with the one of its name, and a difference names the rows and shows both', async t => {
	const folder = (await temporaryFolder(t)).path;
	const frozen = {folder, isFrozen: true, isUpdating: false};
	assert.throws(
		() => matchSnapshot('main-9x2', 'one\ntwo', frozen),
		/There is no snapshot .*main-9x2.txt; it would be:\none\ntwo/,
	);
	matchSnapshot('main-9x2', 'one\ntwo', {...frozen, isFrozen: false});
	assert.equal(readFileSync(path.join(folder, 'snapshots', 'main-9x2.txt'), 'utf8'), 'one\ntwo\n');
	matchSnapshot('main-9x2', 'one\ntwo', frozen);
	assert.throws(
		() => matchSnapshot('main-9x2', 'one\n2', frozen),
		/Rows that differ: 2\nIt was:\none\ntwo\n\nIt is:\none\n2\n/,
	);
	matchSnapshot('main-9x2', 'one\n2', {...frozen, isUpdating: true});
	matchSnapshot('main-9x2', 'one\n2', frozen);
});
