import type {Released} from '../sync/jobs/release.js';
import type {SyncReport} from '../sync/jobs/sync.js';
import type {Holder} from '../sync/schedule/lease.js';
import {formatBytes, formatCount, formatDuration} from '../text/format.js';
import type {Toast} from './types.js';

/** A toast without its place in time. */
export interface ResultText {
	readonly level: Toast['level'];
	readonly text: string;
}

/** How runs that a person asked for went: of one what it brought, of several who did not come through. */
export function reportsText(reports: readonly SyncReport[], isDryRun: boolean): ResultText {
	const [only] = reports;
	if (only && reports.length === 1) return reportText(only, isDryRun);
	const failed = reports.filter(({result}) => result === 'failed');
	const locked = reports.filter(({result}) => result === 'locked');
	const cancelled = reports.filter(({result}) => result === 'cancelled');
	const done = reports.filter(({result}) => result === 'done');
	const arrived = done.reduce((sum, {files}) => sum + files.new + files.extended, 0);
	const bytes = done.reduce((sum, report) => sum + report.bytes, 0);
	const parts = [
		`${isDryRun ? 'dry run of' : 'synced'} ${spokes(done.length)}${arrived > 0 ? `: ${sessions(arrived)}, ${formatBytes(bytes)}` : ', nothing new'}`,
		...named('failed', failed),
		...named('in another run', locked),
		...named('cancelled', cancelled),
	];
	return {level: failed.length > 0 ? 'error' : locked.length > 0 ? 'warn' : 'info', text: parts.join('; ')};
}

function reportText({spoke, result, files, bytes, tookMs, message, cause}: SyncReport, isDryRun: boolean): ResultText {
	switch (result) {
		case 'failed': {
			return {level: 'error', text: `${spoke}: ${message ?? 'failed'}${cause === undefined ? '' : ` [${cause}]`}`};
		}

		case 'locked': {
			return {level: 'warn', text: `${spoke}: another run has it already`};
		}

		case 'cancelled': {
			return {level: 'info', text: `${spoke}: cancelled; what arrived so far is kept for the next run`};
		}

		case 'done': {
			const arrived = files.new + files.extended;
			const what = arrived === 0 ? 'nothing new' : `${files.new} new, ${files.extended} grew, ${formatBytes(bytes)}`;
			const held = files.held > 0 ? `; ${sessions(files.held)} held` : '';
			const text = isDryRun
				? `${spoke}: dry run: ${arrived === 0 ? 'nothing would arrive' : `${what} would arrive`}${held}`
				: `${spoke}: ${what}${held} in ${formatDuration(tookMs)}`;
			return {level: files.held > 0 ? 'warn' : 'info', text};
		}
	}
}

/** How a release went. */
export function releasedText(spoke: string, released: Released | {readonly heldBy: Holder}): ResultText {
	if ('heldBy' in released)
		return {level: 'warn', text: `${spoke} is being synced right now; try again after that run`};
	const {halt, paths} = released;
	if (!halt && paths.length === 0) return {level: 'info', text: `${spoke}: nothing is held`};
	const what = paths.length > 0 ? `: ${sessions(paths.length)}, the hub's copies stay current` : '';
	return {level: 'info', text: `${spoke} released${what}`};
}

function named(what: string, reports: readonly SyncReport[]): string[] {
	if (reports.length === 0) return [];
	const names = reports.slice(0, 3).map(({spoke}) => spoke);
	const more = reports.length > names.length ? `, +${reports.length - names.length}` : '';
	return [`${formatCount(reports.length)} ${what}: ${names.join(', ')}${more}`];
}

function spokes(count: number): string {
	return `${formatCount(count)} ${count === 1 ? 'spoke' : 'spokes'}`;
}

function sessions(count: number): string {
	return `${formatCount(count)} ${count === 1 ? 'session' : 'sessions'}`;
}
