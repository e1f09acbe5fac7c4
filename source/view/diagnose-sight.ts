import type {Diagnosis} from '../sync/diagnosis/types.js';
import type {SyncReport} from '../sync/jobs/sync.js';
import type {Style, TableRow, UiState} from './types.js';

/** A spoke's diagnosis, and what came of it. */
export interface SpokeDiagnosis {
	readonly diagnosis: Diagnosis;
	/** The sync that was started because nothing blocks any more; undefined: none was. */
	readonly sync: 'running' | SyncReport | undefined;
}

/** What the panel of a diagnosis is made from. */
export interface DiagnoseSight extends SpokeDiagnosis {
	/** The spoke's row as it is now. */
	readonly row: TableRow;
	/** Milliseconds since the epoch, for ages. */
	readonly now: number;
	/** The same, at most a second old while a step runs: for how long it has been running. */
	readonly clock: number;
	/** Absolute path of the user's home: what is below it is written with `~`. */
	readonly home: string;
	readonly ui: UiState['diagnose'];
	/** First line shown of what the selected step has seen. */
	readonly offset: number;
	/** What is marked where it occurs. */
	readonly find: string;
	/** The key that runs a fix; undefined: none does. */
	readonly fixKey: string | undefined;
	/** The key that shows a step on the whole screen; undefined: none does. */
	readonly expandKey: string | undefined;
	readonly width: number;
	/** Lines there are, without the title. */
	readonly rows: number;
	readonly style: Style;
}
