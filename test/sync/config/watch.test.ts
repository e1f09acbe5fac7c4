import assert from 'node:assert/strict';
import {mkdir, rename, rm, symlink, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {loadConfig} from '../../../source/sync/config/load.js';
import type {LoadedConfig} from '../../../source/sync/config/types.js';
import {watchConfig} from '../../../source/sync/config/watch.js';
import {waitFor} from '../../lab/after.js';
import {makeHome} from './place.js';

const spokes = (...names: string[]) =>
	`spokes: [${names.map(name => `{name: ${name}, sync_method: manual}`).join(', ')}]\n`;

async function watched(t: TestContext, file: string, home: string, current?: LoadedConfig) {
	const stop = new AbortController();
	t.after(() => stop.abort());
	const seen: string[] = [];
	await watchConfig({
		file,
		load: () => loadConfig({file, home, hostname: 'atlas'}),
		current,
		onChange: ({config}) => seen.push(config!.spokes.map(spoke => spoke.name).join()),
		onProblem: problems => seen.push(`! ${problems[0]!.message}`),
		signal: stop.signal,
	});
	return {
		seen,
		stop,
		async until(expected: RegExp) {
			await waitFor(() => expected.test(seen.at(-1) ?? ''), {message: `${expected}`}).catch((error: Error) => {
				throw new Error(`${error.message}; seen ${JSON.stringify(seen)}`, {cause: error});
			});
		},
	};
}

test('a change in place, by rename, a deletion and a new file are each noticed', async t => {
	const place = await makeHome(t);
	await place.write(spokes('a'));
	const {until, seen} = await watched(t, place.file, place.home);
	await place.write(spokes('a', 'b'));
	await until(/^a,b$/);
	await writeFile(`${place.file}.new`, spokes('c'));
	await rename(`${place.file}.new`, place.file);
	await until(/^c$/);
	await rm(place.file);
	await until(/^! is gone; the last configuration/);
	await place.write(spokes('c'));
	await until(/^c$/);
	assert.equal(seen.length, 4);
});

test('a broken file keeps the last good configuration, says so, and is forgotten once mended', async t => {
	const place = await makeHome(t);
	await place.write(spokes('a'));
	const {until, seen} = await watched(t, place.file, place.home);
	await place.write('spokes: [{name: ');
	await until(/^! is not valid YAML/);
	await place.write(spokes('a'));
	await until(/^a$/);
	assert.equal(seen.length, 2);
});

test('a folder that appears later is noticed', async t => {
	const place = await makeHome(t);
	const file = path.join(place.home, 'later/deep/config.yaml');
	const {until} = await watched(t, file, place.home);
	await mkdir(path.dirname(file), {recursive: true});
	await writeFile(file, spokes('a'));
	await until(/^a$/);
	await writeFile(file, spokes('b'));
	await until(/^b$/);
});

test('a change behind a link is noticed', async t => {
	const place = await makeHome(t);
	const target = await place.touch('dotfiles/config.yaml', spokes('a'));
	await symlink(target, place.file);
	const {until} = await watched(t, place.file, place.home);
	await writeFile(`${target}.new`, spokes('b'));
	await rename(`${target}.new`, target);
	await until(/^b$/);
});

test('a change between loading and watching is not lost', async t => {
	const place = await makeHome(t);
	const current = await place.read(spokes('a'));
	await place.write(spokes('b'));
	const {until} = await watched(t, place.file, place.home, current);
	await until(/^b$/);
});

test('a file that is rewritten piece by piece is read once it is whole, and other files do not matter', async t => {
	const place = await makeHome(t);
	await place.write(spokes('a'));
	const {until, seen} = await watched(t, place.file, place.home);
	const whole = spokes('a', 'b', 'c');
	let last = performance.now();
	let longestPause = 0;
	for (let end = 0; end < whole.length + 12; end += 12) {
		await place.write(whole.slice(0, end));
		await place.touch('.pi-brain/logs.txt', String(end));
		longestPause = Math.max(longestPause, performance.now() - last);
		last = performance.now();
	}

	await until(/^a,b,c$/);
	// On a machine that stood still between two pieces for as long as a file must, the file did so too.
	if (longestPause < 250) assert.deepEqual(seen, ['a,b,c']);
});

test('after the signal nothing is reported any more', async t => {
	const place = await makeHome(t);
	await place.write(spokes('a'));
	const {seen, stop} = await watched(t, place.file, place.home);
	stop.abort();
	await place.write(spokes('b'));
	await new Promise(resolve => setTimeout(resolve, 500));
	assert.deepEqual(seen, []);
});
