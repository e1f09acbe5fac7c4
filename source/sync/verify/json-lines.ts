import {isUtf8} from 'node:buffer';
import {type JsonLine, Line, type LineShape} from './json-lines-line.js';
import {Nesting} from './json-lines-nesting.js';
import * as s from './json-lines-tables.js';
import {Text} from './json-lines-text.js';
import {Character, wholeCharacters} from './json-lines-utf8.js';

const roleOther = 0;
const roleKey = 1;
const roleOwnKey = 2;
const roleWanted = 3;

/**
 * Reads JSON lines that arrive in pieces of any size, and checks every byte by RFC 8259 and UTF-8. Memory depends on
 * neither lines nor values, only on the depth of nesting (a bit a level). Only LF ends a line; blanks, CR, NUL and a byte
 * order mark in front of a value and NUL behind it are passed over, as the other readers of sessions do.
 */
export class JsonLines {
	readonly #onLine: (line: JsonLine) => void;
	/** The line that is being read. */
	readonly #line = new Line();
	readonly #values = this.#line.values;
	readonly #nesting = new Nesting();
	/** Offset of the piece's first byte. */
	#base = 0;
	#state = s.lineStart;
	#role = roleOther;
	#isWanted = false;
	#isObject = false;
	readonly #character = new Character();
	/** Digits that a \u escape still lacks; letters that a literal has. */
	#letters = 0;
	#literal = 0;

	/** @param onLine told of every line, blank ones too */
	constructor(onLine: (line: JsonLine) => void) {
		this.#onLine = onLine;
	}

	/** Lines that have ended. */
	get lines(): number {
		return this.#line.number - 1;
	}

	/** Forgets everything: the next piece is the first of another file. */
	restart(): void {
		this.#base = 0;
		this.#line.number = 0;
		this.#startLine(0);
	}

	/** @param bytes what follows the piece before; not kept */
	feed(bytes: Buffer): void {
		const from = this.#state === s.utf8 ? Math.min(this.#character.rest, bytes.length) : 0;
		const to = Math.max(from, wholeCharacters(bytes));
		// A character that began in the piece before or ends in the next is followed byte by byte, the rest at once.
		if (from > 0) this.#read(bytes, 0, from, true);
		if (to > from) this.#read(bytes, from, to, !isUtf8(bytes.subarray(from, to)));
		if (to < bytes.length) this.#read(bytes, to, bytes.length, true);
		this.#base += bytes.length;
	}

	/** The file has ended: what is left is a line without LF. */
	end(): void {
		if (this.#base === this.#line.offset) return;
		const isValid = this.#nesting.depth === 0 && (this.#state === s.after || s.isNumberComplete(this.#state));
		if (this.#state === s.lineStart) this.#endLine(this.#base, 'blank', false);
		else this.#endLine(this.#base, isValid ? this.#validShape() : 'malformed', false);
	}

	#validShape(): LineShape {
		return this.#isObject ? 'object' : 'other';
	}

	#endLine(at: number, shape: LineShape, isTerminated: boolean): void {
		this.#line.shape = shape;
		this.#line.length = at - this.#line.offset;
		this.#line.isTerminated = isTerminated;
		this.#onLine(this.#line);
		this.#startLine(at + (isTerminated ? 1 : 0));
	}

	#startLine(offset: number): void {
		this.#line.start(offset);
		this.#nesting.clear();
		this.#state = s.lineStart;
		this.#role = roleOther;
		this.#isWanted = false;
	}

	/** The machine itself. Where it is lives in locals: a field would be read and written for every byte. */
	#read(bytes: Buffer, from: number, to: number, isStrict: boolean): void {
		const body = isStrict ? s.strictBody : s.looseBody;
		const text = new Text(bytes, body);
		let state = this.#state;
		let tokenAt = from;
		let at = from;
		while (at < to) {
			const byte = bytes[at]!;
			switch (state) {
				case s.lineStart:
					if (byte === 0x0a) this.#endLine(this.#base + at++, 'blank', true);
					else if (s.isBlank(byte) || byte === 0) at++;
					else if (byte === 0xef) {
						state = s.byteOrderMark2;
						at++;
					} else {
						this.#isObject = byte === 0x7b;
						state = s.value;
					}

					break;
				case s.byteOrderMark2:
					state = byte === 0xbb ? s.byteOrderMark3 : s.bad;
					if (state !== s.bad) at++;
					break;
				case s.byteOrderMark3:
					state = byte === 0xbf ? s.lineStart : s.bad;
					if (state !== s.bad) at++;
					break;
				case s.value:
				case s.valueOrEnd:
					if (s.isBlank(byte)) {
						at++;
						break;
					}

					this.#role = this.#isWanted ? roleWanted : roleOther;
					this.#isWanted = false;
					if (byte === 0x22) {
						state = s.string;
						tokenAt = ++at;
					} else if (byte === 0x7b || byte === 0x5b) {
						const isObject = byte === 0x7b;
						state = this.#nesting.open(isObject) ? (isObject ? s.keyOrEnd : s.valueOrEnd) : s.bad;
						at++;
					} else if (byte === 0x2d || s.isDigit(byte)) {
						state = byte === 0x2d ? s.minus : byte === 0x30 ? s.zero : s.integer;
						tokenAt = at++;
					} else if (byte === 0x74 || byte === 0x66 || byte === 0x6e) {
						this.#literal = byte === 0x74 ? 0 : byte === 0x66 ? 1 : 2;
						this.#letters = 1;
						state = s.literal;
						at++;
					} else if (byte === 0x5d && state === s.valueOrEnd) {
						this.#nesting.close();
						state = s.after;
						at++;
					} else state = s.bad;
					break;
				case s.key:
				case s.keyOrEnd:
					if (s.isBlank(byte)) at++;
					else if (byte === 0x22) {
						this.#role = this.#nesting.depth === 1 ? roleOwnKey : roleKey;
						if (this.#nesting.depth === 1) this.#values.startKey();
						state = s.string;
						tokenAt = ++at;
					} else if (byte === 0x7d && state === s.keyOrEnd) {
						this.#nesting.close();
						state = s.after;
						at++;
					} else state = s.bad;
					break;
				case s.colon:
					if (byte === 0x3a) state = s.value;
					else if (!s.isBlank(byte)) {
						state = s.bad;
						break;
					}

					at++;
					break;
				case s.after:
					if (s.isBlank(byte)) at++;
					else if (this.#nesting.depth === 0) {
						if (byte === 0x0a) {
							this.#endLine(this.#base + at++, this.#validShape(), true);
							state = s.lineStart;
						} else if (byte === 0) {
							this.#line.hasNulBehind = true;
							at++;
						} else state = s.bad;
					} else if (byte === 0x2c) {
						state = this.#nesting.isInObject ? s.key : s.value;
						at++;
					} else if (byte === (this.#nesting.isInObject ? 0x7d : 0x5d)) {
						this.#nesting.close();
						at++;
					} else state = s.bad;
					break;
				case s.string: {
					at = text.pass(at, to);
					if (at === to) break;
					const found = body[bytes[at]!];
					if (found === s.quote) {
						state = this.#endString(bytes, tokenAt, at);
						at++;
					} else if (found === s.backslash) {
						state = s.escaped;
						at++;
					} else if (found === s.multiByte) {
						if (this.#character.start(bytes[at++]!)) state = s.utf8;
						else this.#line.isUtf8 = false;
					} else state = s.bad;
					break;
				}

				case s.escaped:
					if (byte === 0x75) this.#letters = 4;
					state = byte === 0x75 ? s.hexDigits : s.plainEscape[byte] === 1 ? s.string : s.bad;
					if (state !== s.bad) at++;
					break;
				case s.hexDigits:
					if (s.isHexDigit(byte)) {
						if (--this.#letters === 0) state = s.string;
						at++;
					} else state = s.bad;
					break;
				case s.utf8:
					// The byte that breaks a character off is looked at again: it may be the quote.
					if (this.#character.goOn(byte)) at++;
					else this.#line.isUtf8 = false;
					if (!this.#character.isOpen) state = s.string;
					break;
				case s.literal: {
					const word = s.literals[this.#literal]!;
					if (byte === word[this.#letters]) {
						if (++this.#letters === word.length) state = s.after;
						at++;
					} else state = s.bad;
					break;
				}

				case s.bad: {
					const end = bytes.indexOf(0x0a, at);
					if (end === -1 || end >= to) at = to;
					else {
						this.#endLine(this.#base + end, 'malformed', true);
						state = s.lineStart;
						at = end + 1;
					}

					break;
				}

				default: {
					const next = s.nextInNumber(state, byte);
					if (next !== s.after) {
						state = next;
						if (next !== s.bad) at++;
						break;
					}

					if (this.#role === roleWanted) {
						this.#values.append(bytes, tokenAt, at);
						this.#values.endNumber();
					}

					state = s.after;
				}
			}
		}

		this.#pause(bytes, tokenAt, to, state);
	}

	/** The piece ends. Apart, because code here runs once a piece, and the loop before it is compiled anew for news of it. */
	#pause(bytes: Buffer, tokenAt: number, to: number, state: number): void {
		this.#state = state;
		const isInString = state >= s.string && state <= s.utf8;
		const isInNumber = state >= s.minus && state < s.bad;
		if ((isInString && this.#role >= roleOwnKey) || (isInNumber && this.#role === roleWanted)) {
			this.#values.append(bytes, tokenAt, to);
		}
	}

	/** @returns the state behind the quote */
	#endString(bytes: Buffer, from: number, to: number): number {
		if (this.#role === roleOther) return s.after;
		if (this.#role === roleKey) return s.colon;
		this.#values.append(bytes, from, to);
		if (this.#role === roleOwnKey) {
			this.#isWanted = this.#values.endKey();
			return s.colon;
		}

		this.#values.endString();
		return s.after;
	}
}
