import type {LogLine} from '../sync/state.js';
import type {LogUi, UiState} from './types.js';
import type {Step} from './ui-table.js';

/** What can happen to the log. `lines` are those that pass its level and spoke, oldest first. */
export type LogAction =
	/** Moves the cursor; upwards it stops following, at the bottom it follows again. */
	| {readonly type: 'log-move'; readonly lines: readonly LogLine[]; readonly by: Step}
	/** Puts the cursor on a line, e.g. a match. */
	| {readonly type: 'log-cursor'; readonly lines: readonly LogLine[]; readonly seq: number}
	/** Follows, or stays where it is. */
	| {readonly type: 'log-follow'; readonly lines: readonly LogLine[]}
	| {readonly type: 'log-wrap'}
	/** The next level. */
	| {readonly type: 'log-level'}
	/** Lines of one spoke; undefined: of all. */
	| {readonly type: 'log-spoke'; readonly spoke: string | undefined}
	| {readonly type: 'log-find'; readonly text: string};

const types: ReadonlySet<string> = new Set<LogAction['type']>([
	'log-move',
	'log-cursor',
	'log-follow',
	'log-wrap',
	'log-level',
	'log-spoke',
	'log-find',
]);

/** Whether this part of the reducer minds it. */
export function isLogAction(action: {readonly type: string}): action is LogAction {
	return types.has(action.type);
}

/** Levels in the order the key goes through them, strictest last. */
const levels: ReadonlyArray<LogUi['level']> = ['all', 'info', 'warn', 'error'];

/** The part of the reducer that minds the log. */
export function reduceLog(ui: UiState, action: LogAction): UiState {
	const log = changed(ui.log, action);
	return log === ui.log ? ui : {...ui, log};
}

function changed(log: LogUi, action: LogAction): LogUi {
	switch (action.type) {
		case 'log-move': {
			return moved(log, action.lines, action.by);
		}

		case 'log-cursor': {
			return paused(log, action.lines, action.seq);
		}

		case 'log-follow': {
			const newest = action.lines.at(-1)?.seq ?? 0;
			return log.isFollowing ? paused(log, action.lines, newest) : {...log, isFollowing: true};
		}

		case 'log-wrap': {
			return {...log, isWrapped: !log.isWrapped};
		}

		case 'log-level': {
			return {...log, level: levels[(levels.indexOf(log.level) + 1) % levels.length]!};
		}

		case 'log-spoke': {
			// The cursor's line may not be among the others' lines: the newest is what is wanted.
			return log.spoke === action.spoke ? log : {...log, spoke: action.spoke, isFollowing: true};
		}

		case 'log-find': {
			return log.find === action.text ? log : {...log, find: action.text};
		}
	}
}

/**
 * Where the cursor is among the lines: on its own, else on the nearest older one, else on the oldest.
 * @returns an index; -1 without lines
 */
export function cursorAt(
	lines: readonly LogLine[],
	{isFollowing, cursor}: Pick<LogUi, 'isFollowing' | 'cursor'>,
): number {
	if (isFollowing || lines.length === 0) return lines.length - 1;
	return Math.max(
		0,
		lines.findLastIndex(({seq}) => seq <= cursor),
	);
}

function moved(log: LogUi, lines: readonly LogLine[], by: Step): LogUi {
	if (by === 'bottom') return log.isFollowing ? log : {...log, isFollowing: true};
	const last = lines.length - 1;
	if (last < 0) return log;
	const at = cursorAt(lines, log);
	const to = by === 'top' ? 0 : Math.max(0, Math.min(last, at + by));
	// Downwards from the newest line there is nowhere to go: goes on following.
	return log.isFollowing && to === last ? log : paused(log, lines, lines[to]!.seq);
}

function paused(log: LogUi, lines: readonly LogLine[], cursor: number): LogUi {
	if (!log.isFollowing && log.cursor === cursor) return log;
	const pausedAt = log.isFollowing ? (lines.at(-1)?.seq ?? 0) : log.pausedAt;
	return {...log, isFollowing: false, cursor, pausedAt};
}
