import {copyFile, mkdir, mkdtemp, writeFile} from 'node:fs/promises';
import path from 'node:path';
import pty from '@lydell/node-pty';
import {build} from 'esbuild';
import {bundling} from '../scripts/build.mjs';
import {withoutDevtools} from '../scripts/bundled-parts.mjs';
import {formatCount} from '../source/text/format.js';
import {temporaryFolder} from '../test/lab/after.js';
import {bin} from '../test/lab/hub.js';
import {createEmulator} from '../test/lab/pty.js';
import {type KnownHub, makeKnownHub} from './known-hub.js';
import {type BenchOptions, interleave, type Row, rowOf} from './measure.js';
import {withScope} from './world.js';

const repository = path.resolve(import.meta.dirname, '..');
/** Milliseconds until a program that neither draws nor leaves is ended. */
const limitMs = 30_000;
/** Milliseconds without output after which a program has drawn what it has to draw. */
const quietMs = 500;
const size = {cols: 120, rows: 40};
const against = 'a bundled hello-world of Ink';

/** From the start of the program to the first full frame: 100 spokes and 100,000 sessions that are known. */
export async function run(options: BenchOptions): Promise<Row[]> {
	return withScope(async scope => {
		const folder = (await temporaryFolder(scope)).path;
		const hello = await bundleHello(path.join(folder, 'hello'));
		const known = await makeKnownHub(scope, {spokes: 100, sessions: 100_000});
		const isFull = await fullFrame(known);
		const isGreeting = (screen: string) => screen.includes('Hello, world');
		const dashboard = async (cache: string) => timeToFrame(bin, known.hub.home, cache, isFull);
		const greeting = async (cache: string) => timeToFrame(hello, known.hub.home, cache, isGreeting);
		const warm = path.join(folder, 'warm');
		const cold = async () => mkdtemp(path.join(folder, 'cold-'));
		const what = 'start to the first full frame, 100 spokes, 100,000 sessions';
		return [
			rowOf(
				{what: `${what}, compile cache warm`, against, reach: 1.3},
				await interleave(options, {measure: async () => dashboard(warm)}, {measure: async () => greeting(warm)}),
			),
			rowOf(
				{what: 'the same, compile cache cold', against, reach: 1.6},
				await interleave(
					options,
					{measure: async () => dashboard(await cold())},
					{measure: async () => greeting(await cold())},
				),
			),
		];
	});
}

/**
 * Bundles `hello.tsx` as anybody would an Ink program, with the options of the published one, and puts the same launcher
 * in front. What our build repairs in Ink is ours.
 * @returns the program
 */
async function bundleHello(root: string): Promise<string> {
	await mkdir(root, {recursive: true});
	await build({
		entryPoints: {cli: path.join(import.meta.dirname, 'hello.tsx')},
		outdir: root,
		...bundling,
		plugins: [withoutDevtools],
	});
	await writeFile(path.join(root, 'package.json'), '{"type": "module", "version": "0.0.0"}');
	const program = path.join(root, 'hello.js');
	await copyFile(path.join(repository, 'source/launch.js'), program);
	return program;
}

/** A frame is full when the last spoke that a settled dashboard shows is there with its sessions, and the footer below. */
async function fullFrame({names, sessionsEach, settle}: KnownHub): Promise<(screen: string) => boolean> {
	const terminal = await settle();
	const settled = await terminal.screen();
	await terminal.remove();
	// The log names spokes too: a row has their sessions.
	const rowOfName = (name: string) => new RegExp(`^.*${name} .* ${formatCount(sessionsEach)} .*$`, 'm');
	const last = names.findLast(name => rowOfName(name).test(settled));
	if (last === undefined) throw new Error(`No spoke with its sessions is on the screen:\n${settled}`);
	const row = rowOfName(last);
	const isFull = (screen: string) => row.test(screen) && screen.includes('? help');
	return isFull;
}

/**
 * Milliseconds from the start of a program on a terminal of 120 columns and 40 rows until its screen is as wanted. What
 * it writes is only noted with its time; the terminal that reads it comes afterwards and takes no time from it.
 * @param cache folder of compiled code; an empty one is a cold start
 * @throws Error with the last screen when it never was
 */
async function timeToFrame(
	program: string,
	home: string,
	cache: string,
	isDrawn: (screen: string) => boolean,
): Promise<number> {
	const env = {PATH: process.env.PATH!, HOME: home, LANG: 'C.UTF-8', TERM: 'xterm-256color', NODE_COMPILE_CACHE: cache};
	const pieces: Array<{readonly at: number; readonly text: string}> = [];
	const started = performance.now();
	const child = pty.spawn(process.execPath, [program], {name: 'xterm-256color', ...size, cwd: home, env});
	// Compiled code is kept at the end of a program, so it must leave as it would for a person.
	const leave = () => child.write('\u0003');
	let quiet = setTimeout(leave, limitMs);
	child.onData(text => {
		pieces.push({at: performance.now(), text});
		clearTimeout(quiet);
		quiet = setTimeout(leave, quietMs);
	});
	const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
	await new Promise<void>(resolve => child.onExit(() => resolve()));
	clearTimeout(quiet);
	clearTimeout(limit);
	const terminal = createEmulator(size.cols, size.rows);
	for (const {at, text} of pieces) {
		terminal.write(text);
		if (isDrawn(await terminal.screen())) return at - started;
	}

	throw new Error(`${program} never drew what was waited for:\n${await terminal.screen()}`);
}
