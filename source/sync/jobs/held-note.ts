import {clean} from '../../text/clean.js';
import type {Cause, Failure} from '../causes.js';
import type {SpokeConfig} from '../config/types.js';
import type {GuardContext} from '../guard/context.js';
import {isHold} from '../guard/look.js';
import {shown} from '../sessions/tree.js';
import type {Observation, ObservationKind} from '../store/ledger-rows.js';

/** The guard's class for each kind of observation. */
export const heldCauses: Readonly<Record<ObservationKind, Cause>> = {
	shrunk: 'GUARD_TRUNCATED',
	retyped: 'GUARD_RETYPED',
	damaged: 'GUARD_REWRITTEN',
	rewritten: 'GUARD_REWRITTEN',
	gone: 'GUARD_GONE',
};

/** Lines of evidence, at most. */
const named = 20;

/** What a run that ended well still has to tell: which sessions are held, why, and how that ends. */
export function heldNote({spoke, store}: GuardContext): Failure | undefined {
	const held = [...store.ledger.observations(spoke.name).values()].filter(isHold);
	const [first] = held;
	if (!first) return undefined;
	const what = held.length === 1 ? '1 session is held' : `${held.length.toLocaleString('en')} sessions are held`;
	return {
		cause: heldCauses[first.kind],
		message: `${what}: ${keptWhere(spoke)}; when you have looked: pi-brain-tui sync release ${spoke.name}`,
		detail: held
			.slice(0, named)
			.map(one => reasonOf(one, spoke))
			.join('\n'),
	};
}

/** Where the bytes of held sessions are: we never write into a folder that something else fills. */
export function keptWhere({source}: SpokeConfig): string {
	return source === undefined ? 'the earlier bytes are kept as generations' : "the hub's copies stay";
}

function reasonOf({path, kind, size}: Observation, {source}: SpokeConfig): string {
	const name = clean(shown(path));
	if (source === undefined && kind === 'shrunk')
		return `${name}: cut to ${size.toLocaleString('en')} bytes in its folder`;
	if (kind === 'shrunk') return `${name}: only ${size.toLocaleString('en')} bytes on the spoke`;
	if (kind === 'retyped') return `${name}: no longer a file on the spoke`;
	return `${name}: the hub's copy no longer matches its ledger`;
}
