import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdirSync, readdirSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {temporaryFolder} from '../lab/after.js';

const repository = path.resolve(import.meta.dirname, '../..');

test('without a terminal the demo syncs once, says that only the broken spoke failed, and leaves nothing behind', async t => {
	const {path: temporary} = await temporaryFolder(t);
	// The demo removes this folder if it was not there before; other tests' sshd cannot do without it meanwhile.
	if (process.getuid?.() === 0) mkdirSync('/run/sshd', {recursive: true});
	const {status, stdout, stderr} = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/demo.ts'], {
		cwd: repository,
		encoding: 'utf8',
		timeout: 60_000,
		env: {PATH: process.env.PATH, HOME: temporary, TMPDIR: temporary, TSX_DISABLE_CACHE: '1'},
	});
	assert.equal(status, 0, `${stdout}\n${stderr}`);
	assert.match(stdout, /As it should be: (?:nas|usb-stick) failed/);
	assert.deepEqual(readdirSync(temporary), []);
});
