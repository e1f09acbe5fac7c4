import {homedir} from 'node:os';
import {join} from 'node:path';
import type {Clock} from '../clock.js';
import type {HubConfig, MethodName} from '../config/types.js';
import {createManualMethod} from './manual.js';
import {createRsyncMethod} from './rsync.js';
import {createSyncthingMethod} from './syncthing.js';
import type {SyncMethod} from './types.js';
import {undrivenMethod} from './undriven.js';

/** One implementation for each method. */
export type MethodSet = Readonly<Record<MethodName, SyncMethod>>;

/**
 * The methods of a hub.
 * @param env environment of the commands they run
 */
export function createMethods(
	config: HubConfig,
	env: Readonly<Record<string, string | undefined>>,
	clock: Clock,
): MethodSet {
	return {
		rsync: createRsyncMethod({config: config.tui, runFolder: join(config.folder, 'run'), env, clock}),
		manual: createManualMethod(() => clock.now()),
		syncthing: createSyncthingMethod({settings: config.tui.syncthing, env, home: env.HOME ?? homedir(), clock}),
		api: undrivenMethod('api'),
	};
}
