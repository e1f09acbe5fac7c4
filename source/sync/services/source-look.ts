import {randomBytes} from 'node:crypto';
import {readdir} from 'node:fs/promises';
import {clean} from '../../text/clean.js';
import {fsPath} from '../../text/names.js';
import {type Failure, SyncError} from '../causes.js';
import type {SpokeConfig, TuiConfig} from '../config/types.js';
import {readAnswer, type SpokeAnswer} from '../diagnosis/checks/spoke-answer.js';
import {spokeScript} from '../diagnosis/checks/spoke-script.js';
import {classify} from '../diagnosis/classify.js';
import {assertRan, run} from '../process.js';
import {quickTotals} from '../sessions/folder-totals.js';
import {sshCommand} from '../ssh/argv.js';
import {childEnvironment, type Environment} from '../ssh/environment.js';

/** What a look at a source needs. */
export interface LookAtSource {
	readonly settings: TuiConfig['ssh'];
	readonly env: Environment;
	readonly signal: AbortSignal;
	/** Told the command as a person would type it. */
	readonly onCommand?: (line: string) => void;
}

/** What lies where a spoke's sessions are said to be. */
export interface SourceFound {
	/** Undefined: there is no such folder. */
	readonly sessions:
		| {readonly count: number; readonly bytes: number; readonly projects: number | undefined}
		| undefined;
	/** Absolute path of the folder where pi keeps its sessions there, if it is another one; not neutralised. */
	readonly piRoot: string | undefined;
	/** Whether rsync was found there; undefined: it is this machine. */
	readonly hasRsync: boolean | undefined;
}

/**
 * Looks where sessions are said to be, with the login ssh has; writes nothing anywhere.
 * @returns a failure where nothing could be seen: no login, an unknown host key, a key that can only pull
 * @throws the signal's reason
 */
export async function lookAtSource(
	spoke: SpokeConfig,
	options: LookAtSource,
): Promise<SourceFound | {readonly failure: Failure}> {
	const {source} = spoke;
	if (source?.kind === 'local') return lookHere(source.path);
	const nonce = randomBytes(8).toString('hex');
	const {settings, env, signal, onCommand} = options;
	const finished = await run(sshCommand(spoke, settings, {kind: 'none'}, 'sh -s'), {
		limitMs: settings.connectTimeoutSeconds * 2000 + 20_000,
		...{signal, env: childEnvironment(env), maxOutput: 262_144, input: spokeScript(spoke, nonce)},
		...(onCommand === undefined ? {} : {onCommand}),
	});
	if (finished.ended === 'cancelled') signal.throwIfAborted();
	const answer = readAnswer(finished.stdout, nonce);
	if (answer) return foundIn(answer);
	try {
		assertRan(finished, 'ssh', signal);
	} catch (error) {
		if (error instanceof SyncError) return {failure: error.failure};
		throw error;
	}

	return {failure: classify({...finished, program: 'ssh'})};
}

function foundIn(answer: SpokeAnswer): SourceFound {
	const [root, piRoot] = [answer.one('root'), answer.one('pi_root')];
	const count = answer.number('count');
	const isThere = root !== undefined && count !== undefined;
	return {
		sessions: isThere ? {count, bytes: answer.number('bytes') ?? 0, projects: answer.number('projects')} : undefined,
		piRoot: piRoot === root ? undefined : piRoot,
		hasRsync: answer.one('rsync') !== undefined,
	};
}

async function lookHere(folder: string): Promise<SourceFound | {readonly failure: Failure}> {
	try {
		const entries = await readdir(fsPath(folder, ''), {withFileTypes: true});
		const {totals} = quickTotals(folder, new Map());
		const projects = entries.filter(entry => entry.isDirectory() && !entry.name.startsWith('.')).length;
		return {
			sessions: {count: totals.sessions, bytes: totals.bytes, projects},
			...{piRoot: undefined, hasRsync: undefined},
		};
	} catch (error) {
		const {code, message} = error as NodeJS.ErrnoException;
		if (code === 'ENOENT') return {sessions: undefined, piRoot: undefined, hasRsync: undefined};
		return {failure: {cause: 'UNKNOWN', message: clean(message), detail: ''}};
	}
}
