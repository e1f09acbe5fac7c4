import type {EntryRef} from '../sync/conflicts/compare-sessions.js';
import {clean} from '../text/clean.js';
import {countOf, formatCount} from '../text/format.js';
import {reading} from './detail-sight.js';
import {type Line, piece} from './pieces.js';
import {field, heading, listLines} from './text-layout.js';
import {absoluteTime, shortTime} from './times.js';
import {comparable, selectedSession, type VersionItem} from './versions-items.js';
import {emptyLines} from './versions-list.js';
import type {VersionsSight} from './versions-sight.js';

/** What two versions of a session have in common, where they part, and the entries that only one of them has. */
export function comparisonLines(sight: VersionsSight): Line[] {
	const {versions, ui, width, style} = sight;
	const session = selectedSession(versions, ui);
	const pair = session && comparable(session, ui);
	const known = versions?.comparison;
	if (!session || !pair) return emptyLines(sight);
	const {one, other} = pair;
	const head = [headLine(one, sight), headLine(other, sight)];
	const isSame = known?.path === session.path && known.one === one.id && known.other === other.id;
	if (!isSame || (!known.found && known.failure === undefined)) return [...head, [piece(reading, 'faint')]];
	if (!known.found) return [...head, [piece('They could not be compared: ', 'warn'), piece(clean(known.failure!))]];
	const {both, firstDifference, relation, changed, changedCount} = known.found;
	const {onlyHere, onlyHereCount, onlyThere, onlyThereCount} = known.found;
	const longer = relation === 'here-longer' ? one.name : relation === 'there-longer' ? other.name : undefined;
	const parts = firstDifference
		? `they part in line ${formatCount(firstDifference.line)}, at byte ${formatCount(firstDifference.offset)}`
		: 'byte for byte the same';
	return [
		...head,
		...field('Both', [[[piece(`${countOf(both, 'entry', 'entries')} in both`)], [piece(parts)]]], width, style),
		...(longer === undefined
			? []
			: field('', [[[piece(`${longer} goes on where the other ends: it holds all of it`)]]], width, style)),
		...entryLines(`ONLY IN ${one.name.toUpperCase()}`, onlyHere, onlyHereCount, sight),
		...entryLines(`ONLY IN ${other.name.toUpperCase()}`, onlyThere, onlyThereCount, sight),
		...(changedCount === 0 ? [] : entryLines('IN BOTH, BUT NOT ALIKE', changed, changedCount, sight)),
	];
}

function headLine({name, bytes, at}: VersionItem, {now, timeZone}: VersionsSight): Line {
	return [
		piece(name.padEnd(14), 'title'),
		piece((bytes === undefined ? '' : `${formatCount(bytes)} B`).padStart(14), 'strong'),
		...(at === undefined ? [] : [piece(`   ${absoluteTime(at, now, timeZone)}`, 'faint')]),
	];
}

function entryLines(title: string, entries: readonly EntryRef[], count: number, sight: VersionsSight): Line[] {
	const {width, style, now, timeZone} = sight;
	const head = heading(count === 0 ? title : `${title}: ${countOf(count, 'entry', 'entries')}`);
	if (entries.length === 0) return [...head, [piece('nothing', 'faint')]];
	const columns = [
		{title: 'LINE', isRight: true},
		{title: 'WHEN', spare: 1},
		{title: 'WHAT'},
		{title: 'ID', spare: 2},
		{title: 'BEGINS'},
	];
	const rows = entries.map(({id, type, role, timestamp, line, preview}) => [
		piece(formatCount(line)),
		piece(timestamp === undefined ? '' : shortTime(timestamp, now, timeZone), 'faint'),
		piece(clean(role ?? type)),
		piece(clean(id ?? ''), 'faint'),
		piece(clean(preview)),
	]);
	const rest = count - entries.length;
	const more = rest > 0 ? [[piece(`and ${formatCount(rest)} more`, 'faint')]] : [];
	return [...head, ...listLines(columns, rows, width, style), ...more];
}
