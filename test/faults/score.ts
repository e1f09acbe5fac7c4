import {type Cause, causes} from '../../source/sync/causes.js';
import {prevented, recordedOnly} from './table.js';

/**
 * Prints how many classes were brought about for real, and why each other one was not.
 * @param of `real`: named right; `notHere`: this machine could not, and why
 * @returns classes brought about
 */
export function printScore(of: {
	readonly real: ReadonlySet<Cause>;
	readonly notHere: ReadonlyMap<Cause, string>;
}): number {
	const others = causes.filter(cause => !of.real.has(cause));
	const reasons = others.map(cause => {
		const reason = of.notHere.get(cause) ?? recordedOnly[cause];
		if (reason !== undefined) return {cause, kind: 'recorded', reason};
		const why = prevented[cause];
		return why === undefined
			? {cause, kind: 'missing', reason: 'not named right'}
			: {cause, kind: 'prevented', reason: why};
	});
	const count = (kind: string) => reasons.filter(one => one.kind === kind).length;
	console.log(
		[
			`Faults: ${of.real.size} real, ${count('recorded')} recorded, ${count('prevented')} prevented, ${count('missing')} missing of ${causes.length}`,
			...reasons.map(({cause, kind, reason}) => `  ${kind.padEnd(9)} ${cause}: ${reason}`),
		].join('\n'),
	);
	return of.real.size;
}
