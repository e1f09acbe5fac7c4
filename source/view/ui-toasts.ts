import type {Toast, UiState} from './types.js';

/** What can happen to the lines that go away by themselves. `now` in milliseconds since the epoch. */
export type ToastAction =
	/** Says something. `text` neutralised. */
	| {readonly type: 'toast'; readonly level: Toast['level']; readonly text: string; readonly now: number}
	/** Time went by. */
	| {readonly type: 'expire'; readonly now: number}
	/** A key was pressed: errors were read. */
	| {readonly type: 'seen'};

const types: ReadonlySet<string> = new Set<ToastAction['type']>(['toast', 'expire', 'seen']);

/** Whether this part of the reducer minds it. */
export function isToastAction(action: {readonly type: string}): action is ToastAction {
	return types.has(action.type);
}

/** Milliseconds they stay; errors until a key. */
const stayMs: Readonly<Record<Toast['level'], number | undefined>> = {info: 4000, warn: 8000, error: undefined};

/** Toasts kept, the newest. */
const keptToasts = 5;

/** The part of the reducer that minds toasts. */
export function reduceToasts(ui: UiState, action: ToastAction): UiState {
	const {toasts} = ui;
	switch (action.type) {
		case 'toast': {
			const {level, text, now} = action;
			const stay = stayMs[level];
			const toast = {id: (toasts.at(-1)?.id ?? 0) + 1, level, text, until: stay === undefined ? undefined : now + stay};
			// The same said again is the same line, not a second one.
			const others = toasts.filter(one => one.text !== text || one.level !== level);
			return {...ui, toasts: [...others, toast].slice(-keptToasts)};
		}

		case 'expire': {
			return keep(ui, ({until}) => until === undefined || until > action.now);
		}

		case 'seen': {
			return keep(ui, ({level}) => level !== 'error');
		}
	}
}

/** When the next toast goes away, in milliseconds since the epoch; undefined: none does by itself. */
export function nextExpiry(toasts: readonly Toast[]): number | undefined {
	const times = toasts.flatMap(({until}) => (until === undefined ? [] : [until]));
	return times.length === 0 ? undefined : Math.min(...times);
}

function keep(ui: UiState, isKept: (toast: Toast) => boolean): UiState {
	const toasts = ui.toasts.filter(isKept);
	return toasts.length === ui.toasts.length ? ui : {...ui, toasts};
}
