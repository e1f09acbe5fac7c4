import {recountPairs, rememberedPairs} from '../conflicts/pairs.js';
import type {Hub} from '../hub.js';

/** Milliseconds after a change before it is looked into: longer than a session takes to settle and to be stored. */
const quietMs = 8000;
/** Two counts are this many times as far apart at least, because one takes a tenth of a second at 100,000 sessions. */
const restFactor = 8;
/** Times as far apart as that they are at most, where a folder is not stored completely: some never are. */
const longestFactor = 64;

/** What pairing takes. */
export interface PairingOptions {
	/** Ends it; the hub's own unless given. */
	readonly signal?: AbortSignal;
	/** For tests: `quietMs` unless given. */
	readonly delayMs?: number;
}

/**
 * Counts the sessions that lie in more than one place: what was remembered at once, then again whenever the number of
 * sessions somewhere has changed. Keeps no process alive.
 */
export function startPairing(hub: Hub, {signal = hub.signal, delayMs = quietMs}: PairingOptions = {}): void {
	let timer: NodeJS.Timeout | undefined;
	let countedFor: string | undefined;
	let lastAt = Number.NEGATIVE_INFINITY;
	const restMs = delayMs * restFactor;
	let again = restMs;
	let dueAt = Number.POSITIVE_INFINITY;
	// Never put off by what comes later: where something arrives every second it would be put off for ever.
	const wait = (ms: number) => {
		const at = performance.now() + ms;
		if (at >= dueAt) return;
		dueAt = at;
		clearTimeout(timer);
		timer = setTimeout(look, ms);
		timer.unref();
	};

	const look = () => {
		dueAt = Number.POSITIVE_INFINITY;
		if (signal.aborted) return;
		const {store, state} = hub;
		const {config} = state;
		try {
			store.flush();
			const sizes = sizesOf(hub);
			hub.emit({type: 'paired', pairs: recountPairs({store, config})});
			// What came just now may not have been stored yet: once more, then.
			const isNew = countedFor !== sizes;
			countedFor = sizes;
			lastAt = performance.now();
			const isWhole = state.spokes.every(
				({config: {path, excludePatterns, enabled, invalid}}) =>
					!enabled || invalid !== undefined || store.sessions.isWhole(path, excludePatterns),
			);
			if (isNew) {
				wait(restMs);
				again = restMs;
			} else if (!isWhole || !store.sessions.isWhole(config.sessionsDir, [])) {
				again = Math.min(restMs * longestFactor, again * 2);
				wait(again);
			}
		} catch (error) {
			store.complain(error);
		}
	};

	const recall = () => {
		const {store, state} = hub;
		try {
			const pairs = rememberedPairs({store, config: state.config});
			if (pairs) hub.emit({type: 'paired', pairs});
		} catch (error) {
			store.complain(error);
		}
	};

	const forget = hub.observe(({type}) => {
		if (type === 'configured') {
			countedFor = undefined;
			recall();
		} else if (type !== 'counted') {
			return;
		}

		if (countedFor !== sizesOf(hub)) wait(Math.max(delayMs, lastAt + restMs - performance.now()));
	});
	signal.addEventListener(
		'abort',
		() => {
			forget();
			clearTimeout(timer);
		},
		{once: true},
	);
	recall();
	wait(delayMs);
}

/** Changes whenever a session or conflict copy comes or goes, and not while sessions only grow. */
function sizesOf({state}: Hub): string {
	return [state.totals, ...state.spokes.map(({totals}) => totals)]
		.map(totals => `${totals?.sessions ?? '-'}`)
		.join(' ');
}
