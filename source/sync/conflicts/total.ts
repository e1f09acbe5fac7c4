import type {HubState} from '../state.js';

/** What the hub holds in all, each session counted once. */
export interface HubTotal {
	readonly sessions: number;
	/** Sessions that lie in more than one place. */
	readonly pairs: number;
	/** Of those, on more than one computer. */
	readonly acrossComputers: number;
}

/**
 * Sessions of all places together, those that lie in several counted once.
 * @returns undefined until every folder was counted and somebody has looked for pairs
 */
export function hubTotal({totals, spokes, pairs}: HubState): HubTotal | undefined {
	if (!pairs || !totals) return undefined;
	let sessions = totals.sessions - pairs.surplus;
	for (const {config, totals: held} of spokes) {
		if (config.invalid !== undefined) continue;
		if (!held) return undefined;
		sessions += held.sessions;
	}

	return {sessions: Math.max(0, sessions), pairs: pairs.pairs, acrossComputers: pairs.acrossComputers};
}

/** Why a total is smaller than the sum of its parts: `3 on two computers, 1 twice on one`; empty without pairs. */
export function pairsText({pairs, acrossComputers}: HubTotal): string {
	const twice = pairs - acrossComputers;
	return [
		...(acrossComputers > 0 ? [`${acrossComputers} on two computers`] : []),
		...(twice > 0 ? [`${twice} twice on one`] : []),
	].join(', ');
}
