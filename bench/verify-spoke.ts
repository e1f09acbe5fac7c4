import {bin} from '../test/lab/hub.js';
import {generateTree} from '../test/lab/sessions.js';
import {type BenchOptions, interleave, type Row, rowOf, timed} from './measure.js';
import {assertProved} from './verify-hub.js';
import {startWorld, type World, withScope} from './world.js';

const sessions = 2000;
const bytes = 500_000_000;
/** Exit statuses of a verify that found no damage; some of the sessions end in the middle of a line. */
const accepted = [0, 3];

/** Every byte of both sides is read: 500 MB in 2,000 sessions, without a connection to begin with. */
export async function run(options: BenchOptions): Promise<Row[]> {
	return withScope(async scope => {
		const world = await startWorld(scope, ['laptop']);
		const [spoke] = world.spokes as [World['spokes'][0]];
		generateTree(spoke.sessionsDir, {sessions, bytes});
		await world.command('sync', 'run', 'laptop');
		const {sshConfig, source} = spoke;
		const list = ['rsync', '-nrtc', '-e', `ssh -F ${sshConfig}`, `${source}/`, `${world.hub.synced('laptop')}/`];
		const verify = [process.execPath, bin, 'sync', 'verify', 'laptop', '--deep', '--json'];
		const env = {PATH: process.env.PATH, HOME: world.hub.home, LANG: 'C.UTF-8'};
		const cost = await interleave(
			{runs: Math.min(5, options.runs)},
			{
				prepare: world.closeMasters,
				async measure() {
					const {tookMs, stdout} = await timed(verify, env, accepted);
					assertProved(stdout, sessions);
					assertCompared(stdout);
					return tookMs;
				},
			},
			{measure: async () => (await timed(list)).tookMs},
		);
		const what = 'deep verify against a spoke, 500 MB in 2,000 sessions';
		return [rowOf({what, against: 'rsync -nrtc', reach: 1.3}, cost)];
	});
}

/** @throws Error when the spoke's side was not compared */
function assertCompared(stdout: string): void {
	const {spokes} = JSON.parse(stdout) as {spokes: [{identical: number | null; notCompared: string | null}]};
	const [{identical, notCompared}] = spokes;
	if (identical !== sessions) throw new Error(`${identical} sessions were the same: ${notCompared}`);
}
