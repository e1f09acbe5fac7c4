import {type CheckResult, type Diagnosis, type Fix, scenarios} from '../sync/diagnosis/types.js';
import {clean} from '../text/clean.js';
import {formatDuration} from '../text/format.js';

/** Lines of evidence under a step that did not pass; `--json` has them all. */
const shownLines = 12;

const marks: Readonly<Record<CheckResult['status'], string>> = {
	pass: 'ok',
	warn: '!!',
	fail: 'XX',
	skip: '..',
	waiting: '  ',
	running: '~>',
};

/**
 * A diagnosis as lines: the steps, what those that failed have seen, the cause, the ways out and why.
 * @param method the spoke's, for the heading
 * @param home absolute; paths below it are written with `~`
 */
export function diagnosisText(diagnosis: Diagnosis, method: string, home: string): string[] {
	const {spoke, checks, tookMs, verdict} = diagnosis;
	const count = (status: CheckResult['status']) => checks.filter(check => check.status === status).length;
	const counts = [
		`${count('pass')} pass`,
		...(count('warn') > 0 ? [`${count('warn')} warn`] : []),
		...(count('fail') > 0 ? [`${count('fail')} FAIL`] : []),
		...(count('skip') > 0 ? [`${count('skip')} skipped`] : []),
	];
	return [
		`Diagnose ${clean(spoke)} (${method}): ${counts.join(', ')}; ${formatDuration(tookMs)}`,
		'',
		...checks.flatMap((check, at) => stepText(check, at + 1, home)),
		'',
		...(diagnosis.cause === undefined ? [] : causeText(diagnosis)),
		verdict === 'ok' ? 'All is well. Nothing was changed.' : 'Nothing was changed. Fixes are shown, never run.',
	];
}

function stepText(check: CheckResult, step: number, home: string): string[] {
	const {status, title, summary, tookMs, command, exit, evidence} = check;
	const said = home.length > 1 ? summary.replaceAll(`${home}/`, '~/') : summary;
	const time = status === 'skip' && tookMs === 0 ? '' : `  ${formatDuration(tookMs)}`;
	const line = ` ${marks[status]} ${String(step).padStart(2)} ${clean(title)}: ${clean(said)}${time}`;
	if (status !== 'fail' && status !== 'warn') return [line];
	const commands = command === undefined ? [] : command.split('\n').map(text => `$ ${text}`);
	const rest = evidence.length - shownLines;
	return [
		line,
		...[
			...commands,
			...evidence.slice(0, shownLines),
			...(rest > 0 ? [`… and ${rest} more lines; --json has them all`] : []),
			...(exit === undefined || commands.length === 0 ? [] : [`exit ${exit}`]),
		].map(text => `       | ${clean(text, 4096)}`),
	];
}

function causeText({cause, plain, why, fixes, scenario}: Diagnosis): string[] {
	return [
		`CAUSE  ${clean(plain ?? '')} [${cause}]`,
		...fixes.flatMap((fix, at) => fixText(fix, at + 1)),
		...(why === undefined || why === '' ? [] : [`WHY    ${clean(why)}`]),
		...(scenario === undefined ? [] : [`       Scenario ${scenario} of the runbook: ${scenarios[scenario]}`]),
		'',
	];
}

function fixText({title, command, where, note}: Fix, number: number): string[] {
	return [
		`FIX ${number}  On the ${where}: ${clean(title)}`,
		...(command === undefined ? [] : command.split('\n').map(line => `         ${clean(line, 4096)}`)),
		...(note === undefined ? [] : [`         (${clean(note)})`]),
	];
}

/** `9 ssh login … running 3 s`, of every step that runs now. */
export function runningText({checks}: Diagnosis, now: number): string {
	return checks
		.flatMap(({status, title, startedAt}, at) => {
			if (status !== 'running' || startedAt === undefined) return [];
			return [`${at + 1} ${clean(title)} … running ${Math.max(0, Math.floor((now - startedAt) / 1000))} s`];
		})
		.join('   ');
}
