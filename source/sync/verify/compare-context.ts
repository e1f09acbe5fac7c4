import type {Clock} from '../clock.js';
import type {SpokeConfig} from '../config/types.js';
import type {LedgerEntry} from '../store/ledger-rows.js';
import type {Store} from '../store/store.js';
import type {Findings} from './report-findings.js';
import type {ProgressMeter} from './report-progress.js';
import type {ScanRequest, ScanResult} from './scan-types.js';
import type {Finding, VerifyReport} from './types.js';

/** What every part of a verify works with. */
export interface VerifyContext {
	/** Undefined: the hub's own sessions, which no ledger answers for. */
	readonly spoke: SpokeConfig | undefined;
	/** Absolute path of the current versions. */
	readonly root: string;
	/** The guard alone writes into that folder; false: something else fills it. */
	readonly isOurs: boolean;
	readonly isDeep: boolean;
	readonly store: Store;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	readonly scan: (request: ScanRequest) => Promise<ScanResult>;
	/** Whether some run holds the spoke's lease now. */
	readonly isHeld: () => Promise<boolean>;
	readonly findings: Findings;
	readonly meter: ProgressMeter;
	/** What the last verify came to. */
	readonly before: VerifyReport | undefined;
}

/** What a finding says of the ledger. */
export function ledgerOf({length, sha256, since}: LedgerEntry): NonNullable<Finding['ledger']> {
	return {bytes: length, sha256, since};
}

/** Milliseconds that are lost where a time goes through seconds as a double. */
const precisionMs = 1;

/**
 * Whether a file has the time that was told of it. Most listings, and some file systems, know whole seconds only.
 * @param told milliseconds since the epoch
 */
export function isTimeAs(mtimeMs: number, told: number): boolean {
	const isWhole = told % 1000 === 0 || mtimeMs % 1000 === 0;
	return isWhole ? Math.floor(mtimeMs / 1000) === Math.floor(told / 1000) : Math.abs(mtimeMs - told) < precisionMs;
}
