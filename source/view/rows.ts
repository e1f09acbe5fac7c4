import type {HubConfig} from '../sync/config/types.js';
import {dayMs, slotMs} from '../sync/history.js';
import {judgeSpoke, keeperOf} from '../sync/judge.js';
import type {NextTime} from '../sync/schedule/cron.js';
import type {HubState, Keeper, SpokeState} from '../sync/state.js';
import {failureOf} from '../sync/store/facts.js';
import {clean} from '../text/clean.js';
import {wordLegend} from './legend.js';
import {stateTextOf, verifyWords} from './state-text.js';
import {hubRow, type TableRow, type Tone} from './types.js';

const minuteMs = 60_000;

/** A row that is valid while nothing is known anew, for the minute it was made in. */
interface Remembered {
	readonly row: TableRow;
	readonly minute: number;
	readonly config: HubConfig;
	readonly next: NextTime | undefined;
	readonly keeper: Keeper | undefined;
}

// What was worked out, by what it was worked out from: nothing here is state that anything depends on.
const known = new WeakMap<SpokeState, Remembered>();
const latest = new WeakMap<HubConfig, readonly TableRow[]>();

/**
 * The rows of the table: the hub's own sessions first, then the spokes in the order of config.yaml. A row is the very
 * same object while nothing in it changed, and so is the list.
 * @param now milliseconds since the epoch; what depends on it changes with the minute
 * @param next next time of a cron expression after a given one; undefined: not known yet
 */
export function buildRows(state: HubState, now: number, next: NextTime | undefined): readonly TableRow[] {
	const before = latest.get(state.config);
	const keeper = keeperOf(state);
	const minute = Math.floor(now / minuteMs);
	const nextOnce = next && atOnce(next);
	const rows = [
		same(before?.[0], hubRowOf(state)),
		...state.spokes.map((spoke, index) => {
			const remembered = known.get(spoke);
			const isSame = remembered?.config === state.config && remembered.next === next && remembered.keeper === keeper;
			if (isSame && remembered.minute === minute) {
				return remembered.row;
			}

			const earlier = remembered?.row ?? before?.[index + 1];
			const row = same(earlier, rowOf(spoke, state.config, now, nextOnce, keeper));
			known.set(spoke, {row, minute, config: state.config, next, keeper});
			return row;
		}),
	];
	if (before?.length === rows.length && before.every((row, index) => row === rows[index])) return before;
	latest.set(state.config, rows);
	return rows;
}

/** Answers kept for one expression: the spokes' last runs lie between a few of its times. */
const spansKept = 64;

/**
 * Reading a cron expression costs tens of microseconds, and a thousand spokes share a few of them: between a time and
 * the next one every question has the same answer.
 */
function atOnce(next: NextTime): NextTime {
	const spans = new Map<string, Array<{readonly from: number; readonly to: number | undefined}>>();
	return (expression, from) => {
		const own = spans.get(expression) ?? [];
		const span = own.find(one => from >= one.from && (one.to === undefined || from < one.to));
		if (span) return span.to;
		const to = next(expression, from);
		spans.set(expression, [{from, to}, ...own].slice(0, spansKept));
		return to;
	};
}

function same(before: TableRow | undefined, after: TableRow): TableRow {
	if (!before) return after;
	const keys = Object.keys(after) as Array<keyof TableRow>;
	return keys.every(key => Object.is(before[key], after[key])) ? before : after;
}

function hubRowOf({config, totals, ownVerify}: HubState): TableRow {
	return {
		id: hubRow,
		name: clean(config.hubName),
		method: 'own',
		word: 'hub',
		tone: 'ok',
		stateText: ['hub', ...verifyWords(ownVerify)].join(' '),
		reason: undefined,
		cause: undefined,
		isConnected: false,
		seenAt: undefined,
		syncedAt: undefined,
		newestAt: totals?.newestMtimeMs,
		sessions: totals?.sessions,
		bytes: totals?.bytes,
		added: undefined,
		errors: undefined,
		nextRun: undefined,
		isStale: false,
		isForeign: false,
		severity: severities.ok,
		spoke: undefined,
	};
}

const severities: Readonly<Record<Tone, number>> = {bad: 0, warn: 1, busy: 2, unknown: 2, ok: 3, off: 4};

function rowOf(
	spoke: SpokeState,
	hub: HubConfig,
	now: number,
	next: NextTime | undefined,
	keeper: Keeper | undefined,
): TableRow {
	const {config, facts, totals} = spoke;
	const {verdict, isConnected, nextRun} = judgeSpoke(spoke, hub, now, next, keeper);
	const isForeign = spoke.foreignWriters.length > 0;
	const legend = wordLegend[verdict.state].tone;
	// A program beside ours can undo what ours did: no spoke is well with it.
	const tone = isForeign && (legend === 'ok' || legend === 'unknown') ? 'warn' : legend;
	return {
		id: config.name,
		name: clean(config.name),
		method: config.method,
		word: verdict.state,
		tone,
		stateText: stateTextOf(spoke, verdict, now),
		reason: verdict.reason === undefined ? undefined : clean(verdict.reason),
		cause: verdict.cause,
		isConnected,
		seenAt: isAsked(spoke) ? facts.lastSeen : undefined,
		syncedAt: facts.lastSynced,
		newestAt: totals?.newestMtimeMs,
		sessions: totals?.sessions,
		bytes: totals?.bytes,
		added: addedOf(spoke, now),
		errors: errorsOf(spoke, now),
		nextRun,
		isStale: isStale(spoke, hub, now),
		isForeign,
		severity: severities[tone],
		spoke,
	};
}

/** Somebody asks it now and then whether it is there. */
export function isAsked({config, undriven}: SpokeState): boolean {
	const hasAnswer = config.source !== undefined || config.method === 'syncthing';
	return config.enabled && config.invalid === undefined && undriven === undefined && hasAnswer;
}

/** A spoke that does not answer is asked down to a fifth as often. */
const patience = 5;

function isStale(spoke: SpokeState, {tui}: HubConfig, now: number): boolean {
	const {facts, job} = spoke;
	const checkedAt = Math.max(facts.checkedAt ?? 0, facts.lastSeen ?? 0);
	// What was never asked has nothing that could have aged.
	if (!isAsked(spoke) || job?.startedAt !== undefined || checkedAt === 0) return false;
	const intervals = failureOf(facts) === undefined ? 2 : 2 * patience;
	return facts.contactFailure !== undefined || now - checkedAt > intervals * tui.probeIntervalMs;
}

function addedOf(spoke: SpokeState, now: number): number | undefined {
	// Nobody counts what arrives in a folder that others fill.
	if (spoke.config.source === undefined || spoke.undriven !== undefined || spoke.lastRun === undefined)
		return undefined;
	const first = Math.floor((now - dayMs) / slotMs) + 1;
	return spoke.history.reduce((sum, {slot, arrived}) => (slot >= first ? sum + arrived : sum), 0);
}

function errorsOf({config, recentFailures}: SpokeState, now: number): number | undefined {
	if (!config.enabled) return undefined;
	const recent = recentFailures.filter(({startedAt}) => startedAt >= now - dayMs).length;
	return recent + (config.invalid === undefined ? 0 : 1);
}
