import stringWidth from 'string-width';
import {hubTotal, pairsText} from '../sync/conflicts/total.js';
import {hintOf} from '../sync/diagnosis/hints.js';
import {type MissingFolder, missingText} from '../sync/guard/missing.js';
import type {Hub} from '../sync/hub.js';
import type {JudgedSpoke} from '../sync/judge.js';
import {explain} from '../sync/schedule/foreign.js';
import {foreignWritersOf} from '../sync/services/foreign-watch.js';
import type {SpokeState} from '../sync/state.js';
import {damagedDatabases} from '../sync/store/set-aside.js';
import {clean} from '../text/clean.js';
import {countOf, formatAge, formatAgo, formatBytes, formatCount} from '../text/format.js';
import {type Column, textTable} from '../text/table.js';
import {exitOf} from './status-json.js';
import type {CommandIo} from './types.js';

/** Glyphs with a width every terminal agrees on, one for each group of words. */
const glyphs: Readonly<Record<number, string>> = {0: '✓', 3: '!', 4: '✗'};
/** SGR: green, yellow, red bold; the word alone says it too. */
const colors: Readonly<Record<number, string>> = {0: '32', 3: '33', 4: '31;1'};

/** The status as lines of text, with who else writes into the spokes' folders. */
export async function statusText(
	hub: Hub,
	judged: readonly JudgedSpoke[],
	missing: ReadonlyMap<string, MissingFolder>,
	io: Pick<CommandIo, 'hasColor' | 'clock' | 'stdout' | 'home' | 'signal'>,
): Promise<string[]> {
	const foreign = await foreignWritersOf(hub.state.config, io.home, io.signal);
	return [
		...tableText(hub, judged, io),
		...missingLines(hub, judged, missing),
		...foreign.flatMap(writer => ['', ...explain(writer)]),
	];
}

function missingLines(
	{state: {config}}: Hub,
	judged: readonly JudgedSpoke[],
	missing: ReadonlyMap<string, MissingFolder>,
): string[] {
	return judged.flatMap(({spoke: {config: spoke}}) => {
		const found = missing.get(spoke.name);
		return found ? ['', clean(`${spoke.name}: ${missingText(found, spoke, config)}`)] : [];
	});
}

function tableText(
	hub: Hub,
	judged: readonly JudgedSpoke[],
	io: Pick<CommandIo, 'hasColor' | 'clock' | 'stdout'>,
): string[] {
	const {config, totals} = hub.state;
	const now = io.clock.now();
	const lines = [
		`hub ${clean(config.hubName)}: ${countOf(totals?.sessions ?? 0, 'session')} of its own in ${clean(config.sessionsDir)}`,
	];
	const total = hubTotal(hub.state);
	if (total && total.pairs > 0) lines.push(`${countOf(total.sessions, 'session')} in all (${pairsText(total)})`);
	for (const file of damagedDatabases(config.databaseDir)) lines.push(clean(damagedText(file, judged, now)));
	for (const {severity, message, spoke} of hub.state.problems) {
		if (severity === 'error' && spoke === undefined) lines.push(`config: ${clean(message)}`);
	}

	if (judged.length === 0) {
		return [
			...lines,
			'',
			`No spokes yet. Name one in ${clean(config.file)}, for example:`,
			'',
			'  spokes:',
			'    - name: laptop',
			'      sync_method: rsync',
			'      source: user@laptop:~/.pi/agent/sessions/',
		];
	}

	const code = (row: number) => exitOf(judged[row]!.verdict.state);
	const columns: Column[] = [
		{title: ' ', color: (_, row) => colors[code(row)]},
		{title: 'SPOKE'},
		{title: 'METHOD'},
		{title: 'STATE', color: (_, row) => colors[code(row)]},
		{title: 'SEEN', isRight: true},
		{title: 'SYNCED', isRight: true},
		{title: 'NEWEST', isRight: true},
		{title: 'SESSIONS', isRight: true},
		{title: 'SIZE', isRight: true},
		{title: 'ERRORS', isRight: true},
	];
	const rows = judged.map(({spoke, verdict}) => {
		const {config: own, facts, totals: held, recentFailures} = spoke;
		const glyph = verdict.state === 'disabled' ? '-' : glyphs[exitOf(verdict.state)]!;
		return [
			glyph,
			clean(own.name),
			own.method,
			verdict.state,
			formatAge(facts.lastSeen, now),
			formatAge(facts.lastSynced, now),
			formatAge(held?.newestMtimeMs, now),
			formatCount(held?.sessions ?? 0),
			formatBytes(held?.bytes ?? 0),
			own.enabled ? formatCount(recentFailures.length + (own.invalid === undefined ? 0 : 1)) : '-',
		];
	});
	const notes = judged.flatMap(({spoke, verdict}) => {
		if (verdict.reason === undefined) return [];
		const cause = verdict.cause === undefined ? '' : ` [${verdict.cause}]`;
		const hint =
			verdict.cause === undefined
				? verdict.state === 'held'
					? `pi-brain-tui sync release ${spoke.config.name}, once you have looked at what sync run names`
					: undefined
				: hintOf(verdict.cause, spoke.config);
		const line = `${clean(spoke.config.name)}: ${clean(verdict.reason)}${cause}`;
		return hint === undefined ? [line] : [line, `  → ${clean(hint)}`];
	});
	notes.push(...judged.flatMap(({spoke}) => damageLines(spoke, now)));
	return [...lines, '', ...fitted(columns, rows, io), ...(notes.length > 0 ? ['', ...notes] : [])];
}

/** What no state word says: a sync brings new sessions as well as ever while old ones rot. */
function damageLines({config, facts: {lastVerify}}: SpokeState, now: number): string[] {
	if (!lastVerify || lastVerify.damage === 0) return [];
	const {at, damage} = lastVerify;
	const name = clean(config.name);
	return [
		`${name}: ${countOf(damage, 'finding')} of DAMAGE in its copies on the hub, as of the last verify ${formatAgo(at, now)}`,
		`  → pi-brain-tui sync verify ${name} names them; --repair brings back what can be`,
	];
}

function damagedText(file: string, judged: readonly JudgedSpoke[], now: number): string {
	const rebuilt = judged.map(({spoke}) => spoke.facts.rebuiltAt).filter(at => at !== undefined);
	const ledgers = countOf(rebuilt.length, 'ledger');
	const since = rebuilt.length === 0 ? '' : `: ${ledgers} so far, last ${formatAgo(Math.max(...rebuilt), now)}`;
	return `sync.db was damaged and is ${file} now: history before is lost, sessions are not. Each spoke's ledger is read again from its plain copy at its next sync or verify${since}. Remove the file when you need it no longer`;
}

/** What a narrow terminal does without, least needed first: a wrapped table is no table. */
const spare = ['SIZE', 'METHOD', 'NEWEST', 'ERRORS'];

function fitted(
	columns: readonly Column[],
	rows: ReadonlyArray<readonly string[]>,
	{hasColor, stdout}: Pick<CommandIo, 'hasColor' | 'stdout'>,
): string[] {
	for (let left = 0; ; left++) {
		const isShown = columns.map(({title}) => !spare.slice(0, left).includes(title));
		const kept = columns.filter((_, index) => isShown[index]);
		const cells = rows.map(row => row.filter((_, index) => isShown[index]));
		const isFitting = textTable(kept, cells, false).every(line => stringWidth(line) <= stdout.columns);
		if (!stdout.isTerminal || isFitting || left === spare.length) return textTable(kept, cells, hasColor);
	}
}
