import type {MethodName} from '../config/types.js';
import type {SyncMethod} from './types.js';

/** What a row of a method says that this version lists and counts, but does not drive. */
const reason = 'method not driven yet';

/** A method whose spokes are shown, never synced. */
export function undrivenMethod(name: MethodName): SyncMethod {
	return {
		name,
		undriven: () => reason,
		async look() {
			throw new Error(reason);
		},
		async probe() {
			return {isConnected: false, via: 'folder', failure: undefined, roundTripMs: undefined};
		},
	};
}
