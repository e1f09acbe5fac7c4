import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {Cause} from '../../source/sync/causes.js';
import {classify} from '../../source/sync/diagnosis/classify.js';
import {dead, recorded, remote} from '../sync/diagnosis/recorded.js';

const quotes = [...recorded, ...remote]
	.flatMap(([, stderr]) => stderr.split(/\r?\n/))
	.filter(line => line.trim() !== '');

/** Words nobody classifies, with what a terminal would act on. */
const prose = fc.oneof(
	fc.string({unit: 'grapheme', maxLength: 120}),
	fc.constantFrom(
		'Authorized use only. All activity is logged.',
		'\u001B]0;owned\u0007\u001B[2J\u001B[31mWelcome',
		'*** 14 updates can be applied ***',
		'Last login: Sat Nov 21 09:00:00 2026 from 10.0.0.7',
		'x'.repeat(5000),
		'\u202Edenimrep',
	),
);
/** A line of a banner that means to be taken for something else: quoted whole, in a sentence, or indented. */
const quote = fc
	.tuple(fc.constantFrom(...quotes), fc.constantFrom('', 'If you see "', '  ', '> ', 'NOTE: '), fc.boolean())
	.map(([line, before, isSentence]) => `${before}${line}${isSentence ? '" call Bob.' : ''}`);
const plain = fc.constantFrom('Welcome to laptop.', 'Property of nobody in particular', '***', 'Have a nice day!');
const middle = fc.array(fc.oneof(prose, quote), {maxLength: 12});

/*
 * Its first and last line are no words of ssh's: a banner that begins or ends with ssh's own words about a key cannot be
 * told from ssh, only the check of the key itself can.
 */
const banner = fc
	.tuple(plain, middle, plain, fc.constantFrom('\n', '\r\n'))
	.map(([first, lines, last, end]) =>
		[first, ...lines, last, ''].map(line => line.replaceAll(/[\r\n]/g, ' ')).join(end),
	);

/** Classes that the spoke's own words make: whatever it says above belongs to them. */
const spoken: ReadonlySet<Cause> = new Set(['LOGIN_CLOSED', 'ACCOUNT_EXPIRED', 'PASSWORD_EXPIRED', 'SHELL_DIED']);
/** Lines that follow a login that was under way, so that a banner may stand above them. */
const isBehindBanner = (cause: Cause, stderr: string) =>
	!spoken.has(cause) && !/^(?:Warning: Identity|Connection closed by [\d.]+ port)/.test(stderr);

for (const [cause, stderr, codes = [12, 255]] of recorded.filter(([of, text]) => isBehindBanner(of, text))) {
	test(`no banner changes ${cause}: ${stderr.trim().split(/\r?\n/).at(0)}`, () => {
		fc.assert(
			fc.property(banner, fc.constantFrom(...codes), (noise, exitCode) => {
				assert.equal(classify({stderr: noise + stderr, exitCode, program: 'ssh'}).cause, cause);
				assert.equal(classify({stderr: noise + stderr + dead, exitCode, program: 'rsync'}).cause, cause);
			}),
			{numRuns: 60},
		);
	});
}

for (const [cause, stderr, codes] of remote.filter(([of]) => !spoken.has(of))) {
	test(`neither banner nor start-up text changes ${cause}: ${stderr.split('\n').at(0)}`, () => {
		fc.assert(
			fc.property(banner, fc.constantFrom(...codes), (noise, exitCode) => {
				assert.equal(classify({stderr: noise + stderr, exitCode, program: 'rsync'}).cause, cause);
			}),
			{numRuns: 60},
		);
	});
}

test('a banner without a line end hides nothing that ssh says behind it', () => {
	const behind = recorded.filter(([cause]) => /^(?:AUTH_|KEY_MISSING|KEY_UNREADABLE|KEY_BAD|AGENT_)/.test(cause));
	for (const [cause, stderr] of behind.filter(([, text]) => !text.startsWith('Warning: Identity'))) {
		for (const end of ['Authorized use only.', 'no newline ', '***']) {
			const found = classify({stderr: `Welcome.\n${end}${stderr}`, exitCode: 255, program: 'ssh'});
			assert.equal(found.cause, cause, end + stderr);
		}
	}
});

test('what nothing fits stays unknown and verbatim, whatever it is', () => {
	fc.assert(
		fc.property(fc.array(prose, {minLength: 1, maxLength: 6}), lines => {
			const stderr = lines.map(line => line.replaceAll(/[\r\n]/g, ' ')).join('\n');
			const {cause, message, detail} = classify({stderr, exitCode: 255, program: 'ssh'});
			assert.equal(cause, 'UNKNOWN');
			assert.doesNotMatch(message + detail, /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/);
		}),
	);
});
