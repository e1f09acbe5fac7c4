import type {CauseEntry} from './types.js';

/** What no class fits. */
export const otherCauses: readonly CauseEntry[] = [
	{
		cause: 'UNKNOWN',
		scenario: 'J',
		title: 'An unknown failure',
		plain: () => 'This failure is not one that is known here; what was said is shown as it came.',
		why: 'Nothing is guessed. The checks before and after it narrow it down, and the text itself is often enough for a search.',
		signature: 'Nothing else fits.',
		check: 'dry-run',
		confirm: 'It is not: its text is shown verbatim.',
		fixes: () => [],
		isRetryable: true,
	},
];
