import {join} from 'node:path';
import {clean} from '../text/clean.js';
import type {Clock} from './clock.js';
import type {HubConfig, Problem, SpokeConfig} from './config/types.js';
import {Places} from './jobs/places.js';
import {type Released, releaseSpoke} from './jobs/release.js';
import {runSync, type SyncReport, turnedAway} from './jobs/sync.js';
import {LogFile, logLine} from './log.js';
import type {MethodSet} from './methods/index.js';
import type {Progress} from './methods/types.js';
import {recordContact, recordRun, writesNothing} from './outcomes.js';
import {Pending} from './pending.js';
import type {Holder} from './schedule/lease.js';
import type {Totals} from './sessions/folder-totals.js';
import {quickTotals} from './sessions/quick.js';
import {dayMs, emptyState, type HubEvent, type HubState, reduce, type SpokeState} from './state.js';
import type {SpokeFacts} from './store/facts.js';
import type {LoggedEvent, RunBy} from './store/runs.js';
import type {Store} from './store/store.js';

/** Milliseconds between two published snapshots: ten a second however much happens. */
const publishMs = 100;

/** A run that has not ended after this long is ended: twelve hours, a first pull of a terabyte over a slow line. */
const jobLimitMs = 12 * 3600 * 1000;

/** Milliseconds a notification is given to get out when the program that has the news ends. */
const tellMs = 1500;

/** What a hub is made of. */
export interface HubOptions {
	readonly config: HubConfig;
	readonly problems: readonly Problem[];
	readonly store: Store;
	readonly methods: (config: HubConfig) => MethodSet;
	readonly clock: Clock;
	/** Who asks for the runs of this process. */
	readonly by: RunBy;
	/** Told of every log line, beside `sync.log`. */
	readonly onLog?: (line: Omit<LoggedEvent, 'id'>) => void;
	/** Told of every external command, verbatim. */
	readonly onCommand?: (spoke: string, line: string) => void;
}

/** What `Hub.sync` may be told. */
export interface SyncOptions {
	readonly isDryRun?: boolean;
	/** Ends these runs; other jobs go on. */
	readonly signal?: AbortSignal;
	readonly by?: RunBy;
}

/**
 * The only stateful object of the engine: owns the spokes, runs jobs, publishes snapshots. Knows nothing of terminals;
 * the same hub serves the dashboard, `sync watch` and the plain commands.
 */
export class Hub {
	readonly store: Store;
	readonly clock: Clock;
	readonly by: RunBy;
	/** Notifications under way, which closing gives their chance. */
	readonly telling = new Pending();
	readonly #options: HubOptions;
	readonly #listeners = new Set<() => void>();
	readonly #jobs = new Map<string, AbortController>();
	readonly #ending = new AbortController();
	readonly #places = new Places();
	readonly #logFile: LogFile;
	#methods: MethodSet;
	#state: HubState;
	#published: HubState;
	#timer: NodeJS.Timeout | undefined;

	constructor(options: HubOptions) {
		this.#options = options;
		this.store = options.store;
		this.clock = options.clock;
		this.store.onProblem = error => this.log('WARN', undefined, writesNothing(error));
		this.by = options.by;
		this.#logFile = new LogFile(join(options.config.folder, 'logs', 'sync.log'));
		this.#methods = options.methods(options.config);
		this.#state = emptyState(options.config);
		this.#configure(options.config, options.problems);
		this.#published = this.#state;
	}

	/** Aborts when the hub closes; services hang on it. */
	get signal(): AbortSignal {
		return this.#ending.signal;
	}

	/** The latest published state; the same object until something changed. */
	readonly snapshot = (): HubState => this.#published;

	/** The state this instant, for those who do not draw. */
	get state(): HubState {
		return this.#state;
	}

	/** @returns the function that ends the subscription */
	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => {
			this.#listeners.delete(listener);
		};
	};

	/** Folds an event into the state; listeners hear of it within a tenth of a second. */
	emit(event: HubEvent): void {
		const before = this.#state;
		this.#state = reduce(before, event);
		if (this.#state === before || this.#ending.signal.aborted) return;
		this.#timer ??= setTimeout(() => {
			this.#timer = undefined;
			this.#publish();
		}, publishMs);
	}

	/** Writes a line to the log, the store and the state. `text` may hold a spoke's words: it is neutralised here. */
	log(level: LoggedEvent['level'], spoke: string | undefined, text: string): void {
		const line = {at: this.clock.now(), level, spoke, text: clean(text, 4096)};
		this.#logFile.write(logLine(line));
		this.store.later(() => this.store.runs.addEvent(line.at, level, spoke, line.text));
		this.#options.onLog?.(line);
		this.emit({type: 'logged', line});
	}

	/** One spoke's state. */
	spoke(name: string): SpokeState | undefined {
		return this.#state.spokes.find(({config}) => config.name === name);
	}

	/** Learns facts about a spoke: into the store at once, into the state. */
	learn(name: string, facts: Partial<SpokeFacts>): void {
		this.store.facts.patch(name, facts);
		this.emit({type: 'learned', spoke: name, facts: this.store.facts.get(name)});
	}

	/** Takes over a configuration that was read again: jobs of spokes that are gone, disabled or moved are cancelled. */
	reconfigure(config: HubConfig, problems: readonly Problem[]): void {
		const next = new Map(config.spokes.map(spoke => [spoke.name, spoke]));
		for (const {config: before} of this.#state.spokes) {
			const after = next.get(before.name);
			if (!after?.enabled || after.invalid !== undefined || placeOf(after) !== placeOf(before))
				this.cancel(before.name);
		}

		this.#methods = this.#options.methods(config);
		this.#configure(config, problems);
	}

	/**
	 * Runs spokes side by side, at most `tui.concurrency` at once; one that fails never stops the others.
	 * @param names spokes of the configuration
	 * @returns a report for each, in the order of the names
	 */
	async sync(names: readonly string[], options: SyncOptions = {}): Promise<SyncReport[]> {
		return Promise.all(names.map(async name => this.#syncOne(name, options)));
	}

	/** Asks a spoke whether it is there; the answer goes into the facts. Never throws for one that is not. */
	async probe(name: string): Promise<void> {
		const spoke = this.spoke(name);
		if (!spoke || spoke.config.invalid !== undefined || spoke.undriven !== undefined) return;
		recordContact(this, spoke.config, await this.#methods[spoke.config.method].probe(spoke.config, this.signal));
	}

	/** Ends a spoke's running or waiting job; does nothing when there is none. */
	cancel(name: string): void {
		this.#jobs.get(name)?.abort(new DOMException('cancelled', 'AbortError'));
	}

	/** Lifts a spoke's halt and acknowledges its held sessions: a person has looked. */
	async release(name: string): Promise<Released | {readonly heldBy: Holder}> {
		const runFolder = join(this.#state.config.folder, 'run');
		const released = await releaseSpoke({spoke: name, store: this.store, runFolder, by: this.by});
		if ('heldBy' in released) return released;
		if (released.halt || released.paths.length > 0) {
			this.log(
				'INFO',
				name,
				`'${name}' released${released.halt ? ` (${released.halt.cause})` : ''}: ${released.paths.length} held ${released.paths.length === 1 ? 'session' : 'sessions'}`,
			);
		}

		this.refresh();
		return released;
	}

	/** Counts a folder from disk; undefined: the hub's own sessions. */
	count(name?: string): Totals {
		const spoke = name === undefined ? undefined : this.spoke(name)!;
		const path = spoke?.config.path ?? this.#state.config.sessionsDir;
		const patterns = spoke?.config.excludePatterns ?? [];
		// What comes from a source is placed by the guard, which never writes into a file that stands.
		const hasWholeFiles = spoke?.config.source !== undefined && spoke.undriven === undefined;
		const totals = quickTotals(this.store, path, patterns, this.clock.now(), hasWholeFiles);
		this.emit({type: 'counted', spoke: name, totals});
		return totals;
	}

	/** Reads again what other processes may have written: facts, holds, runs. */
	refresh(): void {
		const facts = this.store.facts.all();
		const holds = this.store.ledger.holdCounts();
		const runs = this.store.runs.latestOfEach();
		for (const {config} of this.#state.spokes) {
			const {name} = config;
			const known = facts.get(name);
			if (known && JSON.stringify(known) !== JSON.stringify(this.spoke(name)!.facts)) {
				this.emit({type: 'learned', spoke: name, facts: known});
			}

			this.emit({type: 'holds', spoke: name, ...(holds.get(name) ?? {holds: 0, gone: 0})});
			const latest = runs.get(name);
			if (latest && latest.startedAt !== this.spoke(name)!.lastRun?.startedAt) this.emit({type: 'ran', run: latest});
		}
	}

	/** Ends every job, writes what is queued; afterwards nothing of this hub runs. */
	async close(): Promise<void> {
		if (!this.telling.isEmpty) {
			for (const name of this.#jobs.keys()) this.cancel(name);
			await this.telling.settle(this.clock, tellMs);
		}

		this.#ending.abort(new DOMException('closing', 'AbortError'));
		while (this.#jobs.size > 0) await this.clock.sleep(20);
		clearTimeout(this.#timer);
		this.#publish();
		this.#listeners.clear();
		await this.#logFile.flush();
		this.store.flush();
	}

	#publish(): void {
		if (this.#published === this.#state) return;
		this.#published = this.#state;
		for (const listener of this.#listeners) listener();
	}

	#configure(config: HubConfig, problems: readonly Problem[]): void {
		const undriven = new Map<string, string>();
		for (const spoke of config.spokes) {
			const reason = this.#methods[spoke.method].undriven(spoke);
			if (reason !== undefined) undriven.set(spoke.name, reason);
		}

		this.emit({type: 'configured', config, problems, undriven});
		const failures = Map.groupBy(this.store.runs.failuresSince(this.clock.now() - dayMs), ({spoke}) => spoke);
		for (const run of [...failures.values()].flatMap(list => list.toReversed())) this.emit({type: 'ran', run});
		this.refresh();
	}

	async #syncOne(name: string, options: SyncOptions): Promise<SyncReport> {
		const {config} = this.spoke(name)!;
		if (this.#jobs.has(name)) return turnedAway(name, options.by ?? this.by, this.clock.now());
		const controller = new AbortController();
		this.#jobs.set(name, controller);
		const signal = AbortSignal.any([
			controller.signal,
			this.signal,
			AbortSignal.timeout(jobLimitMs),
			...(options.signal ? [options.signal] : []),
		]);
		const by = options.by ?? this.by;
		const job = {
			by,
			startedAt: undefined,
			isDryRun: options.isDryRun ?? false,
			progress: undefined,
			pace: undefined,
			isElsewhere: false,
		};
		this.emit({type: 'job', spoke: name, job});
		const leave = await this.#places.enter(() => this.#state.config.tui.concurrency, signal);
		try {
			this.emit({type: 'job', spoke: name, job: {...job, startedAt: this.clock.now()}});
			const report = await runSync({
				config: this.#state.config,
				spoke: config,
				method: this.#methods[config.method],
				store: this.store,
				clock: this.clock,
				runFolder: join(this.#state.config.folder, 'run'),
				by,
				isDryRun: job.isDryRun,
				signal,
				onProgress: (progress: Progress) => this.emit({type: 'progress', spoke: name, progress, at: this.clock.now()}),
				onCommand: line => this.#options.onCommand?.(name, line),
				log: (level, text) => this.log(level, name, text),
			});
			// What no run can change is no run that failed: a wrong entry, a method that nobody drives.
			const isTried = config.invalid === undefined && this.#methods[config.method].undriven(config) === undefined;
			return !job.isDryRun && isTried ? recordRun(this, config, report) : report;
		} finally {
			leave();
			this.#jobs.delete(name);
			this.emit({type: 'job', spoke: name, job: undefined});
		}
	}
}

/** Where a spoke's sessions come from and go to: when it changes, a running job works on the wrong tree. */
function placeOf({path, sourceText, method}: SpokeConfig): string {
	return JSON.stringify([path, sourceText, method]);
}
