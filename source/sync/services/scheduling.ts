import {every} from '../every.js';
import type {Hub} from '../hub.js';
import {isCovered} from '../live/covered.js';
import type {Outcome, Plan, PlannedSpoke} from '../schedule/planner.js';
import {type Scheduler, startScheduler} from '../schedule/ticker.js';
import type {HubEvent} from '../state.js';
import type {RunRecord} from '../store/runs.js';

/** Milliseconds between two looks at the plan for the screen. */
const showMs = 2000;

/** What scheduling takes. */
export interface SchedulingOptions {
	/** Ends it with the runs it has started; the hub's own unless given. */
	readonly signal?: AbortSignal;
}

/** Runs each spoke at its times, through the hub; runs that others ask for count, here and in other processes. */
export function startScheduling(hub: Hub, {signal = hub.signal}: SchedulingOptions = {}): Scheduler {
	const scheduled = new Set<string>();
	const scheduler = startScheduler({
		spokes: () => plannedSpokes(hub),
		isCovered: async due => isCovered(hub, due),
		async onDue(due) {
			const {spoke} = due;
			scheduled.add(spoke);
			try {
				// Another process may run it while this run waits for a free place.
				const isStillDue = async () => !(await isCovered(hub, due).catch(() => false));
				const [report] = await hub.sync([spoke], {signal, isStillDue});
				return outcomeOf(report!);
			} finally {
				scheduled.delete(spoke);
			}
		},
		timeZone: hub.state.config.tui.timeZone,
		clock: hub.clock,
		signal,
		log: line => hub.log('INFO', undefined, line),
	});
	const forget = hub.observe(tellOthers(hub, scheduler, scheduled));
	const shown = new Shown(hub);
	const show = () => shown.update(scheduler.plan()?.spokes);
	void scheduler.ready.then(show);
	every(showMs, show, signal);
	const end = () => {
		forget();
		// A hub that has closed shows nothing any more.
		if (!hub.signal.aborted) shown.update(new Map());
	};

	if (signal.aborted) end();
	else signal.addEventListener('abort', end, {once: true});
	return scheduler;
}

/** Tells the plan of runs it did not ask for: a person's in this process, and those of other processes. */
function tellOthers({clock}: Hub, scheduler: Scheduler, scheduled: ReadonlySet<string>): (event: HubEvent) => void {
	const byHand = new Map<string, number>();
	return event => {
		if (event.type === 'job') {
			const {spoke, job} = event;
			if (!job) {
				// Ended without a run to tell of.
				if (byHand.delete(spoke)) scheduler.manualFinished(spoke, {result: 'cancelled'});
			} else if (!job.isElsewhere && !job.isDryRun && !scheduled.has(spoke) && !byHand.has(spoke)) {
				byHand.set(spoke, clock.now());
				scheduler.manualStarted(spoke);
			}
		} else if (event.type === 'ran') {
			const {spoke, startedAt, by, result} = event.run;
			const since = byHand.get(spoke);
			if (since !== undefined && startedAt >= since) {
				byHand.delete(spoke);
				scheduler.manualFinished(spoke, outcomeOf(event.run));
			} else if (!scheduled.has(spoke) && (result === 'done' || result === 'failed')) {
				const isManual = by === 'command' || by === 'dashboard';
				scheduler.ranElsewhere(spoke, {startedAt, outcome: outcomeOf(event.run), isManual});
			}
		}
	};
}

function outcomeOf({result, cause}: Pick<RunRecord, 'result' | 'cause'>): Outcome {
	return result === 'failed' ? {result, cause: cause ?? 'UNKNOWN'} : {result};
}

/** The times that the screen knows of; only what changes is told. */
class Shown {
	readonly #hub: Hub;
	readonly #times = new Map<string, number | undefined>();
	#seen: Plan['spokes'] | undefined;

	constructor(hub: Hub) {
		this.#hub = hub;
	}

	update(spokes: Plan['spokes'] | undefined): void {
		if (!spokes || spokes === this.#seen) return;
		this.#seen = spokes;
		for (const [name, {nextRun}] of spokes) this.#tell(name, nextRun);
		for (const name of this.#times.keys()) {
			if (spokes.has(name)) continue;
			this.#tell(name, undefined);
			this.#times.delete(name);
		}
	}

	#tell(name: string, nextRun: number | undefined): void {
		if (this.#times.get(name) === nextRun) return;
		this.#times.set(name, nextRun);
		this.#hub.emit({type: 'planned', spoke: name, nextRun});
	}
}

function plannedSpokes(hub: Hub): PlannedSpoke[] {
	const {timeZone} = hub.state.config.tui;
	return hub.state.spokes
		.filter(({config, undriven}) => config.enabled && config.invalid === undefined && undriven === undefined)
		.map(({config, lastRun}) => ({
			name: config.name,
			schedule: config.schedule,
			isDefaultSchedule: config.isDefaultSchedule,
			lastRunAt: lastRun?.startedAt,
			lastDoneAt: lastRun?.result === 'done' ? lastRun.startedAt : undefined,
			fingerprint: JSON.stringify([config, timeZone]),
		}));
}
