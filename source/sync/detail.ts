import type {Generation, Observation} from './store/ledger-rows.js';
import type {RunRecord} from './store/runs.js';

/** A held session, with both versions. */
export interface HeldSession extends Observation {
	/** Of the hub's copy; undefined when it is gone from the hub's disk. */
	readonly hubSize: number | undefined;
	readonly hubMtimeMs: number | undefined;
}

/** A session as the detail view lists it. */
export interface NewSession {
	readonly path: string;
	readonly mtimeMs: number;
	readonly bytes: number;
	/** From its header, neutralised; undefined when it names none. */
	readonly cwd: string | undefined;
	readonly startedAt: number | undefined;
}

/** What the detail view shows beyond the snapshot; read from store and disk when it is opened. */
export interface Detail {
	/** A spoke's name; undefined: the hub's own sessions. */
	readonly name: string | undefined;
	/** Milliseconds since the epoch at which it was read. */
	readonly readAt: number;
	/** Newest first, at most 10. */
	readonly newest: readonly NewSession[];
	/** Project folders. */
	readonly projects: number | undefined;
	/** Sessions whose file changed within the last ten minutes. */
	readonly growing: number | undefined;
	/** Newest first, at most 50. */
	readonly held: readonly HeldSession[];
	/** Kept earlier versions, newest first, at most 20, and how many there are. */
	readonly generations: readonly Generation[];
	readonly generationsTotal: number;
	/** Newest first, at most 20. */
	readonly runs: readonly RunRecord[];
	/** The last failure ever, for "last: 4d ago"; undefined: none in 90 days. */
	readonly lastFailure: RunRecord | undefined;
	/** Of the file system the folder is on, in bytes; undefined when it cannot be asked. */
	readonly disk: {readonly free: number; readonly total: number} | undefined;
}
