import {createHash} from 'node:crypto';
import {existsSync, realpathSync} from 'node:fs';
import {chmod, copyFile, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {
	withMemory,
	withoutDevtools,
	withoutEmoji,
	withoutFetch,
	withoutPackageTidying,
	withoutSpinners,
	withoutStrays,
} from './bundled-parts.mjs';
import {oneEngine} from './one-engine.mjs';

/**
 * Bundles the program into `dist/`: `pi-brain-tui.js` checks the Node version, `cli.js` is the front door, what
 * commands import lazily lies in `chunks/`, and `verify-worker.js` runs in threads. Does nothing when no input has
 * changed since the last time.
 * @param {{root?: string, force?: boolean}} [options] `root` holds source/ and package.json; this repository unless told
 * @returns {Promise<{isBuilt: boolean, bytes: number}>} whether anything was done; bytes of JavaScript written
 * @throws {Error} with esbuild's messages when the source cannot be bundled
 */
export async function build({root = path.dirname(import.meta.dirname), force = false} = {}) {
	const cache = path.join(root, 'node_modules/.cache/pi-brain-tui');
	const stamp = path.join(cache, 'build.json');
	const hash = await hashOf(root);
	if (!force && (await isCurrent(stamp, hash, root))) return {isBuilt: false, bytes: 0};
	const entry = ['source/cli.tsx', 'source/cli.ts'].find(file => existsSync(path.join(root, file)));
	if (!entry) throw new Error(`Neither source/cli.tsx nor source/cli.ts exists in ${root}: there is nothing to build`);
	const staging = path.join(cache, `dist-${process.pid}`);
	try {
		const metafile = await bundle(root, entry, staging, hash);
		await copyFile(path.join(root, 'source/launch.js'), path.join(staging, 'pi-brain-tui.js'));
		await chmod(path.join(staging, 'pi-brain-tui.js'), 0o755);
		await writeFile(path.join(staging, 'third-party-licenses.txt'), await licenses(root, metafile));
		// A program that runs from dist/ at this moment still finds its chunks until the very rename.
		await rm(path.join(cache, 'previous'), {recursive: true, force: true});
		if (existsSync(path.join(root, 'dist'))) await rename(path.join(root, 'dist'), path.join(cache, 'previous'));
		await rename(staging, path.join(root, 'dist'));
		const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
		await writeFile(stamp, JSON.stringify({hash, files: await filesBelow(path.join(root, 'dist'))}));
		return {isBuilt: true, bytes};
	} finally {
		await rm(staging, {recursive: true, force: true});
		await rm(path.join(cache, 'previous'), {recursive: true, force: true});
	}
}

/**
 * How the program is bundled, apart from what is repaired in its packages.
 * @type {import('esbuild').BuildOptions}
 */
export const bundling = {
	define: {'process.env.NODE_ENV': '"production"'},
	bundle: true,
	splitting: true,
	minify: true,
	logLevel: 'silent',
	format: 'esm',
	platform: 'node',
	target: 'node22',
	jsx: 'automatic',
	legalComments: 'none',
	chunkNames: 'chunks/[name]-[hash]',
	// Some dependencies are CommonJS and call require() for Node's own modules. The name is long because minified
	// names are short: a two-letter one has collided.
	banner: {
		js: "import {createRequire as piBrainCreateRequire} from 'node:module'; const require = piBrainCreateRequire(import.meta.url);",
	},
};

/** What runs in threads, and so has to be a file that can be named. */
const threads = 'source/sync/verify/worker.ts';

async function bundle(root, entry, outdir, hash) {
	const esbuild = await import('esbuild');
	const options = {
		absWorkingDir: root,
		entryPoints: existsSync(path.join(root, threads)) ? {cli: entry, 'verify-worker': threads} : {cli: entry},
		outdir,
		...bundling,
		metafile: true,
		define: {...bundling.define, 'process.env.PI_BRAIN_BUILD': JSON.stringify(hash)},
		plugins: [
			withoutDevtools,
			withoutPackageTidying,
			withoutFetch,
			withoutEmoji,
			withoutStrays,
			withoutSpinners,
			withMemory,
		],
	};
	const shared = await oneEngine(options);
	const {metafile} = await esbuild.build(shared ? {...options, plugins: [...options.plugins, shared]} : options);
	return metafile;
}

async function hashOf(root) {
	const names = (await filesBelow(path.join(root, 'source'))).map(name => path.join('source', name));
	const sum = createHash('sha256');
	for (const name of [...names, 'package.json', 'package-lock.json', 'tsconfig.json']) {
		sum.update(`${name}\0`).update(await readFile(path.join(root, name)).catch(() => ''));
	}

	for (const name of ['build.mjs', 'bundled-parts.mjs', 'one-engine.mjs'])
		sum.update(await readFile(path.join(import.meta.dirname, name)));
	return sum.digest('hex');
}

async function isCurrent(stamp, hash, root) {
	try {
		const last = JSON.parse(await readFile(stamp, 'utf8'));
		return last.hash === hash && last.files.every(name => existsSync(path.join(root, 'dist', name)));
	} catch {
		return false;
	}
}

async function filesBelow(folder) {
	const found = await readdir(folder, {recursive: true, withFileTypes: true});
	return found
		.filter(entry => entry.isFile())
		.map(entry => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
		.sort();
}

/** The licences of everything that ended up in the bundle, as they ask for. */
async function licenses(root, metafile) {
	const inputs = Object.keys(metafile.inputs);
	const folders = new Set(inputs.map(name => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(name)?.[0]).filter(Boolean));
	const parts = [];
	for (const folder of [...folders].sort()) {
		const at = path.join(root, folder);
		const {name, version, license} = JSON.parse(await readFile(path.join(at, 'package.json'), 'utf8'));
		const file = (await readdir(at)).find(entry => /^licen[cs]e/i.test(entry));
		const text = file ? await readFile(path.join(at, file), 'utf8') : '';
		parts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
	}

	return parts.join(`\n${'-'.repeat(80)}\n\n`);
}

if (process.argv[1] && import.meta.filename === realpathSync(process.argv[1])) {
	try {
		const {isBuilt, bytes} = await build({force: process.argv.includes('--force')});
		console.log(isBuilt ? `Built dist/ (${Math.round(bytes / 1024)} KiB)` : 'dist/ is up to date');
	} catch (error) {
		console.error(`The build failed: ${error.message}`);
		process.exitCode = 1;
	}
}
