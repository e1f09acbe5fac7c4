import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, {type TestContext} from 'node:test';
import {setTimeout as delay, setImmediate as turn} from 'node:timers/promises';
import {startWatching} from '../../../source/sync/services/watching.js';
import {Store} from '../../../source/sync/store/store.js';
import {waitFor} from '../../lab/after.js';
import {type HubPlace, hubPlace} from './hubs.js';

/** Milliseconds after which whatever a start has found has settled, been announced and been written. */
const quietMs = 2200;

/** A hub with some sessions of its own. */
async function ownPlace(t: TestContext, count: number) {
	const place = await hubPlace(t, []);
	const root = place.config.sessionsDir;
	const write = (name: string, more = '') => {
		const file = `${root}/--p--/${name}.jsonl`;
		const header = {type: 'session', version: 3, id: name, timestamp: '2026-01-24T10:00:00.000Z', cwd: '/p'};
		fs.writeFileSync(file, `${JSON.stringify(header)}\n${more}`);
		return file;
	};
	fs.mkdirSync(`${root}/--p--`, {recursive: true});
	for (let index = 0; index < count; index++) write(`old-${index}`);
	return {place, root, write};
}

/** Starts, watches, lets `use` do something and ends, as one process does. */
async function run(
	place: HubPlace,
	use: (store: Store, logged: readonly string[]) => unknown = async () => delay(quietMs),
) {
	const {hub, logged, close} = await place.open('dashboard');
	const {watch} = startWatching(hub, {isKeeper: () => true});
	await watch.ready();
	await use(hub.store, logged);
	await close();
	return logged.filter(line => line.includes('New session')).map(line => line.replace(/^.*New session from \S+: /, ''));
}

/** Until so many are announced; a moment later nothing else is. */
const announced = (count: number) => async (store: Store, logged: readonly string[]) => {
	await waitFor(() => logged.filter(line => line.includes('New session')).length >= count, {message: 'the news'});
	await delay(300);
	store.flush();
};

const whole = (root: string) => async (store: Store) =>
	void (await waitFor(() => store.sessions.isWhole(root, []), {message: 'the mark'}));

/** Until the mark, and until whatever was found by then would have been announced. */
const wholeAndQuiet = (root: string) => async (store: Store) => {
	await whole(root)(store);
	await delay(quietMs);
};

async function withStore<Result>(place: HubPlace, use: (store: Store) => Result): Promise<Result> {
	const store = await Store.open(`${place.config.databaseDir}/sync.db`);
	try {
		return use(store);
	} finally {
		store.close();
	}
}

test('a first start stores every file, and two starts in a row announce nothing', async t => {
	const {place, root} = await ownPlace(t, 2500);
	assert.deepEqual(await run(place, whole(root)), []);
	assert.equal(await withStore(place, store => store.sessions.all(root).length), 2500);
	assert.deepEqual(await run(place), []);
	assert.deepEqual(await run(place), []);
});

test('what came, changed and went while nobody watched is told once, and only what came is announced', async t => {
	const {place, root, write} = await ownPlace(t, 20);
	await run(place, whole(root));
	write('came');
	const changed = write('old-3', '{}\n');
	fs.rmSync(`${root}/--p--/old-4.jsonl`);
	const isStored = ({sessions}: Store) =>
		sessions.get(root, '--p--/old-3.jsonl')?.size === fs.statSync(changed).size &&
		sessions.get(root, '--p--/old-4.jsonl') === undefined;
	const told = await run(place, async (store, logged) => {
		await announced(1)(store, logged);
		await waitFor(() => isStored(store), {message: 'what changed and what went'});
	});
	assert.deepEqual(told, ['--p--/came.jsonl']);
	assert.equal(await withStore(place, ({sessions}) => sessions.all(root).length), 20);
	assert.deepEqual(await run(place), []);
});

test('a start that is ended before the mark makes no flood in the next', async t => {
	const {place, root} = await ownPlace(t, 6000);
	const {hub, close} = await place.open('dashboard');
	const {sessions} = hub.store;
	const ending = new AbortController();
	startWatching(hub, {signal: ending.signal, isKeeper: () => true});
	while ([...sessions.page(root, undefined, 1)].length === 0) await turn();
	ending.abort();
	await close();
	const stored = await withStore(place, store => store.sessions.all(root).length);
	assert.ok(stored > 0 && stored < 6000, `${stored} rows`);
	assert.deepEqual(await run(place, wholeAndQuiet(root)), []);
	assert.equal(await withStore(place, store => store.sessions.isWhole(root, [])), true);
});

test('rows of files that settled, as they were once all that was stored, are not compared with', async t => {
	const {place, root} = await ownPlace(t, 30);
	await withStore(place, ({sessions}) => {
		const file = {size: 1, mtimeMs: 1, inode: 1, kind: 'session' as const, header: undefined, lastEntryAt: undefined};
		sessions.put(root, [
			{...file, path: '--p--/old-1.jsonl'},
			{...file, path: '--p--/long-gone.jsonl'},
		]);
	});
	assert.deepEqual(await run(place, wholeAndQuiet(root)), []);
	assert.equal(await withStore(place, store => store.sessions.all(root).length), 30);
	assert.deepEqual(await run(place), []);
});

test('what comes after the first look is announced then, or by the next start when this one ends before', async t => {
	const {place, root, write} = await ownPlace(t, 10);
	const first = await run(place, async (store, logged) => {
		write('early');
		await whole(root)(store);
		await waitFor(() => logged.some(line => line.includes('early')), {message: 'the news'});
		write('late');
		await delay(400);
	});
	// On a machine so slow that the late one settled at once, the first start has told it.
	const second = await run(place, announced(2 - first.length));
	assert.deepEqual([...first, ...second], ['--p--/early.jsonl', '--p--/late.jsonl']);
	assert.deepEqual(await run(place), []);
});

test('what comes while the others are being stored is not taken for old', async t => {
	const {place, root, write} = await ownPlace(t, 20_000);
	const {hub, logged, close} = await place.open('dashboard');
	const ending = new AbortController();
	const {watch} = startWatching(hub, {signal: ending.signal, isKeeper: () => true});
	await watch.ready();
	write('late');
	while (!hub.store.sessions.isWhole(root, [])) await turn();
	const index = watch.index('(hub)');
	t.diagnostic(`seen before the mark: ${index?.get('--p--/late.jsonl') !== undefined}`);
	ending.abort();
	await close();
	const told = logged.filter(line => line.includes('late')).length;
	// On a machine so slow that it settled before the mark, this start has told it.
	assert.equal(told + (await run(place, announced(1 - told))).length, 1);
});

test('an empty root is remembered as empty; one that is not there is not', async t => {
	const {place, root, write} = await ownPlace(t, 0);
	await run(place, whole(root));
	write('first');
	assert.deepEqual(await run(place, announced(1)), ['--p--/first.jsonl']);
	const other = await ownPlace(t, 0);
	fs.rmSync(other.root, {recursive: true});
	await run(other.place, async () => delay(500));
	fs.mkdirSync(`${other.root}/--p--`, {recursive: true});
	other.write('mounted');
	assert.deepEqual(await run(other.place), []);
});

test('the mark goes with the rows, with other patterns and when another process forgets the root', async t => {
	const {place, root} = await ownPlace(t, 3);
	await run(place, whole(root));
	await withStore(place, store => {
		const {sessions} = store;
		assert.equal(sessions.isWhole(root, ['*.tmp']), false);
		const [one, ...others] = sessions.all(root).map(({path}) => path);
		store.transaction(() => sessions.drop(root, others));
		assert.equal(sessions.isWhole(root, []), true);
		store.transaction(() => sessions.drop(root, [one!]));
		assert.equal(sessions.isWhole(root, []), false);
	});
	await run(place, whole(root));
	await withStore(place, store => {
		const token = store.sessions.beginWhole(root);
		store.forget('laptop', root);
		store.sessions.endWhole(root, token, []);
		assert.equal(store.sessions.isWhole(root, []), false);
	});
	assert.deepEqual(await run(place), []);
});

test('reading back what is known of 30,000 sessions does not hold up the event loop', async t => {
	const {place, root} = await ownPlace(t, 0);
	await withStore(place, store => {
		const header = {id: 'a', version: 3, cwd: '/p', startedAt: 1};
		const file = {size: 1, mtimeMs: 1, inode: 1, kind: 'session' as const, header, lastEntryAt: 5};
		store.transaction(() => {
			const token = store.sessions.beginWhole(root);
			for (let index = 0; index < 30_000; index++) store.sessions.put(root, [{...file, path: `--p--/${index}.jsonl`}]);
			// The same file again, its last entry untold.
			store.sessions.put(root, [{...file, path: '--p--/0.jsonl', lastEntryAt: undefined}]);
			store.sessions.endWhole(root, token, []);
		});
		assert.equal(store.sessions.get(root, '--p--/0.jsonl')?.lastEntryAt, 5);
	});
	const {hub, close} = await place.open('dashboard');
	const {watch} = startWatching(hub, {isKeeper: () => true});
	const seen = new Set<number>();
	let isReady = false;
	void watch.ready().then(() => {
		isReady = true;
	});
	while (!isReady) {
		seen.add(watch.index('(hub)')!.totals.sessions);
		await turn();
	}

	// Fast machines read more in a slice; all of it in one is a single step from nothing.
	assert.ok(seen.size > 4, `${seen.size} turns of the loop`);
	await close();
});
