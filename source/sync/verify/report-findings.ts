import type {Finding, FindingCount, FindingKind, Severity} from './types.js';

/** Findings held in memory: a folder of a hundred thousand odd files must not fill it. */
const mostFindings = 10_000;

const order: Readonly<Record<Severity, number>> = {damage: 0, look: 1, info: 2};

/** Gathers what a verify finds: counts everything, and keeps the worst. */
export class Findings {
	readonly #kept: Record<Severity, Finding[]> = {damage: [], look: [], info: []};
	readonly #counts = new Map<string, {kind: FindingKind; severity: Severity; count: number}>();

	add(finding: Finding): void {
		const {kind, severity} = finding;
		const key = `${severity} ${kind}`;
		const counted = this.#counts.get(key) ?? {kind, severity, count: 0};
		counted.count++;
		this.#counts.set(key, counted);
		if (this.#kept[severity].length < mostFindings) this.#kept[severity].push(finding);
	}

	/** Puts another finding in the place of one that was added: the same kind and severity. */
	replace(before: Finding, after: Finding): void {
		const kept = this.#kept[before.severity];
		const at = kept.indexOf(before);
		if (at !== -1) kept[at] = after;
	}

	/** Those of a severity, in the order they came. */
	of(severity: Severity): readonly Finding[] {
		return this.#kept[severity];
	}

	/** Worst first, then by path. */
	list(): Finding[] {
		const {damage, look, info} = this.#kept;
		return [...damage, ...look, ...info].sort(byWeight).slice(0, mostFindings);
	}

	counts(): FindingCount[] {
		return sortCounts([...this.#counts.values()]);
	}
}

/** Counts of a list of findings that is complete. */
export function countFindings(findings: Iterable<Finding>): FindingCount[] {
	const all = new Findings();
	for (const finding of findings) all.add(finding);
	return all.counts();
}

/** How many findings of a severity there are. */
export function countOfSeverity(counts: readonly FindingCount[], severity: Severity): number {
	return counts.reduce((sum, one) => (one.severity === severity ? sum + one.count : sum), 0);
}

/** Worst first; of one severity the most frequent. */
export function sortCounts(counts: readonly FindingCount[]): FindingCount[] {
	return counts.toSorted(
		(a, b) => order[a.severity] - order[b.severity] || b.count - a.count || a.kind.localeCompare(b.kind),
	);
}

function byWeight(a: Finding, b: Finding): number {
	return order[a.severity] - order[b.severity] || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}
