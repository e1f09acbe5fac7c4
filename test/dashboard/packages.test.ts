import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {build} from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');

/** What the program is made of, as its requirements name it. */
const wanted = ['ink', 'react', 'ink-spinner', 'chokidar', 'yaml', 'execa', 'zod', 'meow'];

/** Packages that what ships imports, each with our files that do; types alone are no import. */
async function importers(): Promise<Map<string, string[]>> {
	const entry = ['source/cli.tsx', 'source/cli.ts'].find(file => existsSync(path.join(root, file)))!;
	// Own files only: packages stay where they are, and nothing is written.
	const {metafile} = await build({
		absWorkingDir: root,
		entryPoints: [entry],
		bundle: true,
		packages: 'external',
		platform: 'node',
		format: 'esm',
		target: 'node22',
		jsx: 'automatic',
		metafile: true,
		write: false,
	});
	const found = new Map<string, string[]>();
	for (const [file, {imports}] of Object.entries(metafile.inputs)) {
		for (const imported of imports) {
			if (!imported.external || /^(node:|<runtime>)/.test(imported.path)) continue;
			const [scope, name] = imported.path.split('/');
			const packageName = scope!.startsWith('@') ? `${scope}/${name}` : scope!;
			found.set(packageName, [...(found.get(packageName) ?? []), file]);
		}
	}

	return found;
}

test('every package the program is to be made of is imported by what ships', async () => {
	const found = await importers();
	const unused = wanted.filter(name => !found.has(name));
	assert.deepEqual(
		unused,
		[],
		`imported by nothing that source/cli reaches; it imports ${[...found.keys()].join(', ')}`,
	);
});

test('whatever ships imports is locked as a dependency of ours, not one that another package happens to bring', async () => {
	const {devDependencies} = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
		devDependencies: Record<string, string>;
	};
	for (const [name, files] of await importers()) assert.ok(name in devDependencies, `${name} (${files.join(', ')})`);
});
