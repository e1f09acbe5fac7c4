import {every} from '../every.js';
import type {Hub} from '../hub.js';
import {recordLate} from '../outcomes.js';
import {isLate} from '../schedule/lateness.js';
import type {SpokeState} from '../state.js';
import {failureOf} from '../store/facts.js';

/** Spokes asked at the same time, at most. */
const atOnce = 4;
/** Milliseconds between two looks at who is to be asked. */
const lookMs = 1000;
/** A spoke that did not answer this often is asked less and less, down to a fifth as often: it sleeps, or left. */
const patience = 10;
const longest = 5;
/** Unanswered questions before a spoke is said to be late: the first after a start or a wake-up meets a sleeping network. */
const convincing = 2;
/** Distance of two looks, in milliseconds, above which the machine slept. */
const jumpMs = 10_000;

/** What the probe loop is told, and tells. */
export interface ProbeLoopOptions {
	/** A spoke answers that did not before. */
	readonly onReturned: (spoke: string) => void;
	/** Ends it; the hub's own unless given. */
	readonly signal?: AbortSignal;
}

/**
 * Keeps `connected` and `lastSeen` true between syncs: asks each spoke every `tui.probe_interval`, without logging in
 * anew, and says once when one was not seen for too long.
 */
export function startProbeLoop(hub: Hub, {onReturned, signal = hub.signal}: ProbeLoopOptions): void {
	const asked = new Map<string, {at: number; misses: number}>();
	const underWay = new Set<string>();
	// Nothing can come of a look before this time, unless something has changed by then.
	let nextAt = 0;
	let lookedAt = 0;
	let awakeAt = hub.clock.now();
	let seen: readonly SpokeState[] | undefined;
	const ask = async (name: string) => {
		underWay.add(name);
		const known = hub.spoke(name)?.facts;
		const before = known && failureOf(known);
		try {
			await hub.probe(name);
			const spoke = hub.spoke(name);
			const isThere =
				spoke !== undefined && spoke.facts.lastSeen !== undefined && spoke.facts.lastSeen >= asked.get(name)!.at;
			const entry = asked.get(name)!;
			entry.misses = isThere ? 0 : entry.misses + 1;
			if (isThere && before && !failureOf(spoke.facts) && !signal.aborted) onReturned(name);
		} catch (error) {
			if (!signal.aborted) hub.log('WARN', name, `'${name}' could not be asked: ${(error as Error).message}`);
		} finally {
			underWay.delete(name);
			nextAt = 0;
		}
	};

	const look = () => {
		const now = hub.clock.now();
		const {spokes} = hub.state;
		// What did not answer before a sleep may do so now.
		if (now - awakeAt > jumpMs) for (const entry of asked.values()) entry.misses = 0;
		awakeAt = now;
		if (spokes === seen && now < nextAt && now >= lookedAt) return;
		[seen, lookedAt, nextAt] = [spokes, now, Number.POSITIVE_INFINITY];
		for (const spoke of spokes) if (isAskable(spoke)) consider(spoke, now);
	};

	const consider = ({config, facts, job}: SpokeState, now: number) => {
		const {name, staleAfterMs} = config;
		const {lastSeen, isLateSaid} = facts;
		const last = asked.get(name) ?? {at: 0, misses: 0};
		if (!isLateSaid && isLate(lastSeen, now, staleAfterMs)) {
			if (last.misses >= convincing) recordLate(hub, name);
		} else if (!isLateSaid && lastSeen !== undefined) {
			nextAt = Math.min(nextAt, lastSeen + staleAfterMs);
		}

		const interval = hub.state.config.tui.probeIntervalMs * Math.min(longest, Math.max(1, last.misses - patience + 1));
		// A sync that just ended, by whichever process, was contact enough.
		const since = Math.max(last.at, lastSeen ?? 0);
		if (now - since < interval && now >= since) {
			nextAt = Math.min(nextAt, since + interval);
		} else if (!job && !underWay.has(name) && underWay.size < atOnce) {
			asked.set(name, {at: now, misses: last.misses});
			void ask(name);
		}
	};

	every(lookMs, look, signal);
}

function isAskable({config, undriven}: SpokeState): boolean {
	const {enabled, invalid, source} = config;
	return enabled && invalid === undefined && undriven === undefined && source !== undefined;
}
