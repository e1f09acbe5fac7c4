/** Milliseconds of the beat that all looks of whole seconds share. */
const beatMs = 1000;

interface Watcher {
	readonly ms: number;
	readonly look: () => void;
	lookedAt: number;
}

const watchers = new Set<Watcher>();
let beat: NodeJS.Timeout | undefined;

/**
 * Calls a function over and over until the signal aborts, and keeps no process alive. What counts in whole seconds is
 * called on one beat, because waking up costs an idle process more than looking does.
 * @param ms milliseconds between two calls; the first one comes after that, or up to a second earlier
 */
export function every(ms: number, look: () => void, signal: AbortSignal): void {
	if (signal.aborted) return;
	if (ms % beatMs !== 0) {
		const timer = setInterval(look, ms);
		timer.unref();
		signal.addEventListener('abort', () => clearInterval(timer), {once: true});
		return;
	}

	// Half a beat of tolerance: no beat comes on the millisecond.
	const watcher: Watcher = {ms: ms - beatMs / 2, look, lookedAt: performance.now() - beatMs / 2};
	watchers.add(watcher);
	beat ??= setInterval(lookAround, beatMs).unref();
	signal.addEventListener('abort', () => leave(watcher), {once: true});
}

function lookAround(): void {
	const now = performance.now();
	for (const watcher of watchers) {
		if (now - watcher.lookedAt < watcher.ms) continue;
		watcher.lookedAt = now;
		watcher.look();
	}
}

function leave(watcher: Watcher): void {
	watchers.delete(watcher);
	if (watchers.size > 0) return;
	clearInterval(beat);
	beat = undefined;
}
