import type {StateWord} from '../sync/status.js';

/** Milliseconds in which one spoke rings once at most. */
export const quietMs = 15 * 60_000;

/** What was last known of each spoke, and when it rang. */
export type BellMemory = ReadonlyMap<string, {readonly word: StateWord; readonly rungAt: number | undefined}>;

/** Words for which somebody is called. */
const alarming: ReadonlySet<StateWord> = new Set([
	'late',
	'unreachable',
	'auth',
	'host-key',
	'remote-config',
	'local-disk',
	'held',
	'error',
]);

/** Words that say nothing about how the spoke is: a run that fails every time would ring every time. */
const passing: ReadonlySet<StateWord> = new Set(['syncing', 'due', 'never']);

/**
 * Which spokes ring: those that were well and are not any more, or that have become late. What is so when it is first
 * seen rings nobody.
 * @param words each spoke's state word now
 * @param now milliseconds since the epoch
 * @returns the spokes that ring, and what to remember
 */
export function bellsFor(
	before: BellMemory,
	words: ReadonlyMap<string, StateWord>,
	now: number,
): {readonly ringing: readonly string[]; readonly memory: BellMemory} {
	const ringing: string[] = [];
	const memory = new Map<string, {word: StateWord; rungAt: number | undefined}>();
	for (const [spoke, word] of words) {
		const known = before.get(spoke);
		if (passing.has(word)) {
			if (known) memory.set(spoke, known);
			continue;
		}

		const hasTurned = known !== undefined && alarming.has(word) && !alarming.has(known.word);
		const isQuiet = known?.rungAt !== undefined && now - known.rungAt < quietMs;
		if (hasTurned && !isQuiet) ringing.push(spoke);
		memory.set(spoke, {word, rungAt: hasTurned && !isQuiet ? now : known?.rungAt});
	}

	return {ringing, memory};
}
