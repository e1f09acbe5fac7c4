import path from 'node:path';
import {generateTree} from '../test/lab/sessions.js';
import {bundle, startEngine} from './bundle.js';
import {type BenchOptions, interleave, type Row, rowOf, timed} from './measure.js';
import {startWorld, withScope} from './world.js';

const names = Array.from({length: 10}, (_, index) => `spoke-${index}`);

/** Ten unchanged spokes of 200 sessions each. */
export async function run(options: BenchOptions): Promise<Row[]> {
	return withScope(async scope => {
		const world = await startWorld(scope, names);
		for (const [index, {sessionsDir}] of world.spokes.entries()) {
			generateTree(sessionsDir, {sessions: 200, bytes: 5_000_000, seed: index + 1});
		}

		const script = world.spokes.map(spoke => world.seed(spoke).map(quote).join(' ')).join('\n');
		const seed = {measure: async () => (await timed(['bash', '-e', '-c', script])).tookMs};
		const program = path.join(world.folder, 'engine.mjs');
		await bundle('engine.ts', program);
		const cold = await interleave(
			options,
			{prepare: world.closeMasters, measure: async () => (await world.command('sync', 'run', '--all')).tookMs},
			seed,
		);
		const engine = await startEngine(program, world.hub.configFile, world.hub.home);
		const warm = await interleave(options, {measure: async () => engine.sync(names)}, seed);
		await engine.end();
		const against = "the seed's script, one after the other";
		return [
			rowOf({what: '10 spokes, --all, warm', against, reach: 0.4}, warm),
			rowOf({what: '10 spokes, --all, cold', against, reach: 0.7}, cold),
		];
	});
}

function quote(word: string): string {
	return `'${word.replaceAll("'", `'\\''`)}'`;
}
