import {useEffect} from 'react';
import type {HubScene} from '../terminal/scene.js';
import {runService} from './run-service.js';

/** Shows what other processes do on the hub while the screen is open. */
export function useRefreshing({hub, confirmed}: Pick<HubScene, 'hub' | 'confirmed'>): void {
	useEffect(
		() =>
			runService(hub, confirmed, async signal => {
				const {startRefreshing} = await import('../sync/services/refreshing.js');
				if (!signal.aborted) startRefreshing(hub, {signal});
			}),
		[hub, confirmed],
	);
}
