import {rm} from 'node:fs/promises';
import path from 'node:path';
import {appendEntry, generateTree} from '../test/lab/sessions.js';
import {bundle, startEngine} from './bundle.js';
import {type BenchOptions, interleave, type Row, rowOf, timed} from './measure.js';
import {startWorld, withScope} from './world.js';

const sessions = 2000;
const bytes = 250_000_000;
const against = 'rsync -avz --delete';
/** Sessions that one entry is added to before a pull of what grew. */
const growing = 20;

/** One spoke of 2,000 sessions: the first pull, and all the later ones. */
export async function run(options: BenchOptions): Promise<Row[]> {
	return withScope(async scope => {
		const world = await startWorld(scope, ['laptop']);
		const [spoke] = world.spokes as [(typeof world.spokes)[0]];
		const {paths} = generateTree(spoke.sessionsDir, {sessions, bytes});
		const seed = {measure: async () => (await timed(world.seed(spoke))).tookMs};
		const command = {measure: async () => (await world.command('sync', 'run', 'laptop')).tookMs};
		const first = await interleave(
			{runs: Math.min(5, options.runs)},
			{
				...command,
				async prepare() {
					await world.forget();
					await world.closeMasters();
				},
			},
			{...seed, prepare: async () => rm(world.seedCopy(spoke), {recursive: true, force: true})},
		);
		const alive = await interleave(options, command, seed);
		const none = await interleave(options, {...command, prepare: world.closeMasters}, seed);
		const program = path.join(world.folder, 'engine.mjs');
		await bundle('engine.ts', program);
		const engine = await startEngine(program, world.hub.configFile, world.hub.home);
		const ours = {measure: async () => engine.sync(['laptop'])};
		const unchanged = await interleave(options, ours, seed);
		let round = 0;
		const grow = async () => {
			round++;
			for (let index = 0; index < growing; index++) {
				const file = paths[(round * 37 + index * 97) % paths.length]!;
				await appendEntry(path.join(spoke.sessionsDir, file));
			}
		};

		const grown = await interleave(options, ours, seed, grow);
		await engine.end();
		return [
			rowOf({what: 'unchanged spoke, 2,000 sessions, running engine', against, reach: 0.5}, unchanged),
			rowOf({what: 'the same, cold process, master alive', against, reach: 1.2}, alive),
			rowOf({what: 'the same, cold process, no master', against, reach: 1.6}, none),
			rowOf({what: 'first pull, 2,000 sessions, 250 MB, durable', against, reach: 0.9}, first),
			rowOf({what: '20 sessions grew by one entry, warm', against, reach: 0.6}, grown),
		];
	});
}
