import {TopValues} from './json-lines-values.js';

/** What a line is: nothing but blanks and NULs, an object, another value, or not JSON. */
export type LineShape = 'blank' | 'object' | 'other' | 'malformed';

/** A line that has just ended. Valid during the call only. */
export interface JsonLine {
	readonly shape: LineShape;
	/** Byte offset of its first byte. */
	readonly offset: number;
	/** Bytes, without its LF. */
	readonly length: number;
	/** From 1. */
	readonly number: number;
	/** False for a last line without LF. */
	readonly isTerminated: boolean;
	/** False when a string of it holds bytes that are no character; its other bytes are as `shape` says. */
	readonly isUtf8: boolean;
	/** NUL bytes follow its value. */
	readonly hasNulBehind: boolean;
	/** What an object says at its top level. */
	readonly values: TopValues;
}

/** The line that is being read, used over and over. */
export class Line implements JsonLine {
	shape: LineShape = 'blank';
	offset = 0;
	length = 0;
	number = 1;
	isTerminated = false;
	isUtf8 = true;
	hasNulBehind = false;
	readonly values = new TopValues();

	/** The next one begins. */
	start(offset: number): void {
		this.offset = offset;
		this.number++;
		this.isUtf8 = true;
		this.hasNulBehind = false;
		this.values.clear();
	}
}
