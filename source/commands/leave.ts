import {endAll} from '../sync/process.js';

/** Milliseconds in which everything must have ended; then it is ended. */
const patienceMs = 5000;
/** Milliseconds of silence after which a person wants to know what takes so long. */
const silenceMs = 700;
/** Milliseconds in which another ctrl-c is the same wish. */
const sameWishMs = 300;
/** Milliseconds that something forgotten may keep a program that is done. */
const forgottenMs = 500;

/**
 * Waits for what must be closed when the dashboard leaves, but never for long; a further ctrl-c leaves at once.
 * @param close ends jobs, connections and the database
 * @param say gets a line when it takes a while
 * @param status exit status, for when it must leave in the middle
 */
export async function closeInTime(
	close: () => Promise<void>,
	say: (line: string) => void,
	status: number,
): Promise<void> {
	const startedAt = performance.now();
	const leave = () => {
		endAll();
		process.exit(status);
	};
	const onInterrupt = () => {
		if (performance.now() - startedAt > sameWishMs) leave();
	};
	process.on('SIGINT', onInterrupt);
	const note = setTimeout(() => say('Stopping what runs; ctrl-c leaves at once'), silenceMs);
	const limit = setTimeout(leave, patienceMs);
	try {
		await close();
	} finally {
		clearTimeout(note);
		clearTimeout(limit);
		process.off('SIGINT', onInterrupt);
		setTimeout(() => process.exit(status), forgottenMs).unref();
	}
}
