import {join} from 'node:path';
import {countOf, formatBytes, formatCount} from '../../text/format.js';
import type {HubConfig, SpokeConfig} from '../config/types.js';
import type {Store} from '../store/store.js';

/** A spoke's folder that holds nothing of what the ledger answers for: somebody removed or moved it on the hub. */
export interface MissingFolder {
	/** Sessions in the ledger, and their bytes. */
	readonly sessions: number;
	readonly bytes: number;
	/** Kept earlier versions, or, of a folder that others fill, the hub's own copies. */
	readonly generations: number;
}

/**
 * What is missing when a spoke's whole folder is.
 * @param found session files that are in the folder now
 */
export function missingFolder(store: Store, spoke: SpokeConfig, found: number): MissingFolder | undefined {
	// After a change of path the ledger still speaks of the old folder, until the next sync.
	if (found > 0 || store.facts.get(spoke.name).path !== spoke.path) return undefined;
	const {sessions, bytes} = store.ledger.totals(spoke.name);
	if (sessions === 0) return undefined;
	return {sessions, bytes, generations: store.ledger.latestGenerations(spoke.name, 0).total};
}

/** What is missing and where it comes back from, in two sentences. */
export function missingText(
	{sessions, bytes, generations}: MissingFolder,
	spoke: SpokeConfig,
	{databaseDir}: Pick<HubConfig, 'databaseDir'>,
): string {
	const what = `${spoke.path} is empty or gone; the ledger knows ${countOf(sessions, 'session')} (${formatBytes(bytes)}) of it`;
	const folder = join(databaseDir, 'generations', spoke.name);
	if (spoke.source === undefined)
		return `${what}. The hub's own copies, ${formatCount(generations)} files, are in ${folder}`;
	const kept =
		generations === 0
			? ''
			: `; ${countOf(generations, 'earlier version')} ${generations === 1 ? 'is' : 'are'} in ${folder}`;
	return `${what}. The next sync brings back what the spoke still has${kept}`;
}

/** Said once by the sync that brings sessions back. */
export function returnedText(known: number, back: number, name: string): string {
	const left = known - back;
	const rest =
		left <= 0 ? '' : `; ${countOf(left, 'session')} ${left === 1 ? 'is' : 'are'} not on the spoke any more either`;
	return `the folder of '${name}' was empty on the hub: ${formatCount(back)} of ${countOf(known, 'session')} of its ledger are back from the spoke${rest}`;
}
