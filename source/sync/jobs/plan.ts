import type {GuardContext} from '../guard/context.js';
import {isSameSecond} from '../guard/look.js';
import type {Listing} from '../methods/types.js';
import {walk} from '../sessions/tree.js';
import type {Observation} from '../store/ledger-rows.js';

/** What a sync would do, from the spoke's listing alone. Paths are below the session root. */
export interface Plan {
	readonly arrive: ReadonlyArray<{readonly path: string; readonly bytes: number}>;
	/** `bytes` is the growth; 0 where the size is the same and the content must be compared. */
	readonly grow: ReadonlyArray<{readonly path: string; readonly bytes: number}>;
	readonly hold: ReadonlyArray<{readonly path: string; readonly reason: string}>;
	readonly unchanged: number;
}

/** What entering a folder that others fill would do: its files against the ledger. */
export async function planOfFolder({folders, store, spoke}: GuardContext): Promise<Plan> {
	const entries = store.ledger.all(spoke.name);
	const arrive = [];
	const grow = [];
	const hold = [];
	let unchanged = 0;
	for (const [path, {size}] of await walk(folders.current)) {
		const entry = entries.get(path);
		if (!entry) arrive.push({path, bytes: size});
		else if (size > entry.length) grow.push({path, bytes: size - entry.length});
		else if (size < entry.length) hold.push({path, reason: `${entry.length} bytes entered, ${size} there now`});
		else unchanged++;
	}

	return {arrive, grow, hold, unchanged};
}

/** Sorts a listing by what the guard would make of it. */
export async function planOf({folders, store, spoke}: GuardContext, {files}: Listing): Promise<Plan> {
	const current = await walk(folders.current);
	const seen = store.ledger.observations(spoke.name);
	const arrive = [];
	const grow = [];
	const hold = [];
	let unchanged = 0;
	for (const {path, size, mtimeMs, isFile} of files) {
		const held = current.get(path);
		if (!isFile) {
			if (held) hold.push({path, reason: 'no longer a file on the spoke'});
		} else if (!held) arrive.push({path, bytes: size});
		else if (size === held.size && isSameSecond(mtimeMs, held.mtimeMs)) unchanged++;
		// A person has looked at this version: it is neither taken nor held again.
		else if (isReleased(seen.get(path), size, mtimeMs)) unchanged++;
		else if (size < held.size) hold.push({path, reason: `${held.size} bytes here, ${size} on the spoke`});
		else grow.push({path, bytes: size - held.size});
	}

	return {arrive, grow, hold, unchanged};
}

function isReleased(before: Observation | undefined, size: number, mtimeMs: number): boolean {
	return before?.isReleased === true && before.size === size && isSameSecond(before.mtimeMs, mtimeMs);
}
