import {hintOf} from '../sync/diagnosis/hints.js';
import {failureOf, type PastFailure, pendingOf} from '../sync/store/facts.js';
import type {Space} from '../sync/versions/types.js';
import {clean} from '../text/clean.js';
import {countOf, formatAge, formatBytes, formatCount} from '../text/format.js';
import {clockLines} from './detail-clocks.js';
import {errorLines} from './detail-errors.js';
import {holdLines} from './detail-holds.js';
import {jobLines} from './detail-job.js';
import {newestLines, runLines, stripLines} from './detail-lists.js';
import {scheduleLines} from './detail-schedule.js';
import {type DetailSight, reading} from './detail-sight.js';
import {verifyLines} from './detail-verify.js';
import {highlight, searchFor} from './find.js';
import {type Line, paintLines, piece} from './pieces.js';
import {field} from './text-layout.js';
import {absoluteTime} from './times.js';

/** Lines of evidence shown below a failure. */
const evidenceLines = 8;
/** Of a disk, below which little room is a warning. */
const leastFree = 0.05;

/**
 * Everything known of one spoke, or of the hub's own sessions: what is wrong and what to try first, then the facts, then
 * what came last.
 * @returns all lines, painted, each at most `width` cells
 */
export function detailBody(sight: DetailSight): string[] {
	const {row, width, style, find = ''} = sight;
	const lines = [
		...stateLines(sight),
		...jobLines(sight),
		...placeLines(sight),
		...clockLines(sight),
		...sessionLines(sight),
		...verifyLines(sight),
		...(row.spoke ? [...errorLines(sight), ...holdLines(sight)] : []),
		...scheduleLines(sight),
		...diskLines(sight),
		...(row.spoke ? stripLines(sight) : []),
		...newestLines(sight),
		...(row.spoke ? runLines(sight) : []),
	];
	const search = searchFor(find);
	return paintLines(
		lines.map(line => highlight(line, search)),
		width,
		style,
	);
}

/** The title of the detail view: `laptop  ✓ ok  rsync`. */
export function detailTitle({row, style}: Pick<DetailSight, 'row' | 'style'>): Line {
	return [
		piece(row.name, 'title'),
		piece('  '),
		piece(`${style.glyph(row.tone)} ${row.word === 'hub' ? 'this hub' : row.word}`, row.tone),
		...(row.spoke ? [piece(`  ${row.method}`, 'faint')] : []),
	];
}

function stateLines({row, now, timeZone, width, style}: DetailSight): Line[] {
	if (row.word === 'hub' || !row.spoke) return [];
	const {config, facts, undriven} = row.spoke;
	const failure = failureOf(facts);
	const hint = row.cause === undefined ? undefined : hintOf(row.cause, config);
	const facts1: Line[] = [[piece(`${style.glyph(row.tone)} ${row.word}`, row.tone)]];
	if (row.cause !== undefined) facts1.push([piece(row.cause, 'strong')]);
	if (row.reason !== undefined) facts1.push([piece(row.reason)]);
	const groups: Line[][] = [facts1];
	if (hint !== undefined) groups.push([[piece('Try: ', 'label'), piece(clean(hint), 'strong')]]);
	if (failure && config.enabled) {
		const since = `failing since ${absoluteTime(failure.since, now, timeZone)} (${formatAge(failure.since, now)})`;
		const often = facts.failures > 1 ? `, ${formatCount(facts.failures)} times in a row` : '';
		groups.push([[piece(since + often, 'faint')]]);
		groups.push(...evidence(failure));
	}

	if (undriven !== undefined && row.reason !== clean(undriven)) groups.push([[piece(clean(undriven))]]);
	return field('State', groups, width, style);
}

/** What rsync or ssh said, unless it only repeats the message. */
function evidence({detail, message}: PastFailure): Line[][] {
	return detail
		.split('\n')
		.filter(line => line.trim() !== '' && line !== message && !/^@[@\s]*$/.test(line))
		.slice(0, evidenceLines)
		.map(line => [[piece(`| ${clean(line)}`, 'faint')]]);
}

function placeLines({row, detail, state, width, style}: DetailSight): Line[] {
	const facts: Line[] = [];
	if (row.bytes !== undefined) facts.push([piece(formatBytes(row.bytes))]);
	if (detail?.projects !== undefined) {
		facts.push([piece(countOf(detail.projects, 'project'))]);
	}

	if (!row.spoke) return field('Folder', [[[piece(clean(state.config.sessionsDir))], ...facts]], width, style);
	const {config} = row.spoke;
	const source: Line[] = [
		[piece(config.sourceText === undefined ? unknownSource(config.method) : clean(config.sourceText))],
	];
	if (config.port !== undefined) source.push([piece(`port ${config.port}`, 'faint')]);
	if (config.sshKey !== undefined) source.push([piece(`key ${clean(config.sshKey)}`, 'faint')]);
	if (config.line !== undefined) source.push([piece(`config.yaml line ${config.line}`, 'faint')]);
	return [
		...field('Source', [source], width, style),
		...field('Hub copy', [[[piece(clean(config.path))], ...facts]], width, style),
	];
}

function unknownSource(method: string): string {
	return method === 'manual' ? 'none: something else fills its folder' : `none: ${method} fills its folder`;
}

function sessionLines({row, detail, state, width, style}: DetailSight): Line[] {
	const {sessions, added, spoke} = row;
	if (sessions === undefined) {
		const isWatched = !spoke || (spoke.config.enabled && spoke.config.invalid === undefined);
		const why = isWatched ? 'counting…' : 'not counted';
		return field('Sessions', [[[piece(why, 'faint')]]], width, style);
	}

	const facts: Line[] = [[piece(formatCount(sessions), 'strong')]];
	if (added !== undefined) facts.push([piece(`+${formatCount(added)} in 24 h`)]);
	const growing = detail?.growing ?? 0;
	if (growing > 0) facts.push([piece(`${formatCount(growing)} growing now`, 'busy')]);
	if (spoke?.totals) {
		const {conflictCopies, others, empty} = spoke.totals;
		if (conflictCopies > 0) facts.push([piece(countOf(conflictCopies, 'conflict copy', 'conflict copies'), 'warn')]);
		const shared = state.pairs?.bySpoke[spoke.config.name] ?? 0;
		if (shared > 0) facts.push([piece(`${formatCount(shared)} also in another place`)]);
		if (others > 0) facts.push([piece(countOf(others, 'other file'), 'faint')]);
		if (empty > 0) facts.push([piece(`${formatCount(empty)} without a first line yet`, 'faint')]);
	}

	const look = spoke?.facts.lastLook;
	const further: Line[] = [];
	const pending = spoke ? pendingOf(spoke.facts) : 0;
	if (pending > 0) further.push([piece(`${formatCount(pending)} on the spoke and not yet here`, 'warn')]);
	if (spoke && spoke.gone > 0) further.push([piece(`${formatCount(spoke.gone)} gone on the spoke, kept here`)]);
	if (look && look.notTaken > 0) {
		further.push([piece(`${formatCount(look.notTaken)} not taken (initial_sync_days, size limits)`, 'faint')]);
	}

	return field('Sessions', [facts, further], width, style);
}

/** What the spoke takes, then what is left. */
function diskLines(sight: DetailSight): Line[] {
	const {detail, width, style, versions} = sight;
	const taken = takenFacts(versions?.space);
	if (!detail) return field('Disk', [[[piece(reading, 'faint')]]], width, style);
	if (!detail.disk) return field('Disk', [[[piece('cannot be asked', 'faint')]]], width, style);
	const {free, total} = detail.disk;
	const share = total > 0 ? free / total : 0;
	const text = `${formatBytes(free)} free of ${formatBytes(total)} (${Math.floor(share * 100)} %)`;
	return field('Disk', [[[piece(text, share < leastFree ? 'warn' : undefined)]], taken], width, style);
}

function takenFacts(space: Space | undefined): Line[] {
	if (!space) return [];
	const {current, generations, snapshots, staging} = space;
	const part = (what: string, bytes: number): Line => [piece(`${what} ${formatBytes(bytes)}`, 'faint')];
	return [
		part('sessions', current.bytes),
		part('earlier versions', generations.bytes),
		part('snapshots', snapshots.bytes),
		...(staging.bytes > 0 ? [part('staging', staging.bytes)] : []),
	];
}
