import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import {quickTotals} from '../../../source/sync/sessions/folder-totals.js';

const line = (id = 'abc', cwd = '/home/will/api') =>
	`${JSON.stringify({type: 'session', version: 3, id, timestamp: '2026-01-24T10:00:00.000Z', cwd})}\n`;

async function withRoot(use: (root: string) => Promise<void>) {
	const root = await fs.promises.mkdtemp(path.join(os.tmpdir(), 'index-'));
	try {
		await use(root);
	} finally {
		await fs.promises.rm(root, {recursive: true});
	}
}

function write(root: string, name: string, content = line()) {
	const file = path.join(root, name);
	fs.mkdirSync(path.dirname(file), {recursive: true});
	fs.writeFileSync(file, content);
}

test('quick totals open only files of folders that changed', async () => {
	await withRoot(async root => {
		write(root, 'a/1.jsonl');
		write(root, 'b/2.jsonl', '{"foreign":1}\n');
		write(root, 'c/3.jsonl', '');
		const old = new Date(Date.now() - 60_000);
		for (const folder of ['a', 'b', 'c', '']) fs.utimesSync(path.join(root, folder), old, old);
		const first = quickTotals(root, new Map());
		const rows = new Map(first.changed.map(row => [row.folder, row]));
		assert.deepEqual([first.totals.sessions, first.totals.others, first.totals.empty, rows.size], [1, 1, 1, 4]);

		const asked: string[] = [];
		const known = (file: string) => {
			asked.push(file);
			return undefined;
		};
		write(root, 'c/3.jsonl');
		fs.appendFileSync(path.join(root, 'a/1.jsonl'), 'grown\n');
		const second = quickTotals(root, rows, {known});
		assert.deepEqual(asked, ['c/3.jsonl']);
		assert.equal(second.totals.sessions, 2);
		assert.equal(second.totals.bytes, 2 * line().length + 6);
		assert.deepEqual(
			second.changed.map(row => row.folder),
			['c'],
		);

		write(root, 'a/4.jsonl');
		fs.rmSync(path.join(root, 'b'), {recursive: true});
		const third = quickTotals(root, rows, {known: () => 'session'});
		assert.deepEqual([third.totals.sessions, third.totals.others, third.gone], [3, 0, ['b']]);
		assert.equal(third.changed.find(row => row.folder === 'a')?.mtimeMs, -1, 'too young to be trusted');
	});
});
