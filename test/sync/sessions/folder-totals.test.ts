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
		const now = fs.statSync(path.join(root, 'a')).mtimeMs;
		const third = quickTotals(root, rows, {known: () => 'session', now});
		assert.deepEqual([third.totals.sessions, third.totals.others, third.gone], [3, 0, ['b']]);
		assert.equal(third.changed.find(row => row.folder === 'a')?.mtimeMs, -1, 'too young to be trusted');
	});
});

test('where files only change by being replaced, a folder that stands is not looked into; every replacement shows', async () => {
	await withRoot(async root => {
		write(root, 'a/deep/1.jsonl');
		write(root, 'b/2.jsonl');
		const old = new Date(Date.now() - 60_000);
		const settle = () => {
			for (const folder of ['a/deep', 'a', 'b', '']) fs.utimesSync(path.join(root, folder), old, old);
		};
		settle();
		let rows = new Map();
		const count = (wholeFiles = '') => {
			const counted = quickTotals(root, rows, {wholeFiles});
			rows = new Map([...rows, ...counted.changed.map(row => [row.folder, row] as const)]);
			return counted.totals;
		};
		const first = count();
		assert.equal(first.bytes, 2 * line().length);
		fs.appendFileSync(path.join(root, 'b/2.jsonl'), 'in place, which nobody does there\n');
		assert.deepEqual(count(), first, 'nothing was looked at');
		assert.ok(count('other patterns').bytes > first.bytes, 'other patterns count anew');

		settle();
		rows = new Map();
		const second = count();
		fs.writeFileSync(path.join(root, 'half'), `${line()}grown\n`);
		fs.renameSync(path.join(root, 'half'), path.join(root, 'a/deep/1.jsonl'));
		assert.equal(count().bytes, second.bytes + 6);
		write(root, 'a/new/3.jsonl');
		assert.equal(count().sessions, 3);
		fs.rmSync(path.join(root, 'b'), {recursive: true});
		assert.equal(count().sessions, 2);
	});
});
