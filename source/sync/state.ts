import type {HubConfig, Problem, SpokeConfig} from './config/types.js';
import {dayMs, type HistorySlot, withRun} from './history.js';
import type {Progress} from './methods/types.js';
import {nextPace, type Pace, paceAt} from './pace.js';
import type {ForeignWriter} from './schedule/foreign.js';
import type {Totals} from './sessions/folder-totals.js';
import {noFacts, type SpokeFacts} from './store/facts.js';
import type {LoggedEvent, RunBy, RunRecord} from './store/runs.js';

/** A job that runs or waits for its turn. Times in milliseconds since the epoch. */
export interface JobState {
	readonly by: RunBy;
	/** Undefined while it waits for a free place. */
	readonly startedAt: number | undefined;
	readonly isDryRun: boolean;
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
	/** In the order of config.yaml. */
	readonly spokes: readonly SpokeState[];
	/** The latest log lines, oldest first. */
	readonly log: readonly LogLine[];
	/** Who keeps the schedule; undefined: nobody, once `isKeeperKnown`. */
	readonly keeper: Keeper | undefined;
	/** False until somebody has looked. */
	readonly isKeeperKnown: boolean;
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
	| {readonly type: 'logged'; readonly line: Omit<LogLine, 'seq'>}
	/** Lines from before this process, oldest first: they go before all others. */
	| {readonly type: 'log-recalled'; readonly lines: ReadonlyArray<Omit<LogLine, 'seq'>>};

/** Log lines kept in memory. */
const logLines = 2000;

export {dayMs} from './history.js';

/** The state before anything is known. */
export function emptyState(config: HubConfig): HubState {
	return {config, problems: [], totals: undefined, spokes: [], log: [], keeper: undefined, isKeeperKnown: false};
}

/** Folds one event into the state; returns the very same state when nothing changed. */
export function reduce(state: HubState, event: HubEvent): HubState {
	switch (event.type) {
		case 'configured': {
			return {...state, config: event.config, problems: event.problems, spokes: configured(state, event)};
		}

		case 'config-problems': {
			return {...state, problems: event.problems};
		}

		case 'counted': {
			const {spoke, totals} = event;
			return spoke === undefined ? {...state, totals} : change(state, spoke, {totals});
		}

		case 'learned': {
			return change(state, event.spoke, {facts: event.facts});
		}

		case 'holds': {
			return change(state, event.spoke, {holds: event.holds, gone: event.gone});
		}

		case 'job': {
			return change(state, event.spoke, {job: event.job});
		}

		case 'progress': {
			const job = find(state, event.spoke)?.job;
			if (!job) return state;
			const pace = paceAt(nextPace(job.pace, event.progress, event.at), event.at);
			return change(state, event.spoke, {job: {...job, progress: event.progress, pace}});
		}

		case 'ran': {
			return ran(state, event.run);
		}

		case 'planned': {
			return change(state, event.spoke, {nextRun: event.nextRun});
		}

		case 'foreign': {
			return change(state, event.spoke, {foreignWriters: event.writers, ownWriters: event.own});
		}

		case 'recalled': {
			const totals = state.totals ?? event.totals;
			return {...state, totals, spokes: state.spokes.map(spoke => recalled(spoke, event.spokes))};
		}

		case 'keeper': {
			if (state.isKeeperKnown && sameKeeper(state.keeper, event.keeper)) return state;
			return {...state, keeper: event.keeper, isKeeperKnown: true};
		}

		case 'log-recalled': {
			const {lines} = event;
			const first = (state.log[0]?.seq ?? 1) - lines.length;
			const earlier = lines.map(({at, level, spoke, text}, index) => ({at, level, spoke, text, seq: first + index}));
			return lines.length === 0 ? state : {...state, log: [...earlier, ...state.log].slice(-logLines)};
		}

		case 'logged': {
			const log = state.log.slice(1 - logLines);
			log.push({...event.line, seq: (state.log.at(-1)?.seq ?? 0) + 1});
			return {...state, log};
		}
	}
}

function sameKeeper(one: Keeper | undefined, other: Keeper | undefined): boolean {
	return one?.pid === other?.pid && one?.since === other?.since && one?.isUs === other?.isUs && one?.by === other?.by;
}

function find(state: HubState, name: string): SpokeState | undefined {
	return state.spokes.find(spoke => spoke.config.name === name);
}

function recalled(before: SpokeState, known: ReadonlyMap<string, Recalled>): SpokeState {
	const facts = known.get(before.config.name);
	return facts ? {...before, ...facts, totals: before.totals ?? facts.totals} : before;
}

function change(state: HubState, name: string, facts: Partial<SpokeState>): HubState {
	const before = find(state, name);
	if (!before) return state;
	const isSame = (Object.keys(facts) as Array<keyof SpokeState>).every(key => Object.is(before[key], facts[key]));
	if (isSame) return state;
	return {...state, spokes: state.spokes.map(spoke => (spoke === before ? {...before, ...facts} : spoke))};
}

function ran(state: HubState, run: RunRecord): HubState {
	const before = find(state, run.spoke);
	if (!before) return state;
	// Known already: read again from the store after a reload.
	if (before.recentFailures.some(({startedAt}) => startedAt === run.startedAt)) return state;
	const since = run.startedAt + run.tookMs - dayMs;
	const recent = before.recentFailures.filter(({startedAt}) => startedAt >= since);
	return change(state, run.spoke, {
		lastRun: run.result === 'locked' || isOvertaken(run, before.lastRun) ? before.lastRun : run,
		recentFailures: run.result === 'failed' ? [run, ...recent] : recent,
		history: withRun(before.history, run),
	});
}

/** Milliseconds after its end within which a run of another process is heard of, with something to spare. */
const heardMs = 10_000;

/** A run of another process that is heard of when a later one of ours is known; not one by a clock that was put back. */
function isOvertaken({startedAt, tookMs}: RunRecord, latest: RunRecord | undefined): boolean {
	return latest !== undefined && latest.startedAt > startedAt && latest.startedAt < startedAt + tookMs + heardMs;
}

function configured(state: HubState, {config, undriven}: Extract<HubEvent, {type: 'configured'}>): SpokeState[] {
	const known = new Map(state.spokes.map(spoke => [spoke.config.name, spoke]));
	return config.spokes.map(spoke => {
		const before = known.get(spoke.name);
		// Another folder is another tree: nothing counted in the old one holds for the new.
		const isSamePlace = before?.config.path === spoke.path;
		return {
			facts: noFacts,
			holds: 0,
			gone: 0,
			job: undefined,
			lastRun: undefined,
			recentFailures: [],
			history: [],
			nextRun: undefined,
			foreignWriters: [],
			ownWriters: [],
			...before,
			totals: isSamePlace ? before?.totals : undefined,
			config: spoke,
			undriven: undriven.get(spoke.name),
		};
	});
}
