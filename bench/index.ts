import {randomUUID} from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

/** One line of the benchmarks' table. */
export interface Row {
	readonly what: string;
	readonly ours: string;
	readonly theirs: string;
	/** Ours divided by theirs. */
	readonly ratio: number;
	/** The ratio to reach: this or less. */
	readonly reach: number;
}

interface Measured {
	/** Milliseconds until everything is watched. */
	readonly readyMs: number;
	/** Milliseconds until every first line was read as well; chokidar reads none. */
	readonly readMs: number;
	/** Bytes of resident memory then. */
	readonly rss: number;
}

type Contender = 'ours' | 'chokidar';

const folders = 500;
const filesPerFolder = 200;
const rounds = 5;
const limitMs = 120_000;

/**
 * Indexes and watches 100,000 sessions in 500 folders, against chokidar alone on the same tree. Each contender runs
 * bundled, in a process of its own, in turns; the medians of five are compared.
 */
export async function run(): Promise<Row[]> {
	const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'bench-index-'));
	try {
		const root = path.join(folder, 'sessions');
		await makeTree(root);
		const program = path.join(folder, 'contender.mjs');
		await bundle(program);
		const measured: Record<Contender, Measured[]> = {ours: [], chokidar: []};
		// The first of each warms the file cache and is dropped.
		for (let round = 0; round <= rounds; round++) {
			for (const contender of ['ours', 'chokidar'] as const) {
				const one = await measureIn(program, contender, root);
				if (round > 0) measured[contender].push(one);
			}
		}

		return rowsOf(measured);
	} finally {
		await fs.rm(folder, {recursive: true});
	}
}

function rowsOf(measured: Readonly<Record<Contender, readonly Measured[]>>): Row[] {
	const row = (what: string, key: keyof Measured, unit: number, suffix: string, reach: number): Row => {
		const ours = median(measured.ours.map(one => one[key]));
		const theirs = median(measured.chokidar.map(one => one[key]));
		const show = (value: number) => `${Math.round(value / unit)} ${suffix}`;
		return {what, ours: show(ours), theirs: show(theirs), ratio: ours / theirs, reach};
	};
	return [
		row('index and watch 100,000 sessions: ready', 'readyMs', 1, 'ms', 0.3),
		row('index and watch 100,000 sessions: memory', 'rss', 1_000_000, 'MB', 0.35),
		row('the same, until every first line was read once', 'readMs', 1, 'ms', 1),
	];
}

function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

async function makeTree(root: string): Promise<void> {
	const text = 'The tests pass now; next the reader should stop at the last newline it knows. '.repeat(8);
	for (let folder = 0; folder < folders; folder++) {
		const cwd = `/home/will/projects/project-${folder}`;
		const parent = path.join(root, `--${cwd.slice(1).replaceAll('/', '-')}--`);
		await fs.mkdir(parent, {recursive: true});
		for (let file = 0; file < filesPerFolder; file++) {
			const id = randomUUID();
			const timestamp = new Date(1.7e12 + (folder * filesPerFolder + file) * 60_000).toISOString();
			const name = `${timestamp.replaceAll(/[:.]/g, '-')}_${id}.jsonl`;
			const header = {type: 'session', version: 3, id, timestamp, cwd};
			const message = {role: 'assistant', content: [{type: 'text', text}]};
			const entry = {type: 'message', id: id.slice(0, 8), parentId: null, timestamp, message};
			await fs.writeFile(path.join(parent, name), `${JSON.stringify(header)}\n${JSON.stringify(entry)}\n`);
		}
	}
}

async function bundle(outfile: string): Promise<void> {
	const {build} = await import('esbuild');
	await build({
		entryPoints: [fileURLToPath(import.meta.url)],
		outfile,
		bundle: true,
		minify: true,
		platform: 'node',
		format: 'esm',
		target: 'node22',
		external: ['esbuild', 'fsevents', '*/process.js'],
	});
}

async function measureIn(program: string, contender: Contender, root: string): Promise<Measured> {
	const {assertRan, run: runProgram} = await import('../source/sync/process.js');
	const finished = assertRan(
		await runProgram([process.execPath, program, contender, root], {limitMs}),
		'the benchmark',
	);
	if (finished.exitCode !== 0) throw new Error(`${contender} failed: ${finished.stderr}`);
	return JSON.parse(finished.stdout) as Measured;
}

async function measure(contender: string, root: string): Promise<Measured> {
	const started = performance.now();
	if (contender === 'chokidar') {
		const {watch} = await import('chokidar');
		const watcher = watch(root, {depth: 2});
		await new Promise<void>(resolve => watcher.once('ready', resolve));
		const readyMs = performance.now() - started;
		return {readyMs, readMs: readyMs, rss: process.memoryUsage.rss()};
	}

	const {watchSessions} = await import('../source/sync/sessions/watcher.js');
	const watch = watchSessions({
		roots: [{name: 'bench', path: root, settleMs: 5000}],
		onSettled() {},
		onReady() {},
		onProblem(_, problem) {
			throw new Error(problem.message);
		},
		signal: new AbortController().signal,
	});
	await watch.ready();
	const readyMs = performance.now() - started;
	const index = watch.index('bench')!;
	while (index.totals.unread > 0) await new Promise(resolve => setTimeout(resolve, 5));
	const readMs = performance.now() - started;
	const {sessions} = index.totals;
	if (sessions !== folders * filesPerFolder) throw new Error(`${sessions} sessions were found`);
	return {readyMs, readMs, rss: process.memoryUsage.rss()};
}

async function main(): Promise<void> {
	const [, , contender, root] = process.argv;
	if (contender !== undefined && root !== undefined) {
		process.stdout.write(JSON.stringify(await measure(contender, root)), () => process.exit());
		return;
	}

	for (const {what, ours, theirs, ratio, reach} of await run()) {
		const verdict = ratio <= reach ? 'reached' : 'MISSED';
		process.stdout.write(
			`${what.padEnd(48)} ${ours.padStart(8)} ${theirs.padStart(8)} ${ratio.toFixed(2)} ≤ ${reach} ${verdict}\n`,
		);
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
