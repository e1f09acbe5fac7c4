import {useEffect} from 'react';
import {runningHere} from '../keys/context.js';
import type {Hub} from '../sync/hub.js';
import type {UiStore} from '../view/ui-store.js';

/** Keeps the question whether to leave true while it is asked: syncs end, and others begin. */
export function useQuitPrompt(hub: Hub, ui: UiStore): void {
	useEffect(
		() =>
			hub.subscribe(() => {
				const {prompt} = ui.snapshot();
				if (prompt?.kind !== 'quit') return;
				const jobs = runningHere(hub.state);
				if (jobs !== prompt.jobs) ui.dispatch({type: 'prompt', prompt: {kind: 'quit', jobs}});
			}),
		[hub, ui],
	);
}
