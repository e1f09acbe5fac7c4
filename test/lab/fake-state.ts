import type {HubConfig, SpokeConfig} from '../../source/sync/config/types.js';
import {dayMs, type HistorySlot, slotMs} from '../../source/sync/history.js';
import type {HubState, LogLine, SpokeState} from '../../source/sync/state.js';
import {noFacts, type SpokeFacts} from '../../source/sync/store/facts.js';
import type {RunRecord} from '../../source/sync/store/runs.js';
import {noVerify} from '../../source/sync/verify/types.js';
import {fakeHubConfig, fakeSpokeConfig} from './fake-config.js';
import {type FakeKind, fakeKinds, type KindChange} from './fake-kinds.js';
import {type Random, randomFrom} from './text.js';

export {fakeHubConfig, fakeSpokeConfig} from './fake-config.js';
export {type FakeKind, fakeKinds} from './fake-kinds.js';

/** The moment at which everything made here is looked at, unless told: 2026-11-21 14:02:31 UTC. */
export const fakeNow = Date.parse('2026-11-21T14:02:31.000Z');

/** What one spoke is to be. */
export interface FakeSpokeOptions {
	/** `laptop` unless told. */
	readonly name?: string;
	/** `ok` unless told. */
	readonly kind?: FakeKind;
	/** Milliseconds since the epoch, `fakeNow` unless told. */
	readonly now?: number;
	/** The same seed gives the same numbers; 1 unless told. */
	readonly seed?: number;
	/** Over what the kind says. */
	readonly config?: Partial<SpokeConfig>;
	readonly facts?: Partial<SpokeFacts>;
	readonly state?: Partial<Omit<SpokeState, 'config' | 'facts'>>;
}

/** A spoke of a kind, with a day's history, a last run and plausible numbers. */
export function fakeSpoke(options: FakeSpokeOptions = {}): SpokeState {
	const {name = 'laptop', kind = 'ok', now = fakeNow, seed = 1} = options;
	const random = randomFrom(seed * 7919);
	const change: KindChange = fakeKinds[kind](now);
	const facts: SpokeFacts = {
		...noFacts,
		lastSeen: now - 12_000,
		lastSeenVia: 'shared connection',
		lastSynced: now - (2 + random.below(12)) * 60_000,
		checkedAt: now - 12_000,
		lastLook: {at: now - 120_000, listed: 1204, pending: 0, notTaken: 0, gone: 0},
		...change.facts,
		...options.facts,
	};
	const sessions = 20 + random.below(2400);
	const {failure} = facts;
	const failedRuns = Array.from({length: Math.min(facts.failures, 20)}, (_, index) =>
		fakeRun(name, (failure?.at ?? now) - index * 900_000, {
			result: 'failed',
			cause: failure?.cause,
			message: failure?.message,
			detail: failure?.detail,
		}),
	).filter(({startedAt}) => startedAt > now - dayMs);
	return {
		config: fakeSpokeConfig(name, {...change.config, ...options.config}),
		undriven: undefined,
		facts,
		totals: {
			sessions,
			others: 0,
			conflictCopies: 0,
			empty: 0,
			bytes: sessions * (200_000 + random.below(900_000)),
			newestMtimeMs: now - 60_000 * (1 + random.below(300)),
		},
		holds: 0,
		gone: 0,
		job: undefined,
		lastRun: failedRuns[0] ?? fakeRun(name, facts.lastSynced ?? now - dayMs),
		recentFailures: failedRuns,
		history: fakeHistory(random, now, facts),
		nextRun: now + 60_000 * (1 + random.below(14)),
		foreignWriters: [],
		ownWriters: [],
		verify: noVerify,
		...change.state,
		...options.state,
	};
}

/** Whether a spoke of this kind is one whose scheduled time has passed. */
export function isDueKind(kind: FakeKind): boolean {
	const change: KindChange = fakeKinds[kind](fakeNow);
	return change.isDue ?? false;
}

/**
 * A run that ended well, with three files.
 * @param startedAt milliseconds since the epoch
 */
export function fakeRun(spoke: string, startedAt: number, change: Partial<RunRecord> = {}): RunRecord {
	const isDone = (change.result ?? 'done') === 'done';
	return {
		spoke,
		startedAt,
		tookMs: isDone ? 1234 : 310,
		result: 'done',
		by: 'watch',
		files: {
			listed: isDone ? 1204 : 0,
			new: isDone ? 1 : 0,
			extended: isDone ? 2 : 0,
			unchanged: isDone ? 1201 : 0,
			held: 0,
		},
		bytes: isDone ? 421_888 : 0,
		sent: isDone ? 1800 : 0,
		received: isDone ? 96_000 : 0,
		cause: undefined,
		message: undefined,
		detail: undefined,
		...change,
	};
}

/** An hour in two or three without a run; failures since the failure began. */
function fakeHistory(random: Random, now: number, facts: SpokeFacts): readonly HistorySlot[] {
	const latest = Math.floor(now / slotMs);
	const since = facts.failure ? Math.floor(facts.failure.since / slotMs) : Number.POSITIVE_INFINITY;
	const until = facts.lastSynced ? Math.floor(facts.lastSynced / slotMs) : 0;
	return Array.from({length: 24}, (_, index) => latest - 23 + index).flatMap(slot => {
		const chance = random.next();
		const isBig = random.next() < 0.1;
		if (slot >= since) return [{slot, done: 0, failed: 1 + random.below(4), bytes: 0, arrived: 0}];
		if (slot > until || chance < 0.3) return [];
		return [{slot, done: 4, failed: 0, bytes: isBig ? 48_000_000 : random.below(400_000), arrived: random.below(3)}];
	});
}

/** What a hub is to be. */
export interface FakeHubOptions {
	/** How many spokes, 12 unless told. */
	readonly spokes?: number;
	/** Their kinds, over and over; unless told, a hub as they are: most well, some not. */
	readonly kinds?: readonly FakeKind[];
	readonly now?: number;
	readonly seed?: number;
	/** Lines of the log, 40 unless told. */
	readonly lines?: number;
	readonly config?: Partial<HubConfig>;
	readonly state?: Partial<Omit<HubState, 'config' | 'spokes'>>;
}

const names =
	'laptop server gpu-box work-laptop nas old-mac build-01 build-02 raspberry studio thinkpad devbox pixel-tablet ci-runner-eu-west-1 mum staging'.split(
		' ',
	);
const kindsOfAHub: readonly FakeKind[] = [
	'ok',
	'syncing',
	'auth',
	'late',
	'ok',
	'disabled',
	'ok',
	'held',
	'unreachable',
	'undriven',
	'ok',
	'never',
	'ok',
	'due',
	'asleep',
	'ok',
];

/** The name of a spoke by its place: plausible ones first, then `node-0017`. */
function fakeName(index: number): string {
	return names[index] ?? `node-${String(index + 1).padStart(4, '0')}`;
}

/** A hub with spokes of every kind; the same options give the same hub. */
export function fakeHub(options: FakeHubOptions = {}): HubState {
	const {spokes: count = 12, kinds, now = fakeNow, seed = 1, lines = 40} = options;
	const spokes = Array.from({length: count}, (_, index) => {
		const kind = kinds ? kinds[index % kinds.length]! : index < kindsOfAHub.length ? kindsOfAHub[index]! : usual(index);
		return fakeSpoke({name: fakeName(index), kind, now, seed: seed * 1009 + index});
	});
	return {
		config: fakeHubConfig(
			spokes.map(({config}) => config),
			options.config,
		),
		problems: [],
		totals: {sessions: 318, others: 0, conflictCopies: 0, empty: 0, bytes: 412_000_000, newestMtimeMs: now - 240_000},
		pairs: undefined,
		spokes,
		log: fakeLog(
			lines,
			spokes.map(({config}) => config.name),
			now,
		),
		isKeeperKnown: true,
		syncthing: [],
		ownVerify: noVerify,
		keeper: {by: 'dashboard', pid: 4711, since: now - 3_600_000, isUs: true},
		...options.state,
	};
}

/** Nine in ten of a large hub are well. */
function usual(index: number): FakeKind {
	return index % 10 === 0 ? kindsOfAHub[(index / 10) % kindsOfAHub.length]! : 'ok';
}

const texts = [
	(spoke: string) => ['INFO', `3 sessions from ${spoke}: 421.9 KB in 1.2 s`] as const,
	(spoke: string) =>
		[
			'CMD',
			`rsync -a --whole-file --info=progress2 -e 'ssh -o BatchMode=yes' ${spoke}:.pi/agent/sessions/ .staging/`,
		] as const,
	(spoke: string) =>
		['INFO', `New session from ${spoke}: --home-will-api--/2026-11-21T13-58-02-318Z_0199a3b2-7c1e-7d4a.jsonl`] as const,
	(spoke: string) => ['ERROR', `rsync failed for '${spoke}': connection refused`] as const,
	(spoke: string) => ['WARN', `Spoke '${spoke}' not seen for 2h`] as const,
	() => ['INFO', 'Watching 12 directories'] as const,
];

/**
 * Lines of every level, oldest first, the last one a second ago.
 * @param spokes whose names appear; with none, lines of the hub itself
 */
export function fakeLog(count: number, spokes: readonly string[], now = fakeNow): readonly LogLine[] {
	return Array.from({length: count}, (_, index) => {
		const spoke = spokes[(index * 7) % Math.max(1, spokes.length)];
		const make = spoke === undefined ? texts.at(-1)! : texts[index % texts.length]!;
		const [level, text] = make(spoke ?? '');
		const isAboutAll = make === texts.at(-1);
		return {
			seq: index + 1,
			at: now - 1000 - (count - 1 - index) * 17_000,
			level,
			spoke: isAboutAll ? undefined : spoke,
			text,
		};
	});
}
