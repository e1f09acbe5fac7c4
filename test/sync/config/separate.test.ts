import assert from 'node:assert/strict';
import {mkdir, symlink} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import {computerOf} from '../../../source/sync/config/computer.js';
import {isInside, isOverlap} from '../../../source/sync/config/paths.js';
import {configOf, errors, lines, makeHome, spokesOf} from './place.js';

const spoke = (name: string, folder: string) => `  - {name: ${name}, sync_method: manual, path: "${folder}"}\n`;

test('a name used in both shapes is an error that names both places, and the first keeps it', async t => {
	const place = await makeHome(t);
	const loaded = await place.read(`spokes:
  - name: laptop
    sync_method: rsync
    source: a:x
sync:
  spokes:
    - name: laptop
      host: b
`);
	assert.deepEqual(errors(loaded), [
		'config.yaml:7:7 sync.spokes[0] "laptop": name "laptop" is already used by spokes[0] (line 2); rename one of them',
	]);
	const spokes = spokesOf(loaded);
	assert.equal(spokes.laptop!.invalid, undefined);
	assert.match(spokes['sync.spokes[0]']!.invalid ?? '', /already used/);
});

test('folders that differ by a letter are different; nested and equal ones make the later spoke unusable', async t => {
	const place = await makeHome(t);
	const loaded = await place.read(
		`spokes:\n${spoke('a', '~/s/lap')}${spoke('b', '~/s/laptop')}${spoke('c', '~/s/lap/')}${spoke('d', '~/s')}${spoke('e', '~/s/lap/x')}`,
	);
	const invalid = configOf(loaded).spokes.map(({invalid}) => invalid?.replaceAll(place.home, '~'));
	assert.deepEqual(invalid, [
		undefined,
		undefined,
		'path ~/s/lap is already the folder of "a", spokes[0] (line 2)',
		'path ~/s holds the folder of "a", spokes[0] (line 2) (~/s/lap)',
		'path ~/s/lap/x lies inside the folder of "a", spokes[0] (line 2) (~/s/lap)',
	]);
	assert.match(errors(loaded)[0]!, /^config\.yaml:4:36 spokes\[2\] "c": path/);
});

test('a link is followed before folders are compared', async t => {
	const place = await makeHome(t);
	await mkdir(path.join(place.home, 'disk'));
	await symlink('disk', path.join(place.home, 'link'));
	const loaded = await place.read(`spokes:\n${spoke('a', '~/disk/a')}${spoke('b', '~/link/a/b')}`);
	assert.match(configOf(loaded).spokes[1]!.invalid ?? '', /lies inside the folder of "a"/);
});

for (const [what, folder] of [
	['the root', '/'],
	['home itself', '~'],
	['a folder that holds home', '~/..'],
	['the folder of config.yaml', '~/.pi-brain'],
	['its logs', '~/.pi-brain/logs'],
	['the database', '~/.pi-brain/data'],
	['the generations', '~/.pi-brain/data/generations/a'],
	['the hub’s own sessions', '~/.pi/agent/sessions'],
	['a folder in them', '~/.pi/agent/sessions/x'],
	['a folder that holds them', '~/.pi'],
] as const) {
	test(`${what} cannot be a spoke’s folder`, async t => {
		const place = await makeHome(t);
		const loaded = await place.read(`spokes:\n${spoke('a', folder)}`);
		assert.match(errors(loaded).join(), /path (?:must not be, hold or disturb|overlaps hub)/);
	});
}

test('the staging folder beside a spoke’s folder cannot be another’s', async t => {
	const place = await makeHome(t);
	for (const order of [
		['~/s/a', '~/s/.staging/b'],
		['~/s/.staging/b', '~/s/a'],
	]) {
		const loaded = await place.read(`spokes:\n${order.map((folder, index) => spoke(`s${index}`, folder)).join('')}`);
		assert.match(configOf(loaded).spokes[1]!.invalid ?? '', /overlaps the staging folder/);
	}
});

test('a local source within a spoke’s folder is refused, the hub’s own sessions are warned of', async t => {
	const place = await makeHome(t);
	const loaded = await place.read(`spokes:
  - {name: a, sync_method: manual, path: ~/s/a}
  - {name: b, sync_method: manual, path: ~/s/b, source: ~/s/a/x}
  - {name: c, sync_method: manual, path: ~/s/c, source: ~/.pi/agent/sessions}
`);
	assert.match(configOf(loaded).spokes[1]!.invalid ?? '', /source .* overlaps the folder of "a"/);
	assert.equal(configOf(loaded).spokes[2]!.invalid, undefined);
	assert.match(lines(loaded).join('\n'), /"c": warning: source .* would be listed twice/);
});

test('a spoke whose path is bad takes no other spoke’s folder', async t => {
	const place = await makeHome(t);
	const loaded = await place.read(`spokes:\n${spoke('a', 'relative')}${spoke('b', '~/.pi-brain/synced/a')}`);
	assert.deepEqual(
		configOf(loaded).spokes.map(({invalid}) => invalid === undefined),
		[false, true],
	);
});

const folder = fc.array(fc.constantFrom('a', 'ab', 'b', '.'), {maxLength: 4}).map(parts => `/${parts.join('/')}`);

test('overlap is symmetric and agrees with comparing segments', () => {
	fc.assert(
		fc.property(folder, folder, (one, other) => {
			const [x, y] = [path.normalize(one), path.normalize(other)].map(text => text.replace(/(?<=.)\/$/, '')) as [
				string,
				string,
			];
			const segments = (text: string) => text.split('/').filter(Boolean);
			const isPrefix = (short: string[], long: string[]) => short.every((part, index) => long[index] === part);
			assert.equal(isInside(x, y), isPrefix(segments(y), segments(x)));
			assert.equal(isOverlap(x, y), isOverlap(y, x));
		}),
	);
});

test('usable spokes never share a folder, whatever the file says', async t => {
	const place = await makeHome(t);
	await fc.assert(
		fc.asyncProperty(fc.array(folder, {minLength: 2, maxLength: 5}), async folders => {
			const text = folders.map((below, index) => spoke(`s${index}`, `~/all${below}`)).join('');
			const usable = configOf(await place.read(`spokes:\n${text}`)).spokes.filter(({invalid}) => invalid === undefined);
			for (const [index, one] of usable.entries()) {
				for (const other of usable.slice(index + 1)) assert.ok(!isOverlap(one.path, other.path));
			}

			assert.ok(usable.length > 0);
		}),
		{numRuns: 60},
	);
});

test('the computer of a session is found by path segments after links are resolved', async t => {
	const place = await makeHome(t);
	const session = await place.touch('disk/laptop/--x--/a.jsonl');
	await symlink('disk', path.join(place.home, 'synced'));
	await place.touch('elsewhere.jsonl');
	await symlink(path.join(place.home, 'elsewhere.jsonl'), path.join(place.home, 'disk/laptop/link.jsonl'));
	const config = configOf(
		await place.read(`spokes:\n${spoke('lap', '~/synced/lap')}${spoke('laptop', '~/synced/laptop')}`),
	);
	const at = (below: string) => computerOf(path.join(place.home, below), config);
	assert.equal(computerOf(session, config), 'laptop');
	assert.equal(at('synced/laptop/--x--/a.jsonl'), 'laptop');
	assert.equal(at('synced/lap/--x--/not-yet.jsonl'), 'lap');
	assert.equal(at('synced/laptop/\uDCE9.jsonl'), 'laptop');
	assert.equal(at('synced/laptop2/a.jsonl'), undefined);
	assert.equal(at('disk/laptop/link.jsonl'), undefined);
	assert.equal(at('.pi/agent/sessions/--y--/b.jsonl'), 'atlas');
});
