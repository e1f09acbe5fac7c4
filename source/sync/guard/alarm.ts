import type {Listing} from '../methods/types.js';
import {matchesExclude} from '../sessions/kinds.js';
import {readHeader} from '../sessions/reader.js';
import type {HeldFile} from '../sessions/tree.js';
import type {SpokeHold} from '../store/facts.js';
import type {Observation} from '../store/ledger-rows.js';
import type {GuardContext} from './context.js';

/** From this many sessions on, a share of shrunk ones halts the spoke; fewer say nothing. */
const alarmFrom = 10;
const alarmShare = 0.2;

/** True when so many of the known sessions shrank in one look that something is wrong with the whole. */
export function isAlarming(shrunk: number, known: number): boolean {
	return known >= alarmFrom && shrunk > known * alarmShare;
}

/**
 * Looks at the whole before any single file: an emptied root, or too many sessions shrunk since the last look, halt the
 * spoke until a person releases it.
 * @returns the reason; undefined when all is well
 */
export async function findAlarm(
	context: GuardContext,
	listing: Listing,
	current: ReadonlyMap<string, HeldFile>,
	seen: ReadonlyMap<string, Observation>,
): Promise<SpokeHold | undefined> {
	const {spoke, store, clock} = context;
	const {isEmptyAccepted, isShrinkAccepted} = store.facts.get(spoke.name);
	const files = listing.files.filter(file => file.isFile);
	if (listing.isComplete && files.length === 0 && listing.unreadable.length === 0 && listing.notTaken === 0) {
		const expected = [...current.keys()].filter(path => !matchesExclude(spoke.excludePatterns, path)).length;
		if (expected === 0 || isEmptyAccepted) return undefined;
		return {
			cause: 'GUARD_EMPTIED',
			message: `the session folder on '${spoke.name}' is empty, the hub holds ${expected.toLocaleString('en')} sessions from it; nothing is taken until you release it`,
			detail: `Look at the folder on the spoke. When it is meant to be empty: pi-brain-tui sync release ${spoke.name}`,
			at: clock.now(),
		};
	}

	if (isShrinkAccepted) return undefined;
	const shrunk = files.filter(({path, size}) => {
		const held = current.get(path);
		return held !== undefined && size < held.size && seen.get(path)?.size !== size;
	});
	if (!isAlarming(shrunk.length, current.size)) return undefined;
	const truly = [];
	for (const file of shrunk) if (!(file.isStaged && (await isMigrated(context, file.path)))) truly.push(file);
	if (!isAlarming(truly.length, current.size)) return undefined;
	return {
		cause: 'GUARD_TRUNCATED',
		message: `${truly.length} of ${current.size.toLocaleString('en')} sessions on '${spoke.name}' have shrunk at once; nothing is taken until you release it`,
		detail: truly
			.slice(0, 20)
			.map(({path, size}) => `${path}: ${current.get(path)?.size} bytes here, ${size} on the spoke`)
			.join('\n'),
		at: clock.now(),
	};
}

/** True when the staged version is the same session (header id) in a higher format version than the hub's. */
export async function isMigrated(context: GuardContext, path: string, root = context.folders.pull): Promise<boolean> {
	const [staged, held] = await Promise.all([
		readHeader(root, path, context.signal),
		readHeader(context.folders.current, path, context.signal),
	]);
	return (
		staged.header !== undefined &&
		held.header !== undefined &&
		staged.header.id === held.header.id &&
		staged.header.version > held.header.version
	);
}
