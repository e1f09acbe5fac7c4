import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {type Clock, systemClock} from '../../../source/sync/clock.js';
import {nodeFindings} from '../../../source/sync/nodes/findings.js';
import {type ImportedNode, importNode} from '../../../source/sync/nodes/import.js';
import {temporaryFolder} from '../../lab/after.js';

const made = '2026-01-24T09:15:02.318Z';
/** As pi-brain writes a node. */
const node = (changes: object = {}) =>
	JSON.stringify(
		{id: 'a1b2', version: 1, previousVersions: [], content: {summary: 'x'}, metadata: {timestamp: made}, ...changes},
		null,
		2,
	);

async function lab(t: TestContext) {
	const {path: root} = await temporaryFolder(t);
	const databaseDir = `${root}/data`;
	let count = 0;
	// Stands still, so that no month ends within a test.
	const at = Date.now();
	const clock: Clock = {...systemClock, now: () => at};
	const options = {databaseDir, runFolder: `${root}/run`, by: 'command', clock, signal: t.signal} as const;
	return {
		databaseDir,
		clock,
		folder: `${databaseDir}/nodes/2026/01`,
		async take(text: string | Buffer): Promise<ImportedNode> {
			const file = `${root}/import-${count++}.json`;
			fs.writeFileSync(file, text);
			return importNode(file, options);
		},
		/** Everything in the store. */
		stored: () =>
			Object.fromEntries(
				fs
					.readdirSync(databaseDir, {recursive: true, withFileTypes: true})
					.filter(entry => entry.isFile())
					.map(entry => [
						path.relative(databaseDir, path.join(entry.parentPath, entry.name)),
						fs.readFileSync(path.join(entry.parentPath, entry.name), 'utf8'),
					]),
			),
	};
}

test('a conflicting node imported twice: three files, each with every byte it came with but for its number and its past', async t => {
	const {take, stored, databaseDir} = await lab(t);
	const [first, second, third] = [node(), node({content: {summary: 'y'}}), `${node({content: {summary: 'z'}})}\n`];
	assert.equal((await take(first)).result, 'stored');
	const next = await take(second);
	assert.deepEqual([next.result, next.version, next.previousVersions], ['new-version', 2, ['a1b2-v1']]);
	assert.equal((await take(third)).version, 3);
	assert.deepEqual(stored(), {
		'nodes/2026/01/a1b2-v1.json': first,
		'nodes/2026/01/a1b2-v2.json': second
			.replace('"version": 1', '"version": 2')
			.replace('"previousVersions": []', '"previousVersions": [\n    "a1b2-v1"\n  ]'),
		'nodes/2026/01/a1b2-v3.json': third
			.replace('"version": 1', '"version": 3')
			.replace('"previousVersions": []', '"previousVersions": [\n    "a1b2-v1",\n    "a1b2-v2"\n  ]'),
	});
	const before = stored();
	for (const text of [first, second, third]) assert.equal((await take(text)).result, 'known');
	assert.deepEqual(stored(), before, 'what is there already is not written again');
	assert.deepEqual(await nodeFindings(databaseDir), []);
});

test('a text is changed in two values only: order, numbers, blanks, odd keys and a byte order mark stay', async t => {
	const {take, stored} = await lab(t);
	await take('{"id":"n","metadata":{"timestamp":"2026-01-24T09:15:02.318Z"}}');
	await take(
		'\uFEFF{ "z" : 1.50e3,\t"id":"n","version" : 7 , "big":9007199254740993, "metadata":{"timestamp":"2026-01-02T00:00:00Z"},"ü":"\\u00fc"}\r\n',
	);
	assert.equal(
		stored()['nodes/2026/01/n-v2.json'],
		'\uFEFF{ "z" : 1.50e3,\t"id":"n","previousVersions":["n-v1"],"version" : 2 , "big":9007199254740993, "metadata":{"timestamp":"2026-01-02T00:00:00Z"},"ü":"\\u00fc"}\r\n',
	);
});

test('a new id keeps the version it names; without a time it is filed under the month of the import', async t => {
	const {take, databaseDir, clock} = await lab(t);
	const text = '{"id": "n.v1-v2", "version": 4, "previousVersions": ["n.v1-v2-v3"]}';
	const {file, version} = await take(text);
	const now = new Date(clock.now());
	assert.equal(
		file,
		`${databaseDir}/nodes/${now.getFullYear()}/${`${now.getMonth() + 1}`.padStart(2, '0')}/n.v1-v2-v4.json`,
	);
	assert.equal(version, 4);
	assert.equal(fs.readFileSync(file, 'utf8'), text);
	assert.equal((await take(text.replace('4', '5').replace('"]', '", "x"]'))).result, 'known');
	assert.equal((await take(text.replace('{', '{"more": 1, '))).version, 5);
	assert.equal((await take('{"id": "n.v1"}')).version, 1, 'an id that another one begins with is its own');
});

test('what is no node is refused with its place, and nothing is written', async t => {
	const {take, databaseDir} = await lab(t);
	const cases: ReadonlyArray<readonly [string | Buffer, number, number, RegExp]> = [
		['{\n  "id": "a",\n  nope\n}', 3, 3, /key in double quotes/],
		['', 1, 1, /one JSON object/],
		['[{"id": "a"}]', 1, 1, /one JSON object/],
		['{"version": 1}', 1, 1, /needs an "id"/],
		['{"id": "../../etc/x"}', 1, 8, /letters, digits/],
		['{"id": "a\\u002f..\\u002fb"}', 1, 8, /letters, digits/],
		['{"id": ""}', 1, 8, /letters, digits/],
		['{"id": "a", "version": 0}', 1, 24, /whole number/],
		['{"id": "a", "version": "2"}', 1, 24, /whole number/],
		['{"id": "a", "previousVersions": [1]}', 1, 33, /list of texts/],
		['{"id": "a",\n"id": "b"}', 2, 1, /twice/],
		[Buffer.from('{"id": "a", "x": "\xff"}', 'latin1'), 1, 19, /not UTF-8/],
	];
	for (const [text, line, column, message] of cases) {
		await assert.rejects(take(text), {name: 'JsonTextError', message, place: {line, column}}, String(text));
	}

	assert.equal(fs.existsSync(`${databaseDir}/nodes`), false);
});

test('where a version that is there cannot be read nothing follows it, and it stays as it is', async t => {
	const {take, stored, folder} = await lab(t);
	await take(node());
	fs.writeFileSync(`${folder}/a1b2-v2.json`, '{"id": "a1b2", ');
	const before = stored();
	await assert.rejects(take(node({content: 'new'})), /a1b2-v2\.json: expected a key/);
	assert.deepEqual(stored(), before);
});

test('what a killed import left half written is no node, and goes with the next one', async t => {
	const {take, stored, folder, databaseDir} = await lab(t);
	await take(node());
	fs.writeFileSync(`${folder}/.importing-7`, '{"id": "a1');
	assert.deepEqual(await nodeFindings(databaseDir), []);
	await take(node({content: 2}));
	assert.deepEqual(Object.keys(stored()).toSorted(), ['nodes/2026/01/a1b2-v1.json', 'nodes/2026/01/a1b2-v2.json']);
});

test('importers that run at once take turns: every node gets a number of its own, whatever month it is from', async t => {
	const {take, stored, databaseDir} = await lab(t);
	const texts = Array.from({length: 8}, (_, index) =>
		node({content: index, metadata: {timestamp: `2026-0${1 + (index % 3)}-15T12:00:00Z`}}),
	);
	const versions = await Promise.all(texts.map(async text => (await take(text)).version));
	assert.deepEqual(versions.toSorted(), [1, 2, 3, 4, 5, 6, 7, 8]);
	assert.equal(Object.keys(stored()).length, 8);
	assert.deepEqual(await nodeFindings(databaseDir), []);
});

test('verify finds what is wrong among nodes: texts that differ, gaps, wrong names, forks, and what cannot be read', async t => {
	const {databaseDir} = await lab(t);
	const put = (month: string, name: string, text: string) => {
		fs.mkdirSync(`${databaseDir}/nodes/2026/${month}`, {recursive: true});
		fs.writeFileSync(`${databaseDir}/nodes/2026/${month}/${name}`, text);
	};

	const of = (id: string, version: number, previousVersions: readonly string[] = [], more: object = {}) =>
		JSON.stringify({id, version, previousVersions, ...more});
	assert.deepEqual(await nodeFindings(databaseDir), [], 'no store, nothing wrong');
	put('01', 'good-v1.json', of('good', 1));
	put('02', 'good-v2.json', of('good', 2, ['good-v1']));
	put('01', '.importing-x.json', 'half');
	put('01', 'twin-v1.json', of('twin', 1));
	put('02', 'twin-v1.json', of('twin', 1, [], {other: true}));
	put('01', 'copy-v1.json', of('copy', 1));
	put('02', 'copy-v1.json', of('copy', 1));
	put('01', 'gap-v1.json', of('gap', 1));
	put('01', 'gap-v3.json', of('gap', 3, ['gap-v1', 'gap-v2']));
	put('01', 'silent-v1.json', of('silent', 1));
	put('01', 'silent-v2.json', of('silent', 2));
	put('01', 'wrong-v1.json', of('right', 1));
	put('01', 'base-v1.json', of('base', 1));
	put('01', 'left-v2.json', of('left', 2, ['base-v1']));
	put('01', 'lift-v1.json', of('lift', 1, ['base-v1']));
	put('01', 'torn-v1.json', '{"id":\n');
	const found = await nodeFindings(databaseDir);
	assert.ok(found.every(({kind}) => kind === 'node-conflict'));
	const said = (id: string) =>
		found.filter(({path: own}) => own === id).map(({detail, severity}) => `${severity} ${detail}`);
	assert.deepEqual(
		[...new Set(found.map(({path: own}) => own))],
		['copy', 'gap', 'left', 'right', 'silent', 'torn', 'twin'],
	);
	assert.match(
		said('twin').join(),
		/^look Version 1 is there 2 times, and not the same text: .*01\/twin-v1\.json, .*02\/twin-v1\.json\.$/,
	);
	assert.match(said('copy').join(), /^info Version 1 is there 2 times, the same text/);
	assert.deepEqual(said('gap'), ['look Version 3 follows gap-v2, which is not here.']);
	assert.deepEqual(said('silent'), ['look Version 2 does not name silent-v1 among its previousVersions.']);
	assert.match(said('right').join(), /wrong-v1\.json holds version 1 of right, which belongs in right-v1\.json/);
	assert.deepEqual(said('left'), [
		'look Version 2 is here and version 1 is not.',
		'look left-v2 and lift-v1 both follow base-v1.',
	]);
	assert.match(said('torn').join(), /^look .*torn-v1\.json is no node: line 2, column 1: the file ends/);
	await assert.rejects(nodeFindings(databaseDir, AbortSignal.abort(new Error('enough'))), /enough/);
});
