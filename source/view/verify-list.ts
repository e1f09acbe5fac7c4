import {shown} from '../sync/sessions/tree.js';
import {explanations} from '../sync/verify/explain.js';
import type {Finding, FindingKind, Severity, VerifyReport} from '../sync/verify/types.js';
import {clean} from '../text/clean.js';
import {formatBytes, formatCount} from '../text/format.js';
import {highlight, searchFor} from './find.js';
import {cutLine, type Line, lineWidth, padLine, piece} from './pieces.js';
import type {GlyphName, Role, Style} from './types.js';
import {groupsOf, type VerifyPlace} from './verify-groups.js';
import type {VerifySight} from './verify-sight.js';
import {cells, clip} from './width.js';

/** How a severity is drawn: its sign, its colour, and the word at the end of its line. */
export const severityLooks: Readonly<Record<Severity, {readonly glyph: GlyphName; readonly role: Role}>> = {
	damage: {glyph: 'bad', role: 'bad'},
	look: {glyph: 'warn', role: 'warn'},
	info: {glyph: 'off', role: 'faint'},
};

/** Cells of the number of findings: a hub has less than ten million sessions. */
const countCells = 9;

/** A line for each group, in their order. */
export function groupLines(report: VerifyReport, {group}: VerifyPlace, sight: VerifySight): Line[] {
	return groupsOf(report).map(one => {
		const {kind, severity, count} = one;
		const isSelected = one.id === group?.id;
		const {role} = severityLooks[severity];
		const title = clean(explanations[kind].title);
		const line: Line = [
			...head(severity, isSelected, sight.style),
			piece(formatCount(count).padStart(countCells), role),
			piece(` ${title}`, isSelected ? 'strong' : severity === 'info' ? undefined : role),
		];
		return withEnd(line, severity, role, sight);
	});
}

/** How many sessions are the same on both sides; nothing when the spoke was not asked. */
export function identicalLine({identical}: VerifyReport, {width, style}: Pick<VerifySight, 'width' | 'style'>): Line[] {
	if (identical === undefined) return [];
	const line = [...blank(style), piece(formatCount(identical).padStart(countCells)), piece(' identical on both sides')];
	return [cutLine(line, width, style)];
}

/** What was looked for, in the order in which it matters: a verify that cannot see a thing does not say it is absent. */
function lookedFor({isDeep, identical, proof}: VerifyReport): readonly FindingKind[] {
	const hasLedger = proof.sessions > 0;
	const isCompared = identical !== undefined;
	return [
		...(hasLedger && isDeep ? (['bit-rot', 'foreign-edit'] as const) : []),
		...(hasLedger ? (['missing', 'truncated'] as const) : []),
		...(isDeep ? (['malformed-line', 'nul-run', 'no-header'] as const) : []),
		...(['duplicate-id', 'conflict-copy'] as const),
		...(isCompared ? (['hub-larger'] as const) : []),
		...(isCompared && isDeep ? (['differs'] as const) : []),
	];
}

/** What was looked for and is nowhere, as far as that matters: one line. */
export function absentLine(report: VerifyReport, {width, style}: Pick<VerifySight, 'width' | 'style'>): Line[] {
	if (report.result !== 'done') return [];
	const found = new Set(report.counts.map(({kind}) => kind));
	const absent = lookedFor(report)
		.filter(kind => !found.has(kind))
		.map(kind => kind.replaceAll('-', ' '));
	if (absent.length === 0) return [];
	const first: Line = [piece(' '), piece(style.glyph('ok'), 'ok'), piece('0'.padStart(countCells))];
	const room = width - lineWidth(first) - 1;
	let text = absent.join(' / ');
	while (cells(text) > room && absent.length > 1) {
		absent.pop();
		text = `${absent.join(' / ')} / …`;
	}

	return [cutLine([...first, piece(` ${text}`)], width, style)];
}

/** The line of one finding of a group: its path, and at the end what tells it from the others in a few cells. */
export function findingLine(finding: Finding, isSelected: boolean, sight: VerifySight): Line {
	const {width, style, find} = sight;
	const start = head(finding.severity, isSelected, style);
	const end = shortOf(finding, width);
	const room = Math.max(1, width - lineWidth(start) - 1 - (end === '' ? 0 : end.length + 2));
	const path = clip(clean(shown(finding.path)), room, {isMiddle: true, ellipsis: style.glyph('ellipsis')});
	const line = highlight([...start, piece(` ${path}`, isSelected ? 'strong' : undefined)], searchFor(find));
	if (end === '') return cutLine(line, width, style);
	return cutLine([...padLine(line, width - end.length - 1), piece(` ${end}`, 'faint')], width, style);
}

/** A finding as find looks through it: its whole path and what it is. */
export function findingText({path, detail}: Finding): string {
	return `${clean(shown(path))} ${clean(detail)}`;
}

function shortOf({kind, offset, hub, spoke, other, line}: Finding, width: number): string {
	if (width < 60) return '';
	if (other) return clip(`also on ${clean(other.computer)}`, Math.floor(width / 3));
	if (offset !== undefined && kind !== 'torn-tail') return `at byte ${formatCount(offset)}`;
	if (hub && spoke) return `hub ${formatBytes(hub.bytes)}, spoke ${formatBytes(spoke.bytes)}`;
	if (line !== undefined) return `line ${formatCount(line)}`;
	const side = hub ?? spoke;
	return side ? formatBytes(side.bytes) : '';
}

function head(severity: Severity, isSelected: boolean, style: Style): Line {
	const {glyph, role} = severityLooks[severity];
	return [piece(isSelected ? style.glyph('cursor') : ' ', 'key'), piece(style.glyph(glyph), role)];
}

function blank(style: Style): Line {
	return [piece(' '.repeat(1 + style.glyph('off').length))];
}

/** The severity at the end of the line, where there is room for both. */
function withEnd(line: Line, word: string, role: Role, {width, style, find}: VerifySight): Line {
	const marked = (one: Line) => highlight(one, searchFor(find));
	const room = width - 7;
	if (room < 30) return marked(cutLine(line, width, style));
	return [...padLine(marked(cutLine(line, room, style)), room), piece(` ${word}`, role)];
}
