import assert from 'node:assert/strict';
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {pathToFileURL} from 'node:url';
import {type BuildOptions, build} from 'esbuild';
import {oneEngine} from '../../scripts/one-engine.mjs';
import {temporaryFolder} from '../lab/after.js';

/** Three lazily imported parts of which each needs something else of what opens a hub, and one that needs nothing of it. */
const parts: Readonly<Record<string, string>> = {
	'cli.ts': `export const run = async (name: string) =>
		name === 'scene' ? (await import('./commands/open-scene.js')).said :
		name === 'list' ? (await import('./commands/list.js')).said :
		name === 'run' ? (await import('./commands/run.js')).said : (await import('./commands/help.js')).said;`,
	'commands/open-scene.ts': `import {rows} from '../rows.js'; import {jobs} from '../jobs.js'; export const said = [rows, jobs].join();`,
	'commands/list.ts': `import {rows} from '../rows.js'; export const said = 'list ' + rows;`,
	'commands/run.ts': `import {jobs} from '../jobs.js'; import {only} from '../only.js'; export const said = 'run ' + jobs + only;`,
	'commands/help.ts': `export const said = 'help';`,
	'rows.ts': `import {clean} from './clean.js'; export const rows = clean('rows'); console.assert(rows);`,
	'jobs.ts': `import {rows} from './rows.js'; import {clean} from './clean.js'; export const jobs = clean('jobs of ' + rows);`,
	'clean.ts': `export const clean = (text: string) => text.trim();`,
	'only.ts': `export const only = '!';`,
};

async function project(t: TestContext, names: readonly string[]): Promise<BuildOptions> {
	const {path: root} = await temporaryFolder(t);
	await mkdir(path.join(root, 'source/commands'), {recursive: true});
	await writeFile(path.join(root, 'package.json'), '{"type": "module"}');
	for (const name of names) await writeFile(path.join(root, 'source', name), parts[name]!);
	return {
		...{absWorkingDir: root, entryPoints: {cli: 'source/cli.ts'}, outdir: path.join(root, 'dist')},
		...{bundle: true, splitting: true, format: 'esm', platform: 'node', logLevel: 'silent', plugins: []},
	};
}

test('whatever opens a hub finds it in one file, runs as before, and what opens none loads none of it', async t => {
	const options = await project(t, Object.keys(parts));
	const {metafile} = await build({...options, metafile: true, plugins: [(await oneEngine(options))!]});
	const file = (name: string) =>
		Object.values(metafile.outputs).find(({inputs}) => Object.keys(inputs).includes(`source/${name}`));
	assert.equal(file('rows.ts'), file('jobs.ts'));
	assert.equal(file('rows.ts'), file('clean.ts'));
	assert.notEqual(file('only.ts'), file('rows.ts'));
	assert.deepEqual(file('commands/help.ts')!.imports, []);
	const {run} = (await import(pathToFileURL(path.join(options.outdir!, 'cli.js')).href)) as {
		run(name: string): Promise<string>;
	};
	const said = [await run('list'), await run('run'), await run('scene'), await run('help')];
	assert.deepEqual(said, ['list rows', 'run jobs of rows!', 'rows,jobs of rows', 'help']);
});

test('a program without a hub is bundled as it is', async t => {
	const options = await project(t, Object.keys(parts));
	assert.equal(await oneEngine({...options, entryPoints: {cli: 'source/commands/help.ts'}}), undefined);
});
