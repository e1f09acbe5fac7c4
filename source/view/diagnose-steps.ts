import type {CheckId, CheckResult} from '../sync/diagnosis/types.js';
import {clean} from '../text/clean.js';
import {formatDuration} from '../text/format.js';
import type {DiagnoseSight} from './diagnose-sight.js';
import {highlight, searchFor} from './find.js';
import {cutLine, type Line, lineWidth, padLine, piece, wrapLine} from './pieces.js';
import type {GlyphName, Role, Style} from './types.js';

/** Cells before what a step has seen. */
const indent = 6;

const signs: Readonly<Record<CheckResult['status'], GlyphName | undefined>> = {
	pass: 'ok',
	warn: 'warn',
	fail: 'bad',
	skip: 'off',
	running: 'busy',
	waiting: undefined,
};

const roles: Readonly<Record<CheckResult['status'], Role | undefined>> = {
	pass: undefined,
	warn: 'warn',
	fail: 'bad',
	skip: 'faint',
	running: 'busy',
	waiting: 'faint',
};

/** A line of the list of steps, and the first step it stands for. */
export interface StepLine {
	readonly id: CheckId;
	readonly line: Line;
}

/** A step and its number. */
interface Numbered {
	readonly check: CheckResult;
	readonly number: number;
}

/**
 * The list of the steps, each with its sign, number, title, what was found and how long it took.
 * @param room lines wanted: as many neighbours share one as that takes, those that were not run before those that passed
 */
export function stepLines(sight: DiagnoseSight, selected: CheckId | undefined, room: number): StepLine[] {
	const each = sight.diagnosis.checks.map((check, at): Numbered[] => [{check, number: at + 1}]);
	const isFree = ({id}: CheckResult) => id !== selected;
	const isAlike = (one: CheckResult, other: CheckResult) => one.status === other.status && isFree(one) && isFree(other);
	const withoutUnrun = joined(
		each,
		room,
		(one, other) =>
			isAlike(one, other) && (one.status === 'waiting' || (one.status === 'skip' && one.summary === other.summary)),
	);
	const groups = joined(withoutUnrun, room, (one, other) => isAlike(one, other) && one.status === 'pass');
	return groups.map(group => {
		const {check, number} = group[0]!;
		const line = group.length === 1 ? stepLine(check, number, sight, selected) : groupLine(group, sight);
		return {id: check.id, line};
	});
}

function joined(
	groups: ReadonlyArray<readonly Numbered[]>,
	room: number,
	isJoined: (one: CheckResult, other: CheckResult) => boolean,
): ReadonlyArray<readonly Numbered[]> {
	const lines: Array<readonly Numbered[]> = [];
	for (const [at, group] of groups.entries()) {
		const before = lines.at(-1);
		const isTooMuch = lines.length + groups.length - at > room;
		if (before && isTooMuch && isJoined(before.at(-1)!.check, group[0]!.check))
			lines[lines.length - 1] = [...before, ...group];
		else lines.push(group);
	}

	return lines;
}

function stepLine(check: CheckResult, number: number, sight: DiagnoseSight, selected: CheckId | undefined): Line {
	const {status, summary, title} = check;
	const isSelected = check.id === selected;
	const role = roles[status];
	const text: Line = [
		...head(status, String(number), isSelected, sight.style),
		piece(clean(title), isSelected ? 'strong' : role),
		...(summary === '' ? [] : [piece(`: ${shortened(summary, sight.home)}`, role)]),
	];
	return withTime(text, timeOf(check, sight.clock), sight);
}

function groupLine(group: readonly Numbered[], sight: DiagnoseSight): Line {
	const [{check, number}] = group as readonly [Numbered];
	const role = roles[check.status];
	const titles = group.map(one => clean(one.check.title)).join(', ');
	const text = check.status === 'skip' ? clean(check.summary) : titles;
	const line = [
		...head(check.status, `${number}-${number + group.length - 1}`, false, sight.style),
		piece(text, role),
		...(check.status === 'skip' ? [piece(` (${titles})`, role)] : []),
	];
	return withTime(line, '', sight);
}

function head(status: CheckResult['status'], number: string, isSelected: boolean, style: Style): Line {
	const sign = signs[status];
	const text = sign === undefined ? ' '.repeat(style.glyph('ok').length) : style.glyph(sign);
	return [
		piece(isSelected ? style.glyph('cursor') : ' ', 'key'),
		piece(text, status === 'pass' ? 'ok' : roles[status]),
		piece(` ${number.padStart(2)} `, 'faint'),
	];
}

function timeOf({status, tookMs, startedAt}: CheckResult, clock: number): string {
	if (status === 'running' && startedAt !== undefined) return runningFor(startedAt, clock);
	return status === 'waiting' || (status === 'skip' && tookMs === 0) ? '' : formatDuration(tookMs);
}

/** How long something has been running, in whole seconds: `running 3 s`. */
function runningFor(startedAt: number, clock: number): string {
	return `running ${Math.max(0, Math.floor((clock - startedAt) / 1000))} s`;
}

function withTime(line: Line, time: string, {width, style, find}: DiagnoseSight): Line {
	const room = width - (time === '' ? 0 : time.length + 1);
	const text = highlight(cutLine(line, room, style), searchFor(find));
	return time === '' ? text : [...padLine(text, room), piece(` ${time}`, 'faint')];
}

/** What a step has run and seen: every line, broken at the edge of the screen. */
export function evidenceLines(check: CheckResult | undefined, {width, style, find}: DiagnoseSight): Line[] {
	if (!check) return [];
	const {command, evidence, exit, status} = check;
	const bar: Line = [piece(' '.repeat(indent - 2)), piece(style.glyph('bar'), 'faint'), piece(' ')];
	const texts: Line[] = [
		...(command === undefined ? [] : command.split('\n')).map((line): Line => [piece('$ ', 'key'), said(line)]),
		...evidence.map((line): Line => [said(line, status === 'fail' ? 'bad' : undefined)]),
		...(exit === undefined || command === undefined ? [] : [[piece(`exit ${exit}`, 'faint')]]),
	];
	const room = Math.max(1, width - lineWidth(bar));
	const search = searchFor(find);
	return texts.flatMap(text => wrapLine(highlight(text, search), room, 2).map((line): Line => [...bar, ...line]));
}

function said(text: string, role?: Role) {
	return piece(clean(text, 4096), role);
}

function shortened(text: string, home: string): string {
	const line = clean(text);
	return home.length > 1 ? line.replaceAll(`${home}/`, '~/') : line;
}

/** Cells below which the title does with fewer words. */
const narrow = 70;

/** The title: whose diagnosis it is and how many steps ended how. */
export function diagnoseTitle({diagnosis, row, width}: Pick<DiagnoseSight, 'diagnosis' | 'row' | 'width'>): Line {
	const isNarrow = width < narrow;
	const count = (...wanted: ReadonlyArray<CheckResult['status']>) =>
		diagnosis.checks.filter(({status}) => wanted.includes(status)).length;
	const counts: ReadonlyArray<readonly [number, string, Role]> = [
		[count('pass'), isNarrow ? 'ok' : 'pass', 'ok'],
		[count('warn'), 'warn', 'warn'],
		[count('fail'), 'FAIL', 'bad'],
		[count('skip'), isNarrow ? 'skip' : 'skipped', 'faint'],
		[count('running', 'waiting'), 'to go', 'busy'],
	];
	return [
		piece(`Diagnose ${clean(diagnosis.spoke)}`, 'title'),
		...(isNarrow ? [] : [piece(` (${row.method})`, 'faint')]),
		...counts.flatMap(([number, word, role]) => (number > 0 ? [piece(`  ${number} ${word}`, role)] : [])),
	];
}

/** What stands at the right of the title: for how long it has been running, or how long it took. */
export function diagnoseNote({diagnosis, clock, width}: Pick<DiagnoseSight, 'diagnosis' | 'clock' | 'width'>): string {
	const {isRunning, startedAt, tookMs} = diagnosis;
	if (isRunning) return runningFor(startedAt, clock);
	return `${formatDuration(tookMs)}${width < narrow ? '' : '  DONE'}`;
}
