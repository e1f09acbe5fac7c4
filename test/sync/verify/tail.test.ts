import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import {readTail} from '../../../source/sync/verify/tail.js';
import {temporaryFolder} from '../../lab/after.js';

test('how a session ends is seen from its end alone', async t => {
	const {path: root} = await temporaryFolder(t);
	const file = `${root}/a.jsonl`;
	const line = '{"type":"message"}\n';
	const long = `{"text":"${'x'.repeat(100_000)}"}`;
	const longer = `{"text":"${'x'.repeat(1 << 20)}"}`;
	const cases: ReadonlyArray<readonly [string, string, number | undefined, boolean, boolean]> = [
		['', 'empty', undefined, false, false],
		['\n \n', 'empty', undefined, true, false],
		['\0\0', 'empty', undefined, false, true],
		[line + line, 'whole', 19, true, false],
		[line + line.trim(), 'whole', 19, false, false],
		[`${line}\n\n`, 'whole', 0, true, false],
		[`${line}\0\0\0`, 'whole', 0, false, true],
		[`${line}{"type":"mes`, 'torn', 19, false, false],
		[`${line}12`, 'torn', 19, false, false],
		[`${line}{"type":"mes\n`, 'malformed', 19, true, false],
		[`${line}{"a":"\0\0\n`, 'malformed', 19, true, true],
		[`${line}${long}`, 'whole', 19, false, false],
		[`${line}${long}x`, 'torn', 19, false, false],
		[long, 'whole', 0, false, false],
		[longer, 'unknown', undefined, false, false],
		[`${longer}\n${line}`, 'whole', longer.length + 1, true, false],
		[' '.repeat(2 << 20), 'unknown', undefined, false, false],
	];
	for (const [text, kind, offset, hasNewline, hasNul] of cases) {
		fs.writeFileSync(file, text);
		const {size, mtimeMs, ...found} = await readTail(file);
		assert.deepEqual(found, {kind, offset, hasNewline, hasNul}, JSON.stringify(text.slice(0, 60)));
		assert.deepEqual([size, mtimeMs], [text.length, fs.statSync(file).mtimeMs]);
	}

	await assert.rejects(readTail(`${root}/absent`), {code: 'ENOENT'});
	await assert.rejects(readTail(file, AbortSignal.abort(new Error('enough'))), /enough/);
});
