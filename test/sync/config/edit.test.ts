import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {parse} from 'yaml';
import {systemClock} from '../../../source/sync/clock.js';
import {EditError, type EditOptions, editConfig, previewEdit} from '../../../source/sync/config/edit.js';
import {temporaryFolder} from '../../lab/after.js';

async function lab(t: TestContext, text: string) {
	const {path: home} = await temporaryFolder(t);
	const file = path.join(home, 'config.yaml');
	await fs.writeFile(file, text);
	await fs.chmod(file, 0o640);
	const options: EditOptions = {
		...{file, home, hostname: 'atlas', clock: systemClock},
		signal: new AbortController().signal,
	};
	return {home, file, options, text: async () => fs.readFile(file, 'utf8')};
}

const laptop = 'spokes:\n  # mine\n  - name: laptop\n    sync_method: rsync\n    source: will@laptop:~/s\n';

test('the file is replaced with its mode kept, and the one before stays beside it', async t => {
	const {file, options, text, home} = await lab(t, laptop);
	const edited = await editConfig(options, {type: 'set', name: 'laptop', values: {port: 2222}});
	assert.equal(edited.spoke?.port, 2222);
	assert.equal(await text(), `${laptop}    port: 2222\n`);
	assert.equal((await fs.stat(file)).mode & 0o777, 0o640);
	assert.equal(edited.backup, `${file}.bak`);
	assert.equal(await fs.readFile(`${file}.bak`, 'utf8'), laptop);
	assert.deepEqual((await fs.readdir(home)).sort(), ['config.yaml', 'config.yaml.bak', 'run']);
});

test('what the file says already is no edit', async t => {
	const {file, options} = await lab(t, laptop);
	const edited = await editConfig(options, {type: 'set', name: 'laptop', values: {source: 'will@laptop:~/s'}});
	assert.deepEqual([edited.isChanged, edited.backup], [false, undefined]);
	await assert.rejects(fs.stat(`${file}.bak`));
});

test('through a link the file it leads to is replaced, the link stays', async t => {
	const {home, file, options} = await lab(t, laptop);
	const real = path.join(home, 'dotfiles', 'pi.yaml');
	await fs.mkdir(path.dirname(real));
	await fs.rename(file, real);
	await fs.symlink(real, file);
	await editConfig(options, {type: 'remove', name: 'laptop'});
	assert.ok((await fs.lstat(file)).isSymbolicLink());
	assert.match(await fs.readFile(real, 'utf8'), /^spokes: \[\]/);
	assert.equal(await fs.readFile(`${file}.bak`, 'utf8'), laptop);
});

test('a file that does not exist yet is made, private, in a folder that is made', async t => {
	const {home, options} = await lab(t, '');
	const file = path.join(home, 'new', 'config.yaml');
	const entry = {name: 'a', sync_method: 'rsync', source: 'a:./'};
	const edited = await editConfig({...options, file}, {type: 'add', entry});
	assert.equal(edited.backup, undefined);
	assert.deepEqual(parse(await fs.readFile(file, 'utf8')), {spokes: [entry]});
	assert.equal((await fs.stat(file)).mode & 0o777, 0o600);
});

test('a value that cannot be used, bad YAML and a clash with another spoke leave the file untouched', async t => {
	const {file, options, text} = await lab(t, laptop);
	const refusal = async (promise: Promise<unknown>) => {
		const error = (await promise.catch((failed: unknown) => failed)) as Error;
		assert.ok(error instanceof EditError, String(error));
		return error.message;
	};

	const set = async (values: Record<string, string>) =>
		refusal(editConfig(options, {type: 'set', name: 'laptop', values}));
	assert.match(
		await set({source: '-oProxyCommand=x'}),
		/config\.yaml:5:\d+ spokes\[0\] "laptop": source must not begin/,
	);
	assert.match(await set({schedule: 'often'}), /schedule must be a cron/);
	const twin = {name: 'b', sync_method: 'manual', path: path.join(path.dirname(file), '.pi-brain/synced/laptop')};
	assert.match(await refusal(editConfig(options, {type: 'add', entry: twin})), /already the folder of "laptop"/);
	assert.equal(await text(), laptop);
	await fs.writeFile(file, 'spokes: [\n');
	assert.match(
		await refusal(editConfig(options, {type: 'remove', name: 'laptop'})),
		/config\.yaml:\d+:\d+ is not valid YAML/,
	);
	await fs.writeFile(file, Buffer.from([0x23, 0xff, 0x0a]));
	assert.match(await refusal(editConfig(options, {type: 'remove', name: 'laptop'})), /not UTF-8/);
	await assert.rejects(fs.stat(`${file}.bak`));
});

test('a spoke that is wrong in the file can be put right', async t => {
	const {options} = await lab(t, laptop.replace('will@laptop:~/s', 'rsync://laptop/s'));
	const edited = await editConfig(options, {type: 'set', name: 'laptop', values: {source: 'will@laptop:~/s'}});
	assert.equal(edited.spoke?.invalid, undefined);
});

test('a preview says what would be, and writes nothing', async t => {
	const {options, text} = await lab(t, laptop);
	const {spoke} = await previewEdit(options, {type: 'set', name: 'laptop', values: {enabled: false}});
	assert.equal(spoke?.enabled, false);
	assert.equal(await text(), laptop);
});

test('of many edits at once none is lost', async t => {
	const {options, text} = await lab(t, laptop);
	const names = Array.from({length: 12}, (_, index) => `s${index}`);
	const add = async (name: string): Promise<void> => {
		try {
			await editConfig(options, {type: 'add', entry: {name, sync_method: 'rsync', source: `${name}:./`}});
		} catch (error) {
			// On a slow disk the last of them are told to try again.
			assert.match(String(error), /is being edited by another process.*try again/);
			await add(name);
		}
	};
	await Promise.all(names.map(add));
	const {spokes} = parse(await text()) as {spokes: Array<{name: string}>};
	assert.deepEqual(spokes.map(({name}) => name).sort(), ['laptop', ...names].sort());
});

test('what an editor saved meanwhile is not overwritten', async t => {
	const {file, options, text} = await lab(t, laptop);
	const other = `${laptop}# saved by an editor\n`;
	// The backup is the last thing that is written before the rename.
	const {rename} = fs;
	t.mock.method(fs, 'rename', async (from: string, to: string) => {
		await rename(from, to);
		if (to === `${file}.bak`) await fs.writeFile(file, other);
	});
	await assert.rejects(editConfig(options, {type: 'set', name: 'laptop', values: {port: 1}}), (error: Error) => {
		assert.ok(error instanceof EditError);
		assert.match(error.message, /changed by somebody else/);
		return true;
	});
	assert.equal(await text(), other);
});
