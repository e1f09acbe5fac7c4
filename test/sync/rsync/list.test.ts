import assert from 'node:assert/strict';
import fs from 'node:fs';
import {mkdir, utimes, writeFile} from 'node:fs/promises';
import {suite, type TestContext, test} from 'node:test';
import {systemClock} from '../../../source/sync/clock.js';
import {createRsyncMethod} from '../../../source/sync/methods/rsync.js';
import {closeAllMasters} from '../../../source/sync/ssh/connection.js';
import {temporaryFolder} from '../../lab/after.js';
import {type SpokeOptions, startSpoke} from '../../lab/sshd.js';
import {labSpoke, settings} from '../methods/spokes.js';

async function setUp(t: TestContext, options: SpokeOptions = {}) {
	const {path: root} = await temporaryFolder(t);
	const lab = await startSpoke({scope: t, ...options});
	t.after(async () => closeAllMasters(`${root}/run`));
	const method = createRsyncMethod({config: settings, runFolder: `${root}/run`, env: process.env, clock: systemClock});
	const folder = `${root}/hub`;
	const commands: string[] = [];
	const telling = {onCommand: (line: string) => commands.push(line), signal: new AbortController().signal};
	const put = async (side: string, path: string, text: string, seconds = 1_700_000_000) => {
		await mkdir(`${side}/p`, {recursive: true});
		await writeFile(`${side}/${path}`, text);
		await utimes(`${side}/${path}`, seconds, seconds);
	};

	for (const side of [lab.sessionsDir, folder]) {
		await put(side, 'p/same.jsonl', 'same\n');
		await put(side, 'p/b|ü\n.jsonl', 'odd name\n');
	}

	await put(lab.sessionsDir, 'p/rot.jsonl', 'true\n');
	await put(folder, 'p/rot.jsonl', 'trve\n');
	await put(lab.sessionsDir, 'p/times.jsonl', 'alike\n');
	await put(folder, 'p/times.jsonl', 'alike\n', 1_700_000_500);
	await put(lab.sessionsDir, 'p/new.jsonl', 'only there\n');
	await put(folder, 'p/gone.jsonl', 'only here\n');
	return {root, lab, method, folder, telling, commands, spoke: labSpoke(lab)};
}

suite('listing a spoke for a verify', {concurrency: 2}, () => {
	for (const isRestricted of [false, true]) {
		const key = isRestricted ? 'a key restricted to reading' : 'an ordinary key';
		test(`with ${key} every byte is compared, and nothing is written on either side`, async (t: TestContext) => {
			const {lab, method, folder, telling, spoke} = await setUp(t, {isRestricted});
			const before = fs.readdirSync(folder, {recursive: true}).sort();
			const deep = await method.list!(spoke, {...telling, folder, isDeep: true, patterns: []});
			assert.equal(deep.isComplete, true);
			assert.deepEqual(deep.files.map(({path, size, isFile, isSame}) => [path, size, isFile, isSame]).sort(), [
				['p/b|ü\n.jsonl', 9, true, true],
				['p/new.jsonl', 11, true, false],
				['p/rot.jsonl', 5, true, false],
				['p/same.jsonl', 5, true, true],
				['p/times.jsonl', 6, true, true],
			]);
			const quick = await method.list!(spoke, {...telling, folder, isDeep: false, patterns: ['p/rot*']});
			assert.deepEqual(quick.files.map(({path, isSame}) => [path, isSame]).length, 4, 'patterns leave out');
			assert.ok(quick.files.every(({isSame}) => isSame === undefined));
			assert.equal(quick.files[0]?.mtimeMs, 1_700_000_000_000);
			assert.deepEqual(fs.readdirSync(folder, {recursive: true}).sort(), before);
			assert.equal(fs.readFileSync(`${folder}/p/rot.jsonl`, 'utf8'), 'trve\n');
			assert.equal(
				(await lab.commands()).every(line => line === '' || line.includes('--sender')),
				true,
			);
		});

		test(`with ${key} named files are brought as they are, and no others`, async (t: TestContext) => {
			const {root, method, telling, spoke} = await setUp(t, {isRestricted});
			const staging = `${root}/staging/repair`;
			await method.bring!(spoke, ['p/rot.jsonl', 'p/b|ü\n.jsonl', 'p/not there [*].jsonl'], {...telling, staging});
			assert.deepEqual(fs.readdirSync(`${staging}/p`).sort(), ['b|ü\n.jsonl', 'rot.jsonl']);
			assert.equal(fs.readFileSync(`${staging}/p/rot.jsonl`, 'utf8'), 'true\n');
			assert.deepEqual(fs.readdirSync(`${root}/staging`), ['repair'], 'nothing is left beside it');
		});
	}

	test('a folder of the hub that is not there is compared as an empty one and not made', async (t: TestContext) => {
		const {root, method, telling, spoke} = await setUp(t);
		const folder = `${root}/none`;
		const {files} = await method.list!(spoke, {...telling, folder, isDeep: true, patterns: []});
		assert.equal(files.length, 5);
		assert.equal(fs.existsSync(folder), false);
	});
});
