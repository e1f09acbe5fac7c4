import {test} from 'node:test';
import fc from 'fast-check';
import {forAWhile} from '../../lab/enough.js';
import {live} from './histories.js';
import {steps} from './operations.js';

// Every history begins with a hub that knows nothing and ends with a rebuilt database; the seed is printed on failure.
test('no history of a spoke loses a byte the hub acknowledged, hides a difference, or writes where it must not', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(steps(), {minLength: 1, maxLength: 60, size: 'max'}),
			forAWhile(25_000, async history => live('manual', history)),
		),
		{numRuns: 120},
	);
});

test('the same holds when a real rsync brings the sessions', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(steps(), {minLength: 1, maxLength: 40, size: 'max'}),
			forAWhile(15_000, async history => live('rsync', history)),
		),
		{numRuns: 6},
	);
});
