import type {SpokeConfig} from '../config/types.js';
import {settleMs} from '../guard/protect.js';
import type {Hub} from '../hub.js';
import {Folding} from '../live/folding.js';
import {type IndexDiff, SessionIndex} from '../sessions/index.js';
import {compileExcludes} from '../sessions/kinds.js';
import {type SessionWatch, type WatchedRoot, watchSessions} from '../sessions/watcher.js';

/** Files of the hub's own pi are whole after a second; what comes over a network gets the seed's five. */
const ownSettleMs = 1000;
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
	const folding = new Folding(hub, signal, isKeeper);
	const roots = () => [
		rootOf(hub, known, own, hub.state.config.sessionsDir, ownSettleMs, []),
		...watchedSpokes(hub).map(({name, path, excludePatterns}) =>
			rootOf(hub, known, name, path, settleMs, excludePatterns),
		),
	];
	const count = (name: string) => {
		const totals = watch.index(name)?.totals;
		if (totals) hub.emit({type: 'counted', spoke: name === own ? undefined : name, totals});
	};

	const watch = watchSessions({
		roots: roots(),
		clock: hub.clock,
		signal,
		onReady(name) {
			count(name);
			folding.enter(name);
		},
		onRead: count,
		onSettled(name, diff) {
			count(name);
			settled(hub, name, watch.index(name)!.root, diff, folding);
		},
		onProblem(name, {code, message}) {
			// A folder that the first sync will make is no news; one that others are to fill, or the hub's own, is.
			if (code === 'ENOENT' && hub.spoke(name)?.config.source !== undefined) return;
			hub.log(code === 'ENOENT' ? 'INFO' : 'WARN', name === own ? undefined : name, message);
		},
	});
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

function watchedSpokes(hub: Hub): SpokeConfig[] {
	return hub.state.spokes.map(({config}) => config).filter(({enabled, invalid}) => enabled && invalid === undefined);
}

/** The very same root for the same folder and patterns, so that a reload does not walk what has not changed. */
function rootOf(
	hub: Hub,
	known: Map<string, WatchedRoot>,
	name: string,
	path: string,
	settle: number,
	patterns: readonly string[],
): WatchedRoot {
	const key = JSON.stringify([name, path, patterns]);
	const before = known.get(key);
	if (before) return before;
	const isExcluded = compileExcludes(patterns);
	const index = new SessionIndex(path, {isExcluded});
	index.seed(hub.store.sessions.all(path));
	const root = {name, path, settleMs: settle, isExcluded, index};
	known.set(key, root);
	return root;
}

function settled(hub: Hub, name: string, root: string, diff: IndexDiff, folding: Folding): void {
	const {store} = hub;
	store.later(() => {
		store.sessions.put(
			root,
			[...diff.added, ...diff.changed].map(file => ({...file, lastEntryAt: undefined})),
		);
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
