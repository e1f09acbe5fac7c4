/** What the ledger says of a file that is to be read. */
export interface Expected {
	readonly length: number;
	/** Lower-case hex SHA-256 of the first `length` bytes. */
	readonly sha256: string;
	/** SHA-256 of each whole or last chunk of the first `length` bytes, 32 bytes each; empty when it is not known. */
	readonly chunks: Uint8Array;
}

/** One file to be read from its first byte to its last. */
export interface ScanRequest {
	/** Absolute path; bytes where the name is not UTF-8. */
	readonly file: string | Uint8Array;
	readonly expected: Expected | undefined;
	/** Whether its lines are looked at too: a kept version that is damaged on purpose is only hashed. */
	readonly isContentChecked: boolean;
}

/** Bytes that are not what the ledger says. */
export interface Extent {
	readonly offset: number;
	readonly length: number;
}

/** Something a file's own lines show. `offset` and `line` are of the first place; `count` says how many there are. */
export interface ContentMark {
	readonly kind:
		| 'torn-tail'
		| 'malformed-line'
		| 'nul-run'
		| 'no-header'
		| 'late-header'
		| 'twin-header'
		| 'old-version'
		| 'unknown-version'
		| 'empty'
		| 'not-a-session';
	readonly offset: number;
	/** From 1. */
	readonly line: number;
	/** Bytes of the first place. */
	readonly length: number;
	readonly count: number;
}

/** What one pass over a file found. */
export interface ScanResult {
	readonly size: number;
	readonly mtimeMs: number;
	/** Of all of it, lower-case hex. */
	readonly sha256: string;
	/** Hash of the first `expected.length` bytes equals the expected one; false also when the file is shorter. */
	readonly isAsExpected: boolean;
	/** Where it is not, as fine as the chunks; empty when it is. */
	readonly damage: readonly Extent[];
	readonly lines: number;
	readonly marks: readonly ContentMark[];
	readonly header: {readonly id: string; readonly version: number} | undefined;
	/** Time of the last entry that names one, milliseconds since the epoch. */
	readonly lastEntryAt: number | undefined;
}
