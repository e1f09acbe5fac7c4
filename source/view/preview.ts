import {hintOf} from '../sync/diagnosis/hints.js';
import {explain} from '../sync/schedule/foreign.js';
import type {HubState, SpokeState} from '../sync/state.js';
import {clean} from '../text/clean.js';
import {countOf, formatAge, formatBytes, formatCount, formatDuration} from '../text/format.js';
import {keeperText} from './keeper.js';
import {cutLine, type Line, lineWidth, paintLine, piece} from './pieces.js';
import {clockTime} from './times.js';
import type {Style, TableRow} from './types.js';
import {damageOf, lastVerifyPieces, ownDamage, reportPieces} from './verify-known.js';

/** What the lines under the table tell of. */
export interface PreviewInput {
	/** The selected row; undefined: none is shown. */
	readonly row: TableRow | undefined;
	readonly state: HubState;
	/** Milliseconds since the epoch. */
	readonly now: number;
	readonly width: number;
	/** Lines there are. */
	readonly height: number;
	readonly style: Style;
	/** The key that diagnoses; undefined: none does. */
	readonly diagnoseKey?: string | undefined;
	/** The key that verifies; undefined: none does. */
	readonly verifyKey?: string | undefined;
}

/**
 * What matters most about the selected row: exactly `height` lines, none wider than `width`. With a single line that is
 * why it is not well, and what to do.
 */
export function previewLines(input: PreviewInput): string[] {
	const {row, width, height, style} = input;
	const lines = row ? linesOf(row, input) : [];
	return Array.from({length: Math.max(0, height)}, (_, index) =>
		paintLine(cutLine(lines[index] ?? [], width, style), style),
	);
}

function linesOf(row: TableRow, input: PreviewInput): Line[] {
	const {state, now, style, height, width, diagnoseKey, verifyKey} = input;
	const {spoke} = row;
	if (!spoke) return hubLines(state, now, style, verifyKey);
	const notes = [
		...damageLines(damageOf(spoke), style, verifyKey),
		...reasonLines(row, spoke, style, diagnoseKey),
		...foreignLines(spoke, style),
	];
	const runs = [scheduleLine(row, state, now), lastRunLine(spoke, now)].filter(line => line !== undefined);
	const facts = withFact(runs, verifyLine(spoke, now), width);
	if (height === 1) return [notes[0] ? [piece(`${row.name}: `, 'strong'), ...notes[0]] : sourceLine(row, spoke)];
	return [sourceLine(row, spoke), ...notes, ...facts];
}

function verifyLine(spoke: SpokeState, now: number): Line {
	const last = lastVerifyPieces(spoke, now);
	return last ? [piece('verified ', 'label'), ...last] : [piece('never verified', 'faint')];
}

/** A fact more, on the last line that has room for it: there are but three. */
function withFact(lines: readonly Line[], fact: Line, width: number): Line[] {
	const longer = lines.map((line): Line => [...line, piece('   '), ...fact]);
	const at = longer.findLastIndex(line => lineWidth(line) <= width);
	return at === -1 ? [...lines, fact] : lines.with(at, longer[at]!);
}

function damageLines(damage: number, style: Style, key: string | undefined): Line[] {
	if (damage === 0) return [];
	const offer = key === undefined ? [] : [piece('; '), piece(key, 'key'), piece(' shows it', 'label')];
	const what = `${formatCount(damage)} damaged on the hub, the last verify found`;
	return [[piece(`${style.glyph('bad')} ${what}`, 'bad'), ...offer]];
}

function hubLines(state: HubState, now: number, style: Style, key: string | undefined): Line[] {
	const {config, totals, ownVerify} = state;
	const held =
		totals === undefined
			? []
			: [
					piece(
						`${countOf(totals.sessions, 'session')} of its own, ${formatBytes(totals.bytes)}, newest ${formatAge(totals.newestMtimeMs, now)}`,
					),
				];
	return [
		[
			piece(clean(config.hubName), 'strong'),
			piece('  this hub, its own sessions in ', 'label'),
			piece(clean(config.sessionsDir)),
		],
		...damageLines(ownDamage(state), style, key),
		ownVerify.report ? [...held, piece('   verified ', 'label'), ...reportPieces(ownVerify.report, now)] : held,
		[piece('spokes in ', 'label'), piece(clean(config.syncedSessionsDir))],
	];
}

function sourceLine(row: TableRow, {config, undriven}: SpokeState): Line {
	const from = config.sourceText === undefined ? 'filled by others' : clean(config.sourceText);
	const how = undriven === undefined ? '' : ` (${clean(undriven)})`;
	return [
		piece(row.name, 'strong'),
		piece(`  ${row.method}${how}  `, 'label'),
		piece(from),
		piece(' -> ', 'label'),
		piece(clean(config.path)),
	];
}

/** Why it is not well, then what to try first. */
function reasonLines(row: TableRow, {config}: SpokeState, style: Style, key: string | undefined): Line[] {
	if (row.reason === undefined) return [];
	const what = [row.word, row.cause].filter(word => word !== undefined).join(' ');
	const reason: Line = [piece(`${style.glyph(row.tone)} ${what}: `, row.tone), piece(row.reason)];
	const hint =
		row.cause === undefined
			? row.word === 'held'
				? `once you have looked: pi-brain-tui sync release ${config.name}`
				: undefined
			: hintOf(row.cause, config);
	const isUnwell = row.tone === 'bad' || row.tone === 'warn';
	const offer = isUnwell && key !== undefined ? [piece(key, 'key'), piece(' diagnoses   ', 'label')] : [];
	const tried = hint === undefined ? [] : [piece('try: ', 'label'), piece(clean(hint))];
	return offer.length + tried.length === 0 ? [reason] : [reason, [...offer, ...tried]];
}

function foreignLines({foreignWriters}: SpokeState, style: Style): Line[] {
	return foreignWriters.flatMap(writer => {
		const [first] = explain(writer);
		const isDeleting = writer.isDeleting ? ', and deletes there' : '';
		return first === undefined ? [] : [[piece(`${style.glyph('warn')} ${first}${isDeleting}`, 'warn')]];
	});
}

function scheduleLine(row: TableRow, state: HubState, now: number): Line | undefined {
	const {spoke} = row;
	if (!spoke?.config.enabled || spoke.config.invalid !== undefined) return undefined;
	const {schedule} = spoke.config;
	if (schedule === undefined) return [piece('schedule ', 'label'), piece('none: syncs when you ask')];
	const keeper = keeperText(state);
	const next = row.nextRun === undefined || row.nextRun <= now ? '' : `, next ${clockTime(row.nextRun)}`;
	return [
		piece('schedule ', 'label'),
		piece(`${schedule}${next}`),
		...(keeper ? [piece(', run by ', 'label'), piece(keeper.text, keeper.isNobody ? 'warn' : undefined)] : []),
	];
}

function lastRunLine({lastRun}: SpokeState, now: number): Line | undefined {
	if (!lastRun) return undefined;
	const files = lastRun.files.new + lastRun.files.extended;
	const what =
		lastRun.result === 'done'
			? `${formatCount(files)} ${files === 1 ? 'file' : 'files'}, ${formatBytes(lastRun.bytes)} in ${formatDuration(lastRun.tookMs)}`
			: [lastRun.result, lastRun.cause].filter(word => word !== undefined).join(' ');
	return [piece('last run ', 'label'), piece(`${formatAge(lastRun.startedAt, now)} ago by ${lastRun.by}: ${what}`)];
}
