import {type CheckResult, type Diagnosis, type Fix, scenarios} from '../sync/diagnosis/types.js';
import {clean} from '../text/clean.js';
import {formatDuration} from '../text/format.js';
import {fenced, inline} from './markdown.js';

const words: Readonly<Record<CheckResult['status'], string>> = {
	pass: 'pass',
	warn: 'warn',
	fail: '**FAIL**',
	skip: 'skipped',
	waiting: 'waiting',
	running: 'running',
};

/**
 * A diagnosis as Markdown, to be pasted into an issue or a mail: the cause and the fixes first, then every step, then what
 * those that did not pass have seen. Names of machines and paths stand in it as they are.
 */
export function reportMarkdown(diagnosis: Diagnosis): string {
	const {spoke, startedAt, tookMs, verdict, checks, isRunning} = diagnosis;
	const when = new Date(startedAt).toISOString();
	const state = isRunning ? 'still running' : formatDuration(tookMs);
	const failed = checks.filter(({status}) => status === 'fail' || status === 'warn');
	return [
		`# Diagnosis of ${inline(spoke)}: ${verdict}`,
		'',
		`${when}, ${state}`,
		'',
		...outcome(diagnosis),
		'| # | step | result | found | time |',
		'| --- | --- | --- | --- | --- |',
		...checks.map((check, at) => row(check, at + 1)),
		'',
		...failed.flatMap(check => seen(check, checks.indexOf(check) + 1)),
	]
		.join('\n')
		.trimEnd()
		.concat('\n');
}

/** What one step has run and seen, as it was. */
export function evidenceText({command, evidence, exit}: CheckResult): string {
	return [
		...(command === undefined ? [] : command.split('\n').map(line => `$ ${clean(line, 4096)}`)),
		...evidence.map(line => clean(line, 4096)),
		...(exit === undefined || command === undefined ? [] : [`exit ${exit}`]),
	].join('\n');
}

function outcome({cause, plain, why, scenario, fixes}: Diagnosis): string[] {
	if (cause === undefined) return [];
	return [
		`**Cause:** ${inline(plain ?? '')} (\`${cause}\`)`,
		'',
		...fixes.flatMap((fix, at) => fixMarkdown(fix, at + 1)),
		...(why === undefined || why === '' ? [] : [`**Why:** ${inline(why)}`, '']),
		...(scenario === undefined ? [] : [`Scenario ${scenario} of the runbook: ${scenarios[scenario]}`, '']),
	];
}

function fixMarkdown({title, command, where, note}: Fix, number: number): string[] {
	return [
		`${number}. On the ${where}: ${inline(title)}${note === undefined ? '' : ` (${inline(note)})`}`,
		'',
		...(command === undefined ? [] : [...fenced(command).map(line => `   ${line}`), '']),
	];
}

function row({title, status, summary, tookMs}: CheckResult, number: number): string {
	const cells = [String(number), title, words[status], summary, formatDuration(tookMs)];
	return `| ${cells.map(cell => (cell === words[status] ? cell : inline(cell))).join(' | ')} |`;
}

function seen(check: CheckResult, number: number): string[] {
	const text = evidenceText(check);
	if (text === '') return [];
	return [`## Step ${number}, ${inline(check.title)}`, '', ...fenced(text), ''];
}
