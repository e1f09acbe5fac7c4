import {setImmediate as turn} from 'node:timers/promises';

/** Milliseconds of work between two turns of the event loop, so that a screen can draw at 10 frames a second. */
const sliceMs = 8;

let sliceStart = 0;

/** Lets the event loop turn when this process has worked for a slice. */
export async function breathe(): Promise<void> {
	if (performance.now() - sliceStart < sliceMs) return;
	await turn();
	sliceStart = performance.now();
}
