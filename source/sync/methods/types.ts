import type {SpokeConfig} from '../config/types.js';

/** One file as the source listed it in one look. */
export interface ListedFile {
	/** Path below the session root, spelled as in `text/names.ts`. */
	readonly path: string;
	/** Bytes at the source. */
	readonly size: number;
	/** Milliseconds since the epoch; whole seconds when the source gives no better. */
	readonly mtimeMs: number;
	/** False: something other than a regular file stands under that name (folder, link, device). */
	readonly isFile: boolean;
	/** True when its bytes were brought into `staging`, or were there already. */
	readonly isStaged: boolean;
}

/** Why a file could not be read: `SRC_CHANGED` heals by itself, the others are failures. */
export type UnreadCause = 'SRC_CHANGED' | 'SRC_DENIED' | 'UNKNOWN';

/** A file that a look listed or tripped over, and could not bring. */
export interface UnreadFile {
	readonly path: string;
	/** Neutralised. */
	readonly reason: string;
	readonly cause: UnreadCause;
}

/** Everything one look at a source found. */
export interface Listing {
	readonly files: readonly ListedFile[];
	/** True when the source was listed to its end without an error: only then is an absent file gone. */
	readonly isComplete: boolean;
	/** Files that exist but could not be read or changed under the copy; they are neither gone nor staged. */
	readonly unreadable: readonly UnreadFile[];
	/** Files left out by `initial_sync_days` or by a size limit in `rsync_options`, counted as "not taken". */
	readonly notTaken: number;
	/** Bytes of file content asked for, and bytes over the wire each way. */
	readonly bytes: number;
	readonly sent: number;
	readonly received: number;
}

/** How far a transfer is. */
export interface Progress {
	readonly filesDone: number;
	/** Undefined while unknown. */
	readonly filesTotal: number | undefined;
	readonly bytes: number;
	/** 0 to 100; undefined while unknown. */
	readonly percent: number | undefined;
	/** Bytes per second; undefined while unknown. */
	readonly rate: number | undefined;
}

/** The folders a look works with, all absolute. */
export interface LookFolders {
	/** Receives changed and new files; kept between runs. */
	readonly staging: string;
	/** Folders whose files need not be fetched again, in the order they are asked: seen first, then the hub's copy. */
	readonly compare: readonly string[];
}

/** What a look may ask for. */
export interface LookOptions {
	readonly folders: LookFolders;
	/** List only, bring nothing. */
	readonly isDryRun: boolean;
	/** Paths the hub already holds: `initial_sync_days` never applies to them unless they are unchanged. */
	readonly isKnown: (path: string) => boolean;
	readonly onProgress: (progress: Progress) => void;
	/** What `prepare` returned for this run; for its first look only. */
	readonly prepared?: unknown;
	/** The source works from now on: a good time for what the hub has to do meanwhile. Not every method calls it. */
	readonly onStarted?: () => void;
	/** Each external command, verbatim argv joined for people, when it starts and when it ended. */
	readonly onCommand: (line: string) => void;
	readonly signal: AbortSignal;
}

/** One file of a spoke, as a verify asks for it. */
export interface SpokeFile {
	readonly path: string;
	/** Bytes at the source. */
	readonly size: number;
	/** Milliseconds since the epoch; whole seconds when the source gives no better. */
	readonly mtimeMs: number;
	/** False: something other than a regular file stands under that name. */
	readonly isFile: boolean;
	/** Its bytes are the hub's; undefined when they were not compared. */
	readonly isSame: boolean | undefined;
}

/** Everything a spoke has, compared with a folder of the hub; nothing was brought. */
export interface SpokeListing {
	readonly files: readonly SpokeFile[];
	/** True when the source was listed to its end without an error. */
	readonly isComplete: boolean;
	readonly unreadable: readonly UnreadFile[];
	/** Files that a size limit in `rsync_options` keeps even from being listed. */
	readonly passedOver: number;
}

/** What a listing may ask for. */
export interface ListOptions extends Pick<LookOptions, 'onCommand' | 'signal'> {
	/** Absolute folder on the hub that the bytes are compared with; never written to. */
	readonly folder: string;
	/** Compare the bytes too. */
	readonly isDeep: boolean;
	/** Patterns that leave files out, as `sync.exclude_patterns`. */
	readonly patterns: readonly string[];
}

/** What bringing named files takes. */
export interface BringOptions extends Pick<LookOptions, 'onCommand' | 'signal'> {
	/** Absolute; receives them. */
	readonly staging: string;
}

/** What the program that fills a spoke's folder tells of the other side, where that cannot be listed itself. */
export interface Account {
	/** Files that are announced and not, or not whole, on the hub; the first of very many. */
	readonly missing: ReadonlyArray<Pick<SpokeFile, 'path' | 'size' | 'mtimeMs'>>;
	/** Files that were changed on the hub, which the other side does not get. */
	readonly changed: ReadonlyArray<{readonly path: string; readonly size: number; readonly isDeleted: boolean}>;
	/** One line for people: what it says of the whole, and what that is worth. */
	readonly summary: string;
}

/** Whether a spoke answered. */
export interface Contact {
	readonly isConnected: boolean;
	/** How it was found out: `shared connection`, `tcp`, `source folder`. */
	readonly via: string;
	/** Why not; undefined when connected. */
	readonly failure: import('../causes.js').Failure | undefined;
	/** Milliseconds of the round trip; undefined when it failed. */
	readonly roundTripMs: number | undefined;
	/** The address that answered, where one was connected to. */
	readonly address?: string | undefined;
}

/**
 * A way to bring sessions to the hub. A look never touches the hub's current files: it lists the source and fills the
 * staging folder; the guard alone decides what becomes current.
 */
export interface SyncMethod {
	readonly name: SpokeConfig['method'];
	/** Why this spoke cannot be driven (`method not driven yet`); undefined when it can. */
	undriven(spoke: SpokeConfig): string | undefined;
	/**
	 * Begins what takes long before a look (logging in), while the hub is still busy with itself. Never throws: what goes
	 * wrong is the look's to tell.
	 */
	prepare?(spoke: SpokeConfig, options: Pick<LookOptions, 'onCommand' | 'signal'>): unknown;
	/**
	 * @throws SyncError with a classified cause when the source cannot be listed at all
	 */
	look(spoke: SpokeConfig, options: LookOptions): Promise<Listing>;
	/**
	 * Lists everything on the spoke and compares it with the hub's folder, for a verify.
	 * @throws SyncError with a classified cause when the source cannot be listed at all
	 */
	list?(spoke: SpokeConfig, options: ListOptions): Promise<SpokeListing>;
	/**
	 * Brings these files as they are on the spoke now, whatever the hub holds; one that is not there is passed over.
	 * @param paths below the session root
	 * @throws SyncError with a classified cause
	 */
	bring?(spoke: SpokeConfig, paths: readonly string[], options: BringOptions): Promise<void>;
	/**
	 * Asks what fills the spoke's folder to bring it up to date, and waits until it has, or for as long as something moves;
	 * for spokes without a source.
	 * @returns why it could not be asked; undefined when it was, or when there is nothing to ask
	 * @throws the signal's reason
	 */
	rescan?(
		spoke: SpokeConfig,
		options: Pick<LookOptions, 'onProgress' | 'onCommand' | 'signal'>,
	): Promise<import('../causes.js').Failure | undefined>;
	/**
	 * Asks what fills the spoke's folder about the other side, for a verify.
	 * @returns undefined when there is nothing to ask
	 * @throws SyncError with a classified cause; the signal's reason
	 */
	account?(spoke: SpokeConfig, options: Pick<LookOptions, 'onCommand' | 'signal'>): Promise<Account | undefined>;
	/**
	 * Is the spoke there? Never throws for a spoke that is not.
	 * @param onCommand as in `LookOptions`
	 */
	probe(spoke: SpokeConfig, signal: AbortSignal, onCommand?: LookOptions['onCommand']): Promise<Contact>;
}
