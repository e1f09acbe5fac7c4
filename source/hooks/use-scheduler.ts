import {useCallback, useEffect, useRef} from 'react';
import type {Keeping} from '../sync/services/keeping.js';
import type {HubScene} from '../terminal/scene.js';
import {onConfig} from './on-config.js';
import {runService} from './run-service.js';

/**
 * Keeps the hub while the screen is open, unless another process does: runs the schedule, asks the spokes whether they
 * are there, looks for foreign writers.
 * @returns whether this process is the keeper now
 */
export function useScheduler({
	hub,
	home,
	env,
	confirmed,
}: Pick<HubScene, 'hub' | 'home' | 'env' | 'confirmed'>): () => boolean {
	const keeping = useRef<Keeping>(undefined);
	useEffect(
		() =>
			runService(hub, confirmed, async signal => {
				const {startKeeping} = await import('../sync/services/keeping.js');
				if (!signal.aborted) keeping.current = startKeeping(hub, {home, env, signal});
			}),
		[hub, home, env, confirmed],
	);
	useEffect(() => onConfig(hub, () => void keeping.current?.reload()), [hub]);
	return useCallback(() => keeping.current?.isKeeper() ?? false, []);
}
