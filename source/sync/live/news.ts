import type {HubEvent, HubState} from '../state.js';
import type {Store} from '../store/store.js';

/** What taking over needs of the hub. */
export interface Listener {
	readonly store: Store;
	readonly state: HubState;
	emit(event: HubEvent): void;
}

/**
 * Reads what other processes wrote: facts and holds as they are now, runs and log lines that are new, each once and in
 * order. What this process wrote itself is known already and not told again.
 */
export function takeNews(hub: Listener): void {
	const facts = hub.store.facts.all();
	const holds = hub.store.ledger.holdCounts();
	for (const {config, facts: before, holds: held, gone} of hub.state.spokes) {
		const {name} = config;
		const known = facts.get(name);
		if (known && JSON.stringify(known) !== JSON.stringify(before)) {
			hub.emit({type: 'learned', spoke: name, facts: known});
		}

		const counts = holds.get(name) ?? {holds: 0, gone: 0};
		if (counts.holds !== held || counts.gone !== gone) hub.emit({type: 'holds', spoke: name, ...counts});
	}

	takeLines(hub);
}

/** The runs and log lines alone. */
export function takeLines(hub: Listener): void {
	const {runs, events} = hub.store.news.take();
	for (const run of runs) hub.emit({type: 'ran', run});
	for (const {id: _, ...line} of events) hub.emit({type: 'logged', line});
}
