import type {LedgerEntry, Observation} from '../store/ledger-rows.js';
import {isMigrated} from './alarm.js';
import type {Comparison} from './content.js';
import type {GuardContext} from './context.js';
import {decide, type Verdict} from './decide.js';

/** A staged version that was compared with the hub's copy. */
export interface Staged {
	readonly path: string;
	/** The folder it stands below. */
	readonly root: string;
	readonly comparison: Comparison;
	readonly entry: LedgerEntry | undefined;
	/** What the spoke showed before. */
	readonly before: Observation | undefined;
}

/** What the guard's rules make of a staged version, with what files and earlier looks tell beyond the comparison. */
export async function judge(context: GuardContext, {path, root, comparison, entry, before}: Staged): Promise<Verdict> {
	const {current, isPrefix, size, sha256} = comparison;
	const isMigration =
		current !== undefined && !isPrefix && size < current.size && (await isMigrated(context, path, root));
	const verdict = decide(comparison, entry, isMigration);
	// A person set this very version aside, or it was held: touched is not changed.
	const isAside = before?.kind === 'shrunk' && before.sha256 === sha256;
	return isAside && (verdict === 'rewrite' || verdict === 'extend') ? 'shrink' : verdict;
}
