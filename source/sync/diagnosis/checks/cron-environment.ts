import {constants} from 'node:fs';
import {access} from 'node:fs/promises';
import {join} from 'node:path';
import {sshCommand} from '../../ssh/argv.js';
import {classify} from '../classify.js';
import type {CheckContext, Found} from '../context.js';
import type {Trace} from '../trace.js';

/** What cron hands to a command: neither an agent nor the user's own PATH. */
const cronPath = '/usr/bin:/bin';

/**
 * Whether a sync that works here would work where cron or a timer starts it. Costs a login, so it is asked only where the
 * two differ in something ssh goes by.
 * @returns undefined when it would, or when the login does not even work here
 */
export async function tryCron(
	{findings, spoke, config, env, home}: CheckContext,
	trace: Trace,
): Promise<Found | undefined> {
	if (findings.login === undefined || spoke.source?.kind !== 'ssh') return undefined;
	// The crontab lines that this program prints set a PATH of their own on macOS.
	if (process.platform !== 'darwin') {
		const missing = await missingOf(['ssh', 'rsync']);
		if (missing !== undefined) return failed(`${missing} is not in cron's PATH (${cronPath})`);
	}

	const {agent} = findings['ssh-config']!;
	if (agent === 'none' || (agent !== undefined && agent !== 'SSH_AUTH_SOCK') || !env.SSH_AUTH_SOCK) return undefined;
	const argv = sshCommand(spoke, config.tui.ssh, {kind: 'none'}, 'true');
	const finished = await trace.run(['env', '-i', `HOME=${home}`, `PATH=${cronPath}`, 'LC_ALL=C', ...argv]);
	trace.say(finished.stderr);
	// A key that may not run `true` was let in all the same.
	if (finished.exitCode !== 255) return undefined;
	const {cause, message} = classify({...finished, program: 'ssh'});
	if (cause === 'FORCED_RRSYNC') return undefined;
	return failed(`it works here, but not from cron or a timer: ${message}`);
}

function failed(summary: string): Found {
	return {status: 'fail', summary, cause: 'CRON_ONLY'};
}

async function missingOf(programs: readonly string[]): Promise<string | undefined> {
	for (const program of programs) {
		const tries = cronPath.split(':').map(async folder => access(join(folder, program), constants.X_OK));
		const isThere = await Promise.any(tries).then(
			() => true,
			() => false,
		);
		if (!isThere) return program;
	}

	return undefined;
}
