import {spawn} from 'node:child_process';
import {acquireLease} from '../../../source/sync/schedule/lease.js';

/*
 * A process of its own that takes a lease and says what it got. With a staging folder as the third argument it also
 * starts a detached child, in whose arguments that folder stands, as a pull does.
 */
const [folder, spoke, staging] = process.argv.slice(2) as [string, string, string?];
const lease = await acquireLease({folder, spoke, by: 'cron'});
let child: number | undefined;
if (staging !== undefined && 'release' in lease) {
	const script = 'trap "" HUP; echo ready; while :; do sleep 0.05; done';
	const started = spawn('bash', ['-c', script, 'rsync', `${staging}/`], {
		argv0: 'rsync',
		detached: true,
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	child = started.pid;
	await new Promise(resolve => started.stdout.once('data', resolve));
	started.unref();
}

process.stdout.write(
	`${JSON.stringify('release' in lease ? {isHeld: true, child, isAfterCrash: lease.isAfterCrash} : lease)}\n`,
);
process.stdin.once('data', async () => {
	if ('release' in lease) await lease.release();
	process.exit(0);
});
