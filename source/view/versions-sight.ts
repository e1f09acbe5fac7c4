import type {SessionComparison} from '../sync/conflicts/compare-sessions.js';
import type {PairMember} from '../sync/conflicts/pairs.js';
import type {SessionVersions, Space} from '../sync/versions/types.js';
import type {Style, TableRow, UiState} from './types.js';

/** Two versions laid side by side, as the ids that `versionItems` gives them. */
export interface VersionPair {
	readonly path: string;
	readonly one: string;
	readonly other: string;
}

/** What was found between two versions. */
export interface ComparedVersions extends VersionPair {
	/** Undefined while they are read. */
	readonly found: SessionComparison | undefined;
	/** Why they could not be read; undefined: nothing went wrong. */
	readonly failure: string | undefined;
}

/** A session with more than its current version. */
export interface ShownSession extends SessionVersions {
	/** Where else a session of the same id lies, as far as its index knows. */
	readonly twins: readonly PairMember[];
}

/** What is known of the versions of a spoke's sessions; read when something that shows it is on the screen. */
export interface SpokeVersions {
	/** The spoke's name. */
	readonly spoke: string;
	/** Held ones first, then those with the newest earlier version; undefined while they are read, or nobody asked. */
	readonly sessions: readonly ShownSession[] | undefined;
	/** Undefined while it is added up. */
	readonly space: Space | undefined;
	/** Why the versions could not be read; undefined: nothing went wrong. */
	readonly failure: string | undefined;
	/** The comparison asked for last. */
	readonly comparison: ComparedVersions | undefined;
}

/** Keys that the view names; undefined: none does it, or nothing may be changed. */
export interface VersionKeys {
	readonly keep: string | undefined;
	readonly accept: string | undefined;
	readonly restore: string | undefined;
	readonly write: string | undefined;
	readonly compare: string | undefined;
}

/** What the view of held and earlier versions is made from. */
export interface VersionsSight {
	/** The spoke's row as it is now. */
	readonly row: TableRow;
	/** Undefined while nothing was read. */
	readonly versions: SpokeVersions | undefined;
	readonly ui: UiState['versions'];
	/** First line shown of a comparison. */
	readonly offset: number;
	/** What is marked where it occurs. */
	readonly find: string;
	readonly keys: VersionKeys;
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** IANA name; undefined: this machine's. */
	readonly timeZone?: string | undefined;
	/** Absolute path of the user's home: what is below it is written with `~`. */
	readonly home: string;
	readonly width: number;
	/** Lines there are, without the title. */
	readonly rows: number;
	readonly style: Style;
}
