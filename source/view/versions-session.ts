import {isFilledByHub} from '../sync/config/filled.js';
import {shown} from '../sync/sessions/tree.js';
import {clean} from '../text/clean.js';
import {formatAgo, formatBytes, formatCount, tilde} from '../text/format.js';
import {type Line, piece, wrapLine} from './pieces.js';
import {field} from './text-layout.js';
import {absoluteTime, shortTime} from './times.js';
import {comparable, heldWord, isHeld, othersFill, selectedVersion, type VersionItem} from './versions-items.js';
import type {ShownSession, VersionsSight} from './versions-sight.js';
import {fit} from './width.js';

/** Hex digits of a hash that are shown: enough to tell the versions of one session apart. */
const hashDigits = 8;
const nameCells = 13;

/** Cells of the columns of a page; 0: not shown. */
function columnsOf(width: number) {
	if (width >= 100) return {bytes: 15, when: 28, hash: hashDigits};
	if (width >= 72) return {bytes: 15, when: 9, hash: hashDigits};
	return width >= 48 ? {bytes: 9, when: 9, hash: 0} : {bytes: 8, when: 0, hash: 0};
}

/** Why the session is held and what is likely to have happened; nothing for one that is not held. */
export function aboutLines({held, story}: ShownSession, {now, width, style}: VersionsSight): Line[] {
	const lines: Line[] = [];
	if (held) {
		const since = `first seen ${formatAgo(held.firstAt, now)}`;
		const facts = [[piece(heldWord(held.kind), 'warn')], [piece(since, 'faint')]];
		lines.push(...field(held.isReleased ? 'Released' : 'Held', [facts], width, style));
	}

	if (story !== undefined) lines.push(...field('Likely', [[[piece(clean(story))]]], width, style));
	return lines.length === 0 ? [] : [...lines, []];
}

/** The titles of the columns. */
export function versionHead({width}: VersionsSight): Line {
	const {bytes, when, hash} = columnsOf(width);
	const cells = [
		fit('  VERSION', nameCells + 2),
		fit('BYTES', bytes, {align: 'right'}),
		...(when === 0 ? [] : [fit('WHEN', when)]),
		...(hash === 0 ? [] : [fit('SHA-256', hash)]),
		'WHY',
	];
	return [piece(cells.join('  '), 'label')];
}

/** One version, in one line. */
export function versionLine(item: VersionItem, isSelected: boolean, sight: VersionsSight): Line {
	const {width, now, timeZone, style, ui} = sight;
	const columns = columnsOf(width);
	const {bytes, at, sha256, name, why, kind, id} = item;
	const exact = columns.bytes > 9 ? `${formatCount(bytes ?? 0)} B` : formatBytes(bytes ?? 0);
	const when = columns.when > 9 ? absoluteTime : shortTime;
	return [
		piece(isSelected ? style.glyph('cursor') : ' ', 'key'),
		piece(id === ui.marked ? style.glyph('mark') : ' ', 'key'),
		piece(fit(name, nameCells), isSelected ? 'strong' : undefined),
		piece(`  ${fit(bytes === undefined ? 'no file' : exact, columns.bytes, {align: 'right'})}`),
		...(columns.when === 0
			? []
			: [piece(`  ${fit(at === undefined ? '' : when(at, now, timeZone), columns.when)}`, 'faint')]),
		...(columns.hash === 0 ? [] : [piece(`  ${fit(sha256?.slice(0, hashDigits) ?? '', columns.hash)}`, 'faint')]),
		piece(`  ${why}`, kind === 'spoke' ? 'warn' : undefined),
	];
}

/** What can be done, and to what that leads; then of the version under the cursor what a line has no room for. */
export function actionLines(session: ShownSession, sight: VersionsSight): Line[] {
	const {row, keys, ui, width, style, now, timeZone} = sight;
	const item = selectedVersion(session, ui);
	const {file, at, sha256, kind, name} = item;
	const when = at === undefined ? [] : [[piece(absoluteTime(at, now, timeZone))]];
	const hash = sha256 === undefined ? [] : [[piece(hashText(sha256, width), 'faint')]];
	const place =
		file === undefined
			? [piece('its bytes are not on this hub', 'faint')]
			: [piece(tilde(clean(shown(file), 4096), sight.home))];
	const isOurs = row.spoke !== undefined && isFilledByHub(row.spoke.config);
	const pair = comparable(session, ui);
	const wishes: Line[] = [
		...(isHeld(session)
			? [wish(keys.keep, ' keeps the hub’s copy current and releases it: nothing on the hub changes')]
			: []),
		...(session.held && session.seenFile !== undefined && isOurs
			? [wish(keys.accept, ' makes the spoke’s version current: the hub’s becomes an earlier one')]
			: []),
		...(kind === 'kept' && isOurs
			? [wish(keys.restore, ` brings ${name} back as current: what is current becomes an earlier one`)]
			: []),
		...(kind === 'kept' ? [wish(keys.write, ` writes ${name} into a file you name`)] : []),
		...(pair ? [wish(keys.compare, ` compares ${pair.one.name} with ${pair.other.name}`)] : []),
	].filter(line => line.length > 0);
	const isExplained = !isOurs && (session.held !== undefined || kind === 'kept');
	return [
		[],
		...wishes.flatMap(line => wrapLine(line, width, 4)),
		...(isExplained ? wrapLine([piece(`  ${othersFill}`, 'faint')], width, 2) : []),
		[],
		...field('File', [[place], [...when, ...hash]], width, style),
	];
}

/** All of it where that fits into one line; `y` copies it anyway. */
function hashText(sha256: string, width: number): string {
	return width >= 76 ? sha256 : `sha256 ${sha256.slice(0, 2 * hashDigits)}…`;
}

function wish(key: string | undefined, does: string): Line {
	return key === undefined ? [] : [piece(`  ${key}`, 'key'), piece(does)];
}
