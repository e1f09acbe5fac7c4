import {breathe} from '../breathe.js';
import {settleMs} from '../guard/resting.js';
import type {Hub} from '../hub.js';
import {Folding} from '../live/folding.js';
import type {IndexDiff, SessionIndex} from '../sessions/index.js';
import {compileExcludes} from '../sessions/kinds.js';
import type {SessionFile} from '../sessions/types.js';
import {type SessionWatch, type WatchedRoot, watchSessions} from '../sessions/watcher.js';
import type {RememberedFile} from '../store/session-rows.js';
import type {Store} from '../store/store.js';

/** Files of the hub's own pi are whole after a second; what others bring over a network gets the seed's five. */
const ownSettleMs = 1000;
/** What we have pulled is put in its place whole: the screen counts it right after the sync. */
const pulledSettleMs = 500;
/** Rows of one query and of one transaction: 4 and 10 ms of work for most of them, at 100,000 rows in folder order. */
const rowsPerPage = 250;
const rowsPerWrite = 500;
/** The hub's own root among the watched ones; no spoke can have this name. */
const own = '(hub)';

/** The watcher over the hub's own sessions and every enabled spoke's folder. */
export interface Watching {
	readonly watch: SessionWatch;
	/** Takes over the hub's present configuration. */
	reload(): Promise<void>;
}

/** What watching takes. */
export interface WatchingOptions {
	/** Ends it with the runs it has started; the hub's own unless given. */
	readonly signal?: AbortSignal;
	/**
	 * Does this process keep the hub? Only then is entered what others brought into a folder; what arrives before is
	 * entered once it does, which the state's `keeper` tells.
	 */
	readonly isKeeper: () => boolean;
}

/** Watches, counts, and says what is new. */
export function startWatching(hub: Hub, {signal = hub.signal, isKeeper}: WatchingOptions): Watching {
	const known = new Map<string, WatchedRoot>();
	const rows = new RootRows(hub.store, signal);
	const folding = new Folding(hub, signal, isKeeper);
	const roots = () => [
		rootOf(rows, known, {name: own, path: hub.state.config.sessionsDir, settle: ownSettleMs, patterns: []}),
		...hub.state.spokes
			.filter(({config}) => config.enabled && config.invalid === undefined)
			.map(({config: {name, path, source, excludePatterns}, undriven}) => {
				const settle = source === undefined || undriven !== undefined ? settleMs : pulledSettleMs;
				return rootOf(rows, known, {name, path, settle, patterns: excludePatterns});
			}),
	];
	const count = (name: string) => {
		const totals = watch.index(name)?.totals;
		if (totals) hub.emit({type: 'counted', spoke: name === own ? undefined : name, totals});
	};

	const remember = (name: string) => {
		const index = watch.index(name);
		if (index) void rows.store(index, () => watch.index(name) === index);
	};

	const watch = watchSessions({
		roots: roots(),
		clock: hub.clock,
		signal,
		onReady(name) {
			count(name);
			const index = watch.index(name);
			if (index) rows.begin(index);
			if (index?.totals.unread === 0) remember(name);
			folding.enter(name);
		},
		onRead(name) {
			count(name);
			remember(name);
		},
		onSettled(name, diff) {
			count(name);
			settled(hub, name, watch.index(name)!.root, diff, folding);
		},
		onGrowing(name, paths) {
			// What others write is shown as it comes, and is news once it has settled.
			if (hub.spoke(name)?.config.source !== undefined) return;
			count(name);
			folding.growing(name, paths.length === 0);
		},
		onProblem(name, {code, message}) {
			// A folder that the first sync will make is no news; one that others are to fill, or the hub's own, is.
			if (code === 'ENOENT' && hub.spoke(name)?.config.source !== undefined) return;
			hub.log(code === 'ENOENT' ? 'INFO' : 'WARN', name === own ? undefined : name, message);
		},
	});
	// The first sync of a spoke has just made its folder.
	const forget = hub.observe(event => {
		if (event.type === 'ran') watch.check(event.run.spoke);
	});
	signal.addEventListener('abort', forget, {once: true});
	const sayWatching = () => {
		const {length} = roots();
		hub.log('INFO', undefined, `Watching ${length} ${length === 1 ? 'directory' : 'directories'}`);
	};

	sayWatching();
	return {
		watch,
		async reload() {
			await watch.update(roots());
			sayWatching();
		},
	};
}

/** What a root is made of. */
interface RootParts {
	readonly name: string;
	readonly path: string;
	readonly settle: number;
	readonly patterns: readonly string[];
}

/** The very same root for the same parts, so that a reload does not walk what has not changed. */
function rootOf(rows: RootRows, known: Map<string, WatchedRoot>, parts: RootParts): WatchedRoot {
	const key = JSON.stringify(parts);
	const before = known.get(key);
	if (before) return before;
	const {name, path, settle, patterns} = parts;
	const isExcluded = compileExcludes(patterns);
	const root: WatchedRoot = {
		name,
		path,
		settleMs: settle,
		isExcluded,
		seed: async (index, signal) => rows.seed(index, patterns, signal),
	};
	known.set(key, root);
	return root;
}

/** What the store holds of the watched roots: whole ones are read back, the others are written down as a whole. */
class RootRows {
	readonly #store: Store;
	readonly #signal: AbortSignal;
	/** The patterns of the roots that are not stored completely, so that their first look told no news. */
	readonly #partial = new WeakMap<SessionIndex, readonly string[]>();
	/** One root at a time: a thousand that each work for a slice between two turns of the loop would hold it up. */
	#turn: Promise<unknown> = Promise.resolve();

	/** @param signal ends the reading and writing */
	constructor(store: Store, signal: AbortSignal) {
		this.#store = store;
		this.#signal = signal;
	}

	/**
	 * Fills the index of a root that is stored completely.
	 * @param patterns what is left out
	 * @returns true: what differs from that is news
	 * @throws the signal's reason
	 */
	async seed(index: SessionIndex, patterns: readonly string[], signal: AbortSignal): Promise<boolean> {
		return this.#inTurn(async () => {
			signal.throwIfAborted();
			const isWhole = await this.#read(index, patterns, signal);
			if (!isWhole) this.#partial.set(index, patterns);
			return isWhole;
		});
	}

	/** The root was walked: what comes from now on is left to be stored when it has settled, and is news until then. */
	begin(index: SessionIndex): void {
		if (this.#partial.has(index)) index.tellArrivals(true);
	}

	/**
	 * Stores a root that was not stored completely; to be called when its first lines are read.
	 * @param isCurrent false ends it: the index is no longer kept
	 */
	async store(index: SessionIndex, isCurrent: () => boolean): Promise<void> {
		const patterns = this.#partial.get(index);
		// A folder that is not there holds nothing to compare the next look with.
		if (!patterns || index.problems.some(({path}) => path === '')) return index.tellArrivals(false);
		this.#partial.delete(index);
		try {
			await this.#inTurn(async () => this.#write(index, patterns, () => isCurrent() && !this.#signal.aborted));
		} catch (error) {
			if (!this.#signal.aborted) this.#store.complain(error);
		} finally {
			index.tellArrivals(false);
		}
	}

	async #read(index: SessionIndex, patterns: readonly string[], signal: AbortSignal): Promise<boolean> {
		const {root} = index;
		const {sessions} = this.#store;
		try {
			// What settled just before this root was left is still to be written.
			this.#store.flush();
			if (!sessions.isWhole(root, patterns)) return false;
			for (let last: string | undefined, count = rowsPerPage; count === rowsPerPage; ) {
				count = 0;
				for (const file of sessions.page(root, last, rowsPerPage)) {
					index.seed([file]);
					last = file.path;
					count++;
				}

				await breathe();
				signal.throwIfAborted();
			}

			// Another process may have forgotten the root meanwhile.
			return sessions.isWhole(root, patterns);
		} catch (error) {
			signal.throwIfAborted();
			this.#store.complain(error);
			return false;
		}
	}

	async #write(index: SessionIndex, patterns: readonly string[], isGoingOn: () => boolean): Promise<void> {
		const {root} = index;
		const {sessions} = this.#store;
		if (!isGoingOn()) return;
		let token = '';
		this.#store.transaction(() => {
			token = sessions.beginWhole(root);
		});
		for (const files of slicesOf(index.residents())) {
			this.#store.transaction(() => sessions.put(root, files.map(asRemembered)));
			await breathe();
			if (!isGoingOn()) return;
		}

		// What cannot be looked at may still be there: its rows stay, and the next start asks again.
		for (let last: string | undefined, isEnd = index.problems.length > 0; !isEnd; ) {
			const paths = [...sessions.page(root, last, rowsPerPage)].map(({path}) => path);
			const gone = paths.filter(path => !index.get(path));
			if (gone.length > 0) this.#store.transaction(() => sessions.drop(root, gone));
			last = paths.at(-1);
			isEnd = paths.length < rowsPerPage;
			await breathe();
			if (!isGoingOn()) return;
		}

		this.#store.transaction(() => sessions.endWhole(root, token, patterns));
	}

	async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
		const mine = this.#turn.then(work);
		this.#turn = mine.catch(() => {});
		return mine;
	}
}

function* slicesOf(files: Iterable<SessionFile>): Generator<readonly SessionFile[], void> {
	let slice: SessionFile[] = [];
	for (const file of files) {
		slice.push(file);
		if (slice.length < rowsPerWrite) continue;
		yield slice;
		slice = [];
	}

	if (slice.length > 0) yield slice;
}

function asRemembered(file: SessionFile): RememberedFile {
	return {...file, lastEntryAt: undefined};
}

function settled(hub: Hub, name: string, root: string, diff: IndexDiff, folding: Folding): void {
	const {store} = hub;
	store.later(() => {
		store.sessions.put(root, [...diff.added, ...diff.changed].map(asRemembered));
		store.sessions.drop(
			root,
			diff.removed.map(({path}) => path),
		);
	});
	const added = diff.added.filter(({kind}) => kind === 'session');
	if (name === own) {
		for (const {path} of added) hub.log('INFO', undefined, `New session from ${hub.state.config.hubName}: ${path}`);
		return;
	}

	const spoke = hub.spoke(name);
	if (!spoke) return;
	if (spoke.undriven !== undefined) {
		for (const {path} of added) hub.log('INFO', name, `New session from ${name}: ${path}`);
	} else {
		folding.enter(name);
	}
}
