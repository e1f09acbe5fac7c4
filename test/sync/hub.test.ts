import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, {type TestContext} from 'node:test';
import {systemClock} from '../../source/sync/clock.js';
import type {HubConfig, SpokeConfig} from '../../source/sync/config/types.js';
import {Hub, type HubOptions} from '../../source/sync/hub.js';
import {createMethods, type MethodSet} from '../../source/sync/methods/index.js';
import {Store} from '../../source/sync/store/store.js';
import {temporaryFolder, waitFor} from '../lab/after.js';
import {hubConfig} from './guard/world.js';
import {localSpoke} from './methods/spokes.js';

interface Options {
	readonly names?: readonly string[];
	readonly tui?: Partial<HubConfig['tui']>;
	readonly spoke?: Partial<SpokeConfig>;
	/** Changes what the manual method does when it looks. */
	readonly manual?: (method: MethodSet['manual']) => Partial<MethodSet['manual']>;
}

async function setUp(t: TestContext, {names = ['laptop', 'server'], tui, spoke, manual}: Options = {}) {
	const {path: root} = await temporaryFolder(t);
	const spokes = names.map(name => {
		fs.mkdirSync(`${root}/${name}/p`, {recursive: true});
		fs.writeFileSync(`${root}/${name}/p/a.jsonl`, `${name}\n`);
		return localSpoke(`${root}/${name}`, {name, method: 'manual', path: `${root}/hub/synced/${name}`, ...spoke});
	});
	const config = hubConfig(root, spokes, tui);
	const store = await Store.open(`${root}/hub/data/sync.db`);
	const logged: string[] = [];
	const methods: HubOptions['methods'] = current => {
		const set = createMethods(current, process.env, systemClock);
		return {...set, manual: {...set.manual, ...manual?.(set.manual)}};
	};
	const onLog = ({level, text}: {level: string; text: string}) => logged.push(`${level} ${text}`);
	const hub = new Hub({config, problems: [], store, methods, clock: systemClock, by: 'command', onLog});
	let isOpen = true;
	const close = async () => {
		if (isOpen) await hub.close();
		isOpen = false;
	};
	t.after(async () => {
		await close();
		store.close();
	});
	return {root, hub, store, config, logged, close};
}

/** A look that ends only when it is told to. */
function hanging() {
	const looking: string[] = [];
	return {
		looking,
		manual: (): Partial<MethodSet['manual']> => ({
			look: async (spoke, {signal}) => {
				looking.push(spoke.name);
				return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
			},
		}),
	};
}

test('one spoke that fails never stops the others, and is remembered with its cause', async t => {
	const {root, hub, store, logged} = await setUp(t);
	fs.rmSync(`${root}/laptop`, {recursive: true});
	const reports = await hub.sync(['laptop', 'server']);
	assert.deepEqual(
		reports.map(({spoke, result, cause}) => [spoke, result, cause]),
		[
			['laptop', 'failed', 'SOURCE_ABSENT'],
			['server', 'done', undefined],
		],
	);
	assert.deepEqual([store.facts.get('laptop').failures, store.facts.get('server').failures], [1, 0]);
	await hub.sync(['laptop']);
	assert.equal(logged.filter(line => line.startsWith('ERROR')).length, 1, 'the same failure again is no second line');
	assert.equal(store.facts.get('laptop').failures, 2);
	fs.mkdirSync(`${root}/laptop/p`, {recursive: true});
	fs.writeFileSync(`${root}/laptop/p/a.jsonl`, 'back\n');
	await hub.sync(['laptop']);
	const {failure, failures, lastSynced} = store.facts.get('laptop');
	assert.deepEqual([failure, failures, typeof lastSynced], [undefined, 0, 'number']);
});

test('however much happens, ten snapshots a second are published at most, and the last of them holds everything', async t => {
	const {hub} = await setUp(t);
	const published: number[] = [];
	const end = hub.subscribe(() => published.push(performance.now()));
	const started = performance.now();
	let count = 0;
	while (performance.now() - started < 450) {
		hub.log('INFO', 'laptop', `line ${++count}`);
		await systemClock.sleep(1);
	}

	await waitFor(() => hub.snapshot().log.at(-1)?.text === `line ${count}`, {message: 'the last line to be published'});
	const seconds = (performance.now() - started) / 1000;
	assert.ok(published.length <= Math.ceil(seconds * 10) + 1, `${published.length} snapshots in ${seconds} s`);
	end();
	const before = hub.snapshot();
	await systemClock.sleep(250);
	assert.equal(hub.snapshot(), before, 'nothing happened, nothing is published');
});

test('text of a spoke is neutralised before it reaches log, store or screen', async t => {
	const {hub, store, root, close} = await setUp(t);
	hub.log('WARN', 'laptop', 'bad \u001B[2J\u001B]0;x\u0007 name\u202E\n2026 ERROR forged');
	await close();
	const [event] = store.runs.events(0, 1);
	const file = fs.readFileSync(`${root}/hub/logs/sync.log`, 'utf8');
	for (const text of [event!.text, hub.state.log[0]!.text, file.trimEnd()])
		assert.doesNotMatch(text, /[\p{Cc}\p{Cf}]/u);
	assert.equal(file.trimEnd().split('\n').length, 1);
});

test('a running job is cancelled by name; the others go on', async t => {
	const {looking, manual} = hanging();
	const {hub} = await setUp(t, {manual});
	const running = hub.sync(['laptop', 'server']);
	await waitFor(() => looking.length === 2, {message: 'both looks'});
	const second = await hub.sync(['laptop']);
	assert.deepEqual([second[0]!.result, second[0]!.cause], ['locked', 'LEASE_HELD']);
	hub.cancel('laptop');
	await waitFor(() => hub.spoke('laptop')!.job === undefined, {message: 'the end of the cancelled job'});
	assert.ok(hub.spoke('server')!.job);
	hub.cancel('server');
	assert.deepEqual(
		(await running).map(({result}) => result),
		['cancelled', 'cancelled'],
	);
});

test('at most tui.concurrency spokes are synced at once, and every one gets its turn', async t => {
	const names = ['a', 'b', 'c', 'd', 'e'];
	let now = 0;
	let most = 0;
	const {hub} = await setUp(t, {
		names,
		tui: {concurrency: 2},
		manual: method => ({
			async look(...of) {
				most = Math.max(most, ++now);
				// The first waits for its fellow, and both for a third that must not come.
				await waitFor(() => most > 1, {message: 'two at once'});
				await systemClock.sleep(20);
				now--;
				return method.look(...of);
			},
		}),
	});
	const reports = await hub.sync(names);
	assert.deepEqual(
		reports.map(({spoke, result}) => `${spoke} ${result}`),
		names.map(name => `${name} done`),
	);
	assert.equal(most, 2);
});

test('closing ends every job, waiting ones too, and no listener hears of anything afterwards', async t => {
	const {looking, manual} = hanging();
	const {hub, store, close} = await setUp(t, {tui: {concurrency: 1}, manual});
	const running = hub.sync(['laptop', 'server']);
	await waitFor(() => looking.length === 1, {message: 'the first look'});
	await close();
	assert.deepEqual(
		(await running).map(({result}) => result),
		['cancelled', 'cancelled'],
	);
	assert.deepEqual(looking, ['laptop'], 'the waiting one never began');
	let heard = 0;
	hub.subscribe(() => heard++);
	hub.emit({type: 'holds', spoke: 'laptop', holds: 3, gone: 0});
	await systemClock.sleep(150);
	assert.equal(heard, 0);
	assert.equal(store.facts.get('laptop').failure, undefined, 'a cancelled run is no failure');
});

test('a spoke that is disabled, moved or gone from the file loses its job; one that stays keeps it', async t => {
	const {looking, manual} = hanging();
	const {hub, config} = await setUp(t, {names: ['gone', 'off', 'moved', 'stays'], manual});
	const running = hub.sync(['gone', 'off', 'moved', 'stays']);
	await waitFor(() => looking.length === 4, {message: 'all four looks'});
	const [, off, moved, stays] = config.spokes as [SpokeConfig, SpokeConfig, SpokeConfig, SpokeConfig];
	const spokes = [
		{...off, enabled: false},
		{...moved, path: `${moved.path}-2`},
		{...stays, staleAfterMs: 5},
	];
	hub.reconfigure({...config, spokes}, []);
	await waitFor(() => hub.state.spokes.filter(({job}) => job).length === 1, {message: 'the end of three jobs'});
	assert.ok(hub.spoke('stays')!.job);
	assert.equal(hub.spoke('gone'), undefined);
	hub.cancel('stays');
	assert.deepEqual(
		(await running).map(({result}) => result),
		['cancelled', 'cancelled', 'cancelled', 'cancelled'],
	);
});

test('what another process wrote is taken over by a refresh', async t => {
	const {hub, store, root} = await setUp(t);
	const other = await Store.open(`${root}/hub/data/sync.db`);
	t.after(() => other.close());
	other.facts.patch('laptop', {lastSeen: 77});
	const before = hub.spoke('server');
	hub.refresh();
	assert.equal(hub.spoke('laptop')?.facts.lastSeen, 77);
	assert.equal(hub.spoke('server'), before, 'what did not change keeps its identity');
	assert.equal(store.facts.get('laptop').lastSeen, 77);
});

test('tui.notify_command runs once for an incident, and is told which', async t => {
	const {path: notes} = await temporaryFolder(t);
	const script = `echo "$PI_BRAIN_SPOKE $PI_BRAIN_STATE $PI_BRAIN_CAUSE" >> ${notes}/told`;
	const {root, hub} = await setUp(t, {tui: {notifyCommand: ['sh', '-c', script]}});
	fs.rmSync(`${root}/laptop`, {recursive: true});
	await hub.sync(['laptop']);
	const told = () => fs.readFileSync(`${notes}/told`, 'utf8');
	await waitFor(() => told() !== '', {message: 'the notification'});
	await hub.sync(['laptop']);
	await hub.sync(['server']);
	assert.equal(told(), 'laptop unreachable SOURCE_ABSENT\n');
});
