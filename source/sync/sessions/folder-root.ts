import type {watch} from 'node:fs';
import type {Clock} from '../clock.js';
import {Flux} from './folder-flux.js';
import {problemOf, statPath} from './folder-walk.js';
import {FolderWatches} from './folder-watches.js';
import type {IndexDiff, SessionIndex} from './index.js';

/** Most milliseconds between two looks at files in flux (the seed's poll interval); a quarter of a shorter settling time. */
const fluxMs = 500;
/** Milliseconds that events are gathered before they are looked into. */
const gatherMs = 100;
/** Milliseconds between two looks whether a root is there, and still the same. */
export const rootMs = 2000;
/** Milliseconds between full looks that find what no event told; each is spread by a quarter either way. */
const repairMs = 600_000;
/** Half of Linux's `max_queued_events`: libuv drops the kernel's overflow mark, so this many at once stand for one. */
const eventFlood = 8192;
/** While a root is polled its full looks take at most a tenth of the time, after a flood a fifth. */
const pollShare = 10;
const floodShare = 5;

/** What one root's watching needs. */
export interface RootWatchOptions {
	readonly index: SessionIndex;
	/** Seeds the index before the first look. True: what differs from that is news. */
	readonly seed: (signal: AbortSignal) => boolean | Promise<boolean>;
	readonly settleMs: number;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	readonly watchFolder?: typeof watch;
	onReady(): void;
	/** The first lines that were unread when it was ready are read: the totals are what they say. */
	onRead(): void;
	onSettled(diff: IndexDiff): void;
	onGrowing(paths: readonly string[]): void;
	/** @param message one line, not neutralised */
	onProblem(code: string, message: string): void;
}

/** Watches one session root until its signal aborts. */
export class RootWatch {
	readonly #options: RootWatchOptions;
	readonly #index: SessionIndex;
	readonly #flux: Flux;
	readonly #watches: FolderWatches;
	/** Paths with events not looked into yet; true: renamed, so what was known below them may be another thing now. */
	#events = new Map<string, boolean>();
	#eventCount = 0;
	#isPolling = false;
	#identity: string | undefined;
	#nextRepair = 0;
	/** No full look before this, so that a flood of events costs a bounded share of the processor. */
	#notBefore = 0;
	#nextFlux = 0;
	#reading: Promise<void> = Promise.resolve();
	#isRootInDoubt = false;
	#wake: () => void = () => {};
	#told = new Set<string>();
	#growing = '';

	constructor(options: RootWatchOptions) {
		this.#options = options;
		this.#index = options.index;
		this.#flux = new Flux(options.settleMs);
		this.#watches = new FolderWatches(
			options.index.root,
			{
				onEvent: (path, isRename) => this.#note(path, isRename),
				onExhausted: code => this.#startPolling(code),
				onBroken: () => this.#rescanSoon(),
			},
			options.watchFolder,
		);
		this.#index.onVisit = folder => this.#watches.add(folder);
	}

	/** Folders watched now. */
	get watchCount(): number {
		return this.#watches.size;
	}

	/** Looks whether the root is there and still the same: no watch tells of a folder above it that was moved or unmounted. */
	checkRoot(): void {
		if (this.#identify() === this.#identity) return;
		this.#isRootInDoubt = true;
		this.#wake();
	}

	/** Looks at everything soon, whatever events told. */
	rescan(): void {
		this.#rescanSoon();
	}

	/** Runs until the signal aborts; then nothing is open any more. */
	async run(): Promise<void> {
		const {signal} = this.#options;
		try {
			await this.#start();
			while (!signal.aborted) {
				await this.#pause();
				await this.#look();
			}
		} catch (error) {
			if (!signal.aborted) throw error;
		} finally {
			this.#index.onVisit = undefined;
			this.#watches.remove('');
			await this.#reading;
		}
	}

	async #start(): Promise<void> {
		const {signal, seed, onReady, onRead} = this.#options;
		const isSeeded = await seed(signal);
		this.#identity = this.#identify();
		await this.#scan({isReadingHeaders: isSeeded, isDiffing: isSeeded});
		onReady();
		if (this.#index.totals.unread === 0) return;
		// Not waited for: on a cold disk this takes seconds, and events must not wait for it.
		this.#reading = this.#index.readHeaders(signal).then(onRead, () => {});
	}

	async #look(): Promise<void> {
		const {signal, onSettled} = this.#options;
		if (this.#isRootInDoubt) this.#takeRoot();
		if (this.#now() >= this.#nextRepair) await this.#scan({});
		else if (this.#events.size > 0) await this.#lookIntoEvents();
		if (this.#flux.size > 0 && this.#now() >= this.#nextFlux) {
			this.#nextFlux = this.#now() + Math.min(fluxMs, this.#options.settleMs / 4);
			this.#flux.take(await this.#index.refreshFiles(this.#flux.paths(), signal), this.#now());
			const settled = this.#flux.settle(this.#now());
			if (settled && !signal.aborted) onSettled(settled);
		}

		this.#tellGrowing();
		this.#tellProblems();
	}

	async #lookIntoEvents(): Promise<void> {
		const {signal} = this.#options;
		const events = this.#events;
		this.#events = new Map();
		this.#eventCount = 0;
		const files: string[] = [];
		for (const [path, isRename] of events) {
			if (!this.#index.hasFolder(path)) {
				files.push(path);
				continue;
			}

			// Another folder may stand under that name, and a watch stays with the folder it was opened on.
			if (isRename && path !== '') this.#watches.remove(path);
			this.#flux.take(await this.#index.refreshFolder(path, {signal, isDeep: isRename}), this.#now());
		}

		this.#flux.take(await this.#index.refreshFiles(files, signal), this.#now());
		this.#dropWatches();
	}

	async #scan(options: {readonly isReadingHeaders?: boolean; readonly isDiffing?: boolean}): Promise<void> {
		const started = this.#now();
		this.#events.clear();
		this.#eventCount = 0;
		const diff = await this.#index.scan({...options, signal: this.#options.signal});
		this.#flux.take(diff, this.#now());
		this.#dropWatches();
		const took = this.#now() - started;
		this.#notBefore = this.#now() + took * floodShare;
		const pause = this.#isPolling ? Math.max(rootMs, took * pollShare) : repairMs * (0.75 + Math.random() / 2);
		this.#nextRepair = this.#now() + pause;
		this.#tellProblems();
	}

	/** Every folder the index knows is watched, so equal numbers mean equal sets. */
	#dropWatches(): void {
		if (this.#watches.size > this.#index.folderCount) this.#watches.keepOnly(folder => this.#index.hasFolder(folder));
	}

	#note(path: string, isRename: boolean): void {
		this.#eventCount++;
		if (this.#eventCount >= eventFlood) this.#bringForward();
		// A growing file is looked at twice a second anyway.
		if (this.#events.size < eventFlood) this.#events.set(path, isRename || this.#events.get(path) === true);
		this.#wake();
	}

	#rescanSoon(): void {
		this.#bringForward();
		this.#wake();
	}

	#bringForward(): void {
		this.#nextRepair = Math.min(this.#nextRepair, Math.max(this.#now(), this.#notBefore));
	}

	#takeRoot(): void {
		this.#isRootInDoubt = false;
		const identity = this.#identify();
		if (identity === this.#identity) return;
		this.#identity = identity;
		// Another folder, a drive that came back, or nothing: the old watches stand on what is no longer there.
		this.#watches.remove('');
		this.#nextRepair = this.#now();
	}

	#identify(): string | undefined {
		try {
			const stats = statPath(this.#index.root, '');
			return stats && `${stats.dev}:${stats.ino}`;
		} catch {
			return undefined;
		}
	}

	#startPolling(code: string): void {
		this.#isPolling = true;
		this.#watches.remove('');
		const setting = code === 'EMFILE' ? 'fs.inotify.max_user_instances' : 'fs.inotify.max_user_watches';
		this.#options.onProblem(
			code,
			`no more folders can be watched (${code}), so this one is looked through every few seconds; ` +
				`to watch it, raise the limit: sudo sysctl ${setting}=524288`,
		);
	}

	#tellGrowing(): void {
		const {mark} = this.#flux;
		if (mark === this.#growing || this.#options.signal.aborted) return;
		this.#growing = mark;
		this.#options.onGrowing(this.#flux.paths());
	}

	/** Each problem once, until it is gone and comes back. */
	#tellProblems(): void {
		const now = new Set<string>();
		for (const {path, code, message} of this.#index.problems) {
			const key = `${code} ${path}`;
			now.add(key);
			if (!this.#told.has(key) && !this.#options.signal.aborted)
				this.#options.onProblem(code, this.#explain(path, code, message));
		}

		this.#told = now;
	}

	#explain(path: string, code: string, message: string): string {
		if (path === '' && code === 'ENOENT') {
			return `${this.#index.root} is not there; it is watched as soon as it appears`;
		}

		return `${path === '' ? this.#index.root : path} cannot be read, what was known of it is kept: ${message}`;
	}

	/** Waits for the next thing to do: events, files in flux, another root, the repair. */
	async #pause(): Promise<void> {
		const {clock, signal} = this.#options;
		const flux = this.#flux.size > 0 ? Math.max(this.#nextFlux, this.#now()) : Infinity;
		const until = Math.min(this.#nextRepair, flux);
		if (this.#events.size === 0 && !this.#isRootInDoubt) await this.#sleepUntilWoken(until - this.#now());
		if (this.#events.size > 0) await clock.sleep(gatherMs, signal);
		signal.throwIfAborted();
	}

	async #sleepUntilWoken(ms: number): Promise<void> {
		const {clock, signal} = this.#options;
		// Not AbortSignal.any: one for each pause would pile up on a signal that lives for months.
		const woken = new AbortController();
		const wake = () => woken.abort();
		signal.addEventListener('abort', wake, {once: true});
		this.#wake = wake;
		try {
			await clock.sleep(ms, woken.signal);
		} catch (error) {
			if (!woken.signal.aborted) throw error;
		} finally {
			this.#wake = () => {};
			signal.removeEventListener('abort', wake);
		}
	}

	#now(): number {
		return this.#options.clock.now();
	}
}

/** A failure of the watching itself, for people. */
export function watchFailure(error: unknown): {readonly code: string; readonly message: string} {
	const {code, message} = problemOf('', error);
	return {code, message: `watching stopped: ${message}`};
}
