import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {pathToFileURL} from 'node:url';
import {build} from 'esbuild';
import fc from 'fast-check';
import {withMemory, withoutDevtools, withoutSpinners, withoutStrays} from '../../scripts/bundled-parts.mjs';
import {temporaryFolder} from '../lab/after.js';

interface OutputClass {
	new (size: {
		width: number;
		height: number;
	}): {
		write(
			x: number,
			y: number,
			text: string,
			options: {transformers: Array<(text: string, index: number) => string>},
		): void;
		get(): {output: string; height: number};
	};
}

const output = path.resolve(import.meta.dirname, '../../node_modules/ink/build/output.js');

async function load(
	folder: string,
	name: string,
	plugins: Parameters<typeof build>[0]['plugins'],
): Promise<OutputClass> {
	const outfile = path.join(folder, `${name}.mjs`);
	await build({
		entryPoints: [output],
		outfile,
		bundle: true,
		format: 'esm',
		platform: 'node',
		logLevel: 'silent',
		plugins,
	});
	const {default: loaded} = (await import(pathToFileURL(outfile).href)) as {default: OutputClass};
	return loaded;
}

const piece = fc.oneof(
	fc.string({unit: 'grapheme', maxLength: 12}).map(text => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '')),
	fc.constantFrom('ok', '日本', 'é', '  ', '\u001B[31mred\u001B[39m', '\u001B[7m 世 \u001B[27m', 'a\nb', ''),
);
const writes = fc.array(
	fc.record({x: fc.integer({min: 0, max: 30}), y: fc.integer({min: -1, max: 6}), text: piece, isMarked: fc.boolean()}),
	{maxLength: 8},
);

test('what the bundle remembers of a frame draws what Ink draws, also where lines share a row or overlap', async t => {
	const folder = (await temporaryFolder(t)).path;
	const [Plain, Remembering] = await Promise.all([
		load(folder, 'plain', []),
		load(folder, 'remembering', [withMemory]),
	]);
	const drawn = (
		Output: OutputClass,
		frame: ReadonlyArray<{x: number; y: number; text: string; isMarked: boolean}>,
	) => {
		const screen = new Output({width: 40, height: 6});
		for (const {x, y, text, isMarked} of frame) {
			screen.write(x, y, text, {transformers: isMarked ? [line => `<${line}>`] : []});
		}

		return screen.get();
	};

	fc.assert(
		fc.property(writes, frame => {
			assert.deepEqual(drawn(Remembering, frame), drawn(Plain, frame));
			assert.deepEqual(drawn(Remembering, frame), drawn(Plain, frame), 'the second time, from memory');
		}),
		{numRuns: 2000},
	);
});

const repository = path.resolve(import.meta.dirname, '../..');
const bundled = {absWorkingDir: repository, bundle: true, format: 'esm', platform: 'node', logLevel: 'silent'} as const;

test('a bundled Ink loads neither assert nor child_process before somebody needs them', async () => {
	const {metafile} = await build({
		...{...bundled, entryPoints: ['node_modules/ink/build/index.js'], write: false, metafile: true},
		plugins: [withoutDevtools, withoutStrays],
	});
	const loaded = Object.values(metafile.outputs).flatMap(({imports}) => imports.map(one => one.path));
	assert.ok(loaded.includes('node:process'));
	assert.deepEqual(
		loaded.filter(name => /assert|child_process/.test(name)),
		[],
	);
});

test('the spinners that are shown are bundled, and no others', async t => {
	const outfile = path.join((await temporaryFolder(t)).path, 'spinners.mjs');
	const stdin = {
		contents: `export {default} from 'cli-spinners';`,
		resolveDir: path.join(repository, 'node_modules/ink-spinner'),
	};
	await build({...bundled, stdin, outfile, plugins: [withoutSpinners]});
	const {default: spinners} = (await import(pathToFileURL(outfile).href)) as {default: object};
	const shown = await readFile(path.join(repository, 'source/components/spinner.tsx'), 'utf8');
	const [, ...names] = /type=\{isAscii \? '(\w+)' : '(\w+)'\}/.exec(shown)!;
	assert.deepEqual(Object.keys(spinners).sort(), names.sort());
});
