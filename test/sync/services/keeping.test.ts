import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import {keeperLease, startKeeping} from '../../../source/sync/services/keeping.js';
import {startWatching} from '../../../source/sync/services/watching.js';
import {waitFor} from '../../lab/after.js';
import {writeSession} from '../../lab/sessions.js';
import {holdElsewhere, hubPlace} from './hubs.js';

test('one process keeps the hub; another stands by, says so once, and takes over when the keeper is killed', async t => {
	const {root, config, open} = await hubPlace(t, ['laptop']);
	const rival = await holdElsewhere(t, `${config.folder}/run`, keeperLease);
	const {hub, logged} = await open('dashboard');
	const keeping = startKeeping(hub, {home: root});
	await keeping.ready;
	assert.equal(keeping.isKeeper(), false);
	const {by, pid, isUs} = hub.state.keeper!;
	assert.deepEqual([by, pid, isUs], ['cron', rival.child.pid, false]);
	assert.equal(hub.spoke('laptop')?.nextRun, undefined);
	await rival.end('SIGKILL');
	await waitFor(() => keeping.isKeeper(), {message: 'the take-over'});
	assert.deepEqual([hub.state.keeper?.isUs, hub.state.keeper?.by], [true, 'dashboard']);
	const said = logged.filter(line => /standing by|Keeping the schedule/.test(line));
	assert.equal(said.length, 2, said.join('\n'));
	assert.match(
		said[0]!,
		new RegExp(`^INFO The schedule is kept by the cron run \\(pid ${rival.child.pid}\\); standing by`),
	);
	assert.match(said[1]!, /^INFO Keeping the schedule from now on/);
});

test('what stops a keeper frees the hub for the next at once, and nothing of it goes on', async t => {
	const {root, open} = await hubPlace(t, ['laptop'], {schedule: '0 3 * * *'});
	const [one, other] = [await open('dashboard'), await open('watch')];
	const stopping = new AbortController();
	const first = startKeeping(one.hub, {home: root, signal: stopping.signal});
	await first.ready;
	const second = startKeeping(other.hub, {home: root});
	await second.ready;
	assert.deepEqual([first.isKeeper(), second.isKeeper()], [true, false]);
	await waitFor(() => one.hub.spoke('laptop')?.nextRun, {message: 'the plan of the keeper'});
	assert.equal(other.hub.spoke('laptop')?.nextRun, undefined);
	stopping.abort();
	await first.ended;
	assert.equal(first.isKeeper(), false);
	assert.equal(one.hub.spoke('laptop')?.nextRun, undefined, 'it plans nothing any more');
	assert.equal(one.hub.state.keeper, undefined);
	await waitFor(() => second.isKeeper() && other.hub.spoke('laptop')?.nextRun, {message: 'the next keeper'});
});

test('a folder that others fill is entered by the keeper alone, and after a take-over all that came before', async t => {
	const {root, config, open} = await hubPlace(t, ['usb'], {source: undefined, sourceText: undefined});
	const folder = config.spokes[0]!.path;
	fs.mkdirSync(folder, {recursive: true});
	const rival = await holdElsewhere(t, `${config.folder}/run`, keeperLease);
	const {hub, logged} = await open('dashboard');
	const keeping = startKeeping(hub, {home: root});
	const watching = startWatching(hub, {isKeeper: keeping.isKeeper});
	await Promise.all([keeping.ready, watching.watch.ready()]);
	await writeSession(folder);
	await waitFor(() => hub.spoke('usb')?.totals?.sessions === 1, {message: 'the count'});
	assert.equal(hub.store.ledger.totals('usb').sessions, 0, 'it is not entered by the one that stands by');
	await rival.end();
	await waitFor(() => hub.store.ledger.totals('usb').sessions === 1, {message: `the entry; ${logged.join('\n')}`});
	// The run that entered it ends a moment later.
	await waitFor(() => hub.spoke('usb')?.lastRun?.result === 'done', {message: 'the end of the run'});
});

test('where no lease can be taken the schedule is kept all the same, which is said once', async t => {
	const {root, config, open} = await hubPlace(t, ['laptop'], {schedule: '0 3 * * *'});
	fs.mkdirSync(config.folder, {recursive: true});
	fs.writeFileSync(`${config.folder}/run`, 'a file where the folder should be');
	const {hub, logged} = await open('watch');
	const keeping = startKeeping(hub, {home: root});
	await keeping.ready;
	assert.equal(keeping.isKeeper(), true);
	fs.rmSync(`${config.folder}/run`);
	await waitFor(() => fs.existsSync(`${config.folder}/run/${keeperLease}.holder.json`), {message: 'the lease, later'});
	assert.equal(logged.filter(line => /cannot be taken/.test(line)).length, 1, logged.join('\n'));
});
