import type {EntryRef} from '../sync/conflicts/compare-sessions.js';
import {shown} from '../sync/sessions/tree.js';
import {explanations} from '../sync/verify/explain.js';
import type {Finding, Side} from '../sync/verify/types.js';
import {clean} from '../text/clean.js';
import {countOf, formatBytes, formatCount} from '../text/format.js';
import {highlight, searchFor} from './find.js';
import {type Line, piece, wrapLine} from './pieces.js';
import {absoluteTime} from './times.js';
import {severityLooks} from './verify-list.js';
import {labelled} from './verify-result.js';
import type {Compared, VerifySight} from './verify-sight.js';
import {fit} from './width.js';

/** Entries named of each side of a comparison. */
const namedEntries = 5;
/** Cells of the labels at the left. */
const labelCells = 9;
/** Hexadecimal digits of a hash that tell two files apart for a person. */
const hashDigits = 12;
/** Cells of a column below which the sides stand below each other. */
const leastColumn = 13;

/** One finding on the whole screen: what it is, both sides, where, the story, what to do. */
export function fileLines(finding: Finding, sight: VerifySight): Line[] {
	const {width, find} = sight;
	const {kind, severity, path, detail, generation, other} = finding;
	const {role} = severityLooks[severity];
	const {title, means, todo} = explanations[kind];
	const search = searchFor(find);
	const about = [
		...labelledWhere(finding, width),
		...(generation === undefined ? [] : labelled('KEPT', [piece(clean(shown(generation), 4096))], width)),
		...(other === undefined ? [] : labelled('OTHER', otherLine(other), width)),
		...comparedLines(sight.compared, width),
	];
	const lines = [
		...wrapLine([piece(clean(shown(path), 4096), 'strong')], width, 2),
		...wrapLine([piece(`${severity}: ${clean(title)}`, role)], width, 2),
		...(detail === '' ? [] : wrapLine([piece(clean(detail))], width, 2)),
		[],
		...sideTable(finding, sight),
		...(about.length === 0 ? [] : [[], ...about]),
		[],
		...labelled('MEANS', [piece(clean(means, 4096))], width),
		...labelled('TO DO', [piece(clean(todo, 4096))], width),
		...repairLines(finding, sight),
	];
	return lines.map(line => highlight(line, search));
}

function otherLine({computer, path, relation}: NonNullable<Finding['other']>): Line {
	return [
		piece(`${clean(computer)}: `, 'label'),
		piece(clean(shown(path), 4096)),
		piece(`  ${clean(relation)}`, 'faint'),
	];
}

/** The selected finding below the list it is in: the sides one below the other, then what it means. */
export function previewLines(finding: Finding, sight: VerifySight, hasPath: boolean): Line[] {
	const {kind, path, detail} = finding;
	const {title, means, todo} = explanations[kind];
	const {width} = sight;
	return [
		...(hasPath ? [[piece(clean(title), 'strong'), piece(`  ${clean(shown(path))}`)]] : []),
		...(detail === '' ? [] : wrapLine([piece(clean(detail))], width, 2)),
		...sideRows(finding, sight),
		...wrapLine([piece(clean(means, 4096), 'faint')], width),
		...wrapLine([piece('To do: ', 'label'), piece(clean(todo, 4096))], width, 2),
		...repairLines(finding, sight),
	];
}

/** How damage of this finding is put right, and with which key. */
function repairLines({repair}: Finding, {width, keys}: VerifySight): Line[] {
	if (repair === undefined) return [];
	const how =
		keys.repair === undefined
			? []
			: [
					piece('; '),
					piece(keys.repair, 'key'),
					piece(' brings them back if they match the ledger, and keeps the damaged copy'),
				];
	// Only a kept version was read: what the spoke sends is compared with the ledger before it is taken.
	const where =
		repair === 'spoke'
			? 'the spoke still shows the size and time of the true bytes'
			: 'a kept version has the true bytes';
	return labelled('REPAIR', [piece(where, 'ok'), ...how], width);
}

/** A side with its name; of the ledger also since when it answers for it. */
type KnownSide = Partial<Side> & {readonly name: string; readonly since?: number | undefined};

function sidesOf({hub, spoke, ledger}: Finding): KnownSide[] {
	return [
		...(hub ? [{...hub, name: 'hub'}] : []),
		...(spoke ? [{...spoke, name: 'spoke'}] : []),
		...(ledger ? [{...ledger, name: 'ledger'}] : []),
	];
}

/** `hub   974,031 B  1,019 lines  v1  Mon 2 Nov 10:14 UTC`, a line a side. */
function sideRows(finding: Finding, {now, width}: VerifySight): Line[] {
	return sidesOf(finding).flatMap(({name, bytes, lines, version, mtimeMs, since}) => {
		const facts = [
			bytesText(bytes),
			...(lines === undefined ? [] : [countOf(lines, 'line')]),
			...(version === undefined ? [] : [`v${version}`]),
			...(mtimeMs === undefined ? [] : [absoluteTime(mtimeMs, now)]),
			...(name === 'ledger' ? [since === undefined ? 'since it arrived' : `since ${absoluteTime(since, now)}`] : []),
		];
		return wrapLine([piece(`  ${name.padEnd(7)}`, 'label'), piece(facts.join('  '))], width, labelCells);
	});
}

/** Both sides and the ledger beside each other; below each other on a narrow screen. */
function sideTable(finding: Finding, sight: VerifySight): Line[] {
	const {width, style, now} = sight;
	const sides = sidesOf(finding);
	if (sides.length === 0) return [];
	const column = Math.min(24, Math.floor((width - labelCells) / sides.length) - 1);
	if (column < leastColumn) return sideRows(finding, sight);
	const cell = (text: string) => `${fit(text, column, {align: 'right', ellipsis: style.glyph('ellipsis')})} `;
	const row = (label: string, pick: (side: KnownSide) => string | undefined): Line[] => {
		const values = sides.map(pick);
		if (values.every(value => value === undefined)) return [];
		return [[piece(label.padEnd(labelCells), 'label'), ...values.map(value => piece(cell(value ?? '-')))]];
	};
	const hashes = new Set(sides.map(({sha256}) => sha256));
	const isSame = sides.length > 1 && hashes.size === 1 && !hashes.has(undefined);
	return [
		[piece(' '.repeat(labelCells)), ...sides.map(({name}) => piece(cell(name.toUpperCase()), 'title'))],
		...row('bytes', ({bytes}) => (bytes === undefined ? undefined : formatCount(bytes))),
		...row('lines', ({lines}) => (lines === undefined ? undefined : formatCount(lines))),
		...row('version', ({version}) => (version === undefined ? undefined : `v${version}`)),
		...row('written', ({mtimeMs}) => (mtimeMs === undefined ? undefined : tableTime(mtimeMs, now))),
		...row('since', ({since}) => (since === undefined ? undefined : tableTime(since, now))),
		...row('sha256', ({sha256}) => (sha256 ? clean(sha256.slice(0, hashDigits)) : undefined)),
		...(isSame ? [[piece(' '.repeat(labelCells)), piece('the same bytes', 'ok')]] : []),
	];
}

/** Day and time without the weekday and the zone: two of them have room beside each other. */
function tableTime(at: number, now: number): string {
	return absoluteTime(at, now)
		.replace(/^\w+ +/, '')
		.replace(/ UTC\S*$/, '');
}

function labelledWhere({offset, length, line}: Finding, width: number): Line[] {
	const facts = [
		...(offset === undefined ? [] : [`byte ${formatCount(offset)}`]),
		...(line === undefined ? [] : [`line ${formatCount(line)}`]),
		...(length === undefined ? [] : [`${bytesText(length)} from there`]),
	];
	return facts.length === 0 ? [] : labelled('WHERE', [piece(facts.join(', '))], width);
}

function bytesText(bytes: number | undefined): string {
	return bytes === undefined ? 'no file' : `${formatCount(bytes)} B${bytes < 10_000 ? '' : ` (${formatBytes(bytes)})`}`;
}

function comparedLines(compared: Compared | undefined, width: number): Line[] {
	if (compared === undefined) return [];
	if (compared === 'reading') return labelled('COMPARE', [piece('reading both…', 'faint')], width);
	if ('problem' in compared) return labelled('COMPARE', [piece(clean(compared.problem), 'warn')], width);
	const {both, onlyHere, onlyHereCount, onlyThere, onlyThereCount, changedCount, firstDifference} = compared;
	const where = firstDifference
		? `; they part in line ${formatCount(firstDifference.line)}`
		: '; byte for byte the same';
	const changed = changedCount === 0 ? '' : ` (${formatCount(changedCount)} written differently)`;
	const side = (name: string, entries: readonly EntryRef[]): Line[] =>
		entries
			.slice(0, namedEntries)
			.flatMap(entry => labelled('', [piece(`${name}  `, 'label'), piece(entryText(entry))], width));
	return [
		...labelled(
			'COMPARE',
			[
				piece(`${countOf(both, 'entry', 'entries')} in both${changed}, ${formatCount(onlyHereCount)} only here, `),
				piece(`${formatCount(onlyThereCount)} only there${where}`),
			],
			width,
		),
		...side('only here', onlyHere),
		...side('only there', onlyThere),
	];
}

function entryText({id, type, role, line, preview}: EntryRef): string {
	const facts = [`line ${formatCount(line)}`, id, role ?? type, preview];
	return clean(facts.filter(fact => fact !== undefined && fact !== '').join('  '));
}
