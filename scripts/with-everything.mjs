import {spawn, spawnSync} from 'node:child_process';
import {existsSync, readdirSync, realpathSync, statSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {installPrograms} from './requirements.mjs';

// This file runs on whatever Node the machine has (18 and newer) and before anything is installed: it imports nothing
// but Node's own modules, and hands over to the Node that the lockfile names.

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const at = (...names) => path.join(root, ...names);
/** Milliseconds that all tests together may take. */
const testLimitMs = 9 * 60_000;

/** Installs the dependencies unless those in node_modules are younger than the lockfile. */
function install() {
	const installed = at('node_modules/.package-lock.json');
	const isFresh = existsSync(installed) && statSync(installed).mtimeMs >= statSync(at('package-lock.json')).mtimeMs;
	if (isFresh) return;
	console.error('Installing the dependencies (npm ci)');
	const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
	const options = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
	const {status, error} = spawnSync(npm[0], [...npm.slice(1), ...options], {cwd: root, stdio: ['ignore', 2, 2]});
	if (status !== 0) throw new Error(`npm ci failed${error ? `: ${error.message}` : ''}; its own words are above`);
}

/**
 * The Node everything runs on: the one `PI_BRAIN_NODE` names, else the one of the lockfile.
 * @throws {Error} when neither can be used
 */
function findNode() {
	const asked = process.env.PI_BRAIN_NODE;
	if (asked) {
		if (existsSync(asked)) return path.resolve(asked);
		throw new Error(`PI_BRAIN_NODE names ${asked}, which does not exist`);
	}

	const own = at('node_modules/node/bin/node');
	if (existsSync(own)) return own;
	const [major, minor] = process.versions.node.split('.').map(Number);
	if (major > 22 || (major === 22 && minor >= 22)) return process.execPath;
	throw new Error(
		`npm did not bring Node 24 along (it does not run install scripts?), and ${process.execPath} is ${process.versions.node}. Install Node 22.22 or newer, or run: npm rebuild node`,
	);
}

/** Environment of everything that is started: our programs first, nothing of the caller's that changes what is printed. */
function environment(node, mode) {
	const env = {...process.env, PATH: [at('node_modules/.bin'), process.env.PATH].join(path.delimiter)};
	if (process.env.PI_BRAIN_NODE) env.PATH = [path.dirname(node), env.PATH].join(path.delimiter);
	if (mode !== 'test') return env;
	// With NODE_TEST_CONTEXT a runner that a test starts would run nothing and call it a success.
	for (const name of [
		'NODE_TEST_CONTEXT',
		'CI',
		'NO_COLOR',
		'FORCE_COLOR',
		'NODE_OPTIONS',
		'SSH_AUTH_SOCK',
		'PI_BRAIN_CONFIG',
	])
		delete env[name];
	return {...env, COLUMNS: '100', LINES: '30'};
}

/**
 * Test files below test/.
 * @param {readonly string[]} filters parts of paths; none: all
 * @returns {string[]} paths below the repository
 */
export function testFiles(filters) {
	const found = readdirSync(at('test'), {recursive: true, encoding: 'utf8'})
		.map(name => path.join('test', name))
		.filter(name => /\.test\.tsx?$/.test(name))
		.sort();
	const chosen = found.filter(name => filters.length === 0 || filters.some(filter => name.includes(filter)));
	if (chosen.length === 0) throw new Error(`No file below test/ matches ${filters.join(', ')}`);
	return chosen;
}

/**
 * Runs a program to its end and passes signals on to it.
 * @param {readonly string[]} argv program and arguments
 * @param {NodeJS.ProcessEnv} env
 * @param {{limitMs?: number, isGroup?: boolean}} [options] milliseconds; `isGroup`: signals reach its children too, and it has no terminal
 * @returns {Promise<number>} its exit status; 128 + n when signal n ended it, 124 at the time limit
 */
export function run(argv, env, {limitMs, isGroup = false} = {}) {
	const child = spawn(argv[0], argv.slice(1), {cwd: root, env, stdio: 'inherit', detached: isGroup});
	const send = signal => {
		try {
			process.kill(isGroup ? -child.pid : child.pid, signal);
		} catch {}
	};

	const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
	for (const signal of signals) process.on(signal, send);
	let isLate = false;
	const limit = setTimeout(
		() => {
			isLate = true;
			console.error(`Ended after ${limitMs / 60_000} minutes, which is all the time there is`);
			send('SIGKILL');
		},
		limitMs ?? 2 ** 31 - 1,
	);
	return new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code, signal) => {
			clearTimeout(limit);
			for (const name of signals) process.off(name, send);
			// A test that was ended in the middle may have left something behind in its group.
			if (isGroup) send('SIGKILL');
			const numbers = {SIGHUP: 129, SIGINT: 130, SIGKILL: 137, SIGTERM: 143};
			resolve(isLate ? 124 : (code ?? numbers[signal] ?? 1));
		});
	});
}

async function main([mode, ...words]) {
	if (!['demo', 'test', 'bench', 'check'].includes(mode)) throw new Error('Say which: demo, test, bench or check');
	if (mode === 'test') installPrograms();
	install();
	const node = findNode();
	const env = environment(node, mode);
	const status = await run([node, 'scripts/build.mjs'], env, {limitMs: 120_000, isGroup: true});
	if (mode === 'check') {
		const lint = await run([at('node_modules/.bin/biome'), 'check', '--error-on-warnings', '.'], env, {
			limitMs: 120_000,
		});
		const types = await run([at('node_modules/.bin/tsc'), '--noEmit'], env, {limitMs: 120_000});
		return lint || types || status;
	}

	if (status !== 0) return status;
	const typescript = [node, '--import', 'tsx'];
	if (mode === 'demo') return run([...typescript, 'scripts/demo.ts', ...words], {...env, TSX_DISABLE_CACHE: '1'});
	if (mode === 'bench') return run([...typescript, 'bench/run.ts', ...words], env, {isGroup: true});
	const options = words.filter(word => word.startsWith('-'));
	const files = testFiles(words.filter(word => !word.startsWith('-')));
	const runner = ['--test', '--test-concurrency=3', '--test-reporter=spec', ...options, ...files];
	return run([...typescript, '--import', './test/lab/seed.ts', ...runner], env, {limitMs: testLimitMs, isGroup: true});
}

if (process.argv[1] && fileURLToPath(import.meta.url) === realpathSync(process.argv[1])) {
	try {
		process.exitCode = await main(process.argv.slice(2));
	} catch (error) {
		console.error(error.message);
		process.exitCode = 1;
	}
}
