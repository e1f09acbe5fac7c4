import type {LedgerEntry} from '../store/ledger-rows.js';
import type {Comparison} from './content.js';

/**
 * What a staged version means for the hub's copy.
 * - `new`: the hub has none. `same`: it has these very bytes. `extend`: its bytes are a prefix of the spoke's.
 * - `rewrite`: another version, not shorter, or of the same session after a migration: current once confirmed.
 * - `shrink`: shorter: never becomes current.
 * - `repair`: the hub's copy does not match its ledger, the spoke's does.
 * - `damaged`: the hub's copy does not match its ledger and the spoke cannot prove the ledger's bytes: nothing is touched.
 * - `replace-missing`: the hub's copy is not on its disk any more and the spoke has another version.
 */
export type Verdict = 'new' | 'same' | 'extend' | 'rewrite' | 'shrink' | 'repair' | 'damaged' | 'replace-missing';

/**
 * The guard's rules, and nothing else: no file is touched here.
 * @param comparison the staged version against the hub's copy; must hold the prefix hash at the entry's length, if it has one
 * @param entry what the ledger says of the hub's copy
 * @param isMigration the staged version has the same header id and a higher session version
 */
export function decide(comparison: Comparison, entry: LedgerEntry | undefined, isMigration: boolean): Verdict {
	const {current, size, isPrefix} = comparison;
	const provesLedger = entry !== undefined && comparison.prefixes.get(entry.length) === entry.sha256;
	if (!current) {
		if (!entry) return 'new';
		return provesLedger ? 'repair' : 'replace-missing';
	}

	const isSound = !entry || (current.size === entry.length && current.sha256 === entry.sha256);
	if (!isSound) {
		if (!provesLedger) return 'damaged';
		// Something else brought the same growth first: the ledger follows.
		if (isPrefix && current.size >= entry.length && size >= current.size)
			return size === current.size ? 'same' : 'extend';
		return 'repair';
	}

	if (isPrefix && size >= current.size) return size === current.size ? 'same' : 'extend';
	if (isPrefix) return 'shrink';
	return size >= current.size || isMigration ? 'rewrite' : 'shrink';
}
