import type {HeldSession} from '../sync/detail.js';
import {shown} from '../sync/sessions/tree.js';
import {clean} from '../text/clean.js';
import {countOf, formatAgo, formatBytes, formatCount} from '../text/format.js';
import {type DetailSight, reading} from './detail-sight.js';
import {type Line, piece} from './pieces.js';
import {field} from './text-layout.js';
import {absoluteTime} from './times.js';
import {heldWord} from './versions-items.js';

/** What is held and why, both versions of each session, how that ends; then the earlier versions that are kept. */
export function holdLines(sight: DetailSight): Line[] {
	return [...heldLines(sight), ...keptLines(sight)];
}

function heldLines(sight: DetailSight): Line[] {
	const {row, detail, now, width, style} = sight;
	const {spoke} = row;
	const halt = spoke?.facts.hold;
	const count = spoke?.holds ?? 0;
	if (!spoke || (!halt && count === 0)) return [];
	const groups: Line[][] = [];
	if (halt) {
		groups.push([
			[piece('the whole spoke', 'warn'), piece(`  ${halt.cause}  ${formatAgo(halt.at, now)}: ${clean(halt.message)}`)],
		]);
	}

	if (count > 0) {
		groups.push([[piece(`${formatCount(count)} ${count === 1 ? 'session' : 'sessions'}`, 'warn')]]);
		groups.push(...(detail ? detail.held.flatMap(held => heldSession(held, sight)) : [[[piece(reading, 'faint')]]]));
		const rest = count - (detail?.held.length ?? count);
		if (rest > 0) groups.push([[piece(`and ${formatCount(rest)} more`, 'faint')]]);
	}

	groups.push([releaseText(sight)]);
	return field('Holds', groups, width, style);
}

function heldSession(held: HeldSession, {now, timeZone, versions}: DetailSight): Line[][] {
	const {path, kind, size, mtimeMs, hubSize, hubMtimeMs, firstAt} = held;
	const version = (where: string, bytes: number | undefined, at: number | undefined): Line[] => [
		[
			piece(`  ${where.padEnd(6)}`, 'label'),
			piece((bytes === undefined ? 'no file' : `${formatCount(bytes)} B`).padStart(16), 'strong'),
			...(at === undefined ? [] : [piece(`   ${absoluteTime(at, now, timeZone)}`)]),
		],
	];
	const story = versions?.sessions?.find(session => session.path === path)?.story;
	const hasContent = kind !== 'retyped' && kind !== 'gone';
	return [
		[[piece(clean(shown(path)))]],
		version('hub', hubSize, hubMtimeMs),
		version('spoke', hasContent ? size : undefined, hasContent ? mtimeMs : undefined),
		[[piece(`  ${heldWord(kind)}, first seen ${formatAgo(firstAt, now)}`, 'faint')]],
		...(story === undefined ? [] : [[[piece('  likely: ', 'label'), piece(clean(story))]]]),
	];
}

function releaseText({row, releaseKey}: DetailSight): Line {
	const {config, facts} = row.spoke!;
	const how = releaseKey ?? `pi-brain-tui sync release ${clean(config.name)}`;
	const stays =
		config.source === undefined ? 'the earlier bytes stay as kept versions' : 'the hub’s copies stay as they are';
	const then = facts.hold ? 'and the next sync takes from it again' : 'and these differences are not held again';
	return [piece(how, 'key'), piece(` releases, once you have looked: ${stays}, ${then}`)];
}

function keptLines({detail, now, timeZone, width, style, versions, versionsKey}: DetailSight): Line[] {
	if (!detail) return field('Kept', [[[piece(reading, 'faint')]]], width, style);
	const {generationsTotal: total, generations} = detail;
	if (total === 0) return field('Kept', [[[piece('no earlier versions')]]], width, style);
	const {generations: earlier, snapshots} = versions?.space ?? {};
	const facts: Line[] = [];
	// Until it is added up, what are the hub's own copies is not told apart.
	if (!earlier || earlier.files > 0) {
		const size = earlier ? `, ${formatBytes(earlier.bytes)}` : '';
		facts.push([piece(`${countOf(earlier?.files ?? total, 'earlier version')}${size}`)]);
	}

	if (snapshots && snapshots.files > 0) {
		const what = countOf(snapshots.files, 'copy of what others write', 'copies of what others write');
		facts.push([piece(`${what}, ${formatBytes(snapshots.bytes)}`)]);
	}

	if (versionsKey !== undefined) facts.push([piece(versionsKey, 'key'), piece(' shows them')]);
	const [latest] = generations;
	if (latest) {
		facts.push([
			piece(`latest ${absoluteTime(latest.at, now, timeZone)}, ${latest.why}: ${clean(shown(latest.path))}`, 'faint'),
		]);
	}

	return field('Kept', [facts], width, style);
}
