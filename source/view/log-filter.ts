import type {LogLine} from '../sync/state.js';
import {isFound, searchFor} from './find.js';
import type {LogUi} from './types.js';

type LogLevel = LogLine['level'];

const levels: Readonly<Record<LogUi['level'], ReadonlySet<LogLevel>>> = {
	all: new Set<LogLevel>(['CMD', 'INFO', 'WARN', 'ERROR']),
	info: new Set<LogLevel>(['INFO', 'WARN', 'ERROR']),
	warn: new Set<LogLevel>(['WARN', 'ERROR']),
	error: new Set<LogLevel>(['ERROR']),
};

/** Title, page and keys of one frame all ask for the same. */
const lastFiltered = new WeakMap<
	readonly LogLine[],
	Pick<LogUi, 'level' | 'spoke'> & {readonly shown: readonly LogLine[]}
>();

/**
 * The lines that level and spoke let through, oldest first: what the cursor walks over, and what is copied.
 * @returns the very same list where everything passes
 */
export function filteredLog(
	lines: readonly LogLine[],
	{level, spoke}: Pick<LogUi, 'level' | 'spoke'>,
): readonly LogLine[] {
	if (level === 'all' && spoke === undefined) return lines;
	const last = lastFiltered.get(lines);
	if (last && last.level === level && last.spoke === spoke) return last.shown;
	const passing = levels[level];
	const shown = lines.filter(line => passing.has(line.level) && (spoke === undefined || line.spoke === spoke));
	lastFiltered.set(lines, {level, spoke, shown});
	return shown;
}

/**
 * Where the cursor stands in the filtered log: on its own line, else on the nearest older one, else on the oldest.
 * @returns an index; -1 for an empty log
 */
export function cursorIndex(lines: readonly LogLine[], ui: Pick<LogUi, 'isFollowing' | 'cursor'>): number {
	if (ui.isFollowing) return lines.length - 1;
	return lines.length === 0 ? -1 : Math.max(0, lastUpTo(lines, ui.cursor));
}

/** Index of the newest line that is not newer than `seq`; -1 when all are. */
export function lastUpTo(lines: readonly LogLine[], seq: number): number {
	let low = 0;
	let high = lines.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (lines[middle]!.seq <= seq) low = middle + 1;
		else high = middle;
	}

	return low - 1;
}

/** What a line is searched in, beside its text: what stands before it on the screen. */
function searchText({spoke, text}: LogLine): string {
	return spoke === undefined ? text : `${spoke} ${text}`;
}

/**
 * The next line that holds what is searched for, going round at the ends.
 * @param lines of the whole log
 * @param direction 1: newer, -1: older
 * @returns its `seq`; undefined when there is none
 */
export function nextMatch(lines: readonly LogLine[], ui: LogUi, direction: 1 | -1): number | undefined {
	const search = searchFor(ui.find);
	const shown = filteredLog(lines, ui);
	if (!search || shown.length === 0) return undefined;
	const from = cursorIndex(shown, ui);
	for (let step = 1; step <= shown.length; step++) {
		const line = shown[(((from + direction * step) % shown.length) + shown.length) % shown.length]!;
		if (isFound(searchText(line), search)) return line.seq;
	}

	return undefined;
}

/** Lines that came since following stopped, as far as the filter lets them through. */
export function newSince(shown: readonly LogLine[], ui: Pick<LogUi, 'isFollowing' | 'pausedAt'>): number {
	return ui.isFollowing ? 0 : shown.length - 1 - lastUpTo(shown, ui.pausedAt);
}
