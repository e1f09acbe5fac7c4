import type {Failure} from '../causes.js';
import type {Clock} from '../clock.js';
import type {HubConfig, SpokeConfig} from '../config/types.js';
import type {Progress, SyncMethod} from '../methods/types.js';
import type {LastLook, SpokeFacts} from '../store/facts.js';
import type {FileCounts, RunBy} from '../store/runs.js';
import type {Store} from '../store/store.js';
import type {Plan} from './plan.js';

/** Everything one run of one spoke needs. */
export interface SyncJob {
	readonly config: HubConfig;
	readonly spoke: SpokeConfig;
	readonly method: SyncMethod;
	readonly store: Store;
	readonly clock: Clock;
	/** Folder of leases and sockets. */
	readonly runFolder: string;
	readonly by: RunBy;
	readonly isDryRun: boolean;
	/** Something has settled in a folder that others fill: enter it, and ask nobody for more. */
	readonly isArrival?: boolean;
	readonly signal: AbortSignal;
	/** What the method has begun for this run. */
	readonly prepared?: unknown;
	readonly onProgress: (progress: Progress) => void;
	readonly onCommand: (line: string) => void;
	readonly log: (level: 'INFO' | 'WARN' | 'ERROR', text: string) => void;
}

/** What a run that ended well led to. */
export interface Outcome {
	readonly counts: FileCounts;
	readonly bytes: number;
	readonly sent: number;
	readonly received: number;
	readonly added: readonly string[];
	readonly lastLook: LastLook;
	readonly facts: Partial<SpokeFacts>;
	readonly plan?: Plan;
	/** The run ended well, and still there is something to tell. */
	readonly note?: Failure;
	/** The note is a failure all the same. */
	readonly isFailed?: boolean;
}
