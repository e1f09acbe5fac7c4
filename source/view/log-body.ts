import type {LogLine} from '../sync/state.js';
import {clean} from '../text/clean.js';
import {formatCount} from '../text/format.js';
import {highlight, searchFor} from './find.js';
import {cursorIndex, filteredLog, lastUpTo, newSince} from './log-filter.js';
import {cutLine, type Line, lineWidth, padLine, paintLine, piece, plainText, wrapHeight, wrapLine} from './pieces.js';
import {ruleLine, textPage, titleLine} from './text-window.js';
import {shortTime} from './times.js';
import type {LogUi, Role, Style} from './types.js';
import {fit} from './width.js';

/** What the log pane is made from. */
export interface LogSight {
	/** The whole log, oldest first. */
	readonly lines: readonly LogLine[];
	readonly ui: LogUi;
	readonly width: number;
	/** Lines of the screen for the log alone. */
	readonly rows: number;
	/** Milliseconds since the epoch: lines of other days say so. */
	readonly now: number;
	readonly timeZone?: string | undefined;
	readonly style: Style;
}

/** A line of the screen, and the log line it is of. */
export interface LogRow {
	readonly seq: number;
	/** Painted. */
	readonly text: string;
}

const levels: Readonly<Record<LogLine['level'], {readonly word: string; readonly role: Role}>> = {
	INFO: {word: 'info', role: 'faint'},
	WARN: {word: 'warn', role: 'warn'},
	ERROR: {word: 'ERROR', role: 'bad'},
	CMD: {word: 'cmd', role: 'faint'},
};

/**
 * The part of the log on the screen. Following, the newest line is at the bottom. Paused, the log stands still and the
 * cursor goes over it page by page, because a terminal that scrolls by one line gets the whole screen again.
 * @returns at most `rows` rows; only what is shown is formatted, whatever the log holds
 */
export function visibleLog(sight: LogSight): LogRow[] {
	const {ui, rows} = sight;
	const shown = filteredLog(sight.lines, ui);
	if (shown.length === 0 || rows < 1) return [];
	const at = cursorIndex(shown, ui);
	const last = ui.isFollowing ? at : pageEnd(shown, at, sight);
	const screen: LogRow[] = [];
	for (let index = last; index >= 0 && screen.length < rows; index--) {
		const line = shown[index]!;
		const isCursor = !ui.isFollowing && index === at;
		const own = logRows(line, sight, isCursor).map(text => ({seq: line.seq, text}));
		// Of a line longer than the screen its beginning; of one that the top edge cuts its end.
		if (own.length > rows && index === last) return own.slice(0, rows);
		screen.unshift(...own.slice(Math.max(0, own.length - (rows - screen.length))));
	}

	return screen;
}

/** The last line of the page on which a line is: pages go both ways from where following stopped. */
function pageEnd(shown: readonly LogLine[], at: number, sight: LogSight): number {
	const anchor = Math.max(0, lastUpTo(shown, sight.ui.pausedAt));
	const {rows, ui, width} = sight;
	const room = ui.isWrapped ? Math.max(1, width - lineWidth(prefix(undefined, sight))) : Number.POSITIVE_INFINITY;
	let end = anchor;
	let used = 0;
	if (at <= anchor) {
		for (let index = anchor; index >= at; index--) {
			const height = heightOf(shown[index]!, room);
			if (index < end && used + height > rows) {
				end = index;
				used = 0;
			}

			used += height;
		}

		return end;
	}

	for (let index = anchor + 1; index < shown.length; index++) {
		const height = heightOf(shown[index]!, room);
		if (used > 0 && used + height > rows) {
			if (index > at) return end;
			used = 0;
		}

		used += height;
		end = index;
	}

	return end;
}

function heightOf(line: LogLine, room: number): number {
	return wrapHeight(plainText(textPieces(line)), room);
}

function logRows(line: LogLine, sight: LogSight, isCursor: boolean): string[] {
	const {ui, width, style} = sight;
	const head = prefix(line, sight);
	const search = searchFor(ui.find);
	const text = highlight(textPieces(line), search);
	const indent = lineWidth(head);
	const broken = ui.isWrapped ? wrapLine(text, Math.max(1, width - indent)) : [text];
	return broken.map((part, index) => {
		const whole = cutLine(
			[...(index === 0 ? highlight(head, search) : [piece(' '.repeat(indent))]), ...part],
			width,
			style,
		);
		return isCursor
			? style.paint('selected', paintLine(padLine(withSign(whole, index, style), width), style))
			: paintLine(whole, style);
	});
}

/** The cursor's sign in the first cell, which is blank otherwise: without colour it alone says where the cursor is. */
function withSign(line: Line, index: number, style: Style): Line {
	const [first, ...rest] = line;
	if (index > 0 || !first?.text.startsWith(' ')) return line;
	return [piece(style.glyph('cursor')), piece(first.text.slice(1), first.role), ...rest];
}

function textPieces({level, text}: LogLine): Line {
	const shown = clean(text, 4096);
	if (level === 'CMD') return [piece('$ ', 'key'), piece(shown)];
	return [piece(shown, level === 'ERROR' ? 'bad' : level === 'WARN' ? 'warn' : undefined)];
}

/** Time, level and spoke, in columns; a narrow screen keeps less of them. */
function prefix(line: LogLine | undefined, {ui, width, now, timeZone, style}: LogSight): Line {
	if (width < 30) return [piece(' ')];
	const time = line ? shortTime(line.at, now, timeZone) : '';
	const level = line ? levels[line.level] : undefined;
	const columns = [piece(` ${fit(time, 9)} `, 'faint'), piece(fit(level?.word ?? '', 5), level?.role), piece(' ')];
	// The title names the one spoke that is shown; a narrow screen has the text, which mostly names it too.
	if (ui.spoke !== undefined || width < 60) return columns;
	return [
		...columns,
		piece(
			`${fit(clean(line?.spoke ?? ''), width < 90 ? 10 : 14, {isMiddle: true, ellipsis: style.glyph('ellipsis')})} `,
		),
	];
}

/**
 * The log view as a whole: title, rule, log.
 * @param sight with the lines of the screen for all of it in `rows`
 * @returns exactly `rows` lines, painted
 */
export function logWindow(sight: LogSight): string[] {
	const {rows, width, style} = sight;
	const page = textPage(rows);
	const shown = visibleLog({...sight, rows: page}).map(({text}) => text);
	const blanks = new Array<string>(Math.max(0, page - shown.length)).fill('');
	if (page === rows) return [...shown, ...blanks];
	return [titleLine(logTitle(sight), '', width, style), ruleLine(width, style), ...shown, ...blanks];
}

/** The title of the log pane: `Log  all spokes  level info  FOLLOW off, 12 new  1,482 lines`. */
export function logTitle({lines, ui}: Pick<LogSight, 'lines' | 'ui'>): Line {
	const shown = filteredLog(lines, ui);
	const fresh = newSince(shown, ui);
	const follow = ui.isFollowing ? 'FOLLOW on' : `FOLLOW off${fresh > 0 ? `, ${formatCount(fresh)} new` : ''}`;
	return [
		piece('Log', 'title'),
		piece(`  ${ui.spoke === undefined ? 'all spokes' : clean(ui.spoke)}`),
		piece(`  ${ui.level === 'all' ? 'everything' : `level ${ui.level}`}`, 'faint'),
		piece('  '),
		piece(follow, ui.isFollowing ? 'faint' : 'warn'),
		...(ui.find === '' ? [] : [piece(`  find ${clean(ui.find)}`, 'faint')]),
		...(ui.isWrapped ? [] : [piece('  cut', 'faint')]),
		piece(`  ${formatCount(shown.length)} ${shown.length === 1 ? 'line' : 'lines'}`, 'faint'),
	];
}
