import {highlight, searchFor} from './find.js';
import {type Line, paintLines} from './pieces.js';
import {boundOffset, ruleLine, type TitledPanel, textPage, titleLine} from './text-window.js';
import type {Extent} from './types.js';
import {comparisonLines} from './versions-compare.js';
import {selectedSession, selectedVersion, versionItems} from './versions-items.js';
import {emptyLines, listHead, previewLines, sessionLine, versionsNote, versionsTitle} from './versions-list.js';
import {aboutLines, actionLines, versionHead, versionLine} from './versions-session.js';
import type {VersionsSight} from './versions-sight.js';

/** Lines of a list that stay, whatever stands around it. */
const leastList = 3;

/** The list of the sessions, one session with all its versions, or two versions compared. */
export function versionsPanel(sight: VersionsSight): TitledPanel {
	if (sight.ui.level === 'compare') return textPanel(sight, comparisonLines(sight));
	return sight.ui.level === 'session' ? sessionPanel(sight) : listPanel(sight);
}

function listPanel(sight: VersionsSight): TitledPanel {
	const {versions, ui, width, rows, style} = sight;
	const sessions = versions?.sessions ?? [];
	if (sessions.length === 0) return emptyPanel(sight);
	const session = selectedSession(versions, ui)!;
	const cursor = sessions.indexOf(session);
	const preview = previewLines(session, sight);
	const hasPreview = rows >= preview.length + 2 + leastList;
	const hasHead = rows > leastList;
	const page = Math.max(1, rows - (hasHead ? 1 : 0) - (hasPreview ? preview.length + 1 : 0));
	const first = pageOf(cursor, {total: sessions.length, page});
	const search = searchFor(sight.find);
	const drawn = sessions
		.slice(first, first + page)
		.map((one, index) => highlight(sessionLine(one, first + index === cursor, sight), search));
	const list = paintLines(drawn, width, style);
	const below = hasPreview
		? [...blanks(page - list.length), ruleLine(width, style), ...paintLines(preview, width, style)]
		: [];
	return {
		title: versionsTitle(sight),
		note: versionsNote(sight),
		lines: [...(hasHead ? paintLines([listHead(sight)], width, style) : []), ...list, ...below].slice(0, rows),
		// Only who searches wants a line of every session, and there may be a hundred thousand.
		get body() {
			return paintLines(
				sessions.map(one => sessionLine(one, false, sight)),
				width,
				style,
			);
		},
		extent: {total: sessions.length, page},
	};
}

function sessionPanel(sight: VersionsSight): TitledPanel {
	const {versions, ui, width, rows, style} = sight;
	const session = selectedSession(versions, ui);
	if (!session) return emptyPanel(sight);
	const items = versionItems(session);
	const selected = selectedVersion(session, ui).id;
	const cursor = items.findIndex(({id}) => id === selected);
	const about = aboutLines(session, sight);
	const actions = actionLines(session, sight);
	const least = Math.min(items.length, leastList) + 1;
	const hasAbout = rows >= about.length + least;
	const hasHead = rows > leastList;
	const used = (hasAbout ? about.length : 0) + (hasHead ? 1 : 0);
	const room = Math.max(1, rows - used - Math.min(actions.length, Math.max(0, rows - used - least)));
	const page = Math.min(items.length, room);
	const first = pageOf(cursor, {total: items.length, page});
	const search = searchFor(sight.find);
	const all = items.map((item, index) => versionLine(item, index === cursor, sight));
	const lines = [
		...(hasAbout ? about : []),
		...(hasHead ? [versionHead(sight)] : []),
		...all.slice(first, first + page).map(line => highlight(line, search)),
		...actions,
	];
	return {
		title: versionsTitle(sight),
		note: items.length > page ? `version ${cursor + 1} of ${items.length}` : versionsNote(sight),
		lines: paintLines(lines, width, style).slice(0, rows),
		body: paintLines(all, width, style),
		extent: {total: items.length, page},
	};
}

function emptyPanel(sight: VersionsSight): TitledPanel {
	return textPanel(sight, emptyLines(sight));
}

/** A text that scrolls as a whole. */
function textPanel(sight: VersionsSight, lines: readonly Line[]): TitledPanel {
	const {width, rows, style, offset} = sight;
	const search = searchFor(sight.find);
	const body = paintLines(
		lines.map(line => highlight(line, search)),
		width,
		style,
	);
	const extent = {total: body.length, page: Math.max(1, rows)};
	const first = boundOffset(offset, extent);
	const where = extent.total > extent.page ? `line ${first + 1} of ${extent.total}` : versionsNote(sight);
	return {title: versionsTitle(sight), note: where, lines: body.slice(first, first + rows), body, extent};
}

/** Page by page: a list that goes on by one line at every key is drawn anew as a whole. */
function pageOf(cursor: number, {total, page}: Extent): number {
	return Math.max(0, Math.min(Math.floor(cursor / page) * page, total - page));
}

function blanks(count: number): string[] {
	return new Array<string>(Math.max(0, count)).fill('');
}

/**
 * The view as a whole: title, rule, panel.
 * @param rows lines of the screen for all of it
 * @returns exactly `rows` lines, painted
 */
export function versionsWindow({width, style}: VersionsSight, panel: TitledPanel, rows: number): string[] {
	const page = textPage(rows);
	const lines = panel.lines.slice(0, page);
	const filled = [...lines, ...blanks(page - lines.length)];
	if (page === rows) return filled;
	return [titleLine(panel.title, panel.note, width, style), ruleLine(width, style), ...filled];
}
