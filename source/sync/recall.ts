import type {HubConfig} from './config/types.js';
import {dayMs, firstSlot} from './history.js';
import type {Totals} from './sessions/folder-totals.js';
import type {Recalled} from './state.js';
import {noFacts} from './store/facts.js';
import type {Store} from './store/store.js';

/**
 * How the spokes are, as far as it is written down: a few queries for all of them.
 * @param now milliseconds since the epoch
 * @param isNew spokes whose runs are not known yet; those of the others are not read again
 */
export function recallSpokes(
	store: Store,
	config: HubConfig,
	now: number,
	isNew: (name: string) => boolean,
): Map<string, Recalled> {
	const facts = store.facts.all();
	const holds = store.ledger.holdCounts();
	const hasNew = config.spokes.some(({name}) => isNew(name));
	const runs = hasNew ? store.runs.latestOfEach() : undefined;
	const failures = Map.groupBy(hasNew ? store.runs.failuresSince(now - dayMs) : [], ({spoke}) => spoke);
	return new Map(
		config.spokes.map(({name}) => [
			name,
			{
				facts: facts.get(name) ?? noFacts,
				...(holds.get(name) ?? {holds: 0, gone: 0}),
				...(isNew(name) ? {lastRun: runs?.get(name), recentFailures: failures.get(name) ?? []} : {}),
			},
		]),
	);
}

/** What only a screen shows: the last day by the hour, and what the folders held when they were last counted. */
export function recallCounts(
	store: Store,
	{spokes, sessionsDir}: HubConfig,
	now: number,
): {readonly totals: Totals | undefined; readonly spokes: Map<string, Recalled>} {
	const totals = store.sessions.totals();
	const history = store.runs.history(firstSlot(now));
	return {
		totals: totals.get(sessionsDir),
		spokes: new Map(spokes.map(({name, path}) => [name, {totals: totals.get(path), history: history.get(name) ?? []}])),
	};
}
