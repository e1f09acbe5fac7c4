import {join} from 'node:path';
import {clean} from '../../text/clean.js';
import type {SpokeConfig} from '../config/types.js';
import {findForeignWriters} from '../schedule/foreign.js';
import {type ForeignSources, systemSources} from '../schedule/foreign-sources.js';
import {createConnections} from '../ssh/connection.js';
import type {Environment} from '../ssh/environment.js';
import {attempt} from './attempt.js';
import type {CheckContext, CheckSpec, DiagnosisHub, Findings} from './context.js';
import {checksOf} from './graph.js';
import type {FixFacts} from './names.js';
import {Trace} from './trace.js';
import type {CheckId, CheckResult, Diagnosis} from './types.js';
import {judge, machineOf} from './verdict.js';

export type {DiagnosisHub} from './context.js';

/** What a diagnosis takes. */
export interface DiagnosisOptions {
	readonly hub: DiagnosisHub;
	/** Name of a spoke of the configuration. */
	readonly spoke: string;
	/** Environment of ssh, rsync and the others. */
	readonly env: Environment;
	/** Absolute path of the user's home on the hub. */
	readonly home: string;
	/** Ends it. */
	readonly signal: AbortSignal;
	/** Told of every change, as a subscriber is. */
	readonly onChange?: (diagnosis: Diagnosis) => void;
	/** Where other writers are looked for; this machine's places unless told. */
	readonly sources?: ForeignSources;
}

/** A diagnosis that runs, or has run and can run again. */
export interface RunningDiagnosis {
	/** The latest state; the same object until something changes. */
	readonly snapshot: () => Diagnosis;
	/** Tells of every new snapshot; gives the function that ends the subscription. */
	readonly subscribe: (listener: () => void) => () => void;
	/**
	 * Runs a check again, and what depends on it; without one, all. What still runs is ended first.
	 * @returns how it went; never throws for a check that failed
	 */
	rerun(id?: CheckId): Promise<Diagnosis>;
	/** Fulfilled when the first round has ended, also when it was cancelled. */
	readonly ended: Promise<Diagnosis>;
	/** Ends what runs; what has not ended is shown as skipped. */
	cancel(): void;
}

/**
 * Begins to find out what is wrong with a spoke: checks in the order of their dependencies, side by side where they have
 * none. A check that fails skips only what depends on it. Writes nothing to the spoke and changes nothing on the hub.
 * @throws Error for a spoke that the configuration does not have
 */
export function startDiagnosis(options: DiagnosisOptions): RunningDiagnosis {
	const diagnosing = new Diagnosing(options);
	const ended = diagnosing.rerun();
	return {
		snapshot: diagnosing.snapshot,
		subscribe: diagnosing.subscribe,
		rerun: async id => diagnosing.rerun(id),
		ended,
		cancel: () => diagnosing.cancel(),
	};
}

class Diagnosing {
	readonly #options: DiagnosisOptions;
	readonly #listeners = new Set<() => void>();
	readonly #findings: Findings = {};
	readonly #facts = new Map<CheckId, FixFacts>();
	readonly #unblocking = new Set<CheckId>();
	/** What was never run to its end: nothing behind it can be. */
	readonly #cancelled = new Set<CheckId>();
	/** As it was when the latest round began: the file may lose it meanwhile. */
	#spoke: SpokeConfig;
	#specs: readonly CheckSpec[] = [];
	#results = new Map<CheckId, CheckResult>();
	#round: {readonly controller: AbortController; readonly ended: Promise<void>} | undefined;
	#startedAt = 0;
	#started = 0;
	#tookMs = 0;
	#isRunning = false;
	#snapshot: Diagnosis | undefined;

	constructor(options: DiagnosisOptions) {
		this.#options = options;
		const spoke = options.hub.spoke(options.spoke);
		if (!spoke) throw new Error(`no spoke is called '${options.spoke}'`);
		this.#spoke = spoke.config;
	}

	readonly snapshot = (): Diagnosis => {
		this.#snapshot ??= this.#read();
		return this.#snapshot;
	};

	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	cancel(): void {
		this.#round?.controller.abort(new DOMException('cancelled', 'AbortError'));
	}

	async rerun(id?: CheckId): Promise<Diagnosis> {
		this.cancel();
		const before = this.#round?.ended;
		const controller = new AbortController();
		// Entered before the first wait, so that whoever asks next ends this one.
		const ended = this.#go(id, AbortSignal.any([this.#options.signal, controller.signal]), before);
		this.#round = {controller, ended};
		await ended;
		return this.snapshot();
	}

	async #go(id: CheckId | undefined, signal: AbortSignal, before: Promise<void> | undefined): Promise<void> {
		await before;
		const {hub, spoke: name} = this.#options;
		const spoke = hub.spoke(name);
		if (!spoke) return;
		this.#spoke = spoke.config;
		// The entry may have been corrected since: its checks are then others, all of them.
		const specs = checksOf(spoke.config, spoke.undriven === undefined, hub.state.config.tui);
		const isSame = specs.length === this.#specs.length && specs.every((spec, at) => spec.id === this.#specs[at]!.id);
		this.#specs = specs;
		const wanted = id === undefined || !isSame ? specs.map(spec => spec.id) : [id, ...this.#cancelled];
		const ids = withDependants(wanted, specs);
		if (ids.size === specs.length) this.#results = new Map();
		for (const spec of specs.filter(one => ids.has(one.id))) this.#forget(spec);
		this.#startedAt = hub.clock.now();
		this.#started = performance.now();
		this.#isRunning = true;
		this.#changed();
		const context = this.#context(spoke.config, signal);
		const running = new Map<CheckId, Promise<void>>();
		for (const spec of specs.filter(one => ids.has(one.id))) {
			// Specs come in dependency order: what a check waits for is under way already.
			const waits = [...spec.needs, ...(spec.after ?? [])].map(other => running.get(other));
			running.set(
				spec.id,
				Promise.all(waits).then(async () => this.#run(spec, context, signal)),
			);
		}

		await Promise.all(running.values());
		this.#tookMs = performance.now() - this.#started;
		this.#isRunning = false;
		this.#changed();
	}

	#context(spoke: CheckContext['spoke'], signal: AbortSignal): CheckContext {
		const {hub, env, home, sources = systemSources(home)} = this.#options;
		const {config} = hub.state;
		let writers: ReturnType<CheckContext['writers']> | undefined;
		return {
			...{hub, config, spoke, env, home, sources},
			connections: createConnections(config.tui.ssh, join(config.folder, 'run'), env),
			findings: this.#findings,
			writers() {
				writers ??= findForeignWriters({paths: [{spoke: spoke.name, path: spoke.path}], sources, signal});
				return writers;
			},
		};
	}

	#forget({id, title, limitMs}: CheckSpec): void {
		delete (this.#findings as Record<string, unknown>)[id];
		this.#facts.delete(id);
		this.#unblocking.delete(id);
		this.#cancelled.delete(id);
		const blank = {
			command: undefined,
			exit: undefined,
			startedAt: undefined,
			tookMs: 0,
			evidence: [],
			cause: undefined,
		};
		this.#results.set(id, {...blank, id, title, status: 'waiting', summary: '', limitMs});
	}

	async #run(spec: CheckSpec, context: CheckContext, signal: AbortSignal): Promise<void> {
		const {id} = spec;
		if (signal.aborted) {
			this.#cancelled.add(id);
			this.#put(id, {status: 'skip', summary: 'cancelled'});
			return;
		}

		const blocker = spec.needs.map(need => this.#blockerOf(need)).find(found => found !== undefined);
		if (blocker !== undefined) {
			const step = this.#specs.findIndex(one => one.id === blocker) + 1;
			this.#put(id, {status: 'skip', summary: `skipped: step ${step} failed`});
			return;
		}

		const limit = new AbortController();
		const timer = setTimeout(() => limit.abort(new DOMException('time limit', 'TimeoutError')), spec.limitMs);
		const startedAt = this.#options.hub.clock.now();
		const started = performance.now();
		const trace = new Trace(AbortSignal.any([signal, limit.signal]), spec.limitMs, this.#options.env, () => {
			if (this.#results.get(id)?.status === 'running') this.#put(id, shownOf(trace));
		});
		this.#put(id, {status: 'running', startedAt});
		try {
			const found = await attempt(spec, context, trace);
			if (signal.aborted && found.status === 'skip') this.#cancelled.add(id);
			if (found.facts) this.#facts.set(id, found.facts);
			if (found.isBlocking === false) this.#unblocking.add(id);
			trace.say(...(found.evidence ?? []));
			this.#put(id, {
				...shownOf(trace),
				status: found.status,
				summary: clean(found.summary),
				cause: found.cause,
				tookMs: performance.now() - started,
			});
		} finally {
			clearTimeout(timer);
		}
	}

	/** The check whose failure keeps those behind `id` from being run; undefined when nothing does. */
	#blockerOf(id: CheckId): CheckId | undefined {
		const status = this.#results.get(id)?.status;
		if (status === 'fail') return this.#unblocking.has(id) ? undefined : id;
		if (status !== 'skip') return undefined;
		const needs = this.#specs.find(spec => spec.id === id)?.needs ?? [];
		return needs.map(need => this.#blockerOf(need)).find(found => found !== undefined);
	}

	#put(id: CheckId, changes: Partial<CheckResult>): void {
		this.#results.set(id, {...this.#results.get(id)!, ...changes});
		this.#changed();
	}

	#changed(): void {
		this.#snapshot = undefined;
		for (const listener of this.#listeners) listener();
		this.#options.onChange?.(this.snapshot());
	}

	#read(): Diagnosis {
		const {hub, spoke, env, home} = this.#options;
		const checks = this.#specs.map(({id}) => this.#results.get(id)!);
		const verdict = judge({
			spoke: this.#spoke,
			config: hub.state.config,
			machine: machineOf(env, home),
			checks,
			isBlocking: id => !this.#unblocking.has(id),
			findings: this.#findings,
			facts: this.#facts,
		});
		const tookMs = this.#isRunning ? performance.now() - this.#started : this.#tookMs;
		return {spoke, startedAt: this.#startedAt, tookMs, isRunning: this.#isRunning, checks, ...verdict};
	}
}

function shownOf({command, exit, lines}: Trace): Pick<CheckResult, 'command' | 'exit' | 'evidence'> {
	return {command, exit, evidence: lines};
}

function withDependants(wanted: readonly CheckId[], specs: readonly CheckSpec[]): Set<CheckId> {
	const ids = new Set(wanted);
	for (const spec of specs) {
		if ([...spec.needs, ...(spec.after ?? [])].some(need => ids.has(need))) ids.add(spec.id);
	}

	return ids;
}
