import assert from 'node:assert/strict';
import test from 'node:test';
import {startRefreshing} from '../../../source/sync/services/refreshing.js';
import {waitFor} from '../../lab/after.js';
import {holdElsewhere, hubPlace} from './hubs.js';

test("another process's runs, facts and log lines appear within seconds, each run counted once by both", async t => {
	const place = await hubPlace(t, ['laptop', 'server']);
	const [one, other] = [await place.open('dashboard'), await place.open('command')];
	startRefreshing(one.hub);
	startRefreshing(other.hub);
	await one.hub.sync(['laptop']);
	for (let count = 0; count < 3; count++) await other.hub.sync(['laptop', 'server']);
	other.hub.log('WARN', 'server', 'something to see');
	one.hub.store.flush();
	other.hub.store.flush();
	const done = ({hub}: typeof one, spoke: string) =>
		hub.spoke(spoke)!.history.reduce((sum, slot) => sum + slot.done, 0);
	await waitFor(() => done(one, 'laptop') === 4 && done(one, 'server') === 3 && done(other, 'laptop') === 4, {
		message: 'the runs of the other',
	});
	const lines = () => one.hub.state.log.filter(({text}) => text === 'something to see');
	await waitFor(() => lines().length > 0, {message: 'the line of the other'});
	assert.deepEqual(one.hub.spoke('server')?.facts, other.hub.spoke('server')?.facts);
	other.hub.store.facts.patch('server', {lastSeen: 42});
	await waitFor(() => one.hub.spoke('server')?.facts.lastSeen === 42, {message: 'the fact'});
	assert.deepEqual([done(one, 'laptop'), done(one, 'server'), lines().length], [4, 3, 1], 'nothing is told again');
	assert.equal(one.logged.includes('WARN something to see'), false, 'it is in sync.log already');
});

test('the log begins with what was stored before, in front of what was said since', async t => {
	const place = await hubPlace(t, ['laptop']);
	const first = await place.open('watch');
	first.hub.log('INFO', undefined, 'yesterday');
	await first.close();
	const {hub} = await place.open('dashboard');
	hub.log('INFO', undefined, 'today');
	startRefreshing(hub);
	hub.recallLog();
	const {log} = hub.state;
	assert.deepEqual(
		log.map(({text}) => text),
		['yesterday', 'today'],
	);
	assert.equal(log[1]!.seq - log[0]!.seq, 1);
});

test("another process's job is shown while it lasts, survives an attempt of ours, and goes when that process is killed", async t => {
	const {config, open} = await hubPlace(t, ['laptop', 'server']);
	const {hub} = await open('dashboard');
	startRefreshing(hub);
	const rival = await holdElsewhere(t, `${config.folder}/run`, 'laptop');
	await waitFor(() => hub.spoke('laptop')?.job, {message: 'the job of the other process'});
	const {by, isElsewhere, startedAt} = hub.spoke('laptop')!.job!;
	assert.deepEqual([by, isElsewhere, typeof startedAt], ['cron', true, 'number']);
	assert.equal(hub.spoke('server')?.job, undefined);
	const [report] = await hub.sync(['laptop']);
	assert.equal(report?.result, 'locked');
	assert.equal(hub.spoke('laptop')?.job?.isElsewhere, true);
	await rival.end('SIGKILL');
	await waitFor(() => !hub.spoke('laptop')?.job, {message: 'the end of it'});
});

test('a signal of its own ends it while the hub goes on', async t => {
	const place = await hubPlace(t, ['laptop']);
	const [one, other] = [await place.open('dashboard'), await place.open('command')];
	const stopping = new AbortController();
	startRefreshing(one.hub, {signal: stopping.signal});
	stopping.abort();
	assert.equal(process.getActiveResourcesInfo().filter(name => name === 'Timeout').length, 0, 'a timer is left');
	other.hub.store.facts.patch('laptop', {lastSeen: 42});
	assert.equal(one.hub.spoke('laptop')?.facts.lastSeen, undefined);
});

test('a run of another process that is heard of late does not pass for the last one, and a listener hears each once', async t => {
	const place = await hubPlace(t, ['laptop']);
	const [one, other] = [await place.open('dashboard'), await place.open('command')];
	const heard: string[] = [];
	const forget = one.hub.observe(event => {
		if (event.type === 'ran') heard.push(event.run.by);
	});
	await other.hub.sync(['laptop']);
	other.hub.store.flush();
	await waitFor(() => Date.now() > other.hub.spoke('laptop')!.lastRun!.startedAt, {message: 'the next millisecond'});
	await one.hub.sync(['laptop']);
	one.hub.refresh();
	one.hub.refresh();
	assert.deepEqual(heard, ['dashboard', 'command']);
	assert.equal(one.hub.spoke('laptop')?.lastRun?.by, 'dashboard');
	forget();
	await one.hub.sync(['laptop']);
	assert.equal(heard.length, 2);
});
