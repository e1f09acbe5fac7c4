import {computerOf} from '../config/computer.js';
import type {HubConfig} from '../config/types.js';
import {compileExcludes} from '../sessions/kinds.js';
import type {PairCounts, PlacedRow} from '../store/pair-rows.js';
import type {Store} from '../store/store.js';

export type {PairCounts} from '../store/pair-rows.js';

/** One of the places where a session lies. */
export interface PairMember {
	/** The hub's own name, or the spoke's. */
	readonly computer: string;
	/** Undefined: the hub's own sessions. */
	readonly spoke: string | undefined;
	/** Absolute path of the session root. */
	readonly root: string;
	/** Below the root, spelled as in `text/names.ts`. */
	readonly path: string;
	readonly bytes: number;
	/** Milliseconds since the epoch. */
	readonly mtimeMs: number;
	/** Milliseconds since the epoch; undefined: not read yet, or it names no time. */
	readonly lastEntryAt: number | undefined;
}

/** A session that lies in more than one place: on two computers, or twice on one. */
export interface SessionPair {
	/** Of the headers. */
	readonly id: string;
	/** Two or more, the hub's own first, then in the order of config.yaml, then by path. */
	readonly members: readonly PairMember[];
}

/** A session root of the hub, and whose it is. */
export interface SessionPlace {
	readonly computer: string;
	readonly spoke: string | undefined;
	/** Absolute path. */
	readonly root: string;
	readonly patterns: readonly string[];
	/** What `sync.exclude_patterns` leaves out is not looked at. */
	isExcluded(path: string): boolean;
}

/** Every session root the hub answers for, its own first; those of disabled spokes too, for what they hold stays. */
export function placesOf(config: HubConfig): SessionPlace[] {
	const {sessionsDir, hubName, spokes} = config;
	return [
		placeOf({spoke: undefined, computer: computerOf(sessionsDir, config) ?? hubName, root: sessionsDir, patterns: []}),
		...spokes
			.filter(({invalid}) => invalid === undefined)
			.map(({name, path, excludePatterns}) =>
				placeOf({spoke: name, computer: computerOf(path, config) ?? name, root: path, patterns: excludePatterns}),
			),
	];
}

/** The session roots alone, which asks no file system. */
export function rootsOf({sessionsDir, spokes}: HubConfig): string[] {
	return [sessionsDir, ...spokes.filter(({invalid}) => invalid === undefined).map(({path}) => path)];
}

function placeOf(parts: Omit<SessionPlace, 'isExcluded'>): SessionPlace {
	const {patterns} = parts;
	const isExcluded = patterns.length === 0 ? () => false : compileExcludes(patterns);
	return {...parts, isExcluded};
}

/** What is looked through: the index as it is stored, which whoever watches, lists or verifies keeps up to date. */
export interface PairSearch {
	readonly store: Store;
	readonly config: HubConfig;
}

/**
 * Sessions whose id stands in more than one file. Asks the stored index alone: a file that went since it was stored is
 * still in it, so whoever compares must be ready for that (`relate` is).
 */
export function findPairs({store, config}: PairSearch): SessionPair[] {
	const places = placesOf(config);
	const rows = store.pairs.twins(rootsOf(config));
	const pairs: SessionPair[] = [];
	for (const [id, group] of Map.groupBy(rows, row => row.id ?? '')) {
		const members = places.flatMap(place => group.flatMap(row => memberOf(place, row) ?? []));
		if (members.length > 1) pairs.push({id, members});
	}

	return pairs;
}

/** A row as a member of its place; undefined when it lies elsewhere or is left out there. */
export function memberOf({computer, spoke, root, isExcluded}: SessionPlace, row: PlacedRow): PairMember | undefined {
	if (row.root !== root || isExcluded(row.path)) return undefined;
	const {path, bytes, mtimeMs, lastEntryAt} = row;
	return {computer, spoke, root, path, bytes, mtimeMs, lastEntryAt};
}

/** Counts what was found, so that totals can count a session once. */
export function countPairs(pairs: readonly SessionPair[]): PairCounts {
	let acrossComputers = 0;
	let surplus = 0;
	const bySpoke: Record<string, number> = {};
	for (const {members} of pairs) {
		surplus += members.length - 1;
		if (new Set(members.map(({computer}) => computer)).size > 1) acrossComputers++;
		for (const spoke of new Set(members.flatMap(({spoke: name}) => name ?? []))) {
			bySpoke[spoke] = (bySpoke[spoke] ?? 0) + 1;
		}
	}

	return {pairs: pairs.length, acrossComputers, surplus, bySpoke};
}

/** Keeps the number of the pairs that were found for the next start. */
export function rememberPairs(search: PairSearch, pairs: readonly SessionPair[]): PairCounts {
	const {store, config} = search;
	const counts = countPairs(pairs);
	// What is written wakes every other process that is open on the hub.
	const isKnown = JSON.stringify(rememberedPairs(search)) === JSON.stringify(counts);
	if (!isKnown) store.later(() => store.pairs.putCounts(rootsOf(config), counts));
	if (pairs.length === 0 && !store.pairs.isAlone()) store.later(() => store.pairs.rememberAlone());
	return counts;
}

/** Looks the pairs up and keeps their number. */
export function recountPairs(search: PairSearch): PairCounts {
	return rememberPairs(search, findPairs(search));
}

/** What was counted last for just these session roots; undefined: nobody has counted them. */
export function rememberedPairs({store, config}: PairSearch): PairCounts | undefined {
	return store.pairs.counts(rootsOf(config));
}
