import {join} from 'node:path';
import {clean} from '../text/clean.js';
import type {Clock} from './clock.js';
import type {HubConfig, Problem, SpokeConfig} from './config/types.js';
import type {HubOptions, SyncOptions} from './hub-options.js';
import {Jobs} from './jobs/jobs.js';
import {type Released, releaseSpoke} from './jobs/release.js';
import type {SyncReport} from './jobs/sync.js';
import {takeLines, takeNews} from './live/news.js';
import {LogFile, logLine} from './log.js';
import type {MethodSet} from './methods/index.js';
import type {SyncMethod} from './methods/types.js';
import {recordContact, writesNothing} from './outcomes.js';
import {Pending} from './pending.js';
import {Publisher} from './publisher.js';
import {recallCounts, recallSpokes} from './recall.js';
import {emptyState, reduce} from './reduce.js';
import type {Holder} from './schedule/lease.js';
import type {Totals} from './sessions/folder-totals.js';
import {quickTotals} from './sessions/quick.js';
import {RememberedTotals} from './sessions/remembered-totals.js';
import type {HubEvent, HubState, SpokeState} from './state.js';
import type {SpokeFacts} from './store/facts.js';
import type {LoggedEvent, RunBy} from './store/runs.js';
import {setAsideText} from './store/set-aside.js';
import type {Store} from './store/store.js';

export type {HubOptions, SyncOptions} from './hub-options.js';

/** Log lines of earlier processes that a screen begins with. */
const recalledLines = 500;

/** Milliseconds a notification is given to get out when the program that has the news ends. */
const tellMs = 1500;

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
	/** The latest published state; the same object until something changed. */
	readonly snapshot: () => HubState;
	/** Tells of every new snapshot; gives the function that ends the subscription. */
	readonly subscribe: (listener: () => void) => () => void;
	readonly #options: HubOptions;
	readonly #jobs: Jobs;
	readonly #ending = new AbortController();
	readonly #observers = new Set<(event: HubEvent) => void>();
	readonly #logFile: LogFile;
	#methods: MethodSet;
	readonly #publisher: Publisher<HubState>;
	readonly #totals: RememberedTotals;
	#state: HubState;
	/** Counts were asked for, so spokes that come later get theirs too. */
	#isRecalled = false;
	#isLogRecalled = false;

	constructor(options: HubOptions) {
		this.#options = options;
		this.store = options.store;
		this.clock = options.clock;
		this.store.onProblem = error => this.log('WARN', undefined, writesNothing(error));
		this.by = options.by;
		this.#logFile = new LogFile(join(options.config.folder, 'logs', 'sync.log'));
		this.#methods = options.methods(options.config);
		const tell = (spoke: string, line: string) => this.command(spoke, line);
		this.#jobs = new Jobs(this, ({method}) => this.#methods[method], tell);
		this.#state = emptyState(options.config);
		this.#totals = new RememberedTotals(options.store, options.clock);
		this.#publisher = new Publisher(this.#state);
		this.snapshot = this.#publisher.snapshot;
		this.subscribe = this.#publisher.subscribe;
		this.#configure(options.config, options.problems);
		const {setAside} = this.store;
		if (setAside !== undefined) this.log('WARN', undefined, setAsideText(setAside));
		this.#publisher.publish();
	}

	/** Aborts when the hub closes; services hang on it. */
	get signal(): AbortSignal {
		return this.#ending.signal;
	}

	/** The state this instant, for those who do not draw. */
	get state(): HubState {
		return this.#state;
	}

	/** Folds an event into the state; listeners hear of it within a tenth of a second, of mere progress within half a one. */
	emit(event: HubEvent): void {
		const before = this.#state;
		this.#state = reduce(before, event);
		if (event.type === 'counted') this.#remember(event.spoke, event.totals);
		for (const observer of this.#observers) observer(event);
		if (this.#state === before || this.#ending.signal.aborted) return;
		this.#publisher.take(this.#state, event.type === 'progress' || event.type === 'verifying');
	}

	/**
	 * Tells a service of every event the moment it happens; those who draw go by `subscribe`.
	 * @returns the function that ends it
	 */
	observe(observer: (event: HubEvent) => void): () => void {
		this.#observers.add(observer);
		return () => {
			this.#observers.delete(observer);
		};
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
		return Promise.all(names.map(async name => this.#jobs.run(name, options)));
	}

	/** Asks a spoke whether it is there; the answer goes into the facts. Never throws for one that is not. */
	async probe(name: string): Promise<void> {
		const spoke = this.spoke(name);
		if (!spoke || spoke.config.invalid !== undefined || spoke.undriven !== undefined) return;
		const method = this.#methods[spoke.config.method];
		recordContact(this, spoke.config, await method.probe(spoke.config, this.signal, line => this.command(name, line)));
	}

	/** What brings a spoke's sessions to the hub. */
	methodOf({method}: SpokeConfig): SyncMethod {
		return this.#methods[method];
	}

	/** Ends a spoke's running or waiting job; does nothing when there is none. */
	cancel(name: string): void {
		this.#jobs.cancel(name);
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

	/** Reads what other processes wrote: facts and holds as they are, runs and log lines that are new. */
	refresh(): void {
		takeNews(this);
	}

	/** Puts the last lines of the log from before this process at the beginning of the state's; once. */
	recallLog(): void {
		if (this.#isLogRecalled) return;
		this.#isLogRecalled = true;
		this.emit({type: 'log-recalled', lines: this.store.news.earlierEvents(recalledLines)});
	}

	/** Ends every job, writes what is queued; afterwards nothing of this hub runs. */
	async close(): Promise<void> {
		if (!this.telling.isEmpty) {
			this.#jobs.cancelAll();
			await this.telling.settle(this.clock, tellMs);
		}

		this.#ending.abort(new DOMException('closing', 'AbortError'));
		while (!this.#jobs.isEmpty) await this.clock.sleep(20);
		this.#publisher.close();
		await this.#logFile.flush();
		this.#totals.flush();
		this.store.flush();
	}

	/**
	 * Shows what the store remembers of counts and history without a look at any folder, in the very next snapshot: what a
	 * screen begins with. What was counted meanwhile stands.
	 */
	recall(): void {
		this.#isRecalled = true;
		// In the store's history they are counted: as news they would be counted again.
		takeLines(this);
		this.#recallCounts();
		this.#publisher.publish();
	}

	#recallCounts(): void {
		// The history comes from the store alone: a run that waits to be written would be missing from it.
		this.store.flush();
		this.emit({type: 'recalled', ...recallCounts(this.store, this.#state.config, this.clock.now())});
	}

	#remember(name: string | undefined, totals: Totals): void {
		const path = name === undefined ? this.#state.config.sessionsDir : this.spoke(name)?.config.path;
		if (path !== undefined) this.#totals.note(path, totals);
	}

	/** A line for those who watch what is run; it outlives the process nowhere. */
	command(spoke: string, line: string): void {
		this.#options.onCommand?.(spoke, line);
		this.emit({type: 'logged', line: {at: this.clock.now(), level: 'CMD', spoke, text: clean(line, 4096)}});
	}

	#configure(config: HubConfig, problems: readonly Problem[]): void {
		const before = new Set(this.#state.spokes.map(spoke => spoke.config.name));
		const undriven = new Map<string, string>();
		for (const spoke of config.spokes) {
			const reason = this.#methods[spoke.method].undriven(spoke);
			if (reason !== undefined) undriven.set(spoke.name, reason);
		}

		if (before.size > 0) this.refresh();
		else this.store.news.catchUp();
		this.emit({type: 'configured', config, problems, undriven});
		const spokes = recallSpokes(this.store, config, this.clock.now(), name => !before.has(name));
		this.emit({type: 'recalled', spokes, totals: undefined});
		if (this.#isRecalled) this.#recallCounts();
	}
}

/** Where a spoke's sessions come from and go to: when it changes, a running job works on the wrong tree. */
function placeOf({path, sourceText, method}: SpokeConfig): string {
	return JSON.stringify([path, sourceText, method]);
}
