import type {Detail} from '../sync/detail.js';
import type {HubState} from '../sync/state.js';
import type {Style, TableRow} from './types.js';
import type {SpokeVersions} from './versions-sight.js';

/** What the detail view is made from. */
export interface DetailSight {
	readonly row: TableRow;
	/** Undefined while it is read from store and disk: what the snapshot knows is shown. */
	readonly detail: Detail | undefined;
	readonly state: HubState;
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** IANA name, for times in full; undefined: this machine's. */
	readonly timeZone?: string | undefined;
	/** Cells of a line. */
	readonly width: number;
	readonly style: Style;
	/** What is marked where it occurs. */
	readonly find?: string;
	/** The key that releases held sessions; undefined where none does: the command line is named instead. */
	readonly releaseKey?: string | undefined;
	/** The key that shows held and earlier versions. */
	readonly versionsKey?: string | undefined;
	/** What the spoke's versions take, and what is likely to have happened to held ones; undefined while it is read. */
	readonly versions?: SpokeVersions | undefined;
}

/** What stands where something is still being read. */
export const reading = 'reading…';
