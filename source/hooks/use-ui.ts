import {useSyncExternalStore} from 'react';
import type {UiState} from '../view/types.js';
import type {UiStore} from '../view/ui-store.js';

/** The screen's own state; draws anew when it changes. */
export function useUi(store: UiStore): UiState {
	return useSyncExternalStore(store.subscribe, store.snapshot);
}
