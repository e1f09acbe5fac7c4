import type {Hub} from '../sync/hub.js';
import type {RepairReport} from '../sync/services/repairing.js';
import {startVerifying, type Verifying} from '../sync/services/verifying.js';
import {isSleepLike} from '../sync/status.js';
import {countOfSeverity} from '../sync/verify/report-findings.js';
import type {VerifyReport} from '../sync/verify/types.js';
import {jsonLine} from '../text/json.js';
import {type HubFlags, openHub, pickSpokes, UsageError} from './open-hub.js';
import {type Asker, isYes} from './spoke-ask.js';
import {type CommandIo, exit, worstExit} from './types.js';
import {verifyJson} from './verify-json.js';
import {showVerifyProgress} from './verify-progress.js';
import {repairText, reportText} from './verify-text.js';

/** What `sync verify` takes. */
export interface VerifyFlags extends HubFlags {
	readonly json?: boolean;
	readonly all?: boolean;
	readonly deep?: boolean;
	readonly repair?: boolean;
	readonly yes?: boolean;
	/** Positional names and values of `--spoke`. */
	readonly names: readonly string[];
}

/**
 * `sync verify`: the hub's copies against their ledger, against the spoke, and each file's own lines. No name means all
 * enabled spokes and the hub's own sessions. `--repair` brings true bytes back where they still are.
 */
export async function syncVerify(io: CommandIo, flags: VerifyFlags, asker: Asker): Promise<number> {
	if (flags.names.length > 0 && flags.all) throw new UsageError('name spokes or say --all, not both');
	const {hub, close} = await openHub(io, flags, {by: io.env.PI_BRAIN_BY === 'cron' ? 'cron' : 'command'});
	try {
		const isNamed = flags.names.length > 0;
		const enabled = hub.state.spokes.filter(({config}) => config.enabled).map(({config}) => config.name);
		const names: Array<string | undefined> = isNamed ? pickSpokes(hub, flags.names) : [undefined, ...enabled];
		const verifying = startVerifying(hub);
		const stop = showVerifyProgress(hub, io);
		const reports = await verifying
			.run(names, {isDeep: flags.deep ?? false, by: hub.by, signal: io.signal})
			.finally(stop);
		if (!flags.json)
			for (const line of reports.flatMap(one => reportText(one, hub.state.config))) io.stdout.write(`${line}\n`);
		const repairs = flags.repair && !io.signal.aborted ? await repairAll(io, flags, asker, verifying, reports) : [];
		const final = reports.map(report => latest(hub, report));
		if (flags.json)
			io.stdout.write(
				jsonLine({schema: 1, spokes: final.map(report => verifyJson(report)), ...repairsJson(flags, repairs)}),
			);
		const codes = final.map(report => exitOfVerify(report, isNamed, hub));
		return worstExit([...codes, ...repairs.map(done => ('heldBy' in done ? exit.locked : exit.ok))]);
	} finally {
		await close();
	}
}

type Repair = RepairReport | {readonly spoke: string; readonly heldBy: unknown};

async function repairAll(
	io: CommandIo,
	flags: VerifyFlags,
	asker: Asker,
	verifying: Verifying,
	reports: readonly VerifyReport[],
): Promise<Repair[]> {
	const done: Repair[] = [];
	for (const {spoke, findings, result} of reports) {
		const count = findings.filter(({repair}) => repair !== undefined).length;
		if (spoke === undefined || result !== 'done' || count === 0) continue;
		const question = `Repair ${count} ${count === 1 ? 'file' : 'files'} of '${spoke}'? The damaged copies are kept.`;
		if (!flags.yes && !(await isYes(asker, question))) {
			if (!asker.isThere)
				io.stderr.write(`nothing of '${spoke}' was repaired: nobody is there to ask; --yes repairs without asking\n`);
			continue;
		}

		const repaired = await verifying.repair(spoke);
		if ('heldBy' in repaired) {
			io.stderr.write(`'${spoke}' is held by another run; nothing of it was repaired: try again when that has ended\n`);
			done.push({spoke, heldBy: repaired.heldBy});
			continue;
		}

		done.push(repaired);
		if (!flags.json) for (const line of repairText(repaired)) io.stdout.write(`${line}\n`);
	}

	return done;
}

function repairsJson({repair}: VerifyFlags, repairs: readonly Repair[]): object {
	if (!repair) return {};
	return {repairs: repairs.map(one => ('heldBy' in one ? {spoke: one.spoke, isLocked: true} : one))};
}

/** The report as a repair left it. */
function latest(hub: Hub, report: VerifyReport): VerifyReport {
	const known = report.spoke === undefined ? undefined : hub.spoke(report.spoke)?.verify.report;
	return known?.startedAt === report.startedAt ? known : report;
}

/**
 * The exit status a report stands for. A spoke that cannot be reached is a failure when it was named; without a name, one
 * that only sleeps is a warning, as in `sync status`.
 */
export function exitOfVerify({result, counts, unreachable, spoke}: VerifyReport, isNamed: boolean, hub: Hub): number {
	const codes: number[] = [];
	if (result === 'failed') codes.push(exit.failed);
	if (countOfSeverity(counts, 'damage') > 0) codes.push(exit.damage);
	if (countOfSeverity(counts, 'look') > 0) codes.push(exit.warning);
	if (unreachable && spoke !== undefined) {
		const isAsleep = isSleepLike(unreachable.cause, hub.clock.now(), hub.spoke(spoke)?.facts.lastSeen);
		codes.push(!isNamed && isAsleep ? exit.warning : exit.failed);
	}

	return worstExit(codes);
}
