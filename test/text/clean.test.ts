import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {clean, cleanLines} from '../../source/text/clean.js';

/** What must never reach a terminal: C0, C1, bidirectional and zero-width characters, line separators. */
const forbidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

const nasty = fc
	.array(
		fc.oneof(
			fc.string({unit: 'binary', maxLength: 6}),
			fc.constantFrom(
				'\u001B[2J',
				'\u001B]0;title\u0007',
				'\u001B]8;;http://x\u001B\\link',
				'\u009B31m',
				'\u202E',
				'\u200B',
				'\u2028',
				'\r',
				'\n',
				'\uDC80',
				'👩‍👩‍👧',
				'\uFE0F',
				'\u{E0041}',
				'plain',
			),
		),
	)
	.map(parts => parts.join(''));

test('nothing that controls a terminal survives, whatever the text and the limit', () => {
	fc.assert(
		fc.property(nasty, fc.integer({min: 1, max: 40}), (text, limit) => {
			const safe = clean(text, limit);
			assert.doesNotMatch(safe, forbidden);
			assert.ok(safe.length <= limit, `${safe.length} units with a limit of ${limit}`);
			assert.equal(clean(safe, limit), safe, 'what is clean stays as it is');
		}),
		{numRuns: 3000},
	);
});

test('lines stay lines, each of them safe', () => {
	fc.assert(
		fc.property(nasty, text => {
			for (const line of cleanLines(text).split('\n')) assert.doesNotMatch(line, forbidden);
		}),
		{numRuns: 2000},
	);
	assert.equal(cleanLines('one\r\ntwo\n\u001B[31mthree\u001B[0m\n\n'), 'one\ntwo\nthree');
	assert.ok(cleanLines('x\n'.repeat(100_000)).length <= 65_536);
});

test('ordinary text is left alone, and a long one ends in an ellipsis', () => {
	for (const text of ['--home-will-api--/2026-01-24.jsonl', 'naïve zażółć 日本語', "it's 50 % done"]) {
		assert.equal(clean(text), text);
	}

	assert.equal(clean('abcdef', 4), 'abc…');
	assert.equal(clean('a\tb'), 'a b');
	assert.equal(clean('x'.repeat(64 << 20)).length, 1024);
});
