import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import {generationFile} from '../../../source/sync/guard/promote.js';

const at = Date.parse('2026-01-02T03:04:05.678Z');
const sha256 = 'ab'.repeat(32);

test('an earlier version is named after its session, the time and the content', () => {
	const file = generationFile('/g', '--home-will--/a.jsonl', at, sha256);
	assert.equal(file, '/g/--home-will--/a~20260102T030405678Z-abababab.jsonl');
});

test('names that a file system could not take are cut, a copy that is half done included, and stay apart', () => {
	const raw = '\uDCFF'.repeat(120);
	const long = 'é'.repeat(124);
	const files = [
		generationFile('/g', `${long}.jsonl`, at, sha256),
		generationFile('/g', `${long.slice(0, -1)}ä.jsonl`, at, sha256),
		generationFile('/g', `${raw}/${raw}.jsonl`, at, sha256),
		generationFile('/g', `${raw.slice(1)}\uDCFE/${raw}.jsonl`, at, sha256),
	];
	assert.equal(new Set(files).size, files.length);
	for (const file of files) {
		for (const name of `${file}.half`.split(path.sep)) assert.ok(Buffer.byteLength(name) <= 255, name);
		assert.ok(!file.includes('\uFFFD'), file);
	}
});
