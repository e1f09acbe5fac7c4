import type {SpokeConfig} from '../config/types.js';
import {settleMs} from '../guard/protect.js';
import type {Hub} from '../hub.js';
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

/** Watches, counts, and says what is new. Ends with the hub. */
export function startWatching(hub: Hub): Watching {
	const known = new Map<string, WatchedRoot>();
	const waiting: Waiting = new Set();
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
		signal: hub.signal,
		onReady(name) {
			count(name);
			void foldFilled(hub, name, waiting);
		},
		onSettled(name, diff) {
			count(name);
			settled(hub, name, watch.index(name)!.root, diff, waiting);
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

function settled(hub: Hub, name: string, root: string, diff: IndexDiff, waiting: Waiting): void {
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
		void foldFilled(hub, name, waiting);
	}
}

/** Milliseconds until a folder that another run has is tried again. */
const againMs = 5000;
/** The same after a failure (a full disk), doubling from one to the next up to ten minutes. */
const failedMs = 30_000;
const longestMs = 600_000;

/** Spokes whose folder waits to be entered: one wait serves everything that arrives meanwhile. */
type Waiting = Set<string>;

/** What something else brought into a folder, also while nobody watched: entered and protected, which says what is new. */
async function foldFilled(hub: Hub, name: string, waiting: Waiting): Promise<void> {
	if (waiting.has(name)) return;
	waiting.add(name);
	try {
		for (let failures = 0; ; ) {
			const spoke = hub.spoke(name);
			if (!spoke?.config.enabled || spoke.undriven !== undefined || spoke.config.source !== undefined) return;
			// A run that is under way may have passed this file already, so it gets one of its own.
			const [report] = spoke.job ? [] : await hub.sync([name]);
			if (report?.result === 'done') return;
			if (report?.result === 'failed') failures++;
			const pauseMs = failures === 0 ? againMs : Math.min(longestMs, failedMs * 2 ** (failures - 1));
			await hub.clock.sleep(pauseMs, hub.signal);
		}
	} catch (error) {
		if (!hub.signal.aborted) hub.log('WARN', name, `the folder of '${name}' could not be entered: ${String(error)}`);
	} finally {
		waiting.delete(name);
	}
}
