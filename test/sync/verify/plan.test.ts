import assert from 'node:assert/strict';
import test from 'node:test';
import {loadCron} from '../../../source/sync/schedule/cron.js';
import {verifyDueAt} from '../../../source/sync/verify/plan.js';

const weekly = '17 4 * * 0';
const at = (text: string) => Date.parse(`2026-11-${text}Z`);
// The 15th and the 22nd of November 2026 are Sundays.
const sunday = at('22T04:17:00');

test('a weekly verify is due at its time, once', async () => {
	const {next} = await loadCron('UTC');
	const due = (deepAt: number | undefined, now: number, since: number | undefined = at('01T00:00:00')) =>
		verifyDueAt({deepAt, since}, weekly, next)! <= now;
	const lastWeek = at('15T04:17:20');
	assert.equal(due(lastWeek, sunday - 1000), false);
	assert.equal(due(lastWeek, sunday), true);
	assert.equal(due(sunday + 20_000, sunday + 60_000), false, 'it has just been made');
	assert.equal(due(at('21T20:00:00'), sunday), false, 'somebody made one the evening before');
	assert.equal(due(at('21T20:00:00'), at('29T04:17:00')), true, 'which counts for one time only');
	assert.equal(due(lastWeek, at('24T09:00:00')), true, 'one that was missed is made up for');
	assert.equal(due(undefined, at('24T09:00:00'), at('23T00:00:00')), false, 'a new spoke waits for the next time');
	assert.equal(due(undefined, at('24T09:00:00'), at('20T00:00:00')), true);
	assert.equal(verifyDueAt({deepAt: undefined, since: undefined}, weekly, next), undefined, 'there is nothing yet');
	assert.equal(verifyDueAt({deepAt: undefined, since: 0}, '0 0 30 2 *', next), undefined, 'there is no such day');
});
