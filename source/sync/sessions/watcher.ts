import type {watch} from 'node:fs';
import {clean} from '../../text/clean.js';
import {type Clock, systemClock} from '../clock.js';
import {every} from '../every.js';
import {RootWatch, rootMs, watchFailure} from './folder-root.js';
import {type IndexDiff, SessionIndex} from './index.js';

/** A session root to watch. */
export interface WatchedRoot {
	/** The spoke's name, or the hub's. Unique. */
	readonly name: string;
	/** Absolute path; it may not exist yet. */
	readonly path: string;
	/** Milliseconds without a change after which a file is news: 5,000 for synced roots, 1,000 for the hub's own. */
	readonly settleMs: number;
	/** Compared by identity in `update`: hand in the same function while the patterns stay. */
	readonly isExcluded?: (path: string) => boolean;
	/** Seeded with what an earlier process knew; without one, or with an empty one, everything found at first is old. */
	readonly index?: SessionIndex;
	/**
	 * Fills the index with what an earlier process knew, in slices, each time the root begins to be watched. True: that
	 * was all there was, so what differs from it is news. Not asked when `index` holds something.
	 * @throws only the signal's reason
	 */
	readonly seed?: (index: SessionIndex, signal: AbortSignal) => Promise<boolean>;
}

/** What `watchSessions` takes. */
export interface WatchOptions {
	readonly roots: readonly WatchedRoot[];
	/** Files that came, changed or went and then stood still for the root's `settleMs`. */
	readonly onSettled: (name: string, diff: IndexDiff) => void;
	/** Paths in flux, whenever one of them changed again or the set of them did. */
	readonly onGrowing?: (name: string, paths: readonly string[]) => void;
	/** The root was walked and is watched; headers may still be unread (`totals.unread`). */
	readonly onReady: (name: string) => void;
	/** Where headers were unread then: they are read now. */
	readonly onRead?: (name: string) => void;
	/** Each problem once while it lasts; the message is neutralised, without the root's name. */
	readonly onProblem: (name: string, problem: {readonly code: string; readonly message: string}) => void;
	readonly signal: AbortSignal;
	readonly clock?: Clock;
	/** Stands in for `fs.watch` where a test needs the system's limit. */
	readonly watchFolder?: typeof watch;
}

/** A running watch over any number of roots. */
export interface SessionWatch {
	/** Resolves when every root given so far is ready (or was taken away again). */
	ready(): Promise<void>;
	/** Replaces the roots; one that is the same goes on undisturbed, one with another path starts with an empty index. */
	update(roots: readonly WatchedRoot[]): Promise<void>;
	/** The index of a root by its name. */
	index(name: string): SessionIndex | undefined;
	/** Looks at a root again soon; without a name at all of them. */
	rescan(name?: string): void;
	/** Looks at once whether a root has come, gone or changed places, as happens by itself every two seconds. */
	check(name: string): void;
	/** System watches open now: one for each folder. */
	readonly watchCount: number;
	/** Resolves when nothing is open any more; the signal does the same. */
	close(): Promise<void>;
}

interface Running {
	readonly root: WatchedRoot;
	readonly index: SessionIndex;
	readonly watch: RootWatch;
	readonly ready: Promise<void>;
	stop(): Promise<void>;
}

/**
 * Watches session roots: one `fs.watch` for each folder, a stat for each event, and a full look every ten minutes for
 * what the system did not tell. Files count when they have settled.
 */
export function watchSessions(options: WatchOptions): SessionWatch {
	const running = new Map<string, Running>();
	const closing = new AbortController();
	// One for all of them: a thousand timers that find nothing cost more than a thousand looks.
	const check = () => {
		for (const {watch} of running.values()) watch.checkRoot();
	};
	every(rootMs, check, AbortSignal.any([options.signal, closing.signal]));
	const close = async () => {
		closing.abort();
		const all = [...running.values()];
		running.clear();
		await Promise.all(all.map(async one => one.stop()));
	};

	for (const root of options.roots) running.set(root.name, start(root, options));
	return {
		async ready() {
			await Promise.all([...running.values()].map(async one => one.ready));
		},
		async update(roots) {
			const wanted = new Map(roots.map(root => [root.name, root]));
			const leaving = [...running.values()].filter(one => !isSameRoot(one.root, wanted.get(one.root.name)));
			for (const one of leaving) running.delete(one.root.name);
			await Promise.all(leaving.map(async one => one.stop()));
			if (options.signal.aborted) return;
			for (const root of roots) {
				if (!running.has(root.name)) running.set(root.name, start(root, options));
			}
		},
		index: name => running.get(name)?.index,
		rescan(name) {
			for (const one of running.values()) {
				if (name === undefined || one.root.name === name) one.watch.rescan();
			}
		},
		check(name) {
			running.get(name)?.watch.checkRoot();
		},
		get watchCount() {
			return running.values().reduce((sum, one) => sum + one.watch.watchCount, 0);
		},
		close,
	};
}

function start(root: WatchedRoot, options: WatchOptions): Running {
	const {name} = root;
	const stopping = new AbortController();
	const signal = AbortSignal.any([options.signal, stopping.signal]);
	const index = root.index ?? new SessionIndex(root.path, {isExcluded: root.isExcluded});
	const ready = Promise.withResolvers<void>();
	const tell = (code: string, message: string) => options.onProblem(name, {code, message: clean(message)});
	const watching = new RootWatch({
		index,
		seed: signal => !index.isEmpty || (root.seed?.(index, signal) ?? false),
		settleMs: root.settleMs,
		clock: options.clock ?? systemClock,
		signal,
		watchFolder: options.watchFolder,
		onReady() {
			options.onReady(name);
			ready.resolve();
		},
		onRead: () => options.onRead?.(name),
		onSettled: diff => options.onSettled(name, diff),
		onGrowing: paths => options.onGrowing?.(name, paths),
		onProblem: tell,
	});
	const ended = watching
		.run()
		.catch((error: unknown) => {
			const {code, message} = watchFailure(error);
			tell(code, message);
		})
		.finally(() => ready.resolve());
	return {
		root,
		index,
		watch: watching,
		ready: ready.promise,
		async stop() {
			stopping.abort();
			await ended;
		},
	};
}

function isSameRoot(one: WatchedRoot, other: WatchedRoot | undefined): boolean {
	return (
		other !== undefined &&
		one.path === other.path &&
		one.settleMs === other.settleMs &&
		one.isExcluded === other.isExcluded
	);
}
