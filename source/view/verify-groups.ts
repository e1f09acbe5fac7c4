import type {Finding, FindingKind, Severity, VerifyReport} from '../sync/verify/types.js';
import type {UiState} from './types.js';
import type {FindingChoice, VerifyLevel} from './ui-verify.js';

/** Findings of one kind that are equally bad. */
export interface FindingGroup {
	readonly id: string;
	readonly kind: FindingKind;
	readonly severity: Severity;
	/** How many there are. */
	readonly count: number;
	/** In the order of the report; fewer than `count` where a stored report had no room for all. */
	readonly findings: readonly Finding[];
}

// What was worked out, by the report it was worked out from: reports are never changed.
const known = new WeakMap<VerifyReport, readonly FindingGroup[]>();

/** The findings of a report in groups, the worst first. */
export function groupsOf(report: VerifyReport): readonly FindingGroup[] {
	const before = known.get(report);
	if (before) return before;
	const byGroup = Map.groupBy(report.findings, groupId);
	const groups = report.counts.map((one): FindingGroup => {
		const id = groupId(one);
		return {...one, id, findings: byGroup.get(id) ?? []};
	});
	known.set(report, groups);
	return groups;
}

function groupId({kind, severity}: Pick<Finding, 'kind' | 'severity'>): string {
	return `${severity} ${kind}`;
}

/** What of a report is selected, and how closely it is looked at. */
export interface VerifyPlace {
	readonly level: VerifyLevel;
	/** Undefined when nothing was found. */
	readonly group: FindingGroup | undefined;
	/** Of the group; the first unless another one was chosen, undefined when the report has none of it. */
	readonly finding: Finding | undefined;
	/** Index of the finding in its group; 0 without one. */
	readonly at: number;
}

const nowhere: VerifyPlace = {level: 'groups', group: undefined, finding: undefined, at: 0};

/**
 * What of a report is selected: as it was chosen, as far as this report still has it.
 * @param of whose report it is: choices made in another one's mean nothing here
 */
export function placeIn(report: VerifyReport | undefined, of: string | undefined, ui: UiState['verify']): VerifyPlace {
	const groups = report ? groupsOf(report) : [];
	const [first] = groups;
	if (!first) return nowhere;
	if (ui.of !== of) return {level: 'groups', group: first, finding: first.findings[0], at: 0};
	const chosen = groups.find(({id}) => id === ui.group);
	const group = chosen ?? first;
	const at = chosen ? indexOf(group.findings, ui.finding) : 0;
	const finding = group.findings[at];
	// What was looked at is gone: nobody is put into another group or file.
	const isGone = finding === undefined || (ui.finding !== undefined && idOf(finding) !== ui.finding.id);
	const level = !chosen || !finding ? 'groups' : ui.level === 'file' && isGone ? 'files' : ui.level;
	return {level, group, finding, at};
}

function indexOf(findings: readonly Finding[], choice: FindingChoice | undefined): number {
	if (!choice) return 0;
	const there = findings[choice.at];
	if (there && idOf(there) === choice.id) return choice.at;
	const moved = findings.findIndex(finding => idOf(finding) === choice.id);
	return moved === -1 ? Math.max(0, Math.min(choice.at, findings.length - 1)) : moved;
}

/** What tells a finding from the others of its group, as far as anything does. */
export function idOf({path, offset, generation, other}: Finding): string {
	return [path, offset, generation, other?.computer, other?.path].join('\n');
}

/** Findings that a `y` can put right. */
export function repairable(findings: readonly Finding[]): Finding[] {
	return findings.filter(({repair}) => repair !== undefined);
}

/** How many findings are how bad. */
export function countsOf(report: VerifyReport): Readonly<Record<Severity, number>> {
	const counts = {damage: 0, look: 0, info: 0};
	for (const {severity, count} of report.counts) counts[severity] += count;
	return counts;
}
