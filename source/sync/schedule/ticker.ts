import type {Clock} from '../clock.js';
import {every} from '../every.js';
import {type CronTable, loadCron} from './cron.js';
import {
	contactReturned,
	createPlan,
	type Due,
	finished,
	type Outcome,
	type Plan,
	type PlannedSpoke,
	type RunElsewhere,
	ranElsewhere,
	replan,
	started,
	tick,
} from './planner.js';

/** What the scheduler is started with. */
export interface SchedulerOptions {
	/** The spokes that may run by themselves: enabled, valid, driven. Asked at start and at every `reload`. */
	spokes(): readonly PlannedSpoke[];
	/**
	 * Runs a spoke. The spoke counts as running until the promise settles, waiting for a free place included.
	 * A rejection is logged and counts as a cancelled run.
	 */
	onDue(due: Due): Promise<Outcome>;
	/**
	 * Asked before `onDue`: has another process made this run? Then it is left out and nothing said. A rejection counts as
	 * no. Without it every run is ours.
	 */
	readonly isCovered?: (due: Due) => Promise<boolean>;
	/** IANA zone of cron expressions; undefined: the hub's own. */
	readonly timeZone?: string;
	readonly clock: Clock;
	/** Ends the scheduler; runs it has started are the caller's to end. */
	readonly signal: AbortSignal;
	/** One line each, without level or time. */
	log(line: string): void;
	/** Milliseconds between two looks at the clock; 2,000 unless told, which a wake-up is noticed within. */
	readonly everyMs?: number;
}

/** A scheduler that runs. */
export interface Scheduler {
	/** Fulfilled when the first look has been taken. */
	readonly ready: Promise<void>;
	/** Where each spoke stands; undefined until `ready`. */
	plan(): Plan | undefined;
	/** Looks at the clock now; the timer does nothing else. */
	look(): void;
	/** The configuration was read again. */
	reload(timeZone?: string): Promise<void>;
	/** A run has started that did not come from `onDue`. */
	manualStarted(spoke: string): void;
	/** It has ended: its outcome takes the place of earlier failures. */
	manualFinished(spoke: string, outcome: Outcome): void;
	/** Another process has run it. */
	ranElsewhere(spoke: string, run: RunElsewhere): void;
	/** The spoke answers again after it did not. */
	contactReturned(spoke: string): void;
}

/**
 * Starts runs at their times. It looks at the clock every two seconds instead of sleeping until the next run:
 * timers stand still while the machine sleeps, and a look costs nothing. It does not keep the process alive.
 */
export function startScheduler(options: SchedulerOptions): Scheduler {
	const {clock, signal} = options;
	let plan: Plan | undefined;
	let cron: CronTable | undefined;

	const load = async (timeZone: string | undefined) => {
		const table = await loadCron(timeZone);
		const spokes = options.spokes();
		for (const {name, schedule} of spokes) {
			const problem = schedule === undefined ? undefined : table.problem(schedule);
			if (problem !== undefined) options.log(`Schedule of '${name}' cannot be used: ${problem}`);
		}

		cron = table;
		plan = plan ? replan(plan, spokes, clock.now(), table.next) : createPlan(spokes, clock.now(), table.next);
	};

	const look = () => {
		if (!plan || !cron || signal.aborted) return;
		const looked = tick(plan, clock.now(), cron.next);
		plan = looked.plan;
		for (const note of looked.notes) options.log(note);
		for (const due of looked.due) void start(due);
	};

	const start = async (due: Due) => {
		const isCovered = options.isCovered ? await options.isCovered(due).catch(() => false) : false;
		if (!isCovered && due.note !== undefined && !signal.aborted) options.log(due.note);
		const outcome: Outcome = isCovered || signal.aborted ? {result: 'locked'} : await askToRun(due);
		if (plan && cron) plan = finished(plan, due.spoke, outcome, clock.now(), cron.next);
	};

	const askToRun = async (due: Due): Promise<Outcome> => {
		try {
			return await options.onDue(due);
		} catch (error) {
			if (!signal.aborted) options.log(`Sync of '${due.spoke}' could not be started: ${String(error)}`);
			return {result: 'cancelled'};
		}
	};

	const begin = async () => {
		await load(options.timeZone);
		if (signal.aborted) return;
		every(options.everyMs ?? 2000, look, signal);
		look();
	};

	return {
		ready: begin(),
		plan: () => plan,
		look,
		async reload(timeZone = options.timeZone) {
			await load(timeZone);
			look();
		},
		manualStarted(spoke) {
			if (plan && cron) plan = started(plan, spoke, clock.now(), cron.next);
		},
		manualFinished(spoke, outcome) {
			if (plan && cron) plan = finished(plan, spoke, outcome, clock.now(), cron.next, true);
		},
		ranElsewhere(spoke, run) {
			if (plan && cron) plan = ranElsewhere(plan, spoke, run, clock.now(), cron.next);
		},
		contactReturned(spoke) {
			if (plan) plan = contactReturned(plan, spoke, clock.now());
		},
	};
}
