import {shown} from '../sync/sessions/tree.js';
import {clean} from '../text/clean.js';
import {countOf, formatBytes, formatCount} from '../text/format.js';
import {reading} from './detail-sight.js';
import {type Line, piece, wrapLine} from './pieces.js';
import {absoluteTime, shortTime} from './times.js';
import {heldWord, isHeld, selectedSession, versionItems} from './versions-items.js';
import type {ShownSession, VersionsSight} from './versions-sight.js';
import {cells, fit} from './width.js';

/** Cells of a list's columns, without the session's name, which takes the rest. */
interface Columns {
	readonly what: number;
	readonly when: number;
}

function columnsOf(width: number): Columns {
	if (width >= 76) return {what: 30, when: 9};
	return width >= 50 ? {what: 26, when: 0} : {what: Math.min(8, Math.floor(width / 4)), when: 0};
}

/** `laptop  held and earlier versions`, or of one session its path. */
export function versionsTitle({row, versions, ui}: VersionsSight): Line {
	if (ui.level === 'list') return [piece(row.name, 'title'), piece('  held and earlier versions', 'title')];
	const path = selectedSession(versions, ui)?.path ?? ui.path ?? '';
	const what = ui.level === 'compare' ? [piece('compare', 'title'), piece('  ')] : [];
	return [piece(row.name, 'title'), piece('  '), ...what, piece(clean(shown(path)))];
}

/** `2 held, 14 with earlier versions, 12 MB`. */
export function versionsNote({versions, ui}: VersionsSight): string {
	const sessions = versions?.sessions;
	if (!sessions || sessions.length === 0 || ui.level !== 'list') return '';
	const held = sessions.filter(isHeld).length;
	const kept = sessions.filter(({generations}) => generations.length > 0).length;
	const {generations, snapshots} = versions.space ?? {};
	const bytes = (generations?.bytes ?? 0) + (snapshots?.bytes ?? 0);
	return [
		...(held > 0 ? [`${formatCount(held)} held`] : []),
		...(kept > 0 ? [`${formatCount(kept)} with earlier versions`] : []),
		...(bytes > 0 ? [formatBytes(bytes)] : []),
	].join(', ');
}

/** What stands where there is no list. */
export function emptyLines(sight: VersionsSight): Line[] {
	return emptyText(sight).flatMap(line => wrapLine(line, Math.max(1, sight.width), 2));
}

function emptyText({row, versions, ui}: VersionsSight): Line[] {
	if (!row.spoke) return [[piece("The hub's own sessions: nothing is synced, so no earlier versions are kept.")]];
	if (versions?.failure !== undefined) {
		return [[piece('The versions could not be read: ', 'warn'), piece(clean(versions.failure))]];
	}

	if (!versions?.sessions) return [[piece(reading, 'faint')]];
	if (ui.level !== 'list') {
		return [[piece('Nothing is held of this session any more, and it has no earlier versions.')]];
	}

	const halt = row.spoke.facts.hold;
	return [
		[piece(`Nothing of ${row.name} is held one by one, and no session of it has an earlier version.`)],
		...(halt ? [[piece(`The whole spoke is held: ${clean(halt.message)}`, 'warn')]] : []),
		[],
		[
			piece(
				'An earlier version is kept whenever a spoke rewrites a session, whenever a person brings another version ' +
					'back, and of what other programs write into a folder.',
				'faint',
			),
		],
	];
}

/** The titles of the list's columns. */
export function listHead({width}: VersionsSight): Line {
	const {what, when} = columnsOf(width);
	const room = nameRoom(width, {what, when});
	return [
		piece(fit('    SESSION', 4 + room), 'label'),
		piece(`  ${fit('VERSIONS', what)}`, 'label'),
		...(when === 0 ? [] : [piece(`  ${fit('NEWEST', when)}`, 'label')]),
	];
}

/** One session of the list, in one line. */
export function sessionLine(session: ShownSession, isSelected: boolean, sight: VersionsSight): Line {
	const {width, style, now, timeZone} = sight;
	const {what, when} = columnsOf(width);
	const ellipsis = style.glyph('ellipsis');
	const name = nameIn(nameRoom(width, {what, when}), session.path, ellipsis);
	const hasHold = isHeld(session);
	const at = hasHold ? session.held!.firstAt : session.generations[0]?.at;
	const text = what < 20 ? shortSummary(session) : summary(session);
	return [
		piece(isSelected ? style.glyph('cursor') : ' ', 'key'),
		piece(fit(hasHold ? style.glyph('warn') : '', 2), 'warn'),
		piece(' '),
		piece(name, isSelected ? 'strong' : undefined),
		piece(`  ${fit(text, what, {ellipsis})}`, hasHold ? 'warn' : undefined),
		...(when === 0 ? [] : [piece(`  ${at === undefined ? '' : shortTime(at, now, timeZone)}`, 'faint')]),
	];
}

/** The name in so many cells: its folder goes first, because file names begin with the time and end with the id. */
function nameIn(room: number, path: string, ellipsis: string): string {
	const whole = clean(shown(path));
	const at = whole.lastIndexOf('/');
	if (cells(whole) <= room || at === -1) return fit(whole, room, {isMiddle: true, ellipsis});
	const folder =
		room < 45 ? '' : `${fit(whole.slice(0, at), Math.floor(room / 3), {isMiddle: true, ellipsis}).trimEnd()}/`;
	return folder + fit(whole.slice(at + 1), room - cells(folder), {isMiddle: true, ellipsis});
}

function nameRoom(width: number, {what, when}: Columns): number {
	return Math.max(1, width - 4 - what - 2 - (when === 0 ? 0 : when + 2));
}

function summary({held, current, generations}: ShownSession): string {
	const kept = generations.reduce((sum, {length}) => sum + length, 0);
	const earlier = generations.length === 0 ? '' : `${formatCount(generations.length)} earlier, ${formatBytes(kept)}`;
	if (!held || (held.isReleased && earlier !== '')) return earlier;
	const here = current ? formatBytes(current.bytes) : 'gone';
	const there = held.kind === 'retyped' || held.kind === 'gone' ? 'none' : formatBytes(held.size);
	return `${held.isReleased ? 'released' : 'held'}: ${here}, spoke ${there}`;
}

function shortSummary(session: ShownSession): string {
	return isHeld(session) ? 'held' : formatCount(session.generations.length);
}

/** Name, both versions, earlier ones, why. */
const previewRows = 5;

/** More of the session under the cursor: its whole name, both versions of a held one, what is likely to have happened. */
export function previewLines(session: ShownSession, {now, timeZone}: VersionsSight): Line[] {
	const {path, held, generations, story} = session;
	const lines: Line[] = [[piece(clean(shown(path)), 'strong')]];
	const items = versionItems(session);
	for (const {kind, name, bytes, at} of items.filter(item => item.id === 'current' || item.id === 'spoke')) {
		lines.push([
			piece(`  ${(kind === 'current' ? 'hub' : name).padEnd(14)}`, 'label'),
			piece((bytes === undefined ? 'no file' : `${formatCount(bytes)} B`).padStart(14)),
			...(at === undefined ? [] : [piece(`   ${absoluteTime(at, now, timeZone)}`, 'faint')]),
		]);
	}

	const [newest] = generations;
	lines.push([
		piece(`  ${'earlier'.padEnd(14)}`, 'label'),
		piece(
			newest
				? `${countOf(generations.length, 'version')}, the newest ${formatCount(newest.length)} B, kept ${absoluteTime(newest.at, now, timeZone)}`
				: 'none',
			newest ? undefined : 'faint',
		),
	]);
	if (held) {
		const [label, why] = story === undefined ? ['why', heldWord(held.kind)] : ['likely', clean(story)];
		lines.push([piece(`  ${label.padEnd(14)}`, 'label'), piece(why)]);
	}

	// As many for a session that is held as for one that is not, so that the list keeps its height.
	return [...lines, ...new Array<Line>(previewRows - lines.length).fill([])];
}
