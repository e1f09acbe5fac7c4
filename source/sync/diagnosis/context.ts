import type {Cause} from '../causes.js';
import type {Clock} from '../clock.js';
import type {HubConfig, SpokeConfig} from '../config/types.js';
import type {SyncOptions} from '../hub-options.js';
import type {SyncReport} from '../jobs/sync.js';
import type {Finished} from '../process.js';
import type {ForeignWriter} from '../schedule/foreign.js';
import type {ForeignSources} from '../schedule/foreign-sources.js';
import type {Sharing} from '../ssh/argv.js';
import type {Connections} from '../ssh/connection.js';
import type {Environment} from '../ssh/environment.js';
import type {HubEvent, HubState, SpokeState} from '../state.js';
import type {SpokeFacts} from '../store/facts.js';
import type {Store} from '../store/store.js';
import type {FolderConfig} from '../syncthing/answers.js';
import type {Instance} from '../syncthing/instance.js';
import type {FixFacts, ResolvedNames} from './names.js';
import type {Trace} from './trace.js';
import type {CheckId, CheckStatus} from './types.js';

/** What a diagnosis needs of the hub; a `Hub` is one. */
export interface DiagnosisHub {
	readonly store: Store;
	readonly clock: Clock;
	readonly state: HubState;
	spoke(name: string): SpokeState | undefined;
	learn(name: string, facts: Partial<SpokeFacts>): void;
	sync(names: readonly string[], options: SyncOptions): Promise<SyncReport[]>;
	observe(observer: (event: HubEvent) => void): () => void;
}

/** What `ssh -G` said of the spoke, as far as checks go by it. */
export interface Resolved extends ResolvedNames {
	/** Only the keys above are offered, however many an agent holds. */
	readonly isOwnKeysOnly: boolean;
	/** `IdentityAgent`: `none`, a socket, or undefined for the one in the environment. */
	readonly agent: string | undefined;
}

/** How a login went that worked. */
export interface Access {
	/** How further commands reach the spoke. */
	readonly sharing: Sharing;
	/** What the round trip brought, where the login itself had to run it. */
	readonly answer: Finished | undefined;
}

/** What one round trip said about the commands a login may run. */
export interface Reception {
	/** The spoke ran something else than was asked: its key is restricted, or its shell broke off. */
	readonly isForced: boolean;
	/** What it said instead, neutralised; empty when it said nothing. */
	readonly says: string;
	/** Exit status of what was run instead. */
	readonly exitCode: number | undefined;
}

/** What checks have learned for those behind them; a check that runs again forgets its own first. */
export interface Findings {
	'ssh-config'?: Resolved;
	/** Addresses of the host. */
	name?: readonly string[];
	/** True: answers; false: does not; undefined: could not be asked. */
	ping?: boolean;
	login?: Access;
	spoke?: Reception;
	/** The Syncthing to ask: the one that has the spoke's folder, else the first that answers. */
	syncthing?: {readonly instance: Instance; readonly myId: string};
	'st-folder'?: FolderConfig;
}

/** What every check of one diagnosis works with. */
export interface CheckContext {
	readonly hub: DiagnosisHub;
	readonly config: HubConfig;
	readonly spoke: SpokeConfig;
	readonly connections: Connections;
	readonly env: Environment;
	/** Absolute path of the user's home on the hub. */
	readonly home: string;
	readonly findings: Findings;
	/** Where crontabs, units and processes are looked for. */
	readonly sources: ForeignSources;
	/** Whatever writes into the spoke's folder, ourselves included; searched once in a round. */
	readonly writers: () => Promise<readonly ForeignWriter[]>;
}

/** What a check came to. */
export interface Found {
	readonly status: CheckStatus;
	/** One line; neutralised by whoever shows it. */
	readonly summary: string;
	readonly cause?: Cause;
	/** Further lines, after those of the commands. */
	readonly evidence?: readonly string[];
	/** For the texts and commands of the fixes. */
	readonly facts?: FixFacts;
	/** Of a failure: false where what stands behind it can be tried all the same. */
	readonly isBlocking?: boolean;
}

/**
 * One check. Reads only: nothing is written to the spoke or changed on the hub.
 * @throws SyncError for a failure that is classified already; the signal's reason when it aborts
 */
export type Check = (context: CheckContext, trace: Trace) => Promise<Found>;

/** A check and its place among the others. */
export interface CheckSpec {
	readonly id: CheckId;
	readonly title: string;
	/** What must not have failed. */
	readonly needs: readonly CheckId[];
	/** What must have ended, however it went. */
	readonly after?: readonly CheckId[];
	readonly limitMs: number;
	readonly run: Check;
}
