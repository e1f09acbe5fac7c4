import type {HubConfig} from './config/types.js';
import {dayMs, withRun} from './history.js';
import {nextPace, paceAt} from './pace.js';
import type {HubEvent, HubState, Keeper, Recalled, SpokeState} from './state.js';
import {noFacts} from './store/facts.js';
import type {RunRecord} from './store/runs.js';
import {noVerify, type VerifyState} from './verify/types.js';

/** Log lines kept in memory. */
const logLines = 2000;

/** The state before anything is known. */
export function emptyState(config: HubConfig): HubState {
	return {
		config,
		problems: [],
		totals: undefined,
		pairs: undefined,
		spokes: [],
		log: [],
		keeper: undefined,
		isKeeperKnown: false,
		syncthing: [],
		ownVerify: noVerify,
	};
}

/** Folds one event into the state; returns the very same state when nothing changed. */
export function reduce(state: HubState, event: HubEvent): HubState {
	switch (event.type) {
		case 'configured': {
			const {config, problems} = event;
			// They were counted over the folders of the configuration before.
			return {...state, config, problems, pairs: undefined, spokes: configured(state, event)};
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

		case 'syncthing': {
			return {...state, syncthing: event.instances};
		}

		case 'paired': {
			return JSON.stringify(state.pairs) === JSON.stringify(event.pairs) ? state : {...state, pairs: event.pairs};
		}

		case 'verifying': {
			const {isDeep, progress} = event;
			return verify(state, event.spoke, {isDeep, progress});
		}

		case 'verified': {
			const {report} = event;
			return verify(state, event.spoke, {isDeep: undefined, progress: undefined, ...(report ? {report} : {})});
		}

		case 'verify-recalled': {
			return verify(state, event.spoke, {report: event.report});
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

function verify(state: HubState, name: string | undefined, facts: Partial<VerifyState>): HubState {
	if (name === undefined) return {...state, ownVerify: {...state.ownVerify, ...facts}};
	const before = find(state, name);
	return before ? change(state, name, {verify: {...before.verify, ...facts}}) : state;
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
			verify: (isSamePlace ? before?.verify : undefined) ?? noVerify,
			config: spoke,
			undriven: undriven.get(spoke.name),
		};
	});
}
