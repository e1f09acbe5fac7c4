import {useCallback, useEffect, useRef} from 'react';
import type {Watching} from '../sync/services/watching.js';
import type {SessionIndex} from '../sync/sessions/index.js';
import type {HubScene} from '../terminal/scene.js';
import type {RowId} from '../view/types.js';
import {onConfig} from './on-config.js';
import {runService} from './run-service.js';

/**
 * Watches the hub's own sessions and every spoke's folder while the screen is open, and counts them.
 * @param isKeeper whether this process also enters what others bring into a folder
 * @returns what is known of the sessions behind a row; undefined until its folder was walked
 */
export function useWatcher(
	{hub, confirmed}: Pick<HubScene, 'hub' | 'confirmed'>,
	isKeeper: () => boolean,
): (id: RowId) => SessionIndex | undefined {
	const watching = useRef<Watching>(undefined);
	useEffect(
		() =>
			runService(hub, confirmed, async signal => {
				const {startWatching} = await import('../sync/services/watching.js');
				if (!signal.aborted) watching.current = startWatching(hub, {signal, isKeeper});
			}),
		[hub, confirmed, isKeeper],
	);
	useEffect(() => onConfig(hub, () => void watching.current?.reload()), [hub]);
	return useCallback((id: RowId) => watching.current?.watch.index(id), []);
}
