import type {RunningDiagnosis} from '../sync/diagnosis/diagnose.js';
import type {CheckId, Diagnosis} from '../sync/diagnosis/types.js';
import type {Hub} from '../sync/hub.js';
import {Publisher} from '../sync/publisher.js';
import type {Environment} from '../sync/ssh/environment.js';
import {failureOf} from '../sync/store/facts.js';
import {isGreen} from '../view/diagnose-outcome.js';
import type {SpokeDiagnosis} from '../view/diagnose-sight.js';

/** What diagnoses need. */
export interface DiagnosesParts {
	readonly hub: Hub;
	readonly env: Environment;
	/** Absolute path of the user's home. */
	readonly home: string;
	/** Nothing is started before. */
	readonly confirmed: Promise<void>;
	/** No sync is started by a diagnosis that finds nothing any more. */
	readonly isReadOnly: boolean;
}

/** One spoke's. */
interface Kept {
	readonly running: RunningDiagnosis;
	/** Counts the rounds: only the end of the latest one means anything. */
	round: number;
	/** An earlier round found something that blocks. */
	wasRed: boolean;
}

/** The diagnoses of a dashboard: one a spoke, from the first one asked for until the dashboard closes. */
export class Diagnoses {
	/** Tells of every change, a tenth of a second late at most; gives the function that ends the subscription. */
	readonly subscribe: (listener: () => void) => () => void;
	readonly #parts: DiagnosesParts;
	readonly #ending = new AbortController();
	readonly #kept = new Map<string, Promise<Kept>>();
	readonly #publisher = new Publisher<ReadonlyMap<string, SpokeDiagnosis>>(new Map());
	#shown: ReadonlyMap<string, SpokeDiagnosis> = new Map();

	constructor(parts: DiagnosesParts) {
		this.#parts = parts;
		this.subscribe = this.#publisher.subscribe;
	}

	/** What is known of a spoke; undefined: no diagnosis of it was started. */
	of(name: string): SpokeDiagnosis | undefined {
		return this.#publisher.snapshot().get(name);
	}

	/**
	 * Starts a spoke's diagnosis, unless there is one.
	 * @throws Error for a spoke that the configuration does not have
	 */
	async start(name: string): Promise<void> {
		if (!this.#kept.has(name)) await this.#begin(name);
	}

	/**
	 * Runs a step again with what depends on it, or all; starts the diagnosis where there is none.
	 * @throws Error for a spoke that the configuration does not have
	 */
	async rerun(name: string, step: CheckId | undefined): Promise<void> {
		const known = this.#kept.get(name);
		if (!known) {
			await this.#begin(name);
			return;
		}

		const kept = await known;
		await this.#follow(name, kept, kept.running.rerun(step));
	}

	/** Ends what runs. */
	close(): void {
		this.#ending.abort(new DOMException('the screen is closed', 'AbortError'));
		this.#publisher.close();
	}

	async #begin(name: string): Promise<void> {
		const beginning = this.#open(name);
		this.#kept.set(name, beginning);
		// What could not be begun may be tried again.
		beginning.catch(() => this.#kept.delete(name));
		const kept = await beginning;
		await this.#follow(name, kept, kept.running.ended);
	}

	async #open(name: string): Promise<Kept> {
		const {hub, env, home, confirmed} = this.#parts;
		await confirmed;
		const {startDiagnosis} = await import('../sync/diagnosis/diagnose.js');
		const signal = AbortSignal.any([this.#ending.signal, hub.signal]);
		const onChange = (diagnosis: Diagnosis) => this.#show(name, {diagnosis});
		const running = startDiagnosis({hub, spoke: name, env, home, signal, onChange});
		return {running, round: 0, wasRed: false};
	}

	async #follow(name: string, kept: Kept, work: Promise<Diagnosis>): Promise<void> {
		const round = ++kept.round;
		this.#show(name, {sync: undefined});
		const diagnosis = await work;
		if (kept.round !== round || this.#ending.signal.aborted) return;
		if (diagnosis.verdict === 'fail') kept.wasRed = true;
		else if (isGreen({diagnosis})) await this.#goOn(name, kept);
	}

	/** Nothing blocks any more: the row is to be well too. */
	async #goOn(name: string, kept: Kept): Promise<void> {
		const {hub, isReadOnly} = this.#parts;
		const spoke = hub.spoke(name);
		if (!spoke?.config.enabled || isReadOnly) return;
		if (!kept.wasRed && failureOf(spoke.facts) === undefined) return;
		kept.wasRed = false;
		const {round} = kept;
		this.#show(name, {sync: 'running'});
		// Counts as a person's own run, which ends the wait after earlier failures.
		const [report] = await hub.sync([name]);
		if (kept.round === round) this.#show(name, {sync: report});
	}

	#show(name: string, change: Partial<SpokeDiagnosis>): void {
		const before = this.#shown.get(name);
		const diagnosis = change.diagnosis ?? before?.diagnosis;
		if (!diagnosis || this.#ending.signal.aborted) return;
		this.#shown = new Map(this.#shown).set(name, {sync: before?.sync, ...change, diagnosis});
		this.#publisher.take(this.#shown, false);
	}
}
