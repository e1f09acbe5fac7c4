import {clean} from '../../text/clean.js';
import type {Cause, Failure} from '../causes.js';
import type {GuardContext} from '../guard/context.js';
import {shown} from '../guard/current.js';
import {isHold} from '../guard/look.js';
import type {Observation, ObservationKind} from '../store/ledger-rows.js';

const causes: Readonly<Record<ObservationKind, Cause>> = {
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
		cause: causes[first.kind],
		message: `${what}: the hub's copies stay; when you have looked: pi-brain-tui sync release ${spoke.name}`,
		detail: held
			.slice(0, named)
			.map(one => reasonOf(one))
			.join('\n'),
	};
}

function reasonOf({path, kind, size}: Observation): string {
	const name = clean(shown(path));
	if (kind === 'shrunk') return `${name}: only ${size.toLocaleString('en')} bytes on the spoke`;
	if (kind === 'retyped') return `${name}: no longer a file on the spoke`;
	return `${name}: the hub's copy no longer matches its ledger`;
}
