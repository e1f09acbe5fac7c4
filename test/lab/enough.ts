/**
 * Bounds the time of a property with long examples: those that begin after it are passed over. Fast-check's own limit
 * ends in the middle of an example, which goes on behind the next test, and fails a machine on which the first takes long.
 * @param ms milliseconds from now; the first example is lived through whatever it takes
 */
export function forAWhile<Example>(
	ms: number,
	live: (example: Example) => Promise<void>,
): (example: Example) => Promise<void> {
	const until = performance.now() + ms;
	let isBegun = false;
	return async example => {
		if (isBegun && performance.now() > until) return;
		isBegun = true;
		await live(example);
	};
}
