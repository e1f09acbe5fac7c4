/** What `spoke add` and `spoke set` write: a value on one line. */
export type EntryValue = string | number | boolean;

/** A change to the list of spokes. */
export type SpokeEdit =
	/** Appends an entry to the list that is in use; `name` must be new. */
	| {readonly type: 'add'; readonly entry: {readonly name: string} & Readonly<Record<string, EntryValue>>}
	/** Writes keys of an entry; undefined takes a key away. */
	| {
			readonly type: 'set';
			readonly name: string;
			readonly values: Readonly<Record<string, EntryValue | undefined>>;
	  }
	| {readonly type: 'remove'; readonly name: string};

/** An edit that was not made; the file is as it was. The message names the file and, where there is one, the place. */
export class EditError extends Error {
	override readonly name = 'EditError';
}

/** A stretch of text and what takes its place. */
export interface Splice {
	readonly start: number;
	readonly end: number;
	readonly text: string;
}

/** What stands there cannot be written by an edit of lines; `editText` says where. */
export class Unwritable extends Error {
	override readonly name = 'Unwritable';
}
