import {existsSync} from 'node:fs';
import path from 'node:path';
import type {Plugin} from 'esbuild';
import {createHub} from '../test/lab/hub.js';
import {appendEntry, generateTree} from '../test/lab/sessions.js';
import {bundle, startEngine} from './bundle.js';
import {type BenchOptions, interleave, type Row, rowOf} from './measure.js';
import {startWorld, type World, withScope} from './world.js';

const sessions = 2000;
const bytes = 250_000_000;
/** Sessions that one entry is added to before a pull. */
const growing = 100;

/** What the same engine finds in the place of its ledger. */
const withoutLedger: Plugin = {
	name: 'without-ledger',
	setup(build) {
		const standIn = path.join(import.meta.dirname, 'ledger-off.ts');
		build.onResolve({filter: /\/(chunks|ledger-file|ledger-rows)\.js$/}, ({importer}) =>
			importer === standIn ? undefined : {path: standIn},
		);
	},
};

/** Two hubs pull the same growth of one spoke in turns: one with its ledger, one without. */
export async function run(options: BenchOptions): Promise<Row[]> {
	return withScope(async scope => {
		const world = await startWorld(scope, ['laptop']);
		const [spoke] = world.spokes as [World['spokes'][0]];
		const {paths} = generateTree(spoke.sessionsDir, {sessions, bytes});
		const start = async (name: string, hub: World['hub'], plugins: Plugin[]) => {
			const program = path.join(world.folder, `${name}.mjs`);
			await bundle('engine.ts', program, plugins);
			const engine = await startEngine(program, hub.configFile, hub.home);
			scope.after(engine.end);
			await engine.sync(['laptop']);
			return {measure: async () => engine.sync(['laptop'])};
		};

		const ours = await start('engine', world.hub, []);
		const other = await createHub({scope, spokes: [spoke]});
		const theirs = await start('engine-off', other, [withoutLedger]);
		if (existsSync(path.join(other.folder, 'data', 'ledger'))) throw new Error('the other hub keeps a ledger too');
		let round = 0;
		const grow = async () => {
			round++;
			for (let index = 0; index < growing; index++) {
				const file = paths[(round * 37 + index * 17) % paths.length]!;
				await appendEntry(path.join(spoke.sessionsDir, file));
			}
		};

		const cost = await interleave(options, ours, theirs, grow);
		const what = '100 of 2,000 sessions grew by one entry: a pull in a running engine';
		return [rowOf({what, against: 'the same without a ledger', reach: 1.15}, cost)];
	});
}
