import {join} from 'node:path';
import type {SpokeConfig} from '../config/types.js';
import type {SyncOptions} from '../hub-options.js';
import type {Progress, SyncMethod} from '../methods/types.js';
import {type Recorder, recordRun} from '../outcomes.js';
import type {JobState} from '../state.js';
import type {RunBy} from '../store/runs.js';
import {Places} from './places.js';
import {runSync, type SyncReport, turnedAway} from './sync.js';

/** A run that has not ended after this long is ended: twelve hours, a first pull of a terabyte over a slow line. */
const jobLimitMs = 12 * 3600 * 1000;

/** Milliseconds after which a progress that did not change is told again: silence is how rsync says that nothing moves. */
const silentMs = 5000;

/** What jobs need of the hub. */
export interface JobsHub extends Recorder {
	/** Who asks for the runs of this process. */
	readonly by: RunBy;
}

/** A job that waits or runs. */
interface Running {
	readonly controller: AbortController;
	/** It enters what has arrived, which nobody asked for: who asks for a sync waits for its end. */
	readonly isArrival: boolean;
	/** Fulfilled when it has ended, however. */
	readonly ended: Promise<void>;
}

/** The jobs of this process: at most one for each spoke, at most `tui.concurrency` at once. */
export class Jobs {
	readonly #hub: JobsHub;
	readonly #methodOf: (spoke: SpokeConfig) => SyncMethod;
	readonly #onCommand: (spoke: string, line: string) => void;
	readonly #running = new Map<string, Running>();
	/** Syncs that wait for the end of an arrival: at most one for each spoke. */
	readonly #asked = new Map<string, AbortController>();
	readonly #places = new Places();

	/** @param onCommand told of every external command, verbatim */
	constructor(
		hub: JobsHub,
		methodOf: (spoke: SpokeConfig) => SyncMethod,
		onCommand: (spoke: string, line: string) => void,
	) {
		this.#hub = hub;
		this.#methodOf = methodOf;
		this.#onCommand = onCommand;
	}

	/** True when none runs and none waits for its turn. */
	get isEmpty(): boolean {
		return this.#running.size + this.#asked.size === 0;
	}

	/** Ends a spoke's running or waiting job; does nothing when there is none. */
	cancel(name: string): void {
		for (const controller of [this.#asked.get(name), this.#running.get(name)?.controller]) {
			controller?.abort(new DOMException('cancelled', 'AbortError'));
		}
	}

	/** Ends every job. */
	cancelAll(): void {
		for (const name of this.#running.keys()) this.cancel(name);
	}

	/**
	 * Runs one spoke when a place is free; turned away at once when it has a job here already. What somebody asks for while
	 * this process enters what has arrived comes after that.
	 */
	async run(name: string, options: SyncOptions): Promise<SyncReport> {
		const hub = this.#hub;
		const other = this.#running.get(name);
		const isNext = other?.isArrival && !options.isArrival && !this.#asked.has(name);
		if (other && !isNext) return turnedAway(name, options.by ?? hub.by, hub.clock.now());
		const controller = new AbortController();
		if (other) await this.#turnAfterArrivals(name, controller);
		if (!hub.spoke(name) || this.#running.has(name)) return turnedAway(name, options.by ?? hub.by, hub.clock.now());
		const {config} = hub.spoke(name)!;
		const by = options.by ?? hub.by;
		const job = {
			by,
			startedAt: undefined,
			isDryRun: options.isDryRun ?? false,
			isArrival: options.isArrival ?? false,
			progress: undefined,
			pace: undefined,
			isElsewhere: false,
		};
		const {promise: ended, resolve: end} = Promise.withResolvers<void>();
		this.#running.set(name, {controller, isArrival: job.isArrival, ended});
		// Not AbortSignal.timeout: what hangs on one is kept until its time is up, long after the run.
		const limit = setTimeout(() => controller.abort(new DOMException('took too long', 'TimeoutError')), jobLimitMs);
		limit.unref();
		const signal = AbortSignal.any([controller.signal, hub.signal, ...(options.signal ? [options.signal] : [])]);
		const known = hub.spoke(name)?.job;
		let elsewhere: JobState | undefined;
		hub.emit({type: 'job', spoke: name, job});
		const leave = await this.#places.enter(() => hub.state.config.tui.concurrency, signal);
		const progress = progressOf(hub, name);
		try {
			if (!signal.aborted && (await options.isStillDue?.()) === false) {
				return turnedAway(name, by, hub.clock.now());
			}

			hub.emit({type: 'job', spoke: name, job: {...job, startedAt: hub.clock.now()}});
			const report = await runSync({
				config: hub.state.config,
				spoke: config,
				method: this.#methodOf(config),
				store: hub.store,
				clock: hub.clock,
				runFolder: join(hub.state.config.folder, 'run'),
				by,
				isDryRun: job.isDryRun,
				isArrival: job.isArrival,
				signal,
				onProgress: progress.tell,
				onCommand: line => this.#onCommand(name, line),
				log: (level, text) => hub.log(level, name, text),
			});
			if (report.result === 'locked' && known?.isElsewhere) elsewhere = known;
			// What no run can change is no run that failed: a wrong entry, a method that nobody drives.
			const isTried = config.invalid === undefined && this.#methodOf(config).undriven(config) === undefined;
			return !job.isDryRun && isTried ? recordRun(hub, config, report) : report;
		} finally {
			clearTimeout(limit);
			progress.end();
			leave();
			this.#running.delete(name);
			end();
			// Turned away by another process's job, which goes on.
			hub.emit({type: 'job', spoke: name, job: elsewhere});
		}
	}

	/** Nothing else ends the wait: whoever cancels it, or closes the hub, ends the arrival too. */
	async #turnAfterArrivals(name: string, controller: AbortController): Promise<void> {
		this.#asked.set(name, controller);
		try {
			for (let other = this.#running.get(name); other?.isArrival; other = this.#running.get(name)) await other.ended;
		} finally {
			this.#asked.delete(name);
		}
	}
}

/** Tells the hub how far a job is, also that it has not come any further. */
function progressOf(hub: JobsHub, spoke: string): {tell(progress: Progress): void; end(): void} {
	let timer: NodeJS.Timeout | undefined;
	const tell = (progress: Progress) => {
		clearTimeout(timer);
		timer = setTimeout(() => tell(progress), silentMs);
		timer.unref();
		hub.emit({type: 'progress', spoke, progress, at: hub.clock.now()});
	};
	return {tell, end: () => clearTimeout(timer)};
}
