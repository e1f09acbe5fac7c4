/**
 * Remembers the last answer of a pure function: asked again with the very same arguments it does not work it out anew.
 * Made by whoever owns what is remembered; nothing is kept between two owners.
 */
export function lastAnswer<Arguments extends readonly unknown[], Result>(
	work: (...given: Arguments) => Result,
): (...given: Arguments) => Result {
	let last: {readonly given: Arguments; readonly result: Result} | undefined;
	return (...given) => {
		if (!last?.given.every((value, index) => Object.is(value, given[index]))) last = {given, result: work(...given)};
		return last!.result;
	};
}
