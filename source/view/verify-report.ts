import {shown} from '../sync/sessions/tree.js';
import {explanations} from '../sync/verify/explain.js';
import type {Finding, Side, VerifyReport} from '../sync/verify/types.js';
import {countOf, formatBytes, formatCount, formatDuration} from '../text/format.js';
import {inline} from './markdown.js';
import {groupsOf} from './verify-groups.js';
import {verdictOf} from './verify-result.js';

/** Findings of one group that a report names: more can be pasted nowhere. */
const namedFindings = 50;

/**
 * A verify as Markdown, to be pasted into an issue or a mail: what it came to and how that is known, then the findings,
 * the worst first. Names of computers and paths stand in it as they are.
 * @param hubName for the hub's own sessions
 */
export function verifyMarkdown(report: VerifyReport, hubName: string): string {
	const {spoke, isDeep, startedAt, tookMs, checked, bytes, identical, notCompared} = report;
	const how = isDeep ? 'deep: every byte was read' : 'quick: names, sizes and times';
	return [
		`# Verify of ${inline(spoke ?? hubName)}: ${inline(verdictOf(report).text)}`,
		'',
		`${new Date(startedAt).toISOString()}, ${formatDuration(tookMs)}, ${how}`,
		'',
		proofText(report),
		'',
		`- looked at: ${countOf(checked, 'session')}, ${formatBytes(bytes)}`,
		...(identical === undefined ? [] : [`- identical on both sides: ${formatCount(identical)}`]),
		...(notCompared === undefined ? [] : [`- the spoke was not compared: ${inline(notCompared)}`]),
		'',
		...groupsOf(report).flatMap(({kind, severity, count, findings}) => {
			const {title, means, todo} = explanations[kind];
			const rest = count - Math.min(findings.length, namedFindings);
			return [
				`## ${formatCount(count)} ${inline(title)} (\`${kind}\`, ${severity})`,
				'',
				`${inline(means)} ${inline(todo)}`,
				'',
				...findings.slice(0, namedFindings).flatMap(findingMarkdown),
				...(rest > 0 ? [`- and ${formatCount(rest)} more`] : []),
				'',
			];
		}),
	]
		.join('\n')
		.trimEnd()
		.concat('\n');
}

/** One finding as an item of a list, with what is known of each side below it. */
export function findingMarkdown(finding: Finding): string[] {
	const {path, detail, offset, length, line, hub, spoke, ledger, generation, other} = finding;
	const where = [
		...(offset === undefined ? [] : [`byte ${formatCount(offset)}`]),
		...(length === undefined ? [] : [`${formatCount(length)} B long`]),
		...(line === undefined ? [] : [`line ${formatCount(line)}`]),
	];
	return [
		`- ${inline(shown(path))}${detail === '' ? '' : `: ${inline(detail)}`}`,
		...(where.length === 0 ? [] : [`  - where: ${where.join(', ')}`]),
		...sideMarkdown('hub', hub),
		...sideMarkdown('spoke', spoke),
		...(ledger ? [`  - ledger: ${formatCount(ledger.bytes)} B, sha256 ${ledger.sha256}`] : []),
		...(generation === undefined ? [] : [`  - kept version: ${inline(shown(generation))}`]),
		...(other === undefined
			? []
			: [`  - other: ${inline(other.computer)}: ${inline(shown(other.path))} (${inline(other.relation)})`]),
	];
}

function sideMarkdown(name: string, side: Side | undefined): string[] {
	if (!side) return [];
	const {bytes, lines, version, mtimeMs, sha256} = side;
	const facts = [
		`${formatCount(bytes)} B`,
		...(lines === undefined ? [] : [countOf(lines, 'line')]),
		...(version === undefined ? [] : [`v${version}`]),
		...(mtimeMs === undefined ? [] : [new Date(mtimeMs).toISOString()]),
		...(sha256 === undefined ? [] : [`sha256 ${sha256}`]),
	];
	return [`  - ${name}: ${facts.join(', ')}`];
}

function proofText({proof}: VerifyReport): string {
	if (proof.sessions === 0) return 'No ledger answers for these sessions.';
	const {sessions, bytes, generations, generationBytes, isAllHere, by, since, rebuilt, unproved} = proof;
	const kept = generations > 0 ? ` and ${countOf(generations, 'earlier version')}` : '';
	return [
		`${countOf(sessions, 'session')}${kept}, ${formatBytes(bytes + generationBytes)} ever acknowledged`,
		isAllHere ? ', all here' : ', not all of it could be found',
		`; by ${by === 'sizes' ? 'names, sizes and times' : 'every byte'}`,
		`; proved since ${since === undefined ? 'each arrived' : new Date(since).toISOString()}`,
		...(rebuilt === 0 ? [] : [`; ${formatCount(rebuilt)} entered from what lay on the disk`]),
		...(unproved === 0 ? [] : [`; ${formatCount(unproved)} changed meanwhile and are not proved`]),
		'.',
	].join('');
}
