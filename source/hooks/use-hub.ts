import {useCallback, useRef, useSyncExternalStore} from 'react';
import type {Hub} from '../sync/hub.js';
import type {HubState} from '../sync/state.js';

/**
 * The hub's latest snapshot.
 * @param isPaused true: the snapshot of the moment it became so, until it is false again
 */
export function useHub(hub: Hub, isPaused: boolean): HubState {
	const frozen = useRef<HubState>(undefined);
	if (!isPaused) frozen.current = undefined;
	const snapshot = useCallback(() => {
		if (!isPaused) return hub.snapshot();
		frozen.current ??= hub.snapshot();
		return frozen.current;
	}, [hub, isPaused]);
	return useSyncExternalStore(hub.subscribe, snapshot);
}
