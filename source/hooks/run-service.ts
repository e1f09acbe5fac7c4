import type {Hub} from '../sync/hub.js';

/**
 * Starts a service of the engine for an effect. What it is made of is loaded once the first frame is out: that is what
 * a person waits for.
 * @param confirmed nothing is started before
 * @returns the effect's end, which is the service's
 */
export function runService(
	hub: Hub,
	confirmed: Promise<void>,
	start: (signal: AbortSignal) => Promise<void>,
): () => void {
	const ending = new AbortController();
	const signal = AbortSignal.any([ending.signal, hub.signal]);
	const timer = setTimeout(() => {
		confirmed
			.then(async () => start(signal))
			.catch((error: unknown) => {
				if (!signal.aborted) hub.log('ERROR', undefined, `a service could not be started: ${String(error)}`);
			});
	});
	return () => {
		clearTimeout(timer);
		ending.abort(new DOMException('the screen is closed', 'AbortError'));
	};
}
