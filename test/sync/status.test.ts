import assert from 'node:assert/strict';
import test from 'node:test';
import {type Cause, causes} from '../../source/sync/causes.js';
import type {SpokeConfig} from '../../source/sync/config/types.js';
import {emptyState, reduce} from '../../source/sync/reduce.js';
import type {SpokeState} from '../../source/sync/state.js';
import {ageWord, isConnected, type StateWord, verdictOf, wordOf} from '../../source/sync/status.js';
import {noFacts, type SpokeFacts} from '../../source/sync/store/facts.js';
import {hubConfig} from './guard/world.js';
import {localSpoke} from './methods/spokes.js';

const now = Date.parse('2026-11-21T14:00:00Z');
const minute = 60_000;
const hour = 60 * minute;

/** A spoke that was fine a minute ago. */
function spoke(
	facts: Partial<SpokeFacts> = {},
	config: Partial<SpokeConfig> = {},
	more: Partial<SpokeState> = {},
): SpokeState {
	const hub = hubConfig('/r', [localSpoke('/s', config)]);
	const state = reduce(emptyState(hub), {type: 'configured', config: hub, problems: [], undriven: new Map()});
	const fine = {...noFacts, lastSeen: now - minute, lastSynced: now - minute};
	return {...state.spokes[0]!, facts: {...fine, ...facts}, ...more};
}

function failing(cause: Cause, facts: Partial<SpokeFacts> = {}): SpokeState {
	return spoke({failure: {cause, message: 'it says so', detail: '', at: now, since: now}, ...facts});
}

const words: Readonly<Record<StateWord, readonly Cause[]>> = {
	ok: [],
	syncing: [],
	due: [],
	late: [],
	asleep: [],
	disabled: [],
	never: [],
	auth: [
		...([
			'AUTH_DENIED',
			'AUTH_TOO_MANY',
			'KEY_LOCKED',
			'KEY_PERMS',
			'KEY_MISSING',
			'KEY_UNREADABLE',
			'KEY_BAD',
			'ST_KEY',
		] as const),
		...(['AGENT_REFUSED', 'CRON_ONLY', 'ACCOUNT_EXPIRED', 'PASSWORD_EXPIRED', 'NOLOGIN_SHELL'] as const),
	],
	'host-key': ['HOSTKEY_UNKNOWN', 'HOSTKEY_CHANGED', 'HOSTKEY_REVOKED', 'HOSTKEY_OTHER'],
	unreachable: [
		...([
			'DNS_NXDOMAIN',
			'DNS_TEMPORARY',
			'TCP_REFUSED',
			'TCP_TIMEOUT',
			'NO_ROUTE',
			'NET_UNREACHABLE',
			'TCP_BLOCKED',
		] as const),
		...(['BANNER_TIMEOUT', 'NOT_SSH', 'KEX_DROPPED', 'LOGIN_CLOSED', 'JUMP_FAILED', 'LINK_DROPPED'] as const),
		...(['STALLED', 'TIMEOUT_30', 'SOURCE_ABSENT', 'ST_DOWN', 'ST_DEVICE'] as const),
	],
	'remote-config': [
		...([
			'RSYNC_MISSING',
			'SHELL_NOISE',
			'SHELL_DIED',
			'FORCED_RRSYNC',
			'FORCED_OTHER',
			'SRC_MISSING',
			'SRC_DENIED',
		] as const),
		...([
			'SRC_CHANGED',
			'OPTION_REJECTED',
			'PROTO_TOO_OLD',
			'ALGO_MISMATCH',
			'SSH_CONFIG_BAD',
			'CFG_REMOTECOMMAND',
		] as const),
	],
	'local-disk': ['DST_DENIED', 'DST_FULL', 'DST_QUOTA', 'DST_RO', 'DST_PARENT'],
	held: ['GUARD_TRUNCATED', 'GUARD_REWRITTEN', 'GUARD_RETYPED', 'GUARD_EMPTIED', 'GUARD_GONE', 'ST_LOCAL'],
	error: [
		...(['MUX_SOCKET', 'RSYNC_MISSING_HUB', 'VERIFY_RETRY', 'CONFIG_INVALID', 'LEASE_HELD', 'UNKNOWN'] as const),
		...(['RSYNC_VULNERABLE', 'WRITER_FOREIGN', 'SCHEDULE_NOBODY', 'ST_HOST', 'ST_FOLDER'] as const),
	],
};

for (const [word, list] of Object.entries(words)) {
	for (const cause of list) {
		test(`${cause} on a spoke that was never seen is said as ${word}`, () => {
			assert.equal(wordOf(cause), word);
			const verdict = verdictOf(failing(cause, {lastSeen: undefined}), now, false);
			assert.deepEqual(verdict, {state: word, reason: 'it says so', cause});
		});
	}
}

test('every class of failure has a word in this table', () => {
	assert.deepEqual(Object.values(words).flat().sort(), [...causes].sort());
});

test('what a sleeping machine looks like is asleep, and late after too long; everything else is what it is', () => {
	const asleep: readonly Cause[] = ['TCP_TIMEOUT', 'NO_ROUTE', 'STALLED', 'LINK_DROPPED', 'TIMEOUT_30'];
	for (const cause of causes) {
		const isAsleep = asleep.includes(cause);
		assert.equal(verdictOf(failing(cause), now, false).state, isAsleep ? 'asleep' : wordOf(cause), cause);
		const long = verdictOf(failing(cause, {lastSeen: now - 3 * hour}), now, true);
		assert.equal(long.state, isAsleep ? 'late' : wordOf(cause), cause);
		if (isAsleep) assert.equal(long.reason, 'not seen for 3h: it says so');
	}
});

test('a spoke that has answered since its transfer broke off is not said to sleep', () => {
	const {state, cause} = verdictOf(failing('STALLED', {lastSeen: now + 1000}), now + 2000, false);
	assert.deepEqual([state, cause], ['error', 'STALLED']);
	assert.equal(verdictOf(failing('STALLED', {lastSeen: now - 1000}), now, false).state, 'asleep');
});

test('what matters more is said first', () => {
	const hold = {cause: 'GUARD_EMPTIED', message: 'emptied', detail: '', at: now} as const;
	const job = {
		by: 'cron',
		startedAt: now,
		isDryRun: false,
		isArrival: false,
		progress: undefined,
		pace: undefined,
		isElsewhere: false,
	} as const;
	const failure = {cause: 'TCP_REFUSED', message: 'refused', detail: '', at: now, since: now} as const;
	const state = (...of: Parameters<typeof spoke>) => verdictOf(spoke(...of), now, true).state;
	assert.equal(state({hold, failure}, {invalid: 'no name', enabled: false}, {job}), 'error');
	assert.equal(state({hold, failure}, {enabled: false}, {job}), 'disabled');
	assert.equal(state({hold, failure}, {}, {job}), 'syncing');
	assert.equal(state({hold, failure}, {}, {job: {...job, startedAt: undefined}}), 'held');
	assert.equal(state({failure}, {}, {holds: 2}), 'unreachable');
	assert.equal(state({}, {}, {holds: 2}), 'held');
	assert.equal(state({lastSynced: undefined}), 'never');
	assert.equal(state({lastSeen: now - 2 * hour}), 'late');
	assert.equal(state(), 'due');
	assert.deepEqual(verdictOf(spoke(), now, false), {state: 'ok', reason: undefined, cause: undefined});
});

test('a spoke nobody drives, and a folder others fill, are what their folder tells', () => {
	const totals = {sessions: 1, others: 0, conflictCopies: 0, empty: 0, bytes: 9, newestMtimeMs: 4};
	const undriven = 'method not driven yet';
	const filled = {source: undefined, method: 'manual'} as const;
	const say = (...of: Parameters<typeof spoke>) => verdictOf(spoke(...of), now, false);
	assert.deepEqual(say({}, {}, {undriven}), {state: 'never', reason: undriven, cause: undefined});
	assert.deepEqual(say({}, {}, {undriven, totals}), {state: 'ok', reason: undriven, cause: undefined});
	assert.equal(say({lastSeen: 1}, filled, {totals}).state, 'ok');
	assert.equal(say({lastSeen: 1}, filled).state, 'never');
});

test('connected means contact within two probe intervals and no broken line since', () => {
	const config = hubConfig('/r', []);
	const at = (lastSeen: number | undefined, failure?: SpokeFacts['failure']) =>
		isConnected(spoke({lastSeen, failure}), config, now);
	assert.deepEqual([at(now - 2 * minute), at(now - 2 * minute - 1), at(undefined)], [true, false, false]);
	const failed = {message: '', detail: '', at: now, since: now};
	assert.equal(at(now - minute, {...failed, cause: 'TCP_REFUSED'}), false);
	assert.equal(at(now, {...failed, cause: 'TCP_REFUSED', at: now - 1}), true);
	assert.equal(at(now - minute, {...failed, cause: 'DST_FULL'}), true, 'a full disk of the hub is no lost contact');
});

test('ages are said in one unit', () => {
	const say = [0, 59 * minute, hour, 26 * hour, 48 * hour].map(ageWord);
	assert.deepEqual(say, ['1m', '59m', '1h', '26h', '2d']);
});
