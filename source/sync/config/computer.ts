import {isInside, realPathSync} from './paths.js';
import type {HubConfig} from './types.js';

interface Root {
	readonly real: string;
	readonly computer: string;
}

const rootsOf = new WeakMap<HubConfig, readonly Root[]>();

/**
 * The computer a session is from: its spoke's name, the hub's own name for the hub's sessions, undefined elsewhere.
 * Compared by path segments after links are resolved, so `/synced/laptop/x` is never `lap`'s.
 * Links among the spokes' own folders are resolved once per configuration.
 * @param path absolute, spelled as in `text/names.ts`; need not exist
 */
export function computerOf(path: string, config: HubConfig): string | undefined {
	let roots = rootsOf.get(config);
	if (!roots) {
		roots = findRoots(config);
		rootsOf.set(config, roots);
	}

	const real = realPathSync(path);
	return roots.find(root => isInside(real, root.real))?.computer;
}

function findRoots(config: HubConfig): Root[] {
	// What a bad entry claims counts only where no good one does.
	const spokes = config.spokes.toSorted((a, b) => Number(a.invalid !== undefined) - Number(b.invalid !== undefined));
	return [
		{real: realPathSync(config.sessionsDir), computer: config.hubName},
		...spokes.map(spoke => ({real: realPathSync(spoke.path), computer: spoke.name})),
	];
}
