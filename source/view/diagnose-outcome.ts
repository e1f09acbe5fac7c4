import {type Fix, scenarios} from '../sync/diagnosis/types.js';
import {clean} from '../text/clean.js';
import {countOf, formatAgo, formatBytes} from '../text/format.js';
import type {DiagnoseSight} from './diagnose-sight.js';
import {runnableFixes} from './diagnose-step.js';
import {highlight, searchFor} from './find.js';
import {type Line, piece, wrapLine} from './pieces.js';
import {reportsText} from './results.js';
import {absoluteTime} from './times.js';

/** How much is said of a cause: everything, without notes, without why. */
export const outcomeDetails = ['all', 'no-notes', 'fixes'] as const;
export type OutcomeDetail = (typeof outcomeDetails)[number];

/** Cells of the labels at the left. */
const column = 7;

/** What the checks came to: the cause, the fixes with their numbers, why; then, when nothing blocks, the verification. */
export function outcomeLines(sight: DiagnoseSight, detail: OutcomeDetail = 'all'): Line[] {
	const {diagnosis, find} = sight;
	const search = searchFor(find);
	const lines = [
		...(diagnosis.cause === undefined ? [] : causeLines(sight, detail)),
		...(isGreen(sight) ? verifiedLines(sight) : []),
	];
	return lines.map(line => highlight(line, search));
}

/** The diagnosis has ended, whole, and nothing blocks. */
export function isGreen({diagnosis}: Pick<DiagnoseSight, 'diagnosis'>): boolean {
	const {isRunning, verdict, checks} = diagnosis;
	return !isRunning && verdict !== 'fail' && checks.length > 0 && checks.every(isThrough);
}

function isThrough({status, summary}: {readonly status: string; readonly summary: string}): boolean {
	return status !== 'waiting' && status !== 'running' && !(status === 'skip' && summary === 'cancelled');
}

function causeLines(sight: DiagnoseSight, detail: OutcomeDetail): Line[] {
	const {diagnosis, width} = sight;
	const {plain, cause, fixes, why, scenario, isRunning} = diagnosis;
	return [
		...labelled('CAUSE', [piece(clean(plain ?? '', 4096), 'strong'), piece(` [${cause}]`, 'faint')], width),
		...fixes.flatMap((fix, at) => fixLines(fix, at + 1, sight, detail)),
		...(detail === 'fixes' || why === undefined || why === '' ? [] : labelled('WHY', [piece(clean(why, 4096))], width)),
		...(detail !== 'all' || scenario === undefined
			? []
			: labelled('', [piece(`Scenario ${scenario} of the runbook: ${scenarios[scenario]}`, 'faint')], width)),
		...(detail === 'all' && !isRunning ? labelled('', [piece(changedText(sight), 'faint')], width) : []),
	];
}

function changedText({diagnosis, fixKey}: DiagnoseSight): string {
	const canRun = fixKey !== undefined && runnableFixes(diagnosis).length > 0;
	return `Nothing was changed.${canRun ? '' : ' Fixes are shown, never run.'}`;
}

function fixLines(
	{title, command, where, note, action}: Fix,
	number: number,
	{width, fixKey}: DiagnoseSight,
	detail: OutcomeDetail,
): Line[] {
	const runs = action !== undefined && fixKey !== undefined ? [piece(`, runs with ${fixKey}`, 'key')] : [];
	return [
		...labelled(
			`FIX ${number}`,
			[piece(`on the ${where}`, 'label'), ...runs, piece(': ', 'label'), piece(clean(title, 4096))],
			width,
		),
		...(command ?? '')
			.split('\n')
			.filter(line => line !== '')
			.flatMap(line => labelled('', [piece(clean(line, 4096), 'strong')], width)),
		...(note === undefined || detail !== 'all' ? [] : labelled('', [piece(clean(note, 4096), 'faint')], width)),
	];
}

/** What the runbook's verification looks at: the spoke's status, how many files there are, the newest of them. */
function verifiedLines(sight: DiagnoseSight): Line[] {
	const {row, now, width, style} = sight;
	const label = row.word === 'ok' ? 'WELL' : 'NOW';
	const synced = row.syncedAt === undefined ? 'never synced' : `synced ${formatAgo(row.syncedAt, now)}`;
	const count = row.sessions === undefined ? 'counting…' : countOf(row.sessions, 'session');
	const bytes = row.bytes === undefined ? '' : `, ${formatBytes(row.bytes)}`;
	const newest =
		row.newestAt === undefined
			? []
			: [piece(`  newest ${absoluteTime(row.newestAt, now)} (${formatAgo(row.newestAt, now)})`)];
	return [
		...labelled(
			label,
			[piece(row.name, 'strong'), piece(`  ${style.glyph(row.tone)} ${row.word}`, row.tone), piece(`  ${synced}`)],
			width,
		),
		...labelled('FILES', [piece(`${count}${bytes}`), ...newest], width),
		...labelled('SYNC', syncText(sight), width),
	];
}

function syncText({sync, row}: DiagnoseSight): Line {
	if (sync === undefined) {
		if (row.spoke?.config.enabled === false) return [piece('none was started: the spoke is disabled', 'faint')];
		return [piece(row.word === 'ok' ? 'none was needed' : 'none was started', 'faint')];
	}

	if (sync === 'running') return [piece('nothing blocks any more: running…', 'busy')];
	const {level, text} = reportsText([sync], false);
	return [piece(clean(text), level === 'error' ? 'bad' : level === 'warn' ? 'warn' : 'ok')];
}

function labelled(label: string, text: Line, width: number): Line[] {
	return wrapLine(text, Math.max(1, width - column)).map(
		(line, at): Line => [piece((at === 0 ? label : '').padEnd(column), 'label'), ...line],
	);
}
