import type {HubConfig, Problem, SpokeConfig} from './config/types.js';
import type {HistorySlot} from './history.js';
import type {Progress} from './methods/types.js';
import type {Pace} from './pace.js';
import type {ForeignWriter} from './schedule/foreign.js';
import type {Totals} from './sessions/folder-totals.js';
import type {SpokeFacts} from './store/facts.js';
import type {PairCounts} from './store/pair-rows.js';
import type {LoggedEvent, RunBy, RunRecord} from './store/runs.js';
import type {StInstance} from './syncthing/types.js';
import type {VerifyProgress, VerifyReport, VerifyState} from './verify/types.js';

/** A job that runs or waits for its turn. Times in milliseconds since the epoch. */
export interface JobState {
	readonly by: RunBy;
	/** Undefined while it waits for a free place. */
	readonly startedAt: number | undefined;
	readonly isDryRun: boolean;
	/** Nobody asked for it: it enters what has arrived, and what it leaves out is entered the next time. */
	readonly isArrival: boolean;
	readonly progress: Progress | undefined;
	/** How fast it goes and when it will be there; undefined before the first progress. */
	readonly pace: Pace | undefined;
	/** Another process runs it: it cannot be cancelled here and tells nothing of its progress. */
	readonly isElsewhere: boolean;
}

/** Who keeps the schedule on this hub: one process at a time, whatever number of them is open. */
export interface Keeper {
	readonly by: RunBy;
	readonly pid: number | undefined;
	/** Milliseconds since the epoch. */
	readonly since: number;
	/** It is this process. */
	readonly isUs: boolean;
}

/** A line of the log as the screen holds it. */
export interface LogLine {
	/** Counts up by one from line to line, also when old lines are dropped. */
	readonly seq: number;
	readonly at: number;
	/** `CMD`: an external command, verbatim; kept in memory only. */
	readonly level: LoggedEvent['level'] | 'CMD';
	readonly spoke: string | undefined;
	readonly text: string;
}

/** Everything known of one spoke. */
export interface SpokeState {
	readonly config: SpokeConfig;
	/** Why its method cannot be driven; undefined when it can. */
	readonly undriven: string | undefined;
	readonly facts: SpokeFacts;
	/** What its folder holds; undefined until it was walked. */
	readonly totals: Totals | undefined;
	readonly holds: number;
	/** Sessions that are gone on the spoke and kept here. */
	readonly gone: number;
	readonly job: JobState | undefined;
	readonly lastRun: RunRecord | undefined;
	/** Failed runs of the last 24 hours, newest first. */
	readonly recentFailures: readonly RunRecord[];
	/** Runs of the last 24 hours by the hour, oldest first; hours without a run are absent. */
	readonly history: readonly HistorySlot[];
	/** When the scheduler of this process runs it next; undefined: not by us. */
	readonly nextRun: number | undefined;
	/** Programs other than us that write into its folder. */
	readonly foreignWriters: readonly ForeignWriter[];
	/** Crontab lines and timers of this very program that sync it. */
	readonly ownWriters: readonly ForeignWriter[];
	readonly verify: VerifyState;
}

/** What the store can tell of a spoke without a look at its folder. */
export type Recalled = Partial<
	Pick<SpokeState, 'facts' | 'holds' | 'gone' | 'lastRun' | 'recentFailures' | 'history' | 'totals'>
>;

/** Everything a screen or a command can show: immutable, replaced as a whole. */
export interface HubState {
	readonly config: HubConfig;
	readonly problems: readonly Problem[];
	/** The hub's own sessions. */
	readonly totals: Totals | undefined;
	/** Sessions that lie in more than one place; undefined: nobody has looked yet. */
	readonly pairs: PairCounts | undefined;
	/** In the order of config.yaml. */
	readonly spokes: readonly SpokeState[];
	/** The latest log lines, oldest first. */
	readonly log: readonly LogLine[];
	/** Who keeps the schedule; undefined: nobody, once `isKeeperKnown`. */
	readonly keeper: Keeper | undefined;
	/** False until somebody has looked. */
	readonly isKeeperKnown: boolean;
	/** The Syncthings that are followed, by this process only; empty unless it keeps the hub. */
	readonly syncthing: readonly StInstance[];
	/** Verifying the hub's own sessions. */
	readonly ownVerify: VerifyState;
}

/** Everything that can happen. */
export type HubEvent =
	| {
			readonly type: 'configured';
			readonly config: HubConfig;
			readonly problems: readonly Problem[];
			readonly undriven: ReadonlyMap<string, string>;
	  }
	| {readonly type: 'config-problems'; readonly problems: readonly Problem[]}
	| {readonly type: 'learned'; readonly spoke: string; readonly facts: SpokeFacts}
	| {readonly type: 'counted'; readonly spoke: string | undefined; readonly totals: Totals}
	| {readonly type: 'holds'; readonly spoke: string; readonly holds: number; readonly gone: number}
	| {readonly type: 'job'; readonly spoke: string; readonly job: JobState | undefined}
	| {readonly type: 'progress'; readonly spoke: string; readonly progress: Progress; readonly at: number}
	| {readonly type: 'ran'; readonly run: RunRecord}
	| {readonly type: 'planned'; readonly spoke: string; readonly nextRun: number | undefined}
	| {
			readonly type: 'foreign';
			readonly spoke: string;
			readonly writers: readonly ForeignWriter[];
			readonly own: readonly ForeignWriter[];
	  }
	/** What the store knows, of all spokes at once; counts stand only where nothing has been counted yet. */
	| {
			readonly type: 'recalled';
			readonly spokes: ReadonlyMap<string, Recalled>;
			readonly totals: Totals | undefined;
	  }
	| {readonly type: 'keeper'; readonly keeper: Keeper | undefined}
	| {readonly type: 'paired'; readonly pairs: PairCounts | undefined}
	| {readonly type: 'syncthing'; readonly instances: readonly StInstance[]}
	/** A verify runs in this process; undefined as spoke: of the hub's own sessions. */
	| {
			readonly type: 'verifying';
			readonly spoke: string | undefined;
			readonly isDeep: boolean;
			readonly progress: VerifyProgress;
	  }
	/** What a verify came to; undefined when it ended without a report: the one before stands. */
	| {readonly type: 'verified'; readonly spoke: string | undefined; readonly report: VerifyReport | undefined}
	/** A report that was made earlier, or by another process. */
	| {readonly type: 'verify-recalled'; readonly spoke: string | undefined; readonly report: VerifyReport}
	| {readonly type: 'logged'; readonly line: Omit<LogLine, 'seq'>}
	/** Lines from before this process, oldest first: they go before all others. */
	| {readonly type: 'log-recalled'; readonly lines: ReadonlyArray<Omit<LogLine, 'seq'>>};
