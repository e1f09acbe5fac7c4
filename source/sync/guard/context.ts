import type {Clock} from '../clock.js';
import type {SpokeConfig} from '../config/types.js';
import type {Store} from '../store/store.js';
import type {GuardFolders} from './folders.js';
import type {LedgerFile} from './ledger-file.js';

/** What every step of the guard works with, for one spoke under its lease. */
export interface GuardContext {
	readonly spoke: SpokeConfig;
	readonly folders: GuardFolders;
	readonly store: Store;
	readonly ledger: LedgerFile;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** The hub's folder was empty though the ledger knows sessions: what comes back is said once, not for each. */
	readonly isReturning?: boolean;
	/** A line for the log and the screen; `text` is neutralised already. */
	readonly log: (level: 'INFO' | 'WARN' | 'ERROR', text: string) => void;
}
