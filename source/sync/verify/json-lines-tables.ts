/*
 * The states of the reader of JSON lines, and what a byte means inside a string.
 */

export const lineStart = 0;
export const byteOrderMark2 = 1;
export const byteOrderMark3 = 2;
export const value = 3;
export const valueOrEnd = 4;
export const key = 5;
export const keyOrEnd = 6;
export const colon = 7;
export const after = 8;
export const string = 9;
export const escaped = 10;
export const hexDigits = 11;
export const utf8 = 12;
export const literal = 13;
export const minus = 14;
export const zero = 15;
export const integer = 16;
export const point = 17;
export const fraction = 18;
export const exponent = 19;
export const exponentSign = 20;
export const exponentDigits = 21;
export const bad = 22;

/** Inside a string: 0 goes on. */
export const quote = 1;
export const backslash = 2;
export const control = 3;
export const multiByte = 4;

function bodyTable(isStrict: boolean): Uint8Array {
	const table = new Uint8Array(256);
	table.fill(control, 0, 0x20);
	table[0x22] = quote;
	table[0x5c] = backslash;
	if (isStrict) table.fill(multiByte, 0x80);
	return table;
}

/** For bytes that are known to be UTF-8. */
export const looseBody = bodyTable(false);
/** For bytes of which each multi-byte character has to be looked at. */
export const strictBody = bodyTable(true);

/** 1 for what may follow a backslash by itself. */
export const plainEscape = new Uint8Array(256);
for (const byte of Buffer.from('"\\/bfnrt')) plainEscape[byte] = 1;

export const literals = ['true', 'false', 'null'].map(word => Buffer.from(word));

/** True in a state in which a number may end. */
export function isNumberComplete(state: number): boolean {
	return state === zero || state === integer || state === fraction || state === exponentDigits;
}

/** Where a byte leads within a number: `after` when the number ended before it, `bad` when it may not end there. */
export function nextInNumber(state: number, byte: number): number {
	const digit = isDigit(byte);
	switch (state) {
		case minus:
			return byte === 0x30 ? zero : digit ? integer : bad;
		case integer:
			if (digit) return integer;
			break;
		case zero:
			break;
		case point:
			return digit ? fraction : bad;
		case fraction:
			if (digit) return fraction;
			break;
		case exponent:
			return byte === 0x2b || byte === 0x2d ? exponentSign : digit ? exponentDigits : bad;
		case exponentSign:
			return digit ? exponentDigits : bad;
		default:
			return digit ? exponentDigits : after;
	}

	if (byte === 0x2e && state !== fraction) return point;
	return byte === 0x65 || byte === 0x45 ? exponent : after;
}

export function isDigit(byte: number): boolean {
	return byte >= 0x30 && byte <= 0x39;
}

export function isHexDigit(byte: number): boolean {
	return isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

export function isBlank(byte: number): boolean {
	return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}
