import assert from 'node:assert/strict';
import {mkdir, readdir, writeFile} from 'node:fs/promises';
import test from 'node:test';
import fc from 'fast-check';
import {run} from '../../../source/sync/process.js';
import {pullCommand} from '../../../source/sync/rsync/argv.js';
import {createParser, type Item, type ProgressLine, unescapeName} from '../../../source/sync/rsync/parse.js';
import {decodeName, encodeName} from '../../../source/text/names.js';
import {temporaryFolder} from '../../lab/after.js';
import {localSpoke} from '../methods/spokes.js';

function parse(chunks: readonly Buffer[]) {
	const items: Item[] = [];
	const progress: ProgressLine[] = [];
	const skipped: string[] = [];
	const parser = createParser({
		onItem: item => items.push(item),
		onProgress: line => progress.push(line),
		onSkipped: path => skipped.push(path),
	});
	for (const chunk of chunks) parser.push(chunk);
	return {items, progress, skipped, stats: parser.end()};
}

const recorded = [
	'.d         |4096|2026/11/21-22:21:16|./',
	'skipping non-regular file "p/l\\#012.jsonl"',
	'cd+++++++++|4096|2026/11/21-22:21:16|p/',
	'>f+++++++++|1|2026/11/21-22:21:16|p/\\#134#101lit.jsonl',
	'\r              1   4%    0.00kB/s    0:00:00  \r      1   4%    1.50kB/s    0:00:00 (xfr#1, to-chk=8/11)',
	'>f?????????|4|2026/11/21-22:21:16|p/a|b.jsonl',
	'.f         |4|2026/11/21-22:21:16|p/caf\\#303\\#251 \\#377.jsonl',
	'cd+++++++++|4096|2026/11/21-22:21:16|p/dir.jsonl/',
	'*deleting   |0|2026/11/21-22:21:16|p/gone.jsonl',
	'',
	'Number of files: 11 (reg: 6, dir: 3, link: 1, special: 1)',
	'Number of regular files transferred: 2',
	'Total file size: 23 bytes',
	'Total transferred file size: 1,008 bytes',
	'Total bytes sent: 532',
	'Total bytes received: 214',
	'',
].join('\n');

test('records, links, progress and statistics are told apart, wherever the output is cut', () => {
	const whole = Buffer.from(recorded);
	const expected = parse([whole]);
	assert.deepEqual(
		expected.items.map(({path, isFolder, isTransfer}) => [path, isFolder, isTransfer]),
		[
			['.', true, false],
			['p', true, true],
			['p/\\#101lit.jsonl', false, true],
			['p/a|b.jsonl', false, true],
			['p/café \uDCFF.jsonl', false, false],
			['p/dir.jsonl', true, true],
		],
	);
	assert.equal(expected.items[3]!.mtimeMs, Date.UTC(2026, 10, 21, 22, 21, 16));
	assert.deepEqual(expected.skipped, ['p/l\n.jsonl']);
	assert.deepEqual(expected.progress.at(-1), {bytes: 1, percent: 4, rate: 1536, transferred: 1});
	assert.deepEqual(expected.stats, {regular: 6, transferred: 2, transferredBytes: 1008, sent: 532, received: 214});
	fc.assert(
		fc.property(fc.array(fc.nat(whole.length), {maxLength: 12}), cuts => {
			const at = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
			assert.deepEqual(parse(at.slice(1).map((end, index) => whole.subarray(at[index], end))), expected);
		}),
		{numRuns: 100},
	);
});

test('the statistics of openrsync are read too', () => {
	const text =
		'Number of files: 3\nNumber of files transferred: 2\nTotal transferred file size: 8 B\nsent 532 bytes  received 214 bytes  1492.00 bytes/sec\n';
	const {stats} = parse([Buffer.from(text)]);
	assert.deepEqual(stats, {regular: undefined, transferred: 2, transferredBytes: 8, sent: 532, received: 214});
});

test('any name a file can have comes back as it is through the real rsync', async t => {
	const root = (await temporaryFolder(t)).path;
	const byte = fc.integer({min: 1, max: 255}).filter(value => value !== 47);
	const awkward = fc.constantFrom(
		...['|', '\\', '\\#', '\\#101', '\n', '\r', '\u001b[2J', ' ', 'é', '%i|%n', '"', "'"],
	);
	const part = fc.oneof(
		fc
			.uint8Array({minLength: 1, maxLength: 20})
			.map(bytes => decodeName(bytes.map(value => (value === 0 || value === 47 ? 1 : value)))),
		fc.array(awkward, {minLength: 1, maxLength: 6}).map(parts => parts.join('')),
		fc.array(byte, {minLength: 1, maxLength: 8}).map(bytes => decodeName(Buffer.from(bytes))),
	);
	const names = fc.uniqueArray(
		part.map(name => `${name}.jsonl`).filter(name => !/\.sync-conflict-|^~syncthing~|^\.syncthing\./.test(name)),
		{minLength: 30, maxLength: 30},
	);
	let round = 0;
	await fc.assert(
		fc.asyncProperty(names, async files => {
			const [source, staging] = [`${root}/source-${++round}`, `${root}/staging-${round}`];
			await mkdir(`${source}/p`, {recursive: true});
			await mkdir(staging);
			for (const name of files) await writeFile(Buffer.concat([Buffer.from(`${source}/p/`), encodeName(name)]), name);
			const plan = {spoke: localSpoke(source), staging, compare: [], rsh: undefined};
			const chunks: Buffer[] = [];
			const argv = pullCommand({...plan, isDryRun: false, isCompressed: false, isPlain: false});
			const finished = await run(argv, {limitMs: 10_000, onStdout: chunk => chunks.push(chunk)});
			assert.equal(finished.exitCode, 0, finished.stderr);
			const listed = parse(chunks).items.filter(item => !item.isFolder);
			assert.deepEqual(new Set(listed.map(item => item.path)), new Set(files.map(name => `p/${name}`)));
			const arrived = await readdir(`${staging}/p`, {encoding: 'buffer'});
			assert.deepEqual(new Set(arrived.map(decodeName)), new Set(files));
		}),
		{numRuns: 8},
	);
});

test('a backslash that escapes nothing stays a backslash', () => {
	assert.equal(unescapeName('a\\b\\#13\\#999'), 'a\\b\\#13\\#999');
});
