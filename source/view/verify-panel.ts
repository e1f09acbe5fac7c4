import {explanations} from '../sync/verify/explain.js';
import {clean} from '../text/clean.js';
import {formatCount} from '../text/format.js';
import {ruleLine as labelledRule, positionText} from './bottom.js';
import {type Line, paintLines, piece} from './pieces.js';
import {boundOffset, filled, type Panel, ruleLine, textPage, titleLine} from './text-window.js';
import {fileLines, previewLines} from './verify-file.js';
import {groupsOf, placeIn, type VerifyPlace} from './verify-groups.js';
import {absentLine, findingLine, findingText, groupLines, identicalLine} from './verify-list.js';
import {progressLines, resultLines, verifyNote, verifyTitle} from './verify-result.js';
import type {VerifySight} from './verify-sight.js';

/** The view of a verify, ready for the screen. */
export interface VerifyPanel extends Panel {
	readonly place: VerifyPlace;
}

/** Lines of the list that stay, whatever else there is. */
const leastList = 3;
/** Lines below the list that stay while there is room for them. */
const leastPreview = 4;
/** Lines below which nothing but the verdict and the list is shown. */
const fewRows = 9;

/** The groups of what was found, the files of one group, or one file: whichever a person has gone to. */
export function verifyPanel(sight: VerifySight): VerifyPanel {
	const {verify, ui, row} = sight;
	const place = placeIn(verify.report, row.id, ui);
	if (place.level === 'file') return filePanel(sight, place);
	return place.level === 'files' ? filesPanel(sight, place) : groupsPanel(sight, place);
}

function groupsPanel(sight: VerifySight, place: VerifyPlace): VerifyPanel {
	const {verify, width, style, rows} = sight;
	const {report} = verify;
	const top = [...runningLines(sight), ...(report ? resultLines(report, sight) : [])];
	if (!report) return framed(sight, place, {top, before: [], list: [], after: [], preview: [], selected: 0});
	const list = groupLines(report, place, sight);
	return framed(sight, place, {
		top: rows < fewRows ? top.slice(0, 1) : top,
		before: identicalLine(report, sight),
		list,
		after: absentLine(report, {width, style}),
		preview: place.finding ? previewLines(place.finding, sight, true) : [],
		selected: groupsOf(report).findIndex(({id}) => id === place.group?.id),
	});
}

function runningLines(sight: VerifySight): Line[] {
	const {progress, isDeep, report} = sight.verify;
	if (progress) {
		const lines = progressLines(progress, isDeep === true, sight);
		return report ? [...lines, [piece('What the last one found:', 'faint')]] : lines;
	}

	if (report) return [];
	const {again} = sight.keys;
	const how = again === undefined ? '' : `; ${again} verifies`;
	return [[piece(`No verify of this is known${how}.`, 'faint')]];
}

function filesPanel(sight: VerifySight, place: VerifyPlace): VerifyPanel {
	const {findings} = place.group!;
	const {rows} = sight;
	const top = [...(sight.verify.progress ? runningLines(sight).slice(0, 1) : []), headLine(place)];
	const preview = previewLines(place.finding!, sight, false);
	const room = listRoom(rows, Math.min(top.length, rows < fewRows ? 0 : top.length), findings.length, preview.length);
	const first = firstShown(place.at, findings.length, room);
	// Only those on the screen are drawn: there may be a thousand.
	const list = findings
		.slice(first, first + room)
		.map((finding, at) => findingLine(finding, first + at === place.at, sight));
	const panel = framed(sight, place, {
		top: rows < fewRows ? [] : top,
		before: [],
		list,
		after: [],
		preview,
		selected: place.at - first,
	});
	return {...panel, body: findings.map(findingText), extent: {total: findings.length, page: Math.max(1, room)}};
}

function headLine({group, at}: VerifyPlace): Line {
	const {kind, findings, count} = group!;
	const rest = count > findings.length ? ` (the first of ${formatCount(count)})` : '';
	return [
		piece(clean(explanations[kind].title), 'strong'),
		piece(`  ${formatCount(at + 1)} of ${formatCount(findings.length)}${rest}`, 'faint'),
	];
}

interface Parts {
	readonly top: readonly Line[];
	readonly before: readonly Line[];
	readonly list: readonly Line[];
	readonly after: readonly Line[];
	readonly preview: readonly Line[];
	/** Index in the list. */
	readonly selected: number;
}

/** Lines for the list: what it needs, as long as some of what stands below it can be read. */
function listRoom(rows: number, top: number, needed: number, preview: number): number {
	const above = top === 0 ? 0 : top + 1;
	const below = preview === 0 ? 0 : Math.min(preview, leastPreview) + 1;
	return Math.max(Math.min(leastList, needed), Math.min(needed, rows - above - below));
}

function firstShown(selected: number, total: number, room: number): number {
	return Math.max(0, Math.min(selected - Math.floor(room / 2), total - room));
}

function framed(
	sight: VerifySight,
	place: VerifyPlace,
	{top, before, list, after, preview, selected}: Parts,
): VerifyPanel {
	const {rows, width, style} = sight;
	const isFew = rows < fewRows;
	const whole = [...(isFew ? [] : before), ...list, ...(isFew ? [] : after)];
	const room = listRoom(rows, top.length, whole.length, preview.length);
	const first = firstShown(selected + (isFew ? 0 : before.length), whole.length, room);
	const rule = ruleLine(width, style);
	const upper = [
		...paintLines(top, width, style),
		...(top.length === 0 || whole.length === 0 || isFew ? [] : [rule]),
		...paintLines(whole.slice(first, first + room), width, style),
	];
	const left = rows - upper.length - 1;
	// Where one is, when not all of the list is on the screen.
	const right =
		whole.length > room
			? positionText(selected, list.length, first, Math.min(room, list.length - 1), style)
			: undefined;
	const below = left > 0 && preview.length > 0 ? cut(preview, left, sight) : [];
	const lines =
		below.length === 0
			? upper
			: [...upper, labelledRule(width, style, right === undefined ? {} : {right}), ...paintLines(below, width, style)];
	return {
		lines: filled(lines, rows),
		body: paintLines(list, width, style),
		extent: {total: list.length, page: Math.max(1, room)},
		place,
	};
}

function cut(lines: readonly Line[], rows: number, {keys}: VerifySight): readonly Line[] {
	if (lines.length <= rows) return lines;
	const where = keys.inspect === undefined ? '' : `: ${keys.inspect} shows all`;
	return [
		...lines.slice(0, Math.max(0, rows - 1)),
		[piece(`… ${lines.length - rows + 1} more lines${where}`, 'faint')],
	];
}

/** One file: a text that scrolls as a whole. */
function filePanel(sight: VerifySight, place: VerifyPlace): VerifyPanel {
	const {rows, width, style, offset} = sight;
	const body = paintLines(fileLines(place.finding!, sight), width, style);
	const extent = {total: body.length, page: Math.max(1, rows)};
	const first = boundOffset(offset, extent);
	return {lines: filled(body.slice(first, first + rows), rows), body, extent, place};
}

/**
 * The verify as a view: title, rule, panel.
 * @param rows lines of the screen for all of it
 * @returns exactly `rows` lines, painted
 */
export function verifyWindow(sight: VerifySight, panel: VerifyPanel, rows: number): string[] {
	const {width, style} = sight;
	const page = textPage(rows);
	const lines = filled(panel.lines, page);
	if (page === rows) return lines;
	return filled(
		[titleLine(verifyTitle(sight), verifyNote(sight), width, style), ruleLine(width, style), ...lines],
		rows,
	);
}
