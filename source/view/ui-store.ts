import type {TableRow, UiState} from './types.js';
import {reduceUi, type UiAction} from './ui.js';

/** Holds the screen's own state outside React, so that keys that come in one packet each see what the one before did. */
export interface UiStore {
	/** The latest state; the same object until something changed. */
	readonly snapshot: () => UiState;
	/** @returns the function that ends the subscription */
	readonly subscribe: (listener: () => void) => () => void;
	readonly dispatch: (action: UiAction) => void;
	/** Tells it the rows of the table whenever they may be others: selection, marks and scroll follow the spokes. */
	readonly settle: (table: SettledTable) => void;
}

/** The table as it is drawn. */
export interface SettledTable {
	/** Arranged. */
	readonly rows: readonly TableRow[];
	/** Every spoke there is, whatever the filter. */
	readonly names: readonly string[];
	/** Rows on the screen. */
	readonly page: number;
}

/** Makes a store; listeners are called at once, and only for a change. */
export function createUiStore(initial: UiState): UiStore {
	let state = initial;
	let before: readonly TableRow[] = [];
	const listeners = new Set<() => void>();
	const dispatch = (action: UiAction): void => {
		const next = reduceUi(state, action);
		if (next === state) return;
		state = next;
		for (const listener of listeners) listener();
	};

	return {
		snapshot: () => state,
		subscribe(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		dispatch,
		settle(table) {
			dispatch({type: 'arranged', before, ...table});
			before = table.rows;
		},
	};
}
