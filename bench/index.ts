import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {bundle} from './bundle.js';
import type {Measured} from './contender.js';
import {type BenchOptions, median, type Row, timed} from './measure.js';
import {makeTree} from './tree.js';

type Contender = 'ours' | 'chokidar';

/**
 * Indexes and watches 100,000 sessions in 500 folders, against chokidar alone on the same tree. Each contender runs
 * bundled, in a process of its own, in turns, and the medians are compared.
 */
export async function run({runs}: BenchOptions): Promise<Row[]> {
	const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'bench-index-'));
	try {
		const root = path.join(folder, 'sessions');
		await makeTree(root);
		const program = path.join(folder, 'contender.mjs');
		await bundle('contender.ts', program);
		const measured: Record<Contender, Measured[]> = {ours: [], chokidar: []};
		// The first of each warms the file cache and is dropped.
		for (let round = 0; round <= runs; round++) {
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
		return {what, against: 'chokidar 6', ours: show(ours), theirs: show(theirs), ratio: ours / theirs, reach};
	};
	return [
		row('index and watch 100,000 sessions: ready', 'readyMs', 1, 'ms', 0.3),
		row('index and watch 100,000 sessions: memory', 'rss', 1_000_000, 'MB', 0.35),
		row('the same, until every first line was read once', 'readMs', 1, 'ms', 1),
	];
}

async function measureIn(program: string, contender: Contender, root: string): Promise<Measured> {
	return JSON.parse((await timed([process.execPath, program, contender, root])).stdout) as Measured;
}
