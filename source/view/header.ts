import {formatProblem} from '../sync/config/problems.js';
import type {Problem} from '../sync/config/types.js';
import {hubTotal, pairsText} from '../sync/conflicts/total.js';
import type {HubState} from '../sync/state.js';
import {clean} from '../text/clean.js';
import {countOf, formatAge} from '../text/format.js';
import {keeperText} from './keeper.js';
import {wordLegend} from './legend.js';
import {cutLine, type Line, lineWidth, type Piece, padLine, paintLine, piece} from './pieces.js';
import {clockTime} from './times.js';
import type {Style, TableRow, Tone, UiState} from './types.js';
import {damageOf, ownDamage} from './verify-known.js';
import {cells} from './width.js';

/** What the first line tells. */
export interface HeaderInput {
	readonly state: HubState;
	/** Every row, whether or not the filter shows it. */
	readonly rows: readonly TableRow[];
	/** Rows that the filter leaves. */
	readonly shown: readonly TableRow[];
	readonly ui: Pick<UiState, 'pausedSince' | 'filter' | 'isFaultsOnly'>;
	readonly isReadOnly: boolean;
	/** The key that adds a spoke; undefined: none does, and nobody is told who knocks. */
	readonly addKey?: string | undefined;
	/** Milliseconds since the epoch. */
	readonly now: number;
	readonly width: number;
	readonly style: Style;
}

const tones: readonly Tone[] = ['ok', 'busy', 'warn', 'bad', 'unknown', 'off'];

/** At its longest, and where there is little room. */
const toneWords: Readonly<Record<Tone, readonly [string, string]>> = {
	ok: ['ok', 'ok'],
	busy: ['syncing', 'sync'],
	warn: ['warn', 'warn'],
	bad: ['failed', 'err'],
	unknown: ['never', 'never'],
	off: ['off', 'off'],
};

/** What is left out as the line gets narrower, in this order. */
const savings = ['knock', 'pid', 'pairs', 'total', 'program', 'words', 'keeper', 'spaces', 'hub', 'clock'] as const;
type Saving = (typeof savings)[number];

/** The first line: the hub, how many spokes are how, who keeps the schedule, the time. Exactly `width` cells. */
export function headerLine(input: HeaderInput): string {
	const {width, style} = input;
	const saved = new Set<Saving>();
	let line = composed(input, saved);
	for (const saving of savings) {
		if (lineWidth(line) <= width) break;
		saved.add(saving);
		line = composed(input, saved);
	}

	return paintLine(padLine(cutLine(line, width, style), width), style);
}

/** The totals alone, for a screen of a line: `atlas 2 ok 1 late`. Exactly `width` cells. */
export function summaryLine(input: HeaderInput): string {
	const {width, style} = input;
	const line = [piece(`${clean(input.state.config.hubName)} `, 'strong'), ...totals(input.rows, true)];
	return paintLine(padLine(cutLine(line, width, style), width), style);
}

function composed(input: HeaderInput, saved: ReadonlySet<Saving>): Line {
	const {state, rows, shown, ui, isReadOnly, now, width} = input;
	const parts: Line[] = [];
	if (!saved.has('program')) parts.push([piece('pi-brain-tui', 'title')]);
	const name = clean(state.config.hubName);
	if (!saved.has('hub')) {
		parts.push(saved.has('words') ? [piece(name, 'strong')] : [piece('hub ', 'label'), piece(name, 'strong')]);
	}

	parts.push(totals(rows, saved.has('words')));
	const damaged = damagedOf(state);
	if (damaged > 0) parts.push([piece(`${damaged} damaged`, 'bad')]);
	parts.push(...distinctSessions(state, saved));
	const all = rows.filter(({spoke}) => spoke !== undefined).length;
	if (ui.filter !== '' || ui.isFaultsOnly) {
		parts.push([piece(`${shown.filter(({spoke}) => spoke !== undefined).length} of ${all}`, 'key')]);
	}

	parts.push(...knocking(input, saved));
	if (isReadOnly) parts.push([piece('READ-ONLY', 'strong')]);
	if (ui.pausedSince !== undefined) parts.push([piece(`PAUSED ${formatAge(ui.pausedSince, now)}`, 'warn')]);
	const keeper = keeperText(state);
	if (keeper && !saved.has('keeper')) {
		const text = saved.has('pid') ? keeper.short : keeper.text;
		parts.push([piece('schedule: ', 'label'), piece(text, keeper.isNobody ? 'warn' : undefined)]);
	}

	const gap = saved.has('spaces') ? '  ' : '   ';
	const left = parts
		.filter(part => part.length > 0)
		.flatMap((part, index) => (index === 0 ? part : [piece(gap), ...part]));
	if (saved.has('clock')) return left;
	const clock = clockTime(now);
	const room = width - lineWidth(left) - cells(clock);
	return [...left, piece(' '.repeat(Math.max(gap.length, room))), piece(clock, 'faint')];
}

/** A Syncthing that wants in, and the key that lets it. */
function knocking({state, addKey}: HeaderInput, saved: ReadonlySet<Saving>): Line[] {
	const devices = state.syncthing.flatMap(({pendingDevices}) => pendingDevices);
	const [first, ...more] = devices;
	if (!first || addKey === undefined) return [];
	const name = clean(first.name === '' ? first.id.slice(0, 7) : first.name, 24);
	const who = more.length > 0 ? `${devices.length} are knocking` : `${name} is knocking`;
	return [[piece(saved.has('knock') ? 'knock' : who, 'warn'), piece(`: ${addKey}`, 'key')]];
}

/** Spokes, and the hub itself, of which the last verify found damage. */
function damagedOf(state: HubState): number {
	const spokes = state.spokes.filter(spoke => damageOf(spoke) > 0).length;
	return spokes + (ownDamage(state) > 0 ? 1 : 0);
}

/** All sessions of the hub, where adding up the rows would count some of them twice. */
function distinctSessions(state: HubState, saved: ReadonlySet<Saving>): Line[] {
	const total = hubTotal(state);
	if (!total || total.pairs === 0 || saved.has('total')) return [];
	const text = countOf(total.sessions, 'session');
	return [saved.has('pairs') ? [piece(text)] : [piece(text), piece(` (${pairsText(total)})`, 'faint')]];
}

function totals(rows: readonly TableRow[], isShort: boolean): Line {
	const spokes = rows.filter(({spoke}) => spoke !== undefined);
	const pieces = tones.flatMap((tone): Piece[] => {
		const own = spokes.filter(row => row.tone === tone);
		if (own.length === 0) return [];
		const words = new Set(own.map(({word}) => word));
		const [long, short] = toneWords[tone];
		// One word says more than `warn`, where it is true of all of them.
		const [only] = words.size === 1 ? words : [];
		const isTelling = only !== undefined && only !== 'hub' && tone === 'warn' && wordLegend[only].tone === 'warn';
		return [piece(`${own.length} ${isTelling ? only : isShort ? short : long}`, tone)];
	});
	return pieces.flatMap((one, index) => (index === 0 ? [one] : [piece(isShort ? ' ' : '  '), one]));
}

/** Problems that a person has to know of without asking. */
export function bannerProblems(problems: readonly Problem[]): Problem[] {
	const worst = (severity: Problem['severity']) => problems.filter(problem => problem.severity === severity);
	return [...worst('error'), ...worst('warning')];
}

/**
 * The first problem of config.yaml with its place, and how many more there are; the errors first.
 * @param more the key that shows them all
 */
export function bannerLine(problems: readonly Problem[], width: number, style: Style, more = 'i'): string {
	const [first, ...rest] = bannerProblems(problems);
	if (!first) return '';
	const tail = rest.length === 0 ? `  ${more} shows it` : `  +${rest.length} more, ${more} shows them`;
	const role = first.severity === 'error' ? 'bad' : 'warn';
	const room = Math.max(0, width - tail.length);
	const line = cutLine([piece(`${style.glyph(role)} ${formatProblem(first)}`, role)], room, style);
	return paintLine(cutLine([...line, piece(tail)], width, style), style);
}
