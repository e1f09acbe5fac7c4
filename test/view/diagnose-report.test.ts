import '../lab/seed.js';
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {evidenceText, reportMarkdown} from '../../source/view/diagnose-report.js';
import {blamedStep, nextFailed, runnableFixes, selectedStep} from '../../source/view/diagnose-step.js';
import {matchSnapshot} from '../lab/snapshot.js';
import {green, red, running} from './diagnosing.js';
import {hostileText} from './hostile.js';

const untouched = {spoke: undefined, step: undefined, isExpanded: false};

test('the report says the cause, the fixes, every step and what the failed ones have seen', () => {
	matchSnapshot('diagnose-report', reportMarkdown(red).trimEnd(), {folder: import.meta.dirname});
});

test('nothing a spoke says ends a code block, a cell or begins markup', () => {
	fc.assert(
		fc.property(hostileText, fc.constantFrom('```', '````', '| x |', '<img src=x>', '[a](b)'), (text, trick) => {
			const said = `${trick}\n${text}`;
			const checks = red.checks.map(check => ({...check, summary: said, evidence: said.split('\n')}));
			const report = reportMarkdown({...red, checks, plain: said});
			assert.doesNotMatch(report.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
			const rows = report.split('\n').filter(line => /^\| \d+ \|/.test(line));
			assert.equal(rows.length, checks.length);
			for (const row of rows) assert.equal(row.replaceAll('\\|', '').split('|').length, 7, row);
			const fences = report.split('\n').filter(line => /^ *`{3,}$/.test(line));
			assert.doesNotMatch(
				report
					.split('\n')
					.filter(line => line.startsWith('**Cause'))
					.join(''),
				/(?<!\\)[<[]/,
			);
			assert.ok(fences.length > 0);
		}),
	);
});

test('what a step has seen is copied as it was: command, lines, status', () => {
	assert.equal(
		evidenceText(blamedStep(red)!),
		'$ ssh -o BatchMode=yes -o ConnectTimeout=10 gpu-box true\nwill@10.0.0.9: Permission denied (publickey).\nexit 255',
	);
});

test('the step that matters most is selected until a person chooses one', () => {
	assert.equal(selectedStep(running, untouched)?.id, 'login', 'the one that runs');
	assert.equal(selectedStep(red, untouched)?.id, 'login', 'the one that failed');
	assert.equal(selectedStep(green, untouched)?.id, 'config');
	const chosen = {...untouched, spoke: 'gpu-box', step: 'disk'} as const;
	assert.equal(selectedStep(red, chosen)?.id, 'disk');
	assert.equal(
		selectedStep(red, {...chosen, spoke: 'laptop'})?.id,
		'login',
		'chosen in the diagnosis of another spoke',
	);
});

test('failures are walked first, then warnings, round at the end', () => {
	assert.equal(nextFailed(red, 'login'), 'login');
	assert.equal(nextFailed(red, 'schedule'), 'login');
	assert.equal(nextFailed(running, undefined), 'ping');
	assert.equal(nextFailed(green, undefined), undefined);
});

test('fixes that can be run keep the numbers they are shown with', () => {
	assert.deepEqual(
		runnableFixes(red).map(({number}) => number),
		[1, 3],
	);
});
