import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import {startVerifySchedule} from '../../../source/sync/services/verify-schedule.js';
import {waitFor} from '../../lab/after.js';
import {flipByte, writeSession} from '../../lab/sessions.js';
import {hubPlace} from './hubs.js';

test('a scheduled verify is deep, says what it found, tells the user’s command of damage, and is not made again', async t => {
	// Every minute: the first time after the sync is at most one minute away. The clock below is ahead, and stands still,
	// so that no second time comes.
	const place = await hubPlace(t, ['laptop'], {}, {verifySchedule: '* * * * *'});
	const told = `${place.root}/told`;
	const script = `require('fs').writeFileSync(${JSON.stringify(told)}, process.env.PI_BRAIN_STATE + ' ' + process.env.PI_BRAIN_CAUSE)`;
	Object.assign(place.config.tui, {notifyCommand: [process.execPath, '-e', script]});
	const session = await writeSession(`${place.root}/laptop`, {bytes: 90_000});
	const {hub, logged} = await place.open('watch');
	await hub.sync(['laptop']);
	await flipByte(`${place.config.spokes[0]!.path}/${session.path}`);
	const ahead = hub.clock.now() + 120_000;
	Object.assign(hub, {clock: {...hub.clock, now: () => ahead}});
	startVerifySchedule(hub, {signal: hub.signal, everyMs: 20});
	await waitFor(() => hub.spoke('laptop')?.verify.report, {message: `the verify; ${logged.join('\n')}`});
	const {isDeep, proof} = hub.spoke('laptop')!.verify.report!;
	assert.deepEqual([isDeep, proof.isAllHere], [true, false]);
	assert.ok(
		logged.some(line => /^ERROR verified 'laptop': 2 sessions, .*, 1 finding of DAMAGE/.test(line)),
		logged.join('\n'),
	);
	await waitFor(() => fs.existsSync(told) && fs.readFileSync(told, 'utf8') === 'damage bit-rot', {
		message: 'the notification',
	});
	assert.equal(hub.state.ownVerify.report?.isDeep, true, 'the hub’s own sessions too');
	assert.equal(logged.filter(line => line.includes("verified 'laptop'")).length, 1);
});
