import '../lab/seed.js';
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {absoluteTime, clockTime, shortTime} from '../../source/view/times.js';

const now = Date.parse('2026-11-21T14:02:31Z');

test('a time in full names day, time and zone, and the year where it is another', () => {
	assert.equal(absoluteTime(now, now, 'UTC'), 'Sat 21 Nov 14:02 UTC');
	assert.equal(absoluteTime(now, now, 'Asia/Kolkata'), 'Sat 21 Nov 19:32 UTC+5:30');
	assert.equal(absoluteTime(now, now, 'America/New_York'), 'Sat 21 Nov 09:02 UTC-5');
	assert.equal(absoluteTime(Date.parse('2025-07-01T10:00:00Z'), now, 'Europe/Berlin'), 'Tue  1 Jul 2025 12:00 UTC+2');
});

test('without a zone it is this machine’s', () => {
	const date = new Date(now);
	const own = `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
	assert.equal(clockTime(now), own);
});

test('a short time tells days apart within nine cells', () => {
	assert.equal(shortTime(now, now, 'UTC'), '14:02:31');
	assert.equal(shortTime(now - 15 * 3600_000, now, 'UTC'), 'Fri 23:02');
	assert.equal(shortTime(now - 9 * 24 * 3600_000, now, 'UTC'), '12 Nov');
	assert.equal(shortTime(now - 400 * 24 * 3600_000, now, 'UTC'), 'Oct 2025');
	fc.assert(
		fc.property(fc.integer({min: 1, max: now * 2}), at => {
			assert.ok(shortTime(at, now, 'UTC').length <= 9, shortTime(at, now, 'UTC'));
		}),
	);
});
