import type {Proof} from '../sync/verify/proof.js';
import type {VerifyProgress, VerifyReport} from '../sync/verify/types.js';
import {clean} from '../text/clean.js';
import {countOf, formatAgo, formatBytes, formatCount, formatDuration} from '../text/format.js';
import {type Line, piece, wrapLine} from './pieces.js';
import {absoluteTime} from './times.js';
import type {Role, Style} from './types.js';
import {countsOf} from './verify-groups.js';
import type {VerifySight} from './verify-sight.js';

/** Cells of the labels at the left. */
const column = 9;

/** Cells below which lines do with fewer words. */
const narrow = 70;

/** What a verify came to, in a few words, and how bad that is. */
export function verdictOf(report: VerifyReport): {readonly text: string; readonly role: Role} {
	const {result, failure, proof} = report;
	if (result === 'failed') {
		const cause = failure === undefined ? '' : ` [${failure.cause}]`;
		return {text: clean(`could not be done: ${failure?.message ?? 'no reason is known'}${cause}`), role: 'bad'};
	}

	const counts = countsOf(report);
	if (result === 'done') return proof.sessions === 0 ? unansweredWords(counts) : wordsOf(counts, proof.isAllHere);
	const found = foundText(counts);
	return {text: `cancelled${found === '' ? '' : `; until then: ${found}`}`, role: counts.damage > 0 ? 'bad' : 'warn'};
}

type Counts = Readonly<Record<'damage' | 'look', number>>;

/** What a verify that was done came to, in a few words, and how bad that is. */
export function wordsOf(counts: Counts, isAllHere: boolean): {readonly text: string; readonly role: Role} {
	const found = foundText(counts);
	if (counts.damage > 0) return {text: found, role: 'bad'};
	const text = [isAllHere ? 'all here' : 'not all of it was found', found].filter(part => part !== '').join(', ');
	return {text, role: isAllHere && counts.look === 0 ? 'ok' : 'warn'};
}

/** No ledger answers for them: nobody can say that all of them are here. */
function unansweredWords(counts: Counts): {readonly text: string; readonly role: Role} {
	const found = foundText(counts);
	return {
		text: found === '' ? 'nothing wrong' : found,
		role: counts.damage > 0 ? 'bad' : counts.look > 0 ? 'warn' : 'ok',
	};
}

function foundText({damage, look}: Counts): string {
	return [
		...(damage > 0 ? [`${formatCount(damage)} damaged`] : []),
		...(look > 0 ? [`${formatCount(look)} ${look === 1 ? 'needs' : 'need'} a look`] : []),
	].join(', ');
}

/** The verdict, what it is about, how that is known, and whether the spoke was asked. */
export function resultLines(
	report: VerifyReport,
	sight: Pick<VerifySight, 'width' | 'style' | 'now' | 'keys'>,
): Line[] {
	const {width, style} = sight;
	const {text, role} = verdictOf(report);
	// The hub's own have no other side.
	const notCompared = report.spoke === undefined ? undefined : report.notCompared;
	return [
		...labelled('RESULT', [piece(`${signOf(role, style)} ${text}`, role)], width),
		...(report.result === 'failed' ? [] : labelled('', proofLine(report, sight), width)),
		...(notCompared === undefined
			? []
			: labelled('SPOKE', [piece('not compared: ', 'warn'), piece(clean(notCompared))], width)),
	];
}

function proofLine(report: VerifyReport, {now, width, keys}: Pick<VerifySight, 'now' | 'width' | 'keys'>): Line {
	const {proof, isDeep} = report;
	const deep = isDeep ? '' : `; bytes ${deepText(report, now)}`;
	const offer =
		!isDeep && keys.deep !== undefined && width >= narrow
			? [piece(' (', 'faint'), piece(keys.deep, 'key'), piece(' reads them)', 'faint')]
			: [];
	const by = `; by ${proof.by === 'sizes' ? 'names, sizes and times' : 'every byte'}${deep}`;
	if (proof.sessions === 0) {
		const what = `${countOf(report.checked, 'session')}, ${formatBytes(report.bytes)} looked at`;
		return [piece(what), piece(by, 'faint'), ...offer, piece('; no ledger answers for these', 'faint')];
	}

	const kept = proof.generations > 0 ? ` and ${countOf(proof.generations, 'earlier version')}` : '';
	const bytes = formatBytes(proof.bytes + proof.generationBytes);
	return [
		piece(`${countOf(proof.sessions, 'session')}${kept}, ${bytes} ever acknowledged`),
		piece(by, 'faint'),
		...offer,
		piece(`; ${sinceText(proof, now)}`, 'faint'),
	];
}

function deepText({lastDeepAt}: VerifyReport, now: number): string {
	return lastDeepAt === undefined ? 'never read so far' : `last read ${formatAgo(lastDeepAt, now)}`;
}

/** From when on it is proved, and of how many of them less is known. */
function sinceText({since, rebuilt, unproved}: Proof, now: number): string {
	return [
		`proved since ${since === undefined ? 'each arrived' : absoluteTime(since, now)}`,
		...(rebuilt === 0 ? [] : [`${formatCount(rebuilt)} entered from what lay on the disk`]),
		...(unproved === 0 ? [] : [`${formatCount(unproved)} changed meanwhile and are not proved`]),
	].join(', ');
}

/** How far a verify that runs is: `READING  118 of 280 files, 86.8 MB of 412 MB, about 40 s left`. */
export function progressLines(
	progress: VerifyProgress,
	isDeep: boolean,
	{width, style}: Pick<VerifySight, 'width' | 'style'>,
): Line[] {
	const {phase, filesDone, filesTotal, bytesDone, bytesTotal, leftMs} = progress;
	const files =
		filesTotal === undefined
			? countOf(filesDone, 'file')
			: `${formatCount(filesDone)} of ${countOf(filesTotal, 'file')}`;
	const bytes =
		bytesTotal === undefined ? formatBytes(bytesDone) : `${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)}`;
	const percent = verifyPercent(progress);
	const parts = [
		...(percent === undefined ? [] : [`${percent}%`]),
		files,
		...(isDeep && bytesDone > 0 ? [bytes] : []),
		...(leftMs === undefined ? [] : [`about ${formatDuration(Math.max(1000, Math.ceil(leftMs / 1000) * 1000))} left`]),
	];
	return labelled(phase.toUpperCase(), [piece(`${style.glyph('busy')} ${parts.join(', ')}`, 'busy')], width);
}

/** How much of a verify is done, in whole percent; undefined while nobody knows how much there is. */
export function verifyPercent({filesDone, filesTotal, bytesDone, bytesTotal}: VerifyProgress): number | undefined {
	const [done, total] = bytesTotal ? [bytesDone, bytesTotal] : [filesDone, filesTotal];
	return total ? Math.max(0, Math.min(100, Math.floor((done / total) * 100))) : undefined;
}

/** The title: whose sessions, how they were looked at, how many. */
export function verifyTitle({row, verify, width}: Pick<VerifySight, 'row' | 'verify' | 'width'>): Line {
	const {progress, isDeep: isRunningDeep, report} = verify;
	const isDeep = progress ? isRunningDeep : report?.isDeep;
	const how = isDeep ? 'deep (every byte)' : 'quick (names, sizes, times)';
	const checked = report && !progress ? `  ${countOf(report.checked, 'session')}` : '';
	const mode = width < narrow ? how.replace(/ \(.*/, '') : how;
	return [
		piece(`Verify ${row.name}`, 'title'),
		...(isDeep === undefined ? [] : [piece(`  ${mode}${checked}`, 'faint')]),
	];
}

/** What stands at the right of the title: that it runs, or how old the report is and how long it took. */
export function verifyNote({verify, now, width}: Pick<VerifySight, 'verify' | 'now' | 'width'>): string {
	const {progress, report} = verify;
	if (progress) return 'running';
	if (!report) return '';
	const ago = formatAgo(report.startedAt, now);
	const took = formatDuration(report.tookMs);
	return width < narrow ? ago : `${ago}  ${took}  ${report.result.toUpperCase()}`;
}

/** A label at the left, and beside it a text broken at the edge of the screen. */
export function labelled(label: string, text: Line, width: number): Line[] {
	return wrapLine(text, Math.max(1, width - column)).map(
		(line, at): Line => [piece((at === 0 ? label : '').padEnd(column), 'label'), ...line],
	);
}

/** The sign of a role, as wide as every other. */
function signOf(role: Role, style: Style): string {
	return style.glyph(role === 'ok' || role === 'warn' || role === 'bad' ? role : 'off');
}
