import type {RunBy} from '../sync/store/runs.js';
import {formatBytes, formatCount, formatDuration} from '../text/format.js';
import type {DetailSight} from './detail-sight.js';
import {type Line, piece} from './pieces.js';
import {field} from './text-layout.js';
import {clockTime} from './times.js';

/** Who asked for a run, for people. */
export const byText: Readonly<Record<RunBy, string>> = {
	dashboard: 'dashboard',
	watch: 'sync watch',
	cron: 'cron',
	command: 'sync run',
};

/** The job that runs or waits, with how far it is; nothing when there is none. */
export function jobLines({row, timeZone, width, style}: DetailSight): Line[] {
	const job = row.spoke?.job;
	if (!job) return [];
	const what = job.isDryRun ? 'dry run' : 'sync';
	if (job.startedAt === undefined) {
		return field('Running', [[[piece(`${what} waits for others to end (tui.concurrency)`, 'busy')]]], width, style);
	}

	const begun: Line = [piece(`${what} by ${byText[job.by]} since ${clockTime(job.startedAt, timeZone)}`, 'busy')];
	if (job.isElsewhere) {
		return field(
			'Running',
			[[begun, [piece('in another process, which tells nothing of its progress', 'faint')]]],
			width,
			style,
		);
	}

	const {progress, pace} = job;
	if (!progress) return field('Running', [[begun, [piece('connecting', 'faint')]]], width, style);
	const {percent, filesDone, filesTotal, bytes} = progress;
	const facts: Line[] = [begun];
	if (percent !== undefined) facts.push([piece(`${Math.floor(percent)} %`, 'strong')]);
	const files =
		filesTotal === undefined ? formatCount(filesDone) : `${formatCount(filesDone)} of ${formatCount(filesTotal)}`;
	facts.push([piece(`${files} files`)], [piece(formatBytes(bytes))]);
	if (pace?.rate !== undefined) facts.push([piece(`${formatBytes(pace.rate)}/s`)]);
	if (pace?.etaMs !== undefined) facts.push([piece(`${formatDuration(pace.etaMs)} left`)]);
	return field('Running', [facts], width, style);
}
