import type {JobState, SpokeState} from '../sync/state.js';
import {ageWord, type StateWord, type Verdict} from '../sync/status.js';
import type {RunBy} from '../sync/store/runs.js';
import {percentOf} from '../sync/syncthing/convert.js';
import type {VerifyState} from '../sync/verify/types.js';
import {formatBytes} from '../text/format.js';
import {verifyPercent} from './verify-result.js';

const elsewhere: Readonly<Record<RunBy, string>> = {
	dashboard: 'other dashboard',
	watch: 'watch',
	cron: 'cron',
	command: 'sync run',
};

/** The words of a row that say no more than the word itself. */
const shortReasons: ReadonlyArray<readonly [RegExp, string]> = [
	[/^never synced/, 'synced'],
	[/^method not driven/, '(not driven yet)'],
	[/^nothing has arrived/, '(empty so far)'],
	[/^folder only/, '(folder only)'],
	[/was never connected$/, 'connected'],
	[/scheduled syncs missed/, '(not run)'],
];

/**
 * What the state cell says: the word, then what matters most about it, so that what is cut off at the end is what can
 * best be missed.
 * @param now milliseconds since the epoch
 */
export function stateTextOf(spoke: SpokeState, verdict: Verdict, now: number): string {
	const {job} = spoke;
	const verifying = verifyWords(spoke.verify);
	if (verdict.state === 'syncing' && job) return ['syncing', ...jobWords(job), ...verifying].join(' ');
	const [writer] = spoke.foreignWriters;
	const foreign = writer === undefined || verdict.state === 'disabled' ? [] : [`(foreign ${writer.program})`];
	const text = [verdict.state, ...verifying, ...restOf(spoke, verdict, now), ...foreign].join(' ');
	return job ? `${text} (${job.isDryRun ? 'dry run ' : ''}waiting)` : text;
}

/** How far a verify is: `verify 42%`; nothing while none runs. */
export function verifyWords({progress}: VerifyState): string[] {
	if (!progress) return [];
	const percent = verifyPercent(progress);
	return [percent === undefined ? 'verify' : `verify ${percent}%`];
}

function jobWords({isDryRun, isElsewhere, by, progress, pace}: JobState): string[] {
	const words: string[] = [];
	if (isElsewhere) words.push(`(${elsewhere[by]})`);
	if (isDryRun) words.push('dry run');
	if (progress?.percent !== undefined) words.push(`${Math.floor(progress.percent)}%`);
	else if (progress && progress.bytes > 0) words.push(formatBytes(progress.bytes));
	if (pace?.rate !== undefined && pace.rate > 0) words.push(`${formatBytes(pace.rate)}/s`);
	if (pace?.etaMs !== undefined) words.push(etaText(pace.etaMs));
	return words;
}

/** Milliseconds that are left as a person plans with them: `40 s`, `12 min`, `3 h`; in steps that do not tick. */
function etaText(ms: number): string {
	const seconds = ms / 1000;
	if (seconds < 60) return `${Math.max(5, Math.ceil(seconds / 5) * 5)} s`;
	const minutes = Math.ceil(seconds / 60);
	return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}

function restOf({facts, holds}: SpokeState, {state, cause, reason}: Verdict, now: number): string[] {
	const age = facts.lastSeen === undefined ? [] : [ageWord(now - facts.lastSeen)];
	const byWord: Partial<Record<StateWord, string[]>> = {
		// Seen a minute ago, and nobody syncs it: the age would say nothing.
		late: reason !== undefined && /scheduled syncs missed/.test(reason) ? [] : age,
		asleep: age,
		held: cause === undefined ? [`${holds} ${holds === 1 ? 'session' : 'sessions'}`] : [cause],
		syncing: facts.syncthing?.folder ? [`${percentOf(facts.syncthing.folder)}%`] : [],
	};
	const rest = byWord[state] ?? (cause === undefined ? [] : [cause]);
	if (rest.length > 0 || reason === undefined) return rest;
	return shortReasons.flatMap(([pattern, short]) => (pattern.test(reason) ? [short] : []));
}
