import {hintOf} from '../sync/diagnosis/hints.js';
import type {Hub} from '../sync/hub.js';
import type {Plan} from '../sync/jobs/plan.js';
import type {SyncReport} from '../sync/jobs/sync.js';
import type {LoggedEvent, RunBy} from '../sync/store/runs.js';
import {clean} from '../text/clean.js';
import {formatBytes, formatCount, formatDuration} from '../text/format.js';
import {jsonLine} from '../text/json.js';
import {type HubFlags, openHub, pickSpokes, UsageError} from './open-hub.js';
import {showProgress} from './progress.js';
import {runRecordJson} from './run-json.js';
import {type CommandIo, exit, worstExit} from './types.js';

/** What `sync run` takes. */
export interface RunFlags extends HubFlags {
	readonly json?: boolean;
	readonly all?: boolean;
	readonly dryRun?: boolean;
	/** Positional names and values of `--spoke`. */
	readonly names: readonly string[];
}

/** `sync run`: syncs now. No name means all enabled spokes; a disabled one that is named runs. */
export async function syncRun(io: CommandIo, flags: RunFlags): Promise<number> {
	const by: RunBy = io.env.PI_BRAIN_BY === 'cron' ? 'cron' : 'command';
	const said: LogLine[] = [];
	const {hub, close} = await openHub(io, flags, {by, onLog: line => said.push(line)});
	try {
		for (const {severity, message, spoke} of hub.state.problems) {
			if (severity === 'error' && spoke === undefined) io.stderr.write(`ERROR ${clean(message)}\n`);
		}

		const names = choose(hub, flags);
		if (names.length === 0) {
			if (flags.json) io.stdout.write(jsonLine({schema: 1, runs: []}));
			else io.stdout.write(`Nothing to sync: no enabled spoke in ${clean(hub.state.config.file)} can be synced.\n`);
			return exit.ok;
		}

		const stop = showProgress(hub, io);
		const reports = await hub.sync(names, {isDryRun: flags.dryRun, signal: io.signal});
		stop();
		complain(io, said, flags.json ? [] : reports);
		if (flags.json) io.stdout.write(jsonLine({schema: 1, runs: reports.map(runJson)}));
		else for (const line of reports.flatMap(report => reportText(report, hub))) io.stdout.write(`${line}\n`);
		return worstExit(reports.map(exitOfRun));
	} finally {
		await close();
	}
}

type LogLine = Omit<LoggedEvent, 'id'>;

/** Warnings and errors of the log, once the progress line is gone; what a report says on stdout is not said twice. */
function complain(io: CommandIo, lines: readonly LogLine[], reports: readonly SyncReport[]): void {
	for (const {level, text} of lines) {
		const isReported = reports.some(({message}) => message !== undefined && text.endsWith(clean(message, 4096)));
		if (level !== 'INFO' && !isReported) io.stderr.write(`${level.padEnd(5)} ${text}\n`);
	}
}

function choose(hub: Hub, {names, all}: RunFlags): string[] {
	if (names.length > 0 && all) throw new UsageError('name spokes or say --all, not both');
	if (names.length > 0) {
		const picked = pickSpokes(hub, names);
		const undriven = hub.state.spokes.find(({config, undriven: why}) => why && picked.includes(config.name));
		if (undriven && undriven.config.invalid === undefined) {
			const {name, method} = undriven.config;
			throw new UsageError(
				`'${name}' cannot be synced from here: ${undriven.undriven} (${method}); it is listed and counted`,
			);
		}

		return picked;
	}

	// A spoke whose method nobody drives yet is nobody's failure; one that is wrong in the file is.
	return hub.state.spokes
		.filter(({config, undriven}) => config.enabled && (undriven === undefined || config.invalid !== undefined))
		.map(({config}) => config.name);
}

function runJson(report: SyncReport): object {
	return {...runRecordJson(report), ...(report.plan ? {plan: report.plan} : {})};
}

/** The exit status a run stands for. */
export function exitOfRun({result, files, cause}: SyncReport): number {
	if (result === 'locked') return exit.locked;
	if (result === 'failed') return exit.failed;
	return isWarning({files, cause}) ? exit.warning : exit.ok;
}

/** A file that vanished or grew under the copy is pi at work: the next run has it. */
function isWarning({files, cause}: Pick<SyncReport, 'files' | 'cause'>): boolean {
	return files.held > 0 || (cause !== undefined && cause !== 'SRC_CHANGED');
}

function reportText(report: SyncReport, hub: Hub): string[] {
	const {spoke, result, files, bytes, tookMs, cause, message, detail, plan} = report;
	const name = clean(spoke);
	if (plan) return planText(name, plan, message);
	if (result === 'failed') {
		return [`✗ ${name}: ${clean(message ?? '')} [${cause}]`, ...evidence(message, detail), ...next(report, hub)];
	}

	if (result === 'cancelled') return [`- ${name}: cancelled`];
	if (result === 'locked') return [`- ${name}: ${clean(message ?? '')}`];
	const parts = [
		`${formatCount(files.new)} new`,
		`${formatCount(files.extended)} grown`,
		`${formatCount(files.unchanged)} unchanged`,
		...(files.held > 0 ? [`${formatCount(files.held)} held`] : []),
	];
	const mark = isWarning(report) ? '!' : '✓';
	return [
		`${mark} ${name}: ${parts.join(', ')}; ${formatBytes(bytes)} in ${formatDuration(tookMs)}`,
		...(message === undefined ? [] : [`  ${clean(message)} [${cause}]`, ...evidence(message, detail)]),
	];
}

/** Lines of evidence shown under a failure, unless they only repeat it. */
const evidenceLines = 12;

function evidence(message: string | undefined, detail: string | undefined): string[] {
	if (detail === undefined || detail === message) return [];
	return detail
		.split('\n')
		.filter(line => line.trim() !== '' && !/^@[@\s]*$/.test(line))
		.slice(0, evidenceLines)
		.map(line => `  | ${clean(line)}`);
}

function next({spoke, cause}: SyncReport, hub: Hub): string[] {
	const config = hub.spoke(spoke)?.config;
	const hint = config && cause && hintOf(cause, config);
	return hint === undefined ? [] : [`  → ${clean(hint)}`];
}

function planText(name: string, plan: Plan, message: string | undefined): string[] {
	const bytes = [...plan.arrive, ...plan.grow].reduce((sum, file) => sum + file.bytes, 0);
	const counts = `${formatCount(plan.arrive.length)} would arrive, ${formatCount(plan.grow.length)} would grow, ${formatCount(plan.hold.length)} would be held, ${formatCount(plan.unchanged)} unchanged`;
	return [
		`${name}: ${counts}; ${formatBytes(bytes)}`,
		...(message === undefined ? [] : [`  ${clean(message)}`]),
		...capped(plan.arrive, ({path, bytes: size}) => `  + ${clean(path)}  ${formatBytes(size)}`),
		...capped(plan.grow, ({path, bytes: size}) => `  > ${clean(path)}  +${formatBytes(size)}`),
		...capped(plan.hold, ({path, reason}) => `  ! ${clean(path)}  ${reason}`),
	];
}

/** Files named one by one in a plan; a first sync has thousands. */
const namedFiles = 20;

function capped<File>(files: readonly File[], line: (file: File) => string): string[] {
	const rest = files.length - namedFiles;
	const lines = files.slice(0, namedFiles).map(line);
	return rest > 0 ? [...lines, `  … and ${formatCount(rest)} more; --json names them all`] : lines;
}
