import {useCallback, useEffect, useState, useSyncExternalStore} from 'react';
import type {Hub} from '../sync/hub.js';
import type {SpokeState} from '../sync/state.js';
import type {SpokeVersions} from '../view/versions-sight.js';
import {Versions} from './versions.js';

/** Milliseconds in which they are read once at most, while things happen. */
const restMs = 1000;
/** Milliseconds the cursor has to rest on a row: who walks through a thousand of them reads none. */
const settleMs = 80;

/** What the versions are read for. */
interface VersionsParts {
	readonly hub: Hub;
	/** The selected row's; undefined: the hub's own sessions, of which there are none. */
	readonly spoke: SpokeState | undefined;
	/** The detail is on the screen: what the spoke takes is added up, and the stories of held sessions are read. */
	readonly isDetailShown: boolean;
	/** The view of the versions is on the screen. */
	readonly isShown: boolean;
}

/** Held and earlier versions of the selected spoke, read again when something happened to it. */
export function useVersions({hub, spoke, isDetailShown, isShown}: VersionsParts): {
	readonly versions: Versions;
	readonly shown: SpokeVersions | undefined;
	/** Reads them again. */
	readonly reload: () => void;
} {
	const [versions] = useState(() => new Versions(hub));
	const [round, setRound] = useState(0);
	const name = spoke?.config.name;
	useEffect(() => () => versions.close(), [versions]);
	const shown = useSyncExternalStore(
		versions.subscribe,
		useCallback(() => (name === undefined ? undefined : versions.of(name)), [versions, name]),
	);
	// What a change of makes them others.
	const {lastRun, holds = 0, gone} = spoke ?? {};
	const hold = spoke?.facts.hold;
	const path = spoke?.config.path;
	const isWanted = isDetailShown || isShown;
	const hasSessions = isShown || holds > 0;
	// biome-ignore lint/correctness/useExhaustiveDependencies: the facts are why they are read again
	useEffect(() => {
		if (name === undefined || !isWanted) return;
		const ending = new AbortController();
		const isKnown = versions.of(name) !== undefined;
		const waitMs = !isKnown ? settleMs : round > 0 || isShown ? 0 : restMs;
		const timer = setTimeout(() => void versions.read(name, hasSessions, ending.signal), waitMs);
		return () => {
			clearTimeout(timer);
			ending.abort(new DOMException('another row', 'AbortError'));
		};
	}, [versions, name, isWanted, isShown, hasSessions, lastRun, holds, gone, hold, path, round]);
	return {versions, shown, reload: useCallback(() => setRound(before => before + 1), [])};
}
