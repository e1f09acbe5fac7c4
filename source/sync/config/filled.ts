import type {SpokeConfig} from './types.js';

/**
 * Whether the sessions in a spoke's folder are copies of the hub's making, and not what somebody else put there: only
 * then is anything ever written there.
 */
export function isFilledByHub({source}: Pick<SpokeConfig, 'source'>): boolean {
	return source !== undefined;
}
