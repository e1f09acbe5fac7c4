import type {Hint} from './bottom.js';
import type {Sight} from './sight-types.js';

/** What every view is drawn from. */
export interface ViewProps {
	readonly sight: Sight;
	/** What the footer names, the most important first. */
	readonly hints: readonly Hint[];
	/** No key starts or changes anything. */
	readonly isReadOnly: boolean;
}
