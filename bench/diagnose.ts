import {hostname} from 'node:os';
import {openHub} from '../source/commands/open-hub.js';
import {systemClock} from '../source/sync/clock.js';
import {startDiagnosis} from '../source/sync/diagnosis/diagnose.js';
import type {Diagnosis} from '../source/sync/diagnosis/types.js';
import {fallAsleep} from '../test/lab/black-hole.js';
import {generateTree} from '../test/lab/sessions.js';
import {type BenchOptions, budgetRow, interleave, median, milliseconds, type Row, rowOf, timed} from './measure.js';
import {startWorld, type World, withScope} from './world.js';

/** `tui.ssh.connect_timeout` of the dead host's benchmark, in seconds. */
const limitSeconds = 3;
const against = 'ssh spoke true';

/** The whole diagnosis of a spoke that is well, without a shared connection to begin with, and of one that is dead. */
export async function run(options: BenchOptions): Promise<Row[]> {
	return withScope(async scope => {
		const world = await startWorld(scope, ['laptop'], {tui: {ssh: {connect_timeout: limitSeconds}}});
		const [spoke] = world.spokes as [World['spokes'][0]];
		generateTree(spoke.sessionsDir, {sessions: 200, bytes: 5_000_000});
		// A spoke that is well has been synced.
		await world.command('sync', 'run', 'laptop');
		const home = world.hub.home;
		const signal = new AbortController().signal;
		const env = {...process.env, HOME: home, SSH_AUTH_SOCK: undefined};
		const silent = {write() {}, isTerminal: false, columns: 80};
		const io = {
			stdout: silent,
			stderr: silent,
			hasColor: false,
			env,
			home,
			hostname: hostname(),
			clock: systemClock,
			signal,
		};
		const {hub, close} = await openHub(io, {config: world.hub.configFile}, {by: 'dashboard'});
		scope.after(close);
		const diagnose = async () => startDiagnosis({hub, spoke: 'laptop', env, home, signal}).ended;
		const ssh = ['ssh', '-F', spoke.sshConfig, 'laptop', 'true'];
		const healthy = await interleave(
			options,
			{prepare: world.closeMasters, measure: async () => tookOf(await diagnose(), undefined)},
			{measure: async () => (await timed(ssh)).tookMs},
		);
		const dead: number[] = [];
		await world.closeMasters();
		const wake = await fallAsleep(spoke);
		try {
			for (let round = 0; round < Math.min(3, options.runs); round++) {
				dead.push(tookOf(await diagnose(), 'TCP_TIMEOUT'));
			}
		} finally {
			await wake();
		}

		const what = 'diagnosis of a dead host, connect_timeout 3';
		return [
			rowOf({what: 'diagnosis of a healthy spoke, no connection yet', against, reach: 3}, healthy),
			{...budgetRow(what, median(dead), limitSeconds * 1000, milliseconds), reach: 1.1},
		];
	});
}

/** @throws Error when it came to something else, whose time would say nothing */
function tookOf({tookMs, cause, checks}: Diagnosis, expected: Diagnosis['cause']): number {
	// A healthy spoke's steps are all run; whether somebody keeps the schedule is no matter of the spoke's.
	const failed = checks.filter(({status}) => status === 'fail' || (status === 'skip' && expected === undefined));
	if (expected === undefined ? failed.length === 0 : cause === expected) return tookMs;
	const said = failed.map(({id, summary}) => `${id}: ${summary}`);
	throw new Error(`the diagnosis came to ${cause ?? 'no cause'}: ${said.join('; ')}`);
}
