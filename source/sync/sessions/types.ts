/**
 * What a file below a session root is. `session` is a file whose first line is pi's header; `conflict-copy`
 * Syncthing's `.sync-conflict-` files; `temporary` what rsync, Syncthing and we leave while writing; `other` foreign
 * JSONL (subagent artifacts, other tools); `empty` a file without a complete first line yet.
 */
export type FileKind = 'session' | 'empty' | 'other' | 'conflict-copy' | 'temporary';

/** The header's facts, version-tolerant: v1 has no `version`, v4 (`kind: "header"`) is known but not pi's. */
export interface SessionHeader {
	readonly id: string;
	/** 1 when the header names none. */
	readonly version: number;
	readonly cwd: string | undefined;
	/** Milliseconds since the epoch; undefined when absent or unreadable. */
	readonly startedAt: number | undefined;
}

/** One file below a session root, as the index keeps it. */
export interface SessionFile {
	/** Path below the root, `/`-separated; bytes that are not UTF-8 are kept as in `text/names.ts`. */
	readonly path: string;
	/** Bytes. */
	readonly size: number;
	/** Milliseconds since the epoch, fractions kept. */
	readonly mtimeMs: number;
	readonly inode: number;
	readonly kind: FileKind;
	/** Undefined unless `kind` is `session`. */
	readonly header: SessionHeader | undefined;
}
