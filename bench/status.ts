import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {temporaryFolder} from '../test/lab/after.js';
import {bin, createHub} from '../test/lab/hub.js';
import {bundle} from './bundle.js';
import {type BenchOptions, interleave, type Row, rowOf, timed} from './measure.js';
import {makeTree} from './tree.js';
import {withScope} from './world.js';

const against = 'find -printf + an empty bundled command';

/** `sync status --json` of 100,000 sessions. */
export async function run(options: BenchOptions): Promise<Row[]> {
	return withScope(async scope => {
		const folder = (await temporaryFolder(scope)).path;
		const root = path.join(folder, 'sessions');
		await makeTree(root);
		// Folders that changed a moment ago are never trusted.
		await delay(3000);
		const empty = path.join(folder, 'empty.mjs');
		await bundle('empty.ts', empty);
		const launcher = path.join(folder, 'launch.mjs');
		await writeFile(launcher, "process.getBuiltinModule('module').enableCompileCache();\nimport('./empty.mjs');\n");
		const rows: Row[] = [];
		for (const [what, spoke] of [
			['sync status --json, 100,000 sessions', {sync_method: 'rsync', source: 'laptop:.pi/agent/sessions'}],
			['the same, in a folder that others write into', {sync_method: 'manual'}],
		] as const) {
			const hub = await createHub({scope, spokes: [{name: 'laptop', path: root, ...spoke}]});
			const env = {PATH: process.env.PATH, HOME: hub.home, LANG: 'C.UTF-8'};
			const ours = {measure: async () => status(env)};
			const theirs = {
				async measure() {
					const listed = await timed(['find', root, '-printf', '%p %s %T@ %i\\n'], env);
					return listed.tookMs + (await timed([process.execPath, launcher], env)).tookMs;
				},
			};
			// The first call reads every first line, and is what "indexed" means.
			await status(env);
			rows.push(rowOf({what, against, reach: 1.5}, await interleave(options, ours, theirs)));
		}

		return rows;
	});
}

/** @returns milliseconds */
async function status(env: NodeJS.ProcessEnv): Promise<number> {
	const {tookMs, stdout} = await timed([process.execPath, bin, 'sync', 'status', '--json'], env, [0, 3]);
	const {spokes} = JSON.parse(stdout) as {spokes: [{sessionsCount: number}]};
	if (spokes[0].sessionsCount !== 100_000) throw new Error(`it counted ${spokes[0].sessionsCount} sessions`);
	return tookMs;
}
