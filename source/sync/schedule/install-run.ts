import {cleanLines} from '../../text/clean.js';
import {type Finished, run, shellQuote} from '../process.js';
import type {Environment} from '../ssh/environment.js';
import {type InstallRequest, ScheduleError} from './install-types.js';

/** Milliseconds; `systemctl enable --now` waits for the service to start. */
const limitMs = 30_000;

/**
 * Runs a program of the machine's own.
 * @throws ScheduleError when it cannot be started or does not end; the signal's reason when it aborts
 */
export async function ask(
	argv: readonly string[],
	{env, signal, onCommand}: Pick<InstallRequest, 'env' | 'signal' | 'onCommand'>,
	input?: string,
): Promise<Finished> {
	const finished = await run(argv, {
		limitMs,
		signal,
		onCommand,
		env: withUser(env),
		...(input === undefined ? {} : {input}),
	});
	if (finished.ended === 'cancelled') signal.throwIfAborted();
	if (finished.spawnError !== undefined) throw new ScheduleError(`there is no ${argv[0]} on this machine`);
	if (finished.ended !== undefined) throw new ScheduleError(`${shellQuote(argv)} did not end within 30 s`);
	return finished;
}

/**
 * The same for a program that must succeed.
 * @throws ScheduleError with the program's own words
 */
export async function demand(...parameters: Parameters<typeof ask>): Promise<Finished> {
	const finished = await ask(...parameters);
	if (finished.exitCode === 0) return finished;
	throw new ScheduleError(`${shellQuote(parameters[0])} failed: ${wordsOf(finished)}`);
}

/** What a program said about its failure, on one line. */
export function wordsOf({stderr, stdout, exitCode}: Finished): string {
	const said = cleanLines(stderr.trim() === '' ? stdout : stderr).split('\n');
	return said.find(line => line.trim() !== '') ?? `exit status ${exitCode}`;
}

/** Over ssh without a session manager's variables `systemctl --user` would not find its bus. */
function withUser(env: Environment): Environment {
	const uid = process.getuid?.();
	return env.XDG_RUNTIME_DIR || uid === undefined ? env : {...env, XDG_RUNTIME_DIR: `/run/user/${uid}`};
}
