import {join} from 'node:path';
import {every} from '../every.js';
import type {Hub} from '../hub.js';
import {noteElsewhere} from '../live/elsewhere.js';
import {LeaseView} from '../live/leases.js';
import {startPairing} from './pairing.js';

/** Milliseconds between two looks at what other processes did. */
const everyMs = 2000;

/** The ledger's plain copy is what sessions are proved by; a database is no more than what has been noted. */
const replacedText =
	'sync.db was removed or replaced while this program runs: no session is lost, but what it notes from now on nobody else sees; leave it and start it again';

/** What refreshing takes. */
export interface RefreshingOptions {
	/** Ends it; the hub's own unless given. */
	readonly signal?: AbortSignal;
}

/**
 * Shows what other processes on the hub do: their runs, facts, log lines and running jobs, within two seconds. While
 * they do nothing a look costs a statement without I/O and two stats. Keeps no process alive.
 */
export function startRefreshing(hub: Hub, {signal = hub.signal}: RefreshingOptions = {}): void {
	const leases = new LeaseView(join(hub.state.config.folder, 'run'));
	let isLooking = false;
	let hadHolders = false;
	let hasSaid = false;
	const look = async () => {
		if (!hasSaid && hub.store.isReplaced()) {
			hasSaid = true;
			hub.log('WARN', undefined, replacedText);
		}

		if (hub.store.news.hasChanged()) hub.refresh();
		const holders = await leases.look();
		if (signal.aborted || (holders.size === 0 && !hadHolders)) return;
		noteElsewhere(hub, holders);
		hadHolders = holders.size > 0;
	};

	const go = async () => {
		if (isLooking || signal.aborted) return;
		isLooking = true;
		try {
			await look();
		} catch (error) {
			if (!signal.aborted) hub.store.complain(error);
		} finally {
			isLooking = false;
		}
	};

	hub.recallLog();
	startPairing(hub, {signal});
	void go();
	every(everyMs, () => void go(), signal);
}
