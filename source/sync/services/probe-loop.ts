import type {Hub} from '../hub.js';
import {recordLate} from '../outcomes.js';
import {isLate} from '../schedule/lateness.js';
import {ageWord} from '../status.js';
import {failureOf} from '../store/facts.js';

/** Spokes asked at the same time, at most. */
const atOnce = 4;
/** Milliseconds between two looks at who is to be asked. */
const lookMs = 1000;
/** A spoke that did not answer this often is asked less and less, down to a fifth as often: it sleeps, or left. */
const patience = 10;
const longest = 5;

/** What the probe loop tells. */
export interface ProbeLoopOptions {
	/** A spoke answers that did not before. */
	readonly onReturned: (spoke: string) => void;
}

/**
 * Keeps `connected` and `lastSeen` true between syncs: asks each spoke every `tui.probe_interval`, without logging in
 * anew, and says once when one was not seen for too long. Ends with the hub.
 */
export function startProbeLoop(hub: Hub, {onReturned}: ProbeLoopOptions): void {
	const asked = new Map<string, {at: number; misses: number}>();
	const underWay = new Set<string>();
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
			if (isThere && before && !failureOf(spoke.facts)) onReturned(name);
		} catch (error) {
			if (!hub.signal.aborted) hub.log('WARN', name, `'${name}' could not be asked: ${(error as Error).message}`);
		} finally {
			underWay.delete(name);
		}
	};

	const look = () => {
		const now = hub.clock.now();
		const {probeIntervalMs} = hub.state.config.tui;
		for (const {config, facts, job, undriven} of hub.state.spokes) {
			const {name, enabled, invalid, source, staleAfterMs} = config;
			if (!enabled || invalid !== undefined || undriven !== undefined || source === undefined) continue;
			if (isLate(facts.lastSeen, now, staleAfterMs) && !facts.isLateSaid) {
				recordLate(hub, name, ageWord(now - facts.lastSeen!));
			}

			const last = asked.get(name) ?? {at: 0, misses: 0};
			const interval = probeIntervalMs * Math.min(longest, Math.max(1, last.misses - patience + 1));
			// A sync that just ended, by whichever process, was contact enough.
			const since = Math.max(last.at, facts.lastSeen ?? 0);
			if (job || underWay.has(name) || underWay.size >= atOnce || (now - since < interval && now >= since)) continue;
			asked.set(name, {at: now, misses: last.misses});
			void ask(name);
		}
	};

	const timer = setInterval(look, lookMs);
	timer.unref();
	hub.signal.addEventListener('abort', () => clearInterval(timer), {once: true});
}
