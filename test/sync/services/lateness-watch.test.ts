import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, {type TestContext} from 'node:test';
import {systemClock} from '../../../source/sync/clock.js';
import type {HubConfig} from '../../../source/sync/config/types.js';
import {Hub} from '../../../source/sync/hub.js';
import {createMethods} from '../../../source/sync/methods/index.js';
import {startLatenessWatch} from '../../../source/sync/services/lateness-watch.js';
import {startProbeLoop} from '../../../source/sync/services/probe-loop.js';
import {Store} from '../../../source/sync/store/store.js';
import {waitFor} from '../../lab/after.js';
import {type AheadClock, aheadClock} from '../guard/world.js';
import {hubPlace} from './hubs.js';

const minute = 60_000;
const keeper = {by: 'watch', pid: 7, since: 0, isUs: false} as const;

/** A process that stands by, with a clock of its own. */
async function process(t: TestContext, config: HubConfig, clock: AheadClock) {
	const store = await Store.open(`${config.databaseDir}/sync.db`);
	const logged: string[] = [];
	const methods = (current: HubConfig) => createMethods(current, {}, systemClock);
	const onLog = ({level, text}: {level: string; text: string}) => logged.push(`${level} ${text}`);
	const hub = new Hub({config, problems: [], store, methods, clock, by: 'dashboard', onLog});
	t.after(async () => {
		await hub.close();
		store.close();
	});
	hub.emit({type: 'keeper', keeper});
	return {hub, logged};
}

/** Time flies, in steps that are no sleep. */
function fly(t: TestContext, clock: AheadClock): void {
	const timer = setInterval(() => {
		clock.ahead += 8000;
	}, 30);
	t.after(() => clearInterval(timer));
}

test('a keeper that hangs is told by those who stand by: one line, one notification, and one line when it is over', async t => {
	const place = await hubPlace(t, ['laptop'], {schedule: '*/2 * * * *'});
	const note = `${place.root}/told`;
	const script = `printf '%s %s\\n' "$PI_BRAIN_STATE" "$PI_BRAIN_CAUSE" >>${note}`;
	const config = {...place.config, tui: {...place.config.tui, notifyCommand: ['/bin/sh', '-c', script]}} as HubConfig;
	const clock = aheadClock();
	const [one, other] = [await process(t, config, clock), await process(t, config, clock)];
	await one.hub.sync(['laptop']);
	other.hub.refresh();
	for (const {hub} of [one, other]) startLatenessWatch(hub, {everyMs: 20});
	fly(t, clock);
	await waitFor(() => fs.existsSync(note), {message: 'the notification'});
	await waitFor(() => other.hub.store.facts.get('laptop').isMissedSaid, {message: 'the note of it'});
	await one.hub.sync(['laptop']);
	const lines = [...one.logged, ...other.logged].filter(line => /missed|again/.test(line));
	assert.equal(lines.length, 2, lines.join('\n'));
	assert.match(
		lines.sort()[1]!,
		/^WARN Spoke 'laptop' not synced for \d+m, \d+ scheduled syncs missed: process 7 keeps the schedule but does not run it$/,
	);
	assert.match(lines[0]!, /^INFO Spoke 'laptop' is synced again after \d+m$/);
	await waitFor(() => fs.readFileSync(note, 'utf8') !== '', {message: 'the words of the notification'});
	assert.equal(fs.readFileSync(note, 'utf8'), 'late SCHEDULE_NOBODY\n');
});

test('after a sleep nobody is told before the spoke was asked and did not answer, twice', async t => {
	const place = await hubPlace(t, ['laptop'], {}, {probeIntervalMs: 300});
	const clock = aheadClock();
	const {hub, logged} = await process(t, place.config, clock);
	await hub.sync(['laptop']);
	startProbeLoop(hub, {onReturned() {}});
	clock.ahead += 600 * minute;
	await waitFor(() => hub.spoke('laptop')!.facts.lastSeen! > clock.now() - minute, {message: 'the answer'});
	assert.deepEqual(
		logged.filter(line => line.includes('not seen')),
		[],
	);
	fs.renameSync(`${place.root}/laptop`, `${place.root}/away`);
	clock.ahead += 600 * minute;
	await waitFor(() => logged.some(line => line === "WARN Spoke 'laptop' not seen for 10h"), {message: 'the late line'});
	fs.renameSync(`${place.root}/away`, `${place.root}/laptop`);
	await waitFor(() => logged.includes("INFO Spoke 'laptop' is back after 10h"), {message: 'the return'});
});
