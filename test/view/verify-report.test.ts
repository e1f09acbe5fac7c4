import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {verifyMarkdown} from '../../source/view/verify-report.js';
import {verifiedText} from '../../source/view/verify-toasts.js';
import {fakeFindings, fakeReport} from '../lab/fake-verify.js';
import {hostileText} from './hostile.js';

test('a report says what it came to and how that is known, then the findings with both sides', () => {
	const text = verifyMarkdown(fakeReport(fakeFindings, {isDeep: true}), 'atlas');
	assert.match(text, /^# Verify of laptop: 2 damaged, 3 need a look\n/);
	assert.match(text, /deep: every byte was read/);
	assert.match(
		text,
		/1,204 sessions and 17 earlier versions, 1\.1 GB ever acknowledged, not all of it could be found; by every byte/,
	);
	assert.match(text, /## 1 silently changed on the disk \(`bit-rot`, damage\)/);
	assert.match(text, / {2}- where: byte 131,072, 65,536 B long, line 204/);
	assert.match(text, / {2}- ledger: 974,031 B, sha256 b{64}/);
	assert.match(text, / {2}- other: server: .*\(diverged\)/);
});

test('of many findings the first fifty are named and all are counted', () => {
	const findings = Array.from({length: 70}, (_, at) => ({...fakeFindings[5]!, path: `s-${at}.jsonl`}));
	const text = verifyMarkdown(fakeReport(findings), 'atlas');
	assert.match(text, /## 70 newer on the spoke/);
	assert.match(text, /- and 20 more\n/);
	assert.doesNotMatch(text, /s-50\.jsonl/);
});

test('nothing in a report ends its form or is obeyed by a terminal', () => {
	fc.assert(
		fc.property(hostileText, hostileText, (path, detail) => {
			const text = verifyMarkdown(fakeReport([{...fakeFindings[3]!, path, detail}], {notCompared: detail}), path);
			assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}]/u);
			assert.equal(text.match(/^#/gm)?.length, 2);
		}),
	);
});

test('a verify of several says what was found in all of them', () => {
	const sound = fakeReport();
	assert.deepEqual(verifiedText([sound, sound], 'atlas'), {level: 'info', text: 'verified 2 folders: all here'});
	const mixed = verifiedText([sound, fakeReport(fakeFindings), fakeReport([], {result: 'cancelled'})], 'atlas');
	assert.deepEqual(mixed, {level: 'error', text: 'verified 3 folders: 2 damaged, 3 to look at, 1 cancelled'});
	assert.equal(verifiedText([fakeReport([], {spoke: undefined})], 'atlas').text, 'verified atlas: all here');
});
