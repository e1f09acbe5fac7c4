import {rm} from 'node:fs/promises';
import {generateTree} from '../test/lab/sessions.js';
import {interleave, type Row, rowOf, timed} from './measure.js';
import {startWorld, withScope} from './world.js';

const limit = '--bwlimit=2000';

/** First pull over a slow link: not the time counts, but what the link carries. */
export async function run(): Promise<Row[]> {
	return withScope(async scope => {
		const world = await startWorld(scope, ['laptop'], {tui: {compress: 'on'}}, {rsync_options: [limit]});
		const [spoke] = world.spokes as [(typeof world.spokes)[0]];
		generateTree(spoke.sessionsDir, {sessions: 400, bytes: 30_000_000});
		// Bytes do not vary: one round after the warming one is enough.
		const received = await interleave(
			{runs: 1},
			{
				prepare: world.forget,
				async measure() {
					const {stdout} = await world.command('sync', 'run', 'laptop', '--json');
					return (JSON.parse(stdout) as {runs: [{received: number}]}).runs[0].received;
				},
			},
			{
				prepare: async () => rm(world.seedCopy(spoke), {recursive: true, force: true}),
				async measure() {
					const {stdout} = await timed(world.seed(spoke, limit));
					return Number(/received ([\d,]+) bytes/.exec(stdout)![1]!.replaceAll(',', ''));
				},
			},
		);
		const what = 'first pull over a slow link: bytes received';
		const against = `rsync -avz --delete ${limit}`;
		return [rowOf({what, against, reach: 1.1}, received, cost => `${(cost / 1e6).toFixed(2)} MB`)];
	});
}
