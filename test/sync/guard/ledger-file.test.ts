import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import {LedgerFile, type LedgerLine} from '../../../source/sync/guard/ledger-file.js';
import {temporaryFolder} from '../../lab/after.js';

function take(path: string, length = 4): LedgerLine {
	return {op: 'take', at: 1, path, length, sha256: 'x'.repeat(64)};
}

async function read(ledger: LedgerFile, offset: number) {
	const lines: LedgerLine[] = [];
	const unreadable = await ledger.read(offset, line => lines.push(line));
	return {lines, unreadable};
}

test('lines come back as they were written, from any offset that size once said', async t => {
	const {path: root} = await temporaryFolder(t);
	const ledger = await LedgerFile.open(root, 'laptop');
	t.after(() => ledger.close());
	assert.equal(ledger.size, 0);
	const lines = [take('p/a.jsonl'), take('p/\u2028ü\udc80\n".jsonl'), take('p/c.jsonl')];
	const offsets = [];
	for (const line of lines) {
		offsets.push(ledger.size);
		await ledger.append([line]);
	}

	await ledger.append([]);
	assert.equal(ledger.size, fs.statSync(ledger.file).size);
	for (const [at, offset] of offsets.entries()) {
		assert.deepEqual(await read(ledger, offset), {lines: lines.slice(at), unreadable: 0});
	}

	assert.deepEqual(await read(ledger, ledger.size), {lines: [], unreadable: 0});
	assert.equal(fs.readFileSync(ledger.file, 'utf8').split('\n').length, lines.length + 1);
});

test('a line that a power cut tore is closed off: the next one stands on its own', async t => {
	const {path: root} = await temporaryFolder(t);
	const first = await LedgerFile.open(root, 'laptop');
	await first.append([take('p/a.jsonl'), take('p/b.jsonl')]);
	first.close();
	const whole = fs.readFileSync(first.file);
	const lineLength = whole.indexOf(0x0a) + 1;
	for (const cut of [1, 10, lineLength - 1]) {
		fs.writeFileSync(first.file, whole.subarray(0, whole.length - cut));
		const again = await LedgerFile.open(root, 'laptop');
		await again.append([take('p/c.jsonl')]);
		const {lines, unreadable} = await read(again, 0);
		again.close();
		// Only the line end was lost when one byte was: the line itself is whole.
		const expected = cut === 1 ? ['p/a.jsonl', 'p/b.jsonl', 'p/c.jsonl'] : ['p/a.jsonl', 'p/c.jsonl'];
		assert.deepEqual(
			lines.map(({path}) => path),
			expected,
			`cut by ${cut}`,
		);
		assert.equal(unreadable, cut === 1 ? 0 : 1, `cut by ${cut}`);
	}
});

test('lines of somebody else are counted and passed over', async t => {
	const {path: root} = await temporaryFolder(t);
	fs.mkdirSync(`${root}/ledger`);
	fs.writeFileSync(LedgerFile.path(root, 'laptop'), `nonsense\n\n${JSON.stringify(take('p/a.jsonl'))}\n{"op":\n`);
	const ledger = await LedgerFile.open(root, 'laptop');
	t.after(() => ledger.close());
	const {lines, unreadable} = await read(ledger, 0);
	assert.deepEqual([lines, unreadable], [[take('p/a.jsonl')], 2]);
});
