import {lstat, mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';
import {clean} from '../../../text/clean.js';
import {run} from '../../process.js';
import {childEnvironment} from '../../ssh/environment.js';
import {failed} from './files.js';
import type {FixDeps, FixOutcome} from './types.js';

/** Argv of ssh-keygen for a key without passphrase. */
export function keygenArgv(path: string, comment: string): readonly string[] {
	return ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path];
}

/**
 * Makes a key pair of its own for this hub. A file that is there, private or public, is never touched.
 * @param path absolute, of the private key
 * @throws the signal's reason when it aborts
 */
export async function makeKeyPair(
	{path, comment}: {readonly path: string; readonly comment: string},
	deps: Pick<FixDeps, 'env' | 'signal' | 'onCommand'>,
): Promise<FixOutcome> {
	for (const file of [path, `${path}.pub`]) {
		if (await isThere(file)) return failed(`${file} exists already: no key was made, nothing was changed`);
	}

	await mkdir(dirname(path), {recursive: true, mode: 0o700});
	const options = {...deps, env: childEnvironment(deps.env)};
	const made = await run(keygenArgv(path, comment), {...options, limitMs: 30_000});
	if (made.ended === 'cancelled') deps.signal.throwIfAborted();
	const lines = (text: string) => text.split('\n').filter(line => line.trim() !== '');
	if (made.exitCode !== 0) return failed(`ssh-keygen made no key for ${path}`, lines(made.spawnError ?? made.stderr));
	const read = await run(['ssh-keygen', '-l', '-f', `${path}.pub`], {...options, limitMs: 10_000});
	return {
		ok: true,
		message: clean(`made ${path} and ${path}.pub`),
		evidence: lines(read.stdout).map(line => clean(line)),
	};
}

async function isThere(file: string): Promise<boolean> {
	try {
		await lstat(file);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
		throw error;
	}
}
