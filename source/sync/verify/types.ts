import type {Failure} from '../causes.js';
import type {Proof} from './proof.js';

/** What a verify can find, in the words scripts rely on. */
export const findingKinds = [
	'newer-on-spoke',
	'only-on-spoke',
	'only-on-hub',
	'not-taken',
	'hub-larger',
	'differs',
	'bit-rot',
	'truncated',
	'missing',
	'foreign-edit',
	'torn-tail',
	'writing',
	'malformed-line',
	'nul-run',
	'no-header',
	'late-header',
	'twin-header',
	'id-name-mismatch',
	'duplicate-id',
	'old-version',
	'unknown-version',
	'empty',
	'not-a-session',
	'conflict-copy',
	'leftover',
	'node-conflict',
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** `info`: nothing to do. `look`: a person should look. `damage`: bytes the hub answered for are not what they were. */
export type Severity = 'info' | 'look' | 'damage';

/** One version of a session, as far as it is known. */
export interface Side {
	readonly bytes: number;
	/** Milliseconds since the epoch. */
	readonly mtimeMs: number | undefined;
	readonly lines?: number | undefined;
	/** Session version of its header. */
	readonly version?: number | undefined;
	/** Lower-case hex SHA-256 of all of it. */
	readonly sha256?: string | undefined;
}

/** One thing a verify found. */
export interface Finding {
	readonly kind: FindingKind;
	readonly severity: Severity;
	/** Path below the session root, spelled as in `text/names.ts`; a node's id for a node conflict. */
	readonly path: string;
	/** What it is, in plain words with numbers; neutralised. */
	readonly detail: string;
	/** First byte concerned and how many, where that is known; the extent is as fine as the ledger's chunks. */
	readonly offset?: number;
	readonly length?: number;
	/** Line concerned, from 1. */
	readonly line?: number;
	readonly hub?: Side;
	readonly spoke?: Side;
	/** What the ledger answers for. */
	readonly ledger?: {readonly bytes: number; readonly sha256: string; readonly since: number | undefined};
	/** Absolute path of the kept version that is concerned, when it is not the current file. */
	readonly generation?: string;
	/** Where bytes are that match the ledger: a `y` can bring them back. */
	readonly repair?: 'spoke' | 'generation';
	/** The other one of a pair: same session id, other computer or other file. */
	readonly other?: {readonly computer: string; readonly path: string; readonly relation: string};
}

/** How many findings of one kind and severity there are. */
export interface FindingCount {
	readonly kind: FindingKind;
	readonly severity: Severity;
	readonly count: number;
}

/** How far a verify is. */
export interface VerifyProgress {
	readonly phase: 'listing' | 'reading' | 'comparing';
	readonly filesDone: number;
	readonly filesTotal: number | undefined;
	readonly bytesDone: number;
	readonly bytesTotal: number | undefined;
	/** Milliseconds left; undefined until it is stable. */
	readonly leftMs: number | undefined;
}

/** What a verify of one spoke, or of the hub's own sessions, came to. */
export interface VerifyReport {
	/** A spoke's name; undefined: the hub's own sessions. */
	readonly spoke: string | undefined;
	readonly isDeep: boolean;
	/** Milliseconds since the epoch. */
	readonly startedAt: number;
	readonly tookMs: number;
	readonly result: 'done' | 'failed' | 'cancelled';
	/** Sessions looked at, and their bytes; in a deep verify every one of these bytes was read. */
	readonly checked: number;
	readonly bytes: number;
	/** Sessions that are the same on both sides; undefined when the spoke was not asked. */
	readonly identical: number | undefined;
	/** Why the spoke's side was not compared (unreachable, a folder that others fill); undefined when it was. */
	readonly notCompared: string | undefined;
	readonly proof: Proof;
	/** When the last deep verify that came to its end began, this one included; a quick one carries on what it found. */
	readonly lastDeepAt?: number | undefined;
	/** The worst ones first, then by path; at most `keptFindings` of them once the report is stored. */
	readonly findings: readonly Finding[];
	/** Damaged files of findings that a stored report has no room for: a quick verify reads these again too. */
	readonly unnamedDamage?: ReadonlyArray<Pick<Finding, 'path' | 'generation'>>;
	/** How many there are of each kind and severity, also of those that `findings` has no room for; worst first. */
	readonly counts: readonly FindingCount[];
	/** Why the spoke could not be reached, where it was asked. */
	readonly unreachable?: Failure | undefined;
	/** Why it could not be done at all. */
	readonly failure: Failure | undefined;
}

/** What is known of verifying a spoke, or the hub's own sessions. */
export interface VerifyState {
	/** How far the one is that runs in this process; undefined: none runs. */
	readonly progress: VerifyProgress | undefined;
	/** Of the one that runs. */
	readonly isDeep: boolean | undefined;
	/** What the last one came to, by whichever process; undefined: there was none, or it has not been read yet. */
	readonly report: VerifyReport | undefined;
}

/** Nothing is known yet. */
export const noVerify: VerifyState = {progress: undefined, isDeep: undefined, report: undefined};
