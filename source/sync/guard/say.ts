import {clean} from '../../text/clean.js';
import {shown} from '../sessions/tree.js';
import type {Observation, ObservationKind} from '../store/ledger-rows.js';
import type {GuardContext} from './context.js';
import type {Promotion} from './promote.js';

/** Says what was seen of a session that did not become current, once it is certain. */
export function saySighting({spoke, log}: GuardContext, {path, kind, size}: Observation, heldBytes: number): void {
	const name = clean(shown(path));
	const texts: Record<ObservationKind, string> = {
		shrunk: `'${spoke.name}' shrank ${name} from ${heldBytes} to ${size} bytes: held, the hub's copy stays`,
		retyped: `under ${name} stands a file on one side only, on '${spoke.name}' or here: held, the hub's copy stays`,
		damaged: `the hub's copy of ${name} from '${spoke.name}' no longer matches its ledger, and the spoke's is another version: held, both are kept`,
		rewritten: `'${spoke.name}' rewrote ${name}`,
		gone: `${name} is gone on '${spoke.name}': kept here`,
	};
	log(kind === 'gone' || kind === 'rewritten' ? 'INFO' : 'WARN', texts[kind]);
}

/** Says what a promotion meant, where it was more than a new session or growth. */
export function sayPromotion(
	{spoke, log, isReturning}: GuardContext,
	{path, verdict, comparison, entry, keep}: Promotion,
): void {
	const name = clean(shown(path));
	if (keep === 'rewritten') {
		log('INFO', `'${spoke.name}' rewrote ${name}: the earlier ${comparison.current!.size} bytes are kept`);
	} else if (keep === 'damaged' && comparison.current) {
		log(
			'WARN',
			`the hub's copy of ${name} did not match its ledger: repaired from '${spoke.name}', the damaged one is kept`,
		);
	} else if (verdict === 'repair') {
		if (!isReturning) log('WARN', `${name} was missing on the hub: fetched again from '${spoke.name}'`);
	} else if (verdict === 'replace-missing') {
		log(
			isReturning ? 'WARN' : 'ERROR',
			`${name} was missing on the hub and '${spoke.name}' has another version of it: taken; the ${entry!.length} bytes acknowledged earlier are not here any more`,
		);
	}
}

/** Says which staged versions could not take their place. */
export function sayLeft({spoke, log}: GuardContext, left: readonly Promotion[]): void {
	for (const {path} of left) {
		log(
			'WARN',
			`${clean(shown(path))} of '${spoke.name}' was changed on the hub meanwhile, or is no plain file here: not touched`,
		);
	}
}
