import assert from 'node:assert/strict';
import test, {type TestContext} from 'node:test';
import type {Cause} from '../../source/sync/causes.js';
import {systemClock} from '../../source/sync/clock.js';
import {Hub} from '../../source/sync/hub.js';
import {createMethods} from '../../source/sync/methods/index.js';
import type {Contact} from '../../source/sync/methods/types.js';
import {recordContact, recordFailure} from '../../source/sync/outcomes.js';
import {verdictOf} from '../../source/sync/status.js';
import {Store} from '../../source/sync/store/store.js';
import {temporaryFolder} from '../lab/after.js';
import {hubConfig} from './guard/world.js';
import {localSpoke} from './methods/spokes.js';

async function setUp(t: TestContext) {
	const {path: root} = await temporaryFolder(t);
	const spoke = localSpoke(`${root}/spoke`, {path: `${root}/hub/synced/laptop`});
	const store = await Store.open(`${root}/hub/data/sync.db`);
	const errors: string[] = [];
	const hub = new Hub({
		config: hubConfig(root, [spoke]),
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
		answers: (cause?: Cause) => recordContact(hub, spoke, contact(cause)),
		fails: (cause: Cause) => recordFailure(hub, spoke, failure(cause)),
		cause: () => verdictOf(hub.spoke('laptop')!, Date.now(), false).cause,
	};
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
