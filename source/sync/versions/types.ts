import type {HeldSession} from '../detail.js';
import type {Generation} from '../store/ledger-rows.js';

/** A session of which the hub has, or the spoke shows, more than the current version. */
export interface SessionVersions {
	/** Below the session root, spelled as in `text/names.ts`. */
	readonly path: string;
	/** The hub's current file; undefined when none stands there. */
	readonly current:
		| {
				/** Absolute path, spelled as in `text/names.ts`. */
				readonly file: string;
				readonly bytes: number;
				readonly mtimeMs: number;
				/** What the ledger says of it; absent when it does not speak of this size. */
				readonly sha256?: string;
		  }
		| undefined;
	/**
	 * What the spoke last showed that is not current; `isReleased` when a person has decided, so that nothing waits.
	 * Undefined: the spoke shows the current version, or the session is gone there.
	 */
	readonly held: HeldSession | undefined;
	/** Absolute path of the file that holds the spoke's version; undefined: it has no content, or nothing is held. */
	readonly seenFile: string | undefined;
	/** Newest first. A hub's own copy that equals the current version of its folder is none. */
	readonly generations: readonly Generation[];
	/** What probably happened, in plain words; undefined when the facts tell no story. */
	readonly story: string | undefined;
}

/** Files and their bytes. */
export interface Amount {
	readonly files: number;
	readonly bytes: number;
}

/** What a spoke takes on the hub's disks. */
export interface Space {
	/** Current versions, by the ledger. */
	readonly current: Amount;
	/** Kept earlier versions, by their rows. */
	readonly generations: Amount;
	/** The hub's own copies of files that others write, by their rows. */
	readonly snapshots: Amount;
	/** Blocks really used by what is brought in, set aside or half done. */
	readonly staging: {readonly bytes: number};
}

/** What a restore did. */
export interface Restored {
	/** The session. */
	readonly path: string;
	/** The version that was brought back. */
	readonly generation: Generation;
	/** Absolute path of the file it was written to; undefined: it is current now. */
	readonly to: string | undefined;
	/** Where the version that was current before is kept; undefined: there was none, or the new one contains it. */
	readonly replaced: string | undefined;
	/** It was current already, and nothing was done. */
	readonly isCurrentAlready: boolean;
	/** The spoke shows another version; that one stays aside until it changes there. */
	readonly isSetAside: boolean;
}

/** What taking over the spoke's version did. */
export interface Accepted {
	readonly path: string;
	readonly bytes: number;
	/** Where the version that was current before is kept; undefined: there was none, or the new one contains it. */
	readonly replaced: string | undefined;
}
