import type {Clock} from './clock.js';
import type {HubConfig, Problem} from './config/types.js';
import type {MethodSet} from './methods/index.js';
import type {LoggedEvent, RunBy} from './store/runs.js';
import type {Store} from './store/store.js';

/** What a hub is made of. */
export interface HubOptions {
	readonly config: HubConfig;
	readonly problems: readonly Problem[];
	readonly store: Store;
	readonly methods: (config: HubConfig) => MethodSet;
	readonly clock: Clock;
	/** Who asks for the runs of this process. */
	readonly by: RunBy;
	/** Told of every log line, beside `sync.log`. */
	readonly onLog?: (line: Omit<LoggedEvent, 'id'>) => void;
	/** Told of every external command, verbatim. */
	readonly onCommand?: (spoke: string, line: string) => void;
}

/** What `Hub.sync` may be told. */
export interface SyncOptions {
	readonly isDryRun?: boolean;
	/** As in `SyncJob`. */
	readonly isArrival?: boolean;
	/** Ends these runs; other jobs go on. */
	readonly signal?: AbortSignal;
	readonly by?: RunBy;
	/** Asked when its turn has come: false ends it as `locked`, and nothing is noted of it. */
	readonly isStillDue?: () => Promise<boolean>;
}
