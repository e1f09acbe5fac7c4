import type {Cause} from '../causes.js';
import {type Backoff, nextBackoff} from './backoff.js';
import type {NextTime} from './cron.js';
import {clockTime, clockTimes, span} from './times.js';

/** What the plan has to know of a spoke. */
export interface PlannedSpoke {
	readonly name: string;
	/** Cron expression; undefined: never by itself. */
	readonly schedule: string | undefined;
	/** True: nothing was written, the default applies, and the spoke syncs once at start. */
	readonly isDefaultSchedule: boolean;
	/** Start of its last run in milliseconds since the epoch, whoever ran it; undefined when there was none. */
	readonly lastRunAt: number | undefined;
	/** Start of its last run when that one ended well, whoever ran it; undefined otherwise. */
	readonly lastDoneAt: number | undefined;
	/** Changes whenever its configuration does: a change ends a back-off. */
	readonly fingerprint: string;
}

/** Why a run starts. */
export type DueReason = 'start' | 'schedule' | 'missed' | 'reachable';

/** A run that is to start now. */
export interface Due {
	readonly spoke: string;
	readonly reason: DueReason;
	/** The time it is due for, the latest one when several passed; milliseconds since the epoch. */
	readonly at: number;
	/** Scheduled times that passed while nobody was there to run them; 0 unless `reason` is `missed`. */
	readonly missed: number;
	/** A line for the log; undefined for what is ordinary. */
	readonly note: string | undefined;
}

/** How a run ended, as far as the plan is concerned. */
export type Outcome =
	| {readonly result: 'done' | 'cancelled' | 'locked'}
	| {readonly result: 'failed'; readonly cause: Cause};

/** Where one spoke stands. */
export interface SpokePlan {
	readonly spoke: PlannedSpoke;
	/** Milliseconds since the epoch; undefined when nothing is planned. Back-off is already in it. */
	readonly nextRun: number | undefined;
	readonly reason: DueReason;
	/** Milliseconds since the epoch; undefined when it does not run now. */
	readonly runningSince: number | undefined;
	/** That a scheduled time was skipped during this run has been said. */
	readonly isOverlapTold: boolean;
	readonly backoff: Backoff | undefined;
}

/** The whole plan; immutable, every function here returns a new one. */
export interface Plan {
	readonly spokes: ReadonlyMap<string, SpokePlan>;
	/** When `tick` last looked, in milliseconds since the epoch. */
	readonly lastLook: number;
}

/** What a look at the clock came to. */
export interface Looked {
	readonly plan: Plan;
	/** In the order in which they should start: the one that waited longest for a run first. */
	readonly due: readonly Due[];
	/** Lines for the log. */
	readonly notes: readonly string[];
}

/** Distance of two looks, in milliseconds, above which the machine slept or its clock was set. */
const jumpMs = 10_000;
/** Missed times are counted this far; a schedule of every second and a week asleep are 600,000. */
const countedMost = 999;

/** A plan for the start of the scheduler. */
export function createPlan(spokes: readonly PlannedSpoke[], now: number, next: NextTime): Plan {
	const entries = spokes.map(spoke => {
		const entry = fresh(spoke, now, next);
		if (entry.reason !== 'start' || !isRecent(spoke, now, next)) return [spoke.name, entry] as const;
		return [spoke.name, {...entry, ...later(entry, now, next)}] as const;
	});
	return {spokes: new Map(entries), lastLook: now};
}

// A dashboard that is opened and closed all day must not log in everywhere each time.
function isRecent({schedule, lastDoneAt}: PlannedSpoke, now: number, next: NextTime): boolean {
	if (schedule === undefined || lastDoneAt === undefined) return false;
	const first = next(schedule, now);
	const second = first === undefined ? undefined : next(schedule, first);
	if (first === undefined || second === undefined) return false;
	return now >= lastDoneAt && now - lastDoneAt < (second - first) / 2;
}

/** The plan for a configuration that was read again: unchanged spokes keep their place, new and changed ones start afresh. */
export function replan(plan: Plan, spokes: readonly PlannedSpoke[], now: number, next: NextTime): Plan {
	const entries = spokes.map(spoke => {
		const before = plan.spokes.get(spoke.name);
		if (before?.spoke.fingerprint === spoke.fingerprint) return [spoke.name, {...before, spoke}] as const;
		const after = fresh(spoke, now, next);
		return [spoke.name, {...after, runningSince: before?.runningSince}] as const;
	});
	return {...plan, spokes: new Map(entries)};
}

function fresh(spoke: PlannedSpoke, now: number, next: NextTime): SpokePlan {
	const {schedule, lastRunAt, isDefaultSchedule} = spoke;
	const base = {spoke, runningSince: undefined, isOverlapTold: false, backoff: undefined};
	if (schedule === undefined) return {...base, nextRun: undefined, reason: 'schedule'};
	if (isDefaultSchedule) return {...base, nextRun: now, reason: 'start'};
	// A nightly sync whose night passed while no scheduler was running is made up for, as after a sleep.
	const passed = lastRunAt === undefined ? undefined : next(schedule, lastRunAt);
	if (passed !== undefined && passed < now) return {...base, nextRun: passed, reason: 'missed'};
	return {...base, nextRun: next(schedule, now), reason: 'schedule'};
}

/**
 * Looks at the clock: which spokes are to run now. Each that is returned counts as running until `finished`.
 * @param now milliseconds since the epoch
 */
export function tick(plan: Plan, now: number, next: NextTime): Looked {
	// Less than that is a correction: planning anew would run again what ran a second ago.
	const isBack = plan.lastLook - now > jumpMs;
	const asleep = now - plan.lastLook > jumpMs ? plan.lastLook : undefined;
	// The usual look finds nothing: it leaves the entries as they are, by which others see that nothing changed.
	if (!isBack && !hasDue(plan, now)) return {plan: {...plan, lastLook: now}, due: [], notes: []};
	const notes: string[] = [];
	if (isBack) notes.push(`The clock went back by ${span(plan.lastLook - now)}: next runs planned anew`);
	const spokes = new Map<string, SpokePlan>();
	const due: Array<Due & {readonly order: number}> = [];
	for (const [name, before] of plan.spokes) {
		const entry = isBack ? afterSettingBack(before, plan.lastLook - now, now, next) : before;
		const {nextRun, spoke} = entry;
		if (nextRun === undefined || nextRun > now) {
			spokes.set(name, entry);
		} else if (entry.runningSince === undefined) {
			due.push({...dueNow(entry, nextRun, asleep, now, next), order: spoke.lastRunAt ?? 0});
			spokes.set(name, {...entry, ...later(entry, now, next), runningSince: now, isOverlapTold: false});
		} else if (entry.reason !== 'schedule') {
			// Asked for by a change of its configuration: due once the run that still knows the old one has ended.
			spokes.set(name, entry);
		} else {
			if (!entry.isOverlapTold) {
				notes.push(
					`${name} is still running since ${clockTime(entry.runningSince)}: its run of ${clockTime(nextRun)} is skipped`,
				);
			}

			spokes.set(name, {...entry, ...later(entry, now, next), isOverlapTold: true});
		}
	}

	due.sort((a, b) => a.order - b.order);
	return {plan: {spokes, lastLook: now}, due: due.map(({order: _, ...rest}) => rest), notes};
}

function hasDue({spokes}: Plan, now: number): boolean {
	for (const {nextRun} of spokes.values()) if (nextRun !== undefined && nextRun <= now) return true;
	return false;
}

function dueNow(entry: SpokePlan, nextRun: number, asleep: number | undefined, now: number, next: NextTime): Due {
	const {name, schedule} = entry.spoke;
	const isMissed =
		entry.reason === 'missed' || (entry.reason === 'schedule' && asleep !== undefined && now - nextRun > jumpMs);
	if (!isMissed || schedule === undefined) {
		return {spoke: name, reason: entry.reason, at: nextRun, missed: 0, note: undefined};
	}

	let missed = 0;
	let latest = nextRun;
	for (
		let at: number | undefined = nextRun;
		at !== undefined && at <= now && missed <= countedMost;
		at = next(schedule, at)
	) {
		missed++;
		latest = at;
	}

	const count = missed > countedMost ? `more than ${countedMost} runs` : `${missed} ${missed === 1 ? 'run' : 'runs'}`;
	const from = asleep ?? nextRun;
	const why = asleep === undefined ? 'while nothing was running' : 'while asleep';
	return {
		spoke: name,
		reason: 'missed',
		at: latest,
		missed: Math.min(missed, countedMost),
		note: `${name} missed ${count} ${why} ${clockTimes(from, now)}; syncing once now`,
	};
}

function later(entry: SpokePlan, now: number, next: NextTime): Pick<SpokePlan, 'nextRun' | 'reason'> {
	const {schedule} = entry.spoke;
	const from = Math.max(now, (entry.backoff?.until ?? 0) - 1);
	return {nextRun: schedule === undefined ? undefined : next(schedule, from), reason: 'schedule'};
}

// What was planned by a clock that ran ahead would lie as far in the future as the clock was wrong.
function afterSettingBack(entry: SpokePlan, byMs: number, now: number, next: NextTime): SpokePlan {
	const backoff = entry.backoff && {...entry.backoff, until: entry.backoff.until - byMs};
	const runningSince = entry.runningSince === undefined ? undefined : Math.min(entry.runningSince, now);
	const moved = {...entry, backoff, runningSince};
	return entry.reason === 'schedule'
		? {...moved, ...later(moved, now, next)}
		: {...moved, nextRun: entry.nextRun && now};
}

/** A run has started that the plan did not ask for (a person did): scheduled times are skipped while it lasts. */
export function started(plan: Plan, name: string, now: number, next: NextTime): Plan {
	return change(plan, name, entry => ({...entry, ...later(entry, now, next), runningSince: now, isOverlapTold: false}));
}

/**
 * A run has ended, whoever started it. A failure makes the next one wait, success and a person's own run end the wait.
 * @param isManual a person started it: earlier failures are forgotten, this one counts as the first
 */
export function finished(
	plan: Plan,
	name: string,
	outcome: Outcome,
	now: number,
	next: NextTime,
	isManual = false,
): Plan {
	return change(plan, name, entry => {
		const before = isManual ? undefined : entry.backoff;
		// Cancelled and locked runs never got as far as learning anything about the spoke.
		const backoff =
			outcome.result === 'failed'
				? nextBackoff(before, outcome.cause, now)
				: outcome.result === 'done'
					? undefined
					: before;
		const lastRunAt = entry.runningSince ?? now;
		const after = {...entry, spoke: {...entry.spoke, lastRunAt}, runningSince: undefined, backoff};
		return entry.reason === 'schedule' ? {...after, ...later(after, now, next)} : after;
	});
}

/** A run that another process made. Times in milliseconds since the epoch. */
export interface RunElsewhere {
	readonly startedAt: number;
	readonly outcome: Outcome;
	/** A person started it. */
	readonly isManual: boolean;
}

/**
 * Another process has run a spoke: its outcome counts as one of ours, and a scheduled time that it covers is not run
 * again. Says nothing to a spoke that runs here.
 */
export function ranElsewhere(plan: Plan, name: string, run: RunElsewhere, now: number, next: NextTime): Plan {
	const before = plan.spokes.get(name);
	if (!before || before.runningSince !== undefined) return plan;
	const {startedAt, outcome, isManual} = run;
	const ended = finished(plan, name, outcome, now, next, isManual);
	return change(ended, name, entry => {
		const spoke = {...entry.spoke, lastRunAt: startedAt};
		const {schedule} = spoke;
		const {nextRun, reason, backoff} = before;
		// A time that has come and is not looked at yet stays due, unless the run began at or after it.
		const isStillDue = reason === 'schedule' && !backoff && nextRun !== undefined && startedAt < nextRun;
		if (!isStillDue || schedule === undefined) return {...entry, spoke};
		return {...entry, spoke, nextRun: next(schedule, Math.max(nextRun, entry.backoff?.until ?? 0) - 1)};
	});
}

/**
 * A spoke that could not be reached has answered: it is due at the next look, whether a run or only a probe found it
 * gone, unless it waits for a person.
 */
export function contactReturned(plan: Plan, name: string, now: number): Plan {
	return change(plan, name, entry => {
		const isBarred = entry.backoff?.kind === 'hard';
		if (isBarred || entry.runningSince !== undefined || entry.spoke.schedule === undefined) return entry;
		return {...entry, nextRun: now, reason: 'reachable'};
	});
}

function change(plan: Plan, name: string, edit: (entry: SpokePlan) => SpokePlan): Plan {
	const entry = plan.spokes.get(name);
	if (!entry) return plan;
	return {...plan, spokes: new Map(plan.spokes).set(name, edit(entry))};
}
