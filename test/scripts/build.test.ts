import assert from 'node:assert/strict';
import {execFile, spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {copyFile, mkdir, readdir, readFile, stat, symlink, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {promisify} from 'node:util';
import {build} from '../../scripts/build.mjs';
import {temporaryFolder} from '../lab/after.js';

const repository = path.resolve(import.meta.dirname, '../..');
const launcher = path.join(repository, 'source/launch.js');
const execute = promisify(execFile);

async function project(t: TestContext, files: Record<string, string>): Promise<string> {
	const {path: root} = await temporaryFolder(t);
	await mkdir(path.join(root, 'source'));
	await mkdir(path.join(root, 'node_modules'));
	for (const name of ['ink', 'react']) {
		await symlink(path.join(repository, 'node_modules', name), path.join(root, 'node_modules', name));
	}

	await writeFile(path.join(root, 'package.json'), '{"type": "module", "version": "1.2.3"}');
	await copyFile(launcher, path.join(root, 'source/launch.js'));
	for (const [name, text] of Object.entries(files)) await writeFile(path.join(root, 'source', name), text);
	return root;
}

test('what is built runs, and loads a lazily imported part only when it is asked for', async t => {
	const root = await project(t, {
		'cli.ts': `if (process.argv[2]) console.log((await import('./lazy.js')).word); else console.log('eager');`,
		'lazy.ts': `import {existsSync} from 'node:fs'; export const word: string = existsSync('/') ? 'lazy' : '';`,
	});
	await build({root});
	const bin = path.join(root, 'dist/pi-brain-tui.js');
	assert.equal((await execute(bin, [])).stdout, 'eager\n');
	assert.equal((await execute(bin, ['x'])).stdout, 'lazy\n');
	assert.equal((await readFile(path.join(root, 'dist/cli.js'), 'utf8')).includes('existsSync'), false);
	assert.equal((await stat(bin)).mode & 0o111, 0o111);
});

test('Ink is bundled as its production self, with its licence, and needs nothing installed', async t => {
	const root = await project(t, {
		'cli.tsx': `import {renderToString, Text} from 'ink'; console.log(renderToString(<Text>drawn</Text>));`,
	});
	await build({root});
	const {path: elsewhere} = await temporaryFolder(t);
	await execute('cp', ['-r', path.join(root, 'dist'), path.join(root, 'package.json'), elsewhere]);
	assert.equal((await execute(process.execPath, [path.join(elsewhere, 'dist/pi-brain-tui.js')])).stdout, 'drawn\n');
	assert.match(await readFile(path.join(root, 'dist/third-party-licenses.txt'), 'utf8'), /^ink 8\.[\d.]+ \(MIT\)/m);
});

test('nothing is built when nothing changed, and everything when something did or is missing', async t => {
	const root = await project(t, {'cli.ts': 'console.log(1);'});
	assert.equal((await build({root})).isBuilt, true);
	assert.equal((await build({root})).isBuilt, false);
	await writeFile(path.join(root, 'source/other.ts'), '');
	assert.equal((await build({root})).isBuilt, true);
	await execute('rm', [path.join(root, 'dist/cli.js')]);
	assert.equal((await build({root})).isBuilt, true);
	assert.deepEqual((await readdir(path.join(root, 'dist'))).sort(), [
		'cli.js',
		'pi-brain-tui.js',
		'third-party-licenses.txt',
	]);
});

test('a build that fails leaves the last good one in place', async t => {
	const root = await project(t, {'cli.ts': 'console.log(1);'});
	await build({root});
	await writeFile(path.join(root, 'source/cli.ts'), 'console.log(');
	await assert.rejects(build({root}), /cli\.ts:1:12: ERROR/);
	assert.equal((await execute(path.join(root, 'dist/pi-brain-tui.js'), [])).stdout, '1\n');
});

test('an older Node is told what is missing before anything else is loaded', async t => {
	const {path: folder} = await temporaryFolder(t);
	const pretend = path.join(folder, 'pretend.cjs');
	for (const version of ['12.22.12', '20.20.2', '22.21.9']) {
		await writeFile(
			pretend,
			`Object.defineProperty(process, 'versions', {value: {...process.versions, node: '${version}'}});`,
		);
		// There is no cli.js beside the launcher's source: an import would end in another message.
		const {status, stdout, stderr} = spawnSync(process.execPath, ['-r', pretend, launcher], {encoding: 'utf8'});
		assert.deepEqual([status, stdout], [2, '']);
		assert.match(stderr, new RegExp(`^pi-brain-tui needs Node\\.js 22\\.22 or newer; .* is ${version}\\.\n`));
		assert.match(stderr, /https:\/\/nodejs\.org/);
	}
});

const systemNode = ['/usr/bin/node', '/usr/local/bin/node'].find(file => {
	const version = existsSync(file) ? spawnSync(file, ['--version'], {encoding: 'utf8'}).stdout : '';
	return Number(version.slice(1).split('.')[0]) < 22 && version !== '';
});

test('a real old Node says so too', {skip: systemNode === undefined && 'the Node of this system is new enough'}, () => {
	const {status, stderr} = spawnSync(systemNode ?? '', [launcher], {encoding: 'utf8'});
	assert.equal(status, 2);
	assert.match(stderr, /needs Node\.js 22\.22 or newer/);
});
