import {clean} from '../../text/clean.js';
import {countOf} from '../../text/format.js';
import type {Hub} from '../hub.js';
import {withSpoke} from '../jobs/spoke-work.js';
import type {Holder} from '../schedule/lease.js';
import {shown} from '../sessions/tree.js';
import type {ProofTotals} from '../store/ledger-rows.js';
import {contentKinds} from '../verify/compare-content.js';
import {type RepairReport, repair} from '../verify/repair.js';
import {countOfSeverity} from '../verify/report-findings.js';
import type {Finding, VerifyReport} from '../verify/types.js';
import {workOf} from './verify-work.js';

export type {RepairReport} from '../verify/repair.js';

/**
 * Repairs what the last verify of a spoke found damaged and said to be repairable, under the spoke's lease.
 * @param paths only these sessions; all of them unless given
 * @returns what was done, or who holds the spoke: nothing was done then
 * @throws SyncError, or what the hub's own disk says: nothing is lost then
 */
export async function repairSpoke(
	hub: Hub,
	spoke: string,
	paths?: readonly string[],
): Promise<RepairReport | {readonly heldBy: Holder}> {
	const own = hub.spoke(spoke)?.config;
	if (!own) throw new Error(`no spoke is called '${spoke}'`);
	const report = hub.spoke(spoke)?.verify.report ?? hub.store.verifies.get(spoke);
	const wanted = paths && new Set(paths);
	const findings = (report?.findings ?? []).filter(
		({repair: source, path}) => source !== undefined && (wanted?.has(path) ?? true),
	);
	const done = await withSpoke(workOf(hub, own), async context =>
		repair({context, method: hub.methodOf(own), onCommand: line => hub.command(spoke, line)}, findings),
	);
	if ('heldBy' in done) return done;
	say(hub, done);
	hub.refresh();
	// Another process may have verified meanwhile: what it found must not be forgotten.
	const isLatest = report?.startedAt === hub.store.verifies.get(spoke)?.startedAt;
	if (report && isLatest) publish(hub, withoutRepaired(report, done, hub.store.ledger.proofTotals(spoke)));
	return done;
}

function say(hub: Hub, {spoke, repaired, failed}: RepairReport): void {
	for (const {path, from, generation} of repaired) {
		if (from === 'itself') continue;
		const what = generation === undefined ? clean(shown(path)) : `a kept version of ${clean(shown(path))}`;
		const source = from === 'spoke' ? 'the spoke' : 'bytes that the hub kept';
		hub.log('WARN', spoke, `repaired ${what} of '${spoke}' from ${source}; the damaged copy is kept`);
	}

	if (failed.length > 0) {
		hub.log(
			'ERROR',
			spoke,
			`${countOf(failed.length, 'session')} of '${spoke}' could not be repaired: ${failed[0]!.reason}`,
		);
	}
}

/**
 * What was proved by its hash while it was repaired is no finding any more, nor is what the damaged lines showed: what the
 * true ones show, the next verify tells.
 */
function withoutRepaired(report: VerifyReport, {repaired}: RepairReport, totals: ProofTotals): VerifyReport {
	const keyOf = ({path, generation}: Pick<Finding, 'path' | 'generation'>) => JSON.stringify([path, generation]);
	const mended = new Set(repaired.map(keyOf));
	const isOfLines = ({kind}: Finding) => kind === 'writing' || contentKinds.has(kind);
	const isMended = (finding: Finding) =>
		(finding.repair !== undefined || isOfLines(finding)) && mended.has(keyOf(finding));
	const gone = report.findings.filter(isMended);
	const counts = report.counts
		.map(one => ({
			...one,
			count: one.count - gone.filter(({kind, severity}) => kind === one.kind && severity === one.severity).length,
		}))
		.filter(({count}) => count > 0);
	return {
		...report,
		findings: report.findings.filter(finding => !isMended(finding)),
		counts,
		proof: {
			...report.proof,
			...totals,
			isAllHere: countOfSeverity(counts, 'damage') === 0 && report.proof.unproved === 0,
		},
	};
}

function publish(hub: Hub, report: VerifyReport): void {
	const {spoke} = report;
	try {
		hub.store.transaction(() => hub.store.verifies.put(report));
		const last = hub.store.facts.get(spoke!).lastVerify;
		const damage = countOfSeverity(report.counts, 'damage');
		const look = countOfSeverity(report.counts, 'look');
		const {isAllHere} = report.proof;
		if (last) hub.learn(spoke!, {lastVerify: {...last, damage, look, isAllHere}});
	} catch (error) {
		hub.store.complain(error);
	}

	hub.emit({type: 'verified', spoke, report});
}
