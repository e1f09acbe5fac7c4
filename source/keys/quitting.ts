import {runningHere} from './context.js';
import type {Desk} from './desk.js';

/** Leaves; asks first when that would end jobs. */
export function askQuit(desk: Desk): void {
	const jobs = runningHere(desk.context().state);
	if (jobs === 0) desk.actions.quit(0);
	else desk.dispatch({type: 'prompt', prompt: {kind: 'quit', jobs}});
}
