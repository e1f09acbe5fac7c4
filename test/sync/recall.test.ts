import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, {type TestContext} from 'node:test';
import type {Clock} from '../../source/sync/clock.js';
import {systemClock} from '../../source/sync/clock.js';
import {slotMs} from '../../source/sync/history.js';
import {Hub} from '../../source/sync/hub.js';
import {createMethods, type MethodSet} from '../../source/sync/methods/index.js';
import {noFiles, type RunResult} from '../../source/sync/store/runs.js';
import {Store} from '../../source/sync/store/store.js';
import {temporaryFolder, waitFor} from '../lab/after.js';
import {aheadClock, hubConfig} from './guard/world.js';
import {localSpoke} from './methods/spokes.js';

interface Place {
	readonly root: string;
	/** Opens another hub on the same files, as a new process would. */
	hub(): Promise<{readonly hub: Hub; close(): Promise<void>}>;
}

async function makePlace(
	t: TestContext,
	options: {
		readonly names?: readonly string[];
		readonly manual?: Partial<MethodSet['manual']>;
		readonly clock?: Clock;
	} = {},
): Promise<Place> {
	const {names = ['laptop', 'server'], manual, clock = systemClock} = options;
	const {path: root} = await temporaryFolder(t);
	const spokes = names.map(name =>
		localSpoke(`${root}/${name}`, {name, method: 'manual', path: `${root}/hub/synced/${name}`}),
	);
	const config = hubConfig(root, spokes);
	return {
		root,
		async hub() {
			const store = await Store.open(`${root}/hub/data/sync.db`);
			const methods = (current: typeof config) => {
				const set = createMethods(current, process.env, clock);
				return {...set, manual: {...set.manual, ...manual}};
			};
			const hub = new Hub({config, problems: [], store, methods, clock, by: 'command'});
			let isOpen = true;
			const close = async () => {
				if (!isOpen) return;
				isOpen = false;
				await hub.close();
				store.close();
			};
			t.after(close);
			return {hub, close};
		},
	};
}

function ranAt(startedAt: number, result: RunResult = 'done') {
	const nothing = {bytes: 5, sent: 0, received: 0, cause: undefined, message: undefined, detail: undefined};
	return {spoke: 'laptop', by: 'cron' as const, startedAt, tookMs: 1, result, files: {...noFiles, new: 2}, ...nothing};
}

test('a new process shows the last count of every folder without looking at any', async t => {
	const {root, ...place} = await makePlace(t);
	fs.mkdirSync(`${root}/laptop/p`, {recursive: true});
	fs.writeFileSync(`${root}/laptop/p/a.jsonl`, '{"type":"session","id":"a"}\n');
	const first = await place.hub();
	await first.hub.sync(['laptop']);
	const counted = first.hub.count('laptop');
	assert.equal(counted.sessions, 1);
	await first.close();
	fs.rmSync(`${root}/hub/synced`, {recursive: true});
	const {hub} = await place.hub();
	assert.equal(hub.spoke('laptop')!.totals, undefined, 'commands that count for themselves need none of it');
	hub.recall();
	assert.deepEqual(hub.snapshot().spokes[0]!.totals, counted, 'in the very next snapshot');
	assert.equal(hub.snapshot().spokes[1]!.totals, undefined, 'nobody counted that one');
	assert.equal(hub.count('laptop').sessions, 0);
	hub.recall();
	assert.equal(hub.spoke('laptop')!.totals!.sessions, 0, 'what was counted meanwhile stands');
});

test('counts reach the store at most every ten seconds, the last of them before closing, unread files never', async t => {
	const clock = aheadClock();
	const place = await makePlace(t, {clock});
	const {hub, close} = await place.hub();
	const totals = {sessions: 0, others: 0, conflictCopies: 0, empty: 0, bytes: 0, newestMtimeMs: undefined};
	const kept = () => hub.store.sessions.totals().get(`${place.root}/hub/own`)?.sessions;
	const count = (sessions: number, unread = 0) => {
		const counted = {...totals, sessions, unread};
		hub.emit({type: 'counted', spoke: undefined, totals: counted});
		hub.store.flush();
	};

	count(9, 4);
	assert.equal(kept(), undefined);
	count(1);
	assert.equal(kept(), 1);
	count(2);
	assert.equal(kept(), 1);
	clock.ahead += 10_000;
	count(3);
	assert.equal(kept(), 3);
	count(4);
	await close();
	const again = await place.hub();
	again.hub.recall();
	assert.equal(again.hub.state.totals!.sessions, 4);
});

test('history, failures and the last run are there from the start, each run once', async t => {
	const place = await makePlace(t);
	const seed = await place.hub();
	const now = Date.now();
	const startOfHour = Math.floor(now / slotMs) * slotMs;
	seed.hub.store.runs.add(ranAt(startOfHour - 30 * slotMs));
	seed.hub.store.runs.add(ranAt(startOfHour - slotMs, 'failed'));
	seed.hub.store.runs.add(ranAt(startOfHour - slotMs + 1));
	seed.hub.store.runs.add(ranAt(startOfHour - slotMs + 2, 'failed'));
	await seed.close();
	const {hub} = await place.hub();
	hub.recall();
	hub.refresh();
	const laptop = hub.snapshot().spokes[0]!;
	const slot = startOfHour / slotMs - 1;
	assert.deepEqual(laptop.history, [{slot, done: 1, failed: 2, bytes: 15, arrived: 6}]);
	assert.deepEqual(
		laptop.recentFailures.map(({startedAt}) => startedAt - startOfHour + slotMs),
		[2, 0],
	);
	assert.equal(laptop.lastRun!.startedAt, startOfHour - slotMs + 2);
	hub.emit({type: 'ran', run: ranAt(now)});
	hub.store.later(() => hub.store.runs.add(ranAt(now)));
	hub.reconfigure(hub.state.config, []);
	const total = hub.spoke('laptop')!.history.reduce((sum, one) => sum + one.done + one.failed, 0);
	assert.equal(total, 4, 'a run of ours that waited to be written is counted once after a reload');
	assert.equal(hub.spoke('laptop')!.recentFailures.length, 2);
});

test('a thousand spokes are taken over at once', async t => {
	const names = Array.from({length: 1000}, (_, index) => `spoke-${index}`);
	const place = await makePlace(t, {names});
	const seed = await place.hub();
	seed.hub.store.transaction(() => {
		for (const spoke of names) {
			seed.hub.store.facts.patch(spoke, {lastSeen: 7, failures: 0});
			seed.hub.store.runs.add({...ranAt(Date.now()), spoke});
			seed.hub.store.sessions.putTotals(`${place.root}/hub/synced/${spoke}`, {
				...{sessions: 5, others: 0, conflictCopies: 0, empty: 0, bytes: 1, newestMtimeMs: 2},
			});
		}
	});
	await seed.close();
	const {hub} = await place.hub();
	let snapshots = 0;
	hub.subscribe(() => snapshots++);
	hub.recall();
	assert.equal(snapshots, 1);
	for (const {facts, totals, history, lastRun} of hub.snapshot().spokes) {
		assert.deepEqual([facts.lastSeen, totals?.sessions, history.length, lastRun?.result], [7, 5, 1, 'done']);
	}
});

test('commands of jobs and probes are lines of the log, neutralised, and outlive the process nowhere', async t => {
	const place = await makePlace(t, {
		names: ['laptop'],
		manual: {
			async probe(_spoke, _signal, onCommand) {
				onCommand?.('ssh spoke true \u001B[2J');
				return {isConnected: true, via: 'tcp', failure: undefined, roundTripMs: 1};
			},
			async look(_spoke, {onCommand}) {
				onCommand('rsync --list-only');
				onCommand('rsync ended (code 0) after 0.10 s');
				return {files: [], isComplete: false, unreadable: [], notTaken: 0, bytes: 0, sent: 0, received: 0};
			},
		},
	});
	const {hub, close} = await place.hub();
	await hub.probe('laptop');
	await hub.sync(['laptop']);
	const commands = hub.state.log.filter(({level}) => level === 'CMD');
	assert.deepEqual(
		commands.map(({spoke, text}) => [spoke, text.replace(/\P{ASCII}/gu, '')]),
		[
			['laptop', commands[0]!.text.replace(/\P{ASCII}/gu, '')],
			['laptop', 'rsync --list-only'],
			['laptop', 'rsync ended (code 0) after 0.10 s'],
		],
	);
	assert.match(commands[0]!.text, /^ssh spoke true/);
	assert.doesNotMatch(commands[0]!.text, /\p{Cc}/u);
	await waitFor(() => hub.snapshot() === hub.state, {message: 'the last snapshot'});
	await close();
	const store = await Store.open(`${place.root}/hub/data/sync.db`);
	t.after(() => store.close());
	assert.ok(store.runs.events(0, 99).every(({text}) => !/^(rsync|ssh) /.test(text)));
	const file = `${place.root}/hub/logs/sync.log`;
	if (fs.existsSync(file)) assert.doesNotMatch(fs.readFileSync(file, 'utf8'), /list-only/);
});
