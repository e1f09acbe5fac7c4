import type {Cause} from '../../source/sync/causes.js';
import type {SpokeConfig} from '../../source/sync/config/types.js';
import type {ForeignWriter} from '../../source/sync/schedule/foreign.js';
import type {JobState, SpokeState} from '../../source/sync/state.js';
import type {StateWord} from '../../source/sync/status.js';
import type {SpokeFacts} from '../../source/sync/store/facts.js';

/** What makes a spoke the kind it is, over one that is well. */
export interface KindChange {
	/** What its row says. */
	readonly word: StateWord;
	readonly facts?: Partial<SpokeFacts>;
	readonly config?: Partial<SpokeConfig>;
	readonly state?: Partial<SpokeState>;
	/** Its scheduled time has passed; `verdictOf` is told so. */
	readonly isDue?: boolean;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Every kind of spoke a screen can meet: each word a row can say, and what else changes a row. */
export const fakeKinds = {
	ok: () => ({word: 'ok'}),
	syncing: (now: number) => ({word: 'syncing', state: {job: job(now)}}),
	'syncing-begins': (now: number) => ({
		word: 'syncing',
		state: {job: job(now, {progress: undefined, pace: undefined})},
	}),
	'syncing-elsewhere': (now: number) => ({
		word: 'syncing',
		state: {job: job(now, {by: 'cron', isElsewhere: true, progress: undefined, pace: undefined})},
	}),
	'dry-run': (now: number) => ({word: 'syncing', state: {job: job(now, {isDryRun: true})}}),
	waiting: (now: number) => ({
		word: 'ok',
		state: {job: job(now, {startedAt: undefined, progress: undefined, pace: undefined})},
	}),
	due: (now: number) => ({word: 'due', isDue: true, facts: {lastSynced: now - 40 * minute}}),
	late: (now: number) => ({
		word: 'late',
		facts: {lastSeen: now - 26 * hour, lastSynced: now - 26 * hour, checkedAt: now - 20_000},
	}),
	'late-failed': (now: number) => ({
		word: 'late',
		facts: {
			lastSeen: now - 3 * day,
			lastSynced: now - 3 * day,
			...failed('TCP_TIMEOUT', 'Connection timed out', now, 3 * day, 41),
		},
	}),
	asleep: (now: number) => ({
		word: 'asleep',
		facts: {lastSeen: now - 31 * minute, ...failed('NO_ROUTE', 'No route to host', now, 30 * minute, 3)},
	}),
	unreachable: (now: number) => ({
		word: 'unreachable',
		facts: {lastSeen: now - 4 * minute, ...failed('TCP_REFUSED', 'connection refused', now, 3 * minute, 2)},
	}),
	auth: (now: number) => ({
		word: 'auth',
		facts: {
			lastSeen: now - 3 * day,
			lastSynced: now - 3 * day,
			...failed('AUTH_DENIED', 'Permission denied (publickey)', now, 3 * day, 14),
		},
	}),
	'host-key': (now: number) => ({
		word: 'host-key',
		facts: failed('HOSTKEY_CHANGED', 'REMOTE HOST IDENTIFICATION HAS CHANGED', now, 5 * hour, 20),
	}),
	'remote-config': (now: number) => ({
		word: 'remote-config',
		facts: failed('RSYNC_MISSING', 'rsync: command not found', now, hour, 4),
	}),
	'local-disk': (now: number) => ({
		word: 'local-disk',
		facts: failed('DST_FULL', 'No space left on device', now, 12 * minute, 1),
	}),
	held: () => ({word: 'held', state: {holds: 3}}),
	'held-whole': (now: number) => ({
		word: 'held',
		facts: {
			hold: {
				cause: 'GUARD_EMPTIED',
				message: 'its session folder is empty: 391 sessions are gone',
				detail: '',
				at: now - hour,
			},
		},
		state: {gone: 391},
	}),
	error: (now: number) => ({
		word: 'error',
		facts: failed('UNKNOWN', 'rsync error: protocol data stream (code 12) at io.c(228)', now, 2 * hour, 8),
	}),
	invalid: () => ({
		word: 'error',
		config: {
			invalid: 'sync_method must be one of rsync, syncthing, manual, api',
			source: undefined,
			sourceText: undefined,
		},
		facts: {lastSeen: undefined, lastSynced: undefined, checkedAt: undefined},
		state: {totals: undefined, lastRun: undefined, history: [], nextRun: undefined},
	}),
	disabled: (now: number) => ({
		word: 'disabled',
		config: {enabled: false},
		facts: {lastSeen: now - 41 * day, lastSynced: now - 41 * day, checkedAt: now - 41 * day},
		state: {history: [], nextRun: undefined},
	}),
	never: () => ({
		word: 'never',
		facts: {lastSeen: undefined, lastSynced: undefined, checkedAt: undefined, lastLook: undefined},
		state: {totals: undefined, lastRun: undefined, history: []},
	}),
	undriven: () => ({
		word: 'ok',
		config: {method: 'syncthing', source: undefined, sourceText: undefined, schedule: undefined},
		facts: {lastSeen: undefined, lastSynced: undefined, checkedAt: undefined},
		state: {undriven: 'method not driven yet', lastRun: undefined, history: [], nextRun: undefined},
	}),
	manual: () => ({
		word: 'ok',
		config: {method: 'manual', source: undefined, sourceText: undefined, schedule: undefined},
		facts: {lastSeen: undefined},
		state: {nextRun: undefined},
	}),
	foreign: () => ({word: 'ok', state: {foreignWriters: [writer({isDeleting: true})]}}),
	'own-cron': () => ({
		word: 'ok',
		state: {
			nextRun: undefined,
			ownWriters: [writer({program: 'pi-brain-tui', isSelf: true, text: 'pi-brain-tui sync run --all'})],
		},
	}),
	uncounted: () => ({word: 'ok', state: {totals: undefined}}),
	empty: () => ({
		word: 'ok',
		state: {totals: {sessions: 0, others: 0, conflictCopies: 0, empty: 0, bytes: 0, newestMtimeMs: undefined}},
	}),
} as const satisfies Record<string, (now: number) => KindChange>;
export type FakeKind = keyof typeof fakeKinds;

/** A job in the middle of its transfer. */
function job(now: number, change: Partial<JobState> = {}): JobState {
	return {
		by: 'dashboard',
		startedAt: now - 28_000,
		isDryRun: false,
		isArrival: false,
		progress: {filesDone: 118, filesTotal: 280, bytes: 86_800_000, percent: 42, rate: 3_100_000},
		pace: {
			since: now - 27_000,
			at: now - 500,
			rate: 3_100_000,
			etaMs: 40_000,
			recentRate: 3_000_000,
			bytes: 86_800_000,
			movedAt: now - 500,
		},
		isElsewhere: false,
		...change,
	};
}

function failed(cause: Cause, message: string, now: number, sinceMs: number, failures: number): Partial<SpokeFacts> {
	const detail = `ssh: connect to host port 22: ${message}\nrsync error: unexplained error (code 255) at io.c(228)`;
	return {failure: {cause, message, detail, at: now - minute, since: now - sinceMs}, failures, checkedAt: now - minute};
}

function writer(change: Partial<ForeignWriter>): ForeignWriter {
	return {
		spoke: 'laptop',
		kind: 'crontab',
		where: 'crontab of this user:3',
		text: '*/15 * * * * rsync -avz --delete laptop:~/.pi/agent/sessions/ ~/.pi-brain/synced/laptop/',
		program: 'rsync',
		isDeleting: false,
		isSelf: false,
		via: undefined,
		isBroken: false,
		...change,
	};
}
