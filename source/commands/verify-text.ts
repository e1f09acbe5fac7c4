import type {HubConfig} from '../sync/config/types.js';
import type {RepairReport} from '../sync/services/repairing.js';
import {shown} from '../sync/sessions/tree.js';
import {explanations} from '../sync/verify/explain.js';
import {countOfSeverity} from '../sync/verify/report-findings.js';
import type {Finding, FindingCount, VerifyReport} from '../sync/verify/types.js';
import {clean} from '../text/clean.js';
import {countOf, formatBytes, formatCount, formatDuration} from '../text/format.js';

/** Findings of one kind that are named one by one. */
const namedFindings = 20;

/** A report for people: the result, what the proof says, then groups of findings, worst first. */
export function reportText(report: VerifyReport, {hubName}: Pick<HubConfig, 'hubName'>): string[] {
	const {spoke, result, failure, counts, identical, notCompared} = report;
	const name = spoke === undefined ? `${clean(hubName)} (hub)` : clean(spoke);
	if (result === 'failed') return [`✗ ${name}: ${failure!.message} [${failure!.cause}]`];
	if (result === 'cancelled') return [`- ${name}: cancelled`];
	const [damage, look] = [countOfSeverity(counts, 'damage'), countOfSeverity(counts, 'look')];
	const mark = damage > 0 ? '✗' : look > 0 || report.unreachable ? '!' : '✓';
	const how = report.isDeep ? 'every byte read' : 'by name, size and time';
	const took = formatDuration(report.tookMs);
	return [
		`${mark} ${name}: ${countOf(report.checked, 'session')}, ${formatBytes(report.bytes)}, ${how}, ${took}: ${resultText(damage, look)}`,
		...(spoke === undefined ? [] : [`  ${proofText(report)}`]),
		...(identical === undefined ? [] : [`  ${formatCount(identical)} identical on both sides`]),
		...(notCompared === undefined || spoke === undefined
			? []
			: [`  the spoke's side was not compared: ${clean(notCompared)}`]),
		...counts.flatMap(count => groupText(count, report.findings)),
	];
}

function resultText(damage: number, look: number): string {
	if (damage > 0)
		return `${countOf(damage, 'finding')} of DAMAGE${look > 0 ? `, ${formatCount(look)} to look at` : ''}`;
	return look > 0 ? `${formatCount(look)} to look at, no damage` : 'nothing to look at';
}

/** What is proved, and how that is known; never more. */
function proofText({proof, counts}: Pick<VerifyReport, 'proof' | 'counts'>): string {
	const {sessions, bytes, generations, generationBytes, isAllHere, by, since, rebuilt, unproved} = proof;
	if (sessions === 0 && generations === 0) return 'the ledger answers for nothing yet';
	const kept =
		generations === 0 ? '' : ` and ${countOf(generations, 'earlier version')} (${formatBytes(generationBytes)})`;
	const what = `${countOf(sessions, 'session')}, ${formatBytes(bytes)}${kept} ever acknowledged`;
	const damaged = countOfSeverity(counts, 'damage');
	const missing = damaged > 0 ? `NOT all here (${countOf(damaged, 'finding')} of damage)` : 'not all of it was seen';
	const state = isAllHere ? 'all here' : missing;
	const how =
		by === 'content' ? 'every byte matches the ledger’s hash' : 'by name, size and time; --deep reads the bytes';
	const from =
		since === undefined
			? ''
			: `; ${countOf(rebuilt, 'of them is', 'of them are')} proved since ${new Date(since).toISOString()} only`;
	const unsure =
		unproved === 0
			? ''
			: `; ${countOf(unproved, 'session')} changed meanwhile or could not be read and ${unproved === 1 ? 'is' : 'are'} not proved`;
	return `${what}: ${state} (${isAllHere ? how : by === 'content' ? 'every byte was read' : how})${from}${unsure}`;
}

function groupText({kind, severity, count}: FindingCount, findings: readonly Finding[]): string[] {
	const {title, todo} = explanations[kind];
	const mark = {damage: '✗', look: '!', info: ' '}[severity];
	const head = `  ${mark} ${formatCount(count).padStart(6)} ${title} [${kind}, ${severity}]`;
	if (severity === 'info') return [head];
	const own = findings.filter(finding => finding.kind === kind && finding.severity === severity);
	const lines = own.slice(0, namedFindings).map(({path, detail, generation}) => {
		const of = path === '' ? '' : `${clean(shown(path))}: `;
		return `             ${of}${clean(detail)}${generation === undefined ? '' : ` (${clean(generation)})`}`;
	});
	const rest = count - lines.length;
	return [
		head,
		...lines,
		...(rest > 0 ? [`             … and ${formatCount(rest)} more; --json names them`] : []),
		`             → ${todo}`,
	];
}

/** What a repair did, for people. */
export function repairText({spoke, repaired, elsewhere, failed}: RepairReport): string[] {
	const name = clean(spoke);
	return [
		...repaired.map(({path, from, generation}) => {
			const what = `${clean(shown(path))}${generation === undefined ? '' : ` (${clean(generation)})`}`;
			const source = {spoke: 'from the spoke', generation: 'from bytes the hub kept', itself: 'it is right again'}[
				from
			];
			return `✓ ${name}: repaired ${what}: ${source}`;
		}),
		...elsewhere.map(
			({path, file}) =>
				`! ${name}: ${clean(shown(path))} is not written to, something else fills that folder; its true bytes are in ${clean(file)}`,
		),
		...failed.map(({path, reason}) => `✗ ${name}: ${clean(shown(path))} could not be repaired: ${reason}`),
	];
}
