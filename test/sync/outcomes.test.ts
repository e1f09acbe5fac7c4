import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import test, {type TestContext} from 'node:test';
import type {Cause} from '../../source/sync/causes.js';
import {systemClock} from '../../source/sync/clock.js';
import {Hub} from '../../source/sync/hub.js';
import {createMethods} from '../../source/sync/methods/index.js';
import type {Contact} from '../../source/sync/methods/types.js';
import {recordContact, recordFailure} from '../../source/sync/outcomes.js';
import {verdictOf} from '../../source/sync/status.js';
import {Store} from '../../source/sync/store/store.js';
import {temporaryFolder, waitFor} from '../lab/after.js';
import {hubConfig} from './guard/world.js';
import {localSpoke} from './methods/spokes.js';

async function setUp(t: TestContext) {
	const {path: root} = await temporaryFolder(t);
	const spoke = localSpoke(`${root}/spoke`, {path: `${root}/hub/synced/laptop`});
	const store = await Store.open(`${root}/hub/data/sync.db`);
	const errors: string[] = [];
	const note = `${root}/told`;
	const script = `printf '%s %s\\n' "$PI_BRAIN_STATE" "$PI_BRAIN_CAUSE" >>${note}`;
	const notifyCommand = ['/bin/sh', '-c', script] as const;
	const hub = new Hub({
		config: hubConfig(root, [spoke], {notifyCommand}),
		problems: [],
		store,
		methods: config => createMethods(config, process.env, systemClock),
		clock: systemClock,
		by: 'command',
		onLog: ({level, text}) => level === 'ERROR' && errors.push(text),
	});
	t.after(async () => {
		await hub.close();
		store.close();
	});
	const failure = (cause: Cause) => ({cause, message: cause.toLowerCase(), detail: ''});
	const contact = (cause?: Cause): Contact => ({
		isConnected: cause === undefined,
		via: 'tcp',
		failure: cause && failure(cause),
		roundTripMs: undefined,
	});
	return {
		errors,
		told: () => (existsSync(note) ? readFileSync(note, 'utf8').split('\n').slice(0, -1) : []),
		answers: (cause?: Cause) => recordContact(hub, spoke, contact(cause)),
		fails: (cause: Cause) => recordFailure(hub, spoke, failure(cause)),
		cause: () => verdictOf(hub.spoke('laptop')!, Date.now(), false).cause,
	};
}

/** What was learned before and after is told apart by its time. */
async function nextMillisecond(): Promise<void> {
	const now = Date.now();
	await waitFor(() => Date.now() > now);
}

test('a refused key is still refused after the spoke was away and answers again', async t => {
	const {answers, fails, cause} = await setUp(t);
	fails('AUTH_DENIED');
	answers('TCP_REFUSED');
	assert.equal(cause(), 'TCP_REFUSED');
	answers();
	assert.equal(cause(), 'AUTH_DENIED');
});

test('a transfer that stalls is not cured by a greeting, and is one incident', async t => {
	const {errors, answers, fails, cause} = await setUp(t);
	for (let round = 0; round < 3; round++) {
		fails('STALLED');
		answers();
		assert.equal(cause(), 'STALLED');
	}

	assert.equal(errors.length, 1);
});

test('whatever an unanswered greeting was taken for, the next answer ends it', async t => {
	for (const known of ['KEX_DROPPED', 'UNKNOWN', 'TCP_TIMEOUT'] as const) {
		const {answers, cause} = await setUp(t);
		answers(known);
		assert.equal(cause(), known);
		answers();
		assert.equal(cause(), undefined, known);
	}
});

test('a sync that found nobody is cured by an answer', async t => {
	const {answers, fails, cause} = await setUp(t);
	fails('TCP_REFUSED');
	answers();
	assert.equal(cause(), undefined);
});

test('what looks like sleep is said once and notifies nobody; what breaks off again although it answers does', async t => {
	const {errors, told, answers, fails} = await setUp(t);
	answers();
	await nextMillisecond();
	fails('STALLED');
	fails('STALLED');
	assert.deepEqual([errors, told()], [[], []]);
	for (let round = 0; round < 3; round++) {
		await nextMillisecond();
		answers();
		await nextMillisecond();
		fails('STALLED');
	}

	assert.equal(errors.length, 1);
	await waitFor(() => told().length === 1, {message: 'the notification'});
	assert.deepEqual(told(), ['error STALLED']);
});

test('a machine that fell asleep in a transfer, woke, and sleeps again is no incident', async t => {
	const {errors, told, answers, fails} = await setUp(t);
	answers();
	await nextMillisecond();
	fails('STALLED');
	await nextMillisecond();
	answers();
	await nextMillisecond();
	answers('TCP_TIMEOUT');
	assert.deepEqual([errors, told()], [[], []]);
});
