import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import {DatabaseSync} from 'node:sqlite';
import test, {type TestContext} from 'node:test';
import fc from 'fast-check';
import type {LedgerEntry} from '../../../source/sync/store/ledger-rows.js';
import {Store} from '../../../source/sync/store/store.js';
import {KnownContents} from '../../../source/sync/verify/known-contents.js';
import {scanFile} from '../../../source/sync/verify/scan.js';
import type {ScanRequest, ScanResult} from '../../../source/sync/verify/scan-types.js';
import {temporaryFolder} from '../../lab/after.js';
import {makeSession} from '../../lab/sessions.js';
import {localSpoke} from '../methods/spokes.js';

const path = 'p/a.jsonl';
const sum = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A store, and a file that its ledger answers for. */
async function place(t: TestContext) {
	const root = (await temporaryFolder(t)).path;
	const file = `${root}/a.jsonl`;
	const database = `${root}/sync.db`;
	const store = await Store.open(database);
	t.after(() => store.close());
	const spoke = localSpoke(root, {name: 'laptop', method: 'manual', path: root});
	const asked: boolean[] = [];
	const scan = async (request: ScanRequest) => {
		asked.push(request.isContentChecked);
		return scanFile(request);
	};

	return {
		...{store, database, file},
		write(bytes: string | Uint8Array): void {
			fs.writeFileSync(file, bytes);
		},
		/** Enters what the file holds now. */
		enter(): LedgerEntry {
			const bytes = fs.readFileSync(file);
			const times = {firstAt: 1, lastAt: 1, sourceSize: undefined, sourceMtimeMs: undefined, since: undefined};
			const entry = {path, length: bytes.length, sha256: sum(bytes), ...times};
			store.transaction(() => store.ledger.put('laptop', [entry]));
			return entry;
		},
		/** Reads it as one verify does; `asked` says for each read whether lines were looked at. */
		async look(entry: LedgerEntry): Promise<{readonly result: ScanResult; readonly asked: readonly boolean[]}> {
			asked.length = 0;
			const known = new KnownContents({scan, store, spoke});
			const {length, sha256} = entry;
			const result = await known.scan(path, entry, {file, expected: {length, sha256, chunks: new Uint8Array()}});
			known.store();
			store.flush();
			return {result, asked: [...asked]};
		},
	};
}

const line = fc.oneof(
	fc.json().map(text => `${text}\n`),
	fc.constantFrom(
		'\n',
		'{"type":"session","id":"x","version":3}\n',
		'{"type":"message"}\n',
		'{"a',
		'\0\0',
		'no JSON\n',
	),
	fc.constant('{"type":"session","id":"\\ud800","version":1e999}\n'),
);

test('what a file’s lines show is the same when it is told again, and they are not looked at again', async t => {
	const {write, enter, look} = await place(t);
	await fc.assert(
		fc.asyncProperty(fc.array(line, {maxLength: 8}), async lines => {
			write(lines.join(''));
			const entry = enter();
			const first = await look(entry);
			const again = await look(entry);
			assert.deepEqual(again.result, first.result);
			if (Number.isFinite(first.result.header?.version ?? 0)) assert.deepEqual(again.asked, [false]);
		}),
		{numRuns: 60},
	);
});

test('a byte that changed anywhere is found, and the file is looked at in full, whatever is known of it', async t => {
	const {file, write, enter, look} = await place(t);
	const bytes = Buffer.from(makeSession({bytes: 20_000}).text);
	write(bytes);
	const entry = enter();
	await look(entry);
	await fc.assert(
		fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({min: 1, max: 255}), async (at, change) => {
			const damaged = Buffer.from(bytes);
			damaged[at] = damaged[at]! ^ change;
			write(damaged);
			const {result, asked} = await look(entry);
			assert.equal(result.isAsExpected, false);
			assert.deepEqual(asked, [false, true]);
			const {marks, lines} = await scanFile({file, expected: undefined, isContentChecked: true});
			assert.deepEqual([result.marks, result.lines], [marks, lines]);
		}),
		{numRuns: 40},
	);
	write(bytes.subarray(0, -7));
	assert.deepEqual((await look(entry)).asked, [false, true], 'shorter');
	write(Buffer.concat([bytes, Buffer.from('{')]));
	const {result, asked} = await look(entry);
	assert.deepEqual([result.isAsExpected, asked], [true, [false, true]], 'longer');
	assert.equal(result.marks.at(-1)?.kind, 'torn-tail');
	write(bytes);
	assert.deepEqual((await look(entry)).asked, [false]);
});

test('another hash in the ledger, another version of the program, a forgotten spoke: each is looked at again', async t => {
	const {store, database, write, enter, look} = await place(t);
	const {text} = makeSession({bytes: 5000});
	write(text);
	const first = enter();
	assert.deepEqual((await look(first)).asked, [true]);
	assert.deepEqual((await look(enter())).asked, [false], 'entered again as it was');

	write(`${text}no JSON\n`);
	const grown = enter();
	const {result, asked} = await look(grown);
	assert.deepEqual([asked, result.marks.map(({kind}) => kind)], [[true], ['malformed-line']]);
	write(text);
	assert.deepEqual((await look(enter())).asked, [true], 'only the current version is remembered');

	const other = new DatabaseSync(database);
	t.after(() => other.close());
	const rows = () => other.prepare('SELECT COUNT(*) AS count FROM contents').get()?.count;
	other.exec("UPDATE contents SET reader = '0.0.0'");
	assert.deepEqual((await look(first)).asked, [true]);
	other.exec("UPDATE contents SET value = 'no JSON'");
	assert.deepEqual((await look(first)).asked, [true], 'damaged in the database');
	assert.deepEqual([(await look(first)).asked, rows()], [[false], 1]);
	store.transaction(() => store.ledger.drop('laptop', [path]));
	assert.equal(rows(), 0);
	assert.deepEqual((await look(first)).asked, [true]);
	assert.equal(rows(), 0, 'nothing is noted of what the ledger does not answer for');
	enter();
	await look(first);
	assert.equal(rows(), 1);
	store.forget('laptop', '/none');
	assert.equal(rows(), 0);
});
