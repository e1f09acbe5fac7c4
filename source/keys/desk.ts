import {clean} from '../text/clean.js';
import type {Toast, UiState} from '../view/types.js';
import type {UiAction} from '../view/ui.js';
import type {UiStore} from '../view/ui-store.js';
import type {Actions, DispatchContext} from './context.js';

/** What every key works with. */
export interface Desk {
	readonly actions: Actions;
	/** The screen's own state this instant. */
	readonly ui: () => UiState;
	readonly context: () => DispatchContext;
	readonly dispatch: (action: UiAction) => void;
	/** A toast; the text may hold a spoke's words. */
	readonly say: (level: Toast['level'], text: string) => void;
}

/** A desk over the screen's state and the world. */
export function deskOf(ui: UiStore, actions: Actions, context: () => DispatchContext): Desk {
	return {
		actions,
		ui: ui.snapshot,
		context,
		dispatch: ui.dispatch,
		say: (level, text) => ui.dispatch({type: 'toast', level, text: clean(text), now: context().now}),
	};
}

/** Names of every spoke there is. */
export function spokeNames(desk: Desk): string[] {
	return desk.context().state.spokes.map(({config}) => config.name);
}
