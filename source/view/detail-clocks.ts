import {clean} from '../text/clean.js';
import {formatAge, formatBytes, formatCount, formatDuration} from '../text/format.js';
import type {DetailSight} from './detail-sight.js';
import {type Line, piece} from './pieces.js';
import {field} from './text-layout.js';
import {absoluteTime} from './times.js';

/**
 * The four clocks, which are never the same: when it last answered, when a sync last ended well, when pi last wrote, and
 * how old all of this is.
 */
export function clockLines(sight: DetailSight): Line[] {
	const {row} = sight;
	const newest = clock(sight, 'Newest', row.newestAt, 'last write, by file time');
	if (!row.spoke) return newest;
	const {facts, config} = row.spoke;
	if (config.source === undefined) return newest;
	return [
		...clock(
			sight,
			'Seen',
			row.seenAt,
			`last contact${facts.lastSeenVia === undefined ? '' : ` (${clean(facts.lastSeenVia)})`}`,
		),
		...clock(sight, 'Synced', row.syncedAt, lastGood(sight)),
		...newest,
		...clock(sight, 'Checked', facts.checkedAt, 'last attempt to reach it'),
	];
}

function clock(
	{now, timeZone, width, style}: DetailSight,
	label: string,
	at: number | undefined,
	meaning: string,
): Line[] {
	const age = formatAge(at, now);
	if (at === undefined || age === 'never') return field(label, [[[piece('never', 'faint')]]], width, style);
	const text = age === 'in future' ? age : `${age} ago`;
	const facts: Line[] = [[piece(text.padEnd(7))], [piece(absoluteTime(at, now, timeZone), 'faint')]];
	// A line each would be four lines of explanation; on a narrow screen the times say enough.
	const isRoomy = field(label, [[...facts, [piece(meaning)]]], width, style).length === 1;
	return field(label, [isRoomy ? [...facts, [piece(meaning, 'faint')]] : facts], width, style);
}

function lastGood({row}: DetailSight): string {
	const run = row.spoke?.lastRun;
	if (run?.result !== 'done') return 'last good sync';
	const files = run.files.new + run.files.extended;
	const moved = `${formatCount(files)} file${files === 1 ? '' : 's'}, ${formatBytes(run.bytes)}`;
	return `last good: ${files === 0 ? 'nothing new' : moved}, ${formatDuration(run.tookMs)}`;
}
