import {useEffect, useState} from 'react';
import type {HubState} from '../sync/state.js';
import type {HubScene} from '../terminal/scene.js';
import {fsPath} from '../text/names.js';
import type {UiState} from '../view/types.js';
import {placeIn} from '../view/verify-groups.js';
import {type Compared, rootOf, verifyOf} from '../view/verify-sight.js';
import {Verifies} from './verifies.js';

/** Entries of each side that a comparison names. */
const namedEntries = 5;

/** What verifies are shown for. */
interface VerifyParts {
	readonly scene: HubScene;
	readonly state: HubState;
	readonly ui: UiState;
}

/** The verifies of a dashboard, and the file on the screen beside the other one of its pair. */
export function useVerify({scene, state, ui}: VerifyParts): {
	readonly verifies: Verifies;
	readonly compared: Compared | undefined;
} {
	const {hub, confirmed} = scene;
	const [verifies] = useState(() => new Verifies({hub, confirmed}));
	const [known, setKnown] = useState<{readonly key: string; readonly compared: Compared}>();
	const pair = ui.views.at(-1) === 'verify' ? pairOf(state, ui) : undefined;
	const key = pair && JSON.stringify(pair);
	useEffect(() => {
		if (key === undefined) return;
		const [here, there] = JSON.parse(key) as readonly [FileAt, FileAt];
		const ending = new AbortController();
		const signal = AbortSignal.any([ending.signal, hub.signal]);
		compare(here, there, signal)
			.catch((error: unknown): Compared => ({problem: `they could not be compared: ${(error as Error).message}`}))
			.then(compared => {
				if (!signal.aborted) setKnown({key, compared});
			});
		return () => ending.abort(new DOMException('another file', 'AbortError'));
	}, [hub, key]);
	return {verifies, compared: key === undefined ? undefined : known?.key === key ? known.compared : 'reading'};
}

interface FileAt {
	readonly root: string;
	readonly path: string;
}

/** Both files of the finding that is on the screen alone, where it is one of a pair. */
function pairOf(state: HubState, ui: UiState): readonly [FileAt, FileAt] | undefined {
	const {level, finding} = placeIn(verifyOf(state, ui.selected)?.report, ui.selected, ui.verify);
	const {other, path, kind} = finding ?? {};
	if (level !== 'file' || !other || path === undefined || kind === 'node-conflict') return undefined;
	return [
		{root: rootOf(state, ui.selected), path},
		{root: rootOf(state, other.computer), path: other.path},
	];
}

async function compare(here: FileAt, there: FileAt, signal: AbortSignal): Promise<Compared> {
	const {compareSessions} = await import('../sync/conflicts/compare-sessions.js');
	const [one, other] = [fsPath(here.root, here.path), fsPath(there.root, there.path)];
	return compareSessions(one, other, {signal, limit: namedEntries});
}
