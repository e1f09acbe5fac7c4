import {clean} from '../../../text/clean.js';
import {shellQuote} from '../../process.js';
import {installSchedule} from '../../schedule/install.js';
import type {FixAction} from '../types.js';
import {failed, makeFolder, makePrivate} from './files.js';
import {makeKeyPair} from './keygen.js';
import {replaceHostKey, trustHostKey} from './known-hosts.js';
import {changeSyncthing} from './syncthing.js';
import type {FixDeps, FixOutcome} from './types.js';

/**
 * Runs a fix that a person has agreed to after seeing `describeFix`. Nothing is run on a spoke but what a handed-over
 * program does there.
 * @returns never throws for a fix that does not work: the outcome says why
 * @throws the signal's reason when it aborts
 */
export async function runFix(action: FixAction, deps: FixDeps): Promise<FixOutcome> {
	deps.signal.throwIfAborted();
	try {
		return await perform(action, deps);
	} catch (error) {
		deps.signal.throwIfAborted();
		return failed(error instanceof Error ? error.message : String(error));
	}
}

async function perform(action: FixAction, deps: FixDeps): Promise<FixOutcome> {
	switch (action.type) {
		case 'chmod':
			return makePrivate(action.path, action.mode);
		case 'mkdir':
			return makeFolder(action.path);
		case 'keygen':
			return makeKeyPair(action, deps);
		case 'hand-over':
			return handOver(action.argv, deps);
		case 'trust-host-key':
			return trustHostKey(action, deps);
		case 'replace-host-key':
			return replaceHostKey(action, deps);
		case 'install-schedule':
			return keepSchedule(action.kind, deps);
		case 'syncthing':
			return changeSyncthing(action, deps);
	}
}

async function handOver(argv: readonly string[], deps: FixDeps): Promise<FixOutcome> {
	const line = shellQuote(argv);
	deps.onCommand?.(line);
	const exit = await deps.handOver(argv);
	return exit === 0
		? {ok: true, message: clean(`${line} ended well`), evidence: []}
		: failed(`${line} ended with ${exit}`);
}

async function keepSchedule(
	kind: 'systemd' | 'cron',
	{launch, home, env, signal, onCommand}: FixDeps,
): Promise<FixOutcome> {
	const {isChanged, done, notes, undo} = await installSchedule({kind, launch, home, env, signal, onCommand});
	const what = kind === 'cron' ? 'the line in your crontab' : 'the systemd timer';
	return {
		ok: true,
		message: isChanged ? `installed ${what}` : `${what} was there already`,
		evidence: [...done, ...notes, `to undo it: ${undo}`].map(line => clean(line)),
	};
}
