import {join} from 'node:path';
import type {Hub} from '../sync/hub.js';
import {Publisher} from '../sync/publisher.js';
import type {HubScene, SpokeOrder} from '../terminal/scene.js';
import {clean} from '../text/clean.js';
import type {SetupWish} from '../view/wizard-draft.js';
import {lookLines} from '../view/wizard-found.js';
import {noFacts, type OrderEnd, type SetupJob, type WizardFacts, type WizardLine} from '../view/wizard-sight.js';

/** What the wizard needs. */
export interface WizardParts {
	readonly scene: Pick<HubScene, 'hub' | 'spokes' | 'home' | 'env' | 'confirmed'>;
	/** The terminal has no block characters. */
	readonly isAscii: boolean;
	/** Asks on the screen; fulfilled with the answer. */
	readonly ask: (question: string, lines: readonly string[], signal: AbortSignal) => Promise<boolean>;
}

/** Milliseconds between two looks at who knocks, while the wizard shows it. */
const knockMs = 2000;
/** Lines of a setup that are kept. */
const mostLines = 500;
/** Milliseconds a new spoke is given to arrive in the hub's own configuration. */
const arriveMs = 10_000;

/** What the wizard finds out and does. What it is made of is loaded when it is opened. */
export class Wizard {
	/** Tells of every change, a tenth of a second late at most; gives the function that ends the subscription. */
	readonly subscribe: (listener: () => void) => () => void;
	readonly #parts: WizardParts;
	readonly #hub: Hub;
	readonly #ending = new AbortController();
	readonly #publisher = new Publisher<WizardFacts>(noFacts);
	#facts: WizardFacts = noFacts;
	#trying = new AbortController();
	#looking = new AbortController();
	#working = new AbortController();

	constructor(parts: WizardParts) {
		this.#parts = parts;
		this.#hub = parts.scene.hub;
		this.subscribe = this.#publisher.subscribe;
	}

	/** What is known this instant. */
	get facts(): WizardFacts {
		return this.#facts;
	}

	/** The latest that was published, for those who draw. */
	readonly snapshot = (): WizardFacts => this.#publisher.snapshot();

	/** Reads which hosts can be offered. */
	async prepare(): Promise<void> {
		const {home} = this.#parts.scene;
		const {sshHosts} = await import('../sync/ssh/hosts.js');
		this.#show({hosts: await sshHosts(join(home, '.ssh', 'config'), home)});
	}

	/** Follows who knocks at the hub's Syncthing, until the signal ends it. */
	async follow(ending: AbortSignal): Promise<void> {
		const signal = AbortSignal.any([ending, this.#ending.signal, this.#hub.signal]);
		const {followSyncthing} = await import('./wizard-syncthing.js');
		const {scene, isAscii} = this.#parts;
		await followSyncthing({...scene, isAscii, signal, everyMs: knockMs}, syncthing => this.#show({syncthing}));
	}

	/** Works out what the configuration would get, and looks at the source if that is wanted. */
	async tryOut(wish: SetupWish, isLook: boolean): Promise<void> {
		this.#trying.abort();
		this.#trying = new AbortController();
		const {signal} = this.#trying;
		if (wish.name !== '') {
			const found = await this.#parts.scene.spokes.preview(wish);
			if (signal.aborted) return;
			const problem = 'problem' in found ? found.problem : undefined;
			this.#show({preview: {of: wish, yaml: 'yaml' in found ? found.yaml : [], problem}});
		}

		if (isLook && wish.source !== undefined) await this.#look(wish);
	}

	async #look({method, source, name}: SetupWish): Promise<void> {
		this.#looking.abort(new DOMException('another source', 'AbortError'));
		this.#looking = new AbortController();
		const signal = AbortSignal.any([this.#looking.signal, this.#ending.signal, this.#hub.signal]);
		const of = source!;
		const show = (isRunning: boolean, lines: readonly WizardLine[]) => {
			if (!signal.aborted) this.#show({look: {of, isRunning, lines}});
		};
		show(true, []);
		try {
			const [{lookAtSource}, {previewEdit}] = await Promise.all([
				import('../sync/services/source-look.js'),
				import('../sync/config/edit.js'),
			]);
			const {config} = this.#hub.state;
			const {clock} = this.#hub;
			const options = {file: config.file, home: this.#parts.scene.home, hostname: config.hubName, clock, signal};
			// A name that is nobody's: the one that is filled in may be taken.
			const entry = {name: name === '' ? 'look' : `look-${Date.now()}`, sync_method: method, source: of};
			const {spoke} = await previewEdit(options, {type: 'add', entry});
			if (!spoke?.source) return;
			const found = await lookAtSource(spoke, {settings: config.tui.ssh, env: this.#parts.scene.env, signal});
			show(false, lookLines(found, spoke.source.kind === 'ssh'));
		} catch (error) {
			show(false, [{text: clean((error as Error).message), tone: 'warn'}]);
		}
	}

	/** Forgets how the last order ended, unless it still runs. */
	forget(): void {
		if (this.#facts.job?.isRunning !== true) this.#show({job: undefined});
	}

	/** Ends what runs; what it has made it takes back itself. */
	stop(): void {
		this.#working.abort(new DOMException('stopped', 'AbortError'));
	}

	/**
	 * Carries out an order, and shows on the way what is said and asked. One at a time.
	 * @returns whether config.yaml says so now; false too when another one runs
	 */
	async order(order: SpokeOrder): Promise<boolean> {
		return this.work(async (say, signal) => {
			const {spokes, confirmed} = this.#parts.scene;
			await confirmed;
			let told = 0;
			return spokes.run(order, {
				say,
				signal,
				ask: async question => {
					const lines = (this.#facts.job?.lines ?? []).map(({text}) => text);
					const news = lines.slice(told);
					told = lines.length;
					const isYes = await this.#parts.ask(question, news, signal);
					say(`${question.replace(/\s*\[y\/N\]\s*$|:\s*$/, '')} ${isYes ? 'yes' : 'no'}`);
					// What is waited for was not done.
					if (!isYes && !question.includes('[y/N]')) this.stop();
					return isYes ? 'y' : '';
				},
			});
		});
	}

	/** Does something as the order of the moment: what it says is shown, and how it ended. */
	async work(work: (say: (line: string) => void, signal: AbortSignal) => Promise<OrderEnd>): Promise<boolean> {
		if (this.#facts.job?.isRunning) return false;
		this.#working = new AbortController();
		const signal = AbortSignal.any([this.#working.signal, this.#ending.signal, this.#hub.signal]);
		const show = (change: Partial<SetupJob>) => {
			const job = this.#facts.job ?? {isRunning: true, lines: [], result: undefined};
			this.#show({job: {...job, ...change}});
		};
		const say = (text: string) => show({lines: [...(this.#facts.job?.lines ?? []), lineOf(text)].slice(-mostLines)});
		show({isRunning: true, lines: [], result: undefined});
		try {
			const result = await work(say, signal);
			show({isRunning: false, result});
			return result !== 'failed';
		} catch (error) {
			if (!signal.aborted) say(`✗ ${(error as Error).message}`);
			show({isRunning: false, result: signal.aborted ? 'stopped' : 'failed'});
			return false;
		}
	}

	/**
	 * Waits until the hub has taken over a configuration that names a spoke.
	 * @returns false when it did not within ten seconds
	 */
	async arrival(name: string): Promise<boolean> {
		const until = performance.now() + arriveMs;
		while (this.#hub.spoke(name) === undefined) {
			if (performance.now() > until || this.#hub.signal.aborted) return false;
			await this.#hub.clock.sleep(50, this.#hub.signal).catch(() => {});
		}

		return true;
	}

	/** Ends everything. */
	close(): void {
		this.#ending.abort(new DOMException('the screen is closed', 'AbortError'));
		this.#publisher.close();
	}

	#show(change: Partial<WizardFacts>): void {
		this.#facts = {...this.#facts, ...change};
		this.#publisher.take(this.#facts, false);
	}
}

function lineOf(text: string): WizardLine {
	const isBad = text.startsWith('✗ ');
	return {text: clean(isBad ? text.slice(2) : text, 8192), tone: isBad ? 'bad' : undefined};
}
