import {backslash, looseBody, plainEscape} from './json-lines-tables.js';

/** Bytes that are looked at one by one before a string is taken for a long one. */
const shortBytes = 64;

/** Strings of one piece. Apart from the machine because most bytes are passed here: a small loop is compiled better. */
export class Text {
	readonly #bytes: Uint8Array;
	readonly #body: Uint8Array;
	/** The memory behind the piece four bytes at a time, and where the piece begins in it; none when each byte counts. */
	readonly #words: Int32Array | undefined;
	readonly #origin: number;

	/** @param body what a byte means, `looseBody` or `strictBody` */
	constructor(bytes: Uint8Array, body: Uint8Array) {
		this.#bytes = bytes;
		this.#body = body;
		this.#words = body === looseBody ? new Int32Array(bytes.buffer, 0, bytes.buffer.byteLength >> 2) : undefined;
		this.#origin = bytes.byteOffset;
	}

	/** @returns where something stands that is neither plain nor a short escape; `to` when nothing does */
	pass(from: number, to: number): number {
		const bytes = this.#bytes;
		const body = this.#body;
		const origin = this.#origin;
		for (let at = from; at < to; ) {
			const until = Math.min(to, ((origin + at + shortBytes) & ~3) - origin);
			for (; at < until; at++) {
				const found = body[bytes[at]!];
				if (found === 0) continue;
				if (found !== backslash || at + 1 >= to || plainEscape[bytes[at + 1]!] === 0) return at;
				at++;
			}

			if (this.#words) at = skipPlain(this.#words, origin + at, origin + to) - origin;
		}

		return to;
	}
}

/**
 * Passes over what says nothing in a long string, such as an image: three times as fast as byte by byte.
 * @param words of the whole memory
 * @param from byte in it; nothing is passed over unless a word begins there
 * @param to byte in it behind the last one
 * @returns a byte in front of which there is neither quote nor backslash nor control character
 */
function skipPlain(words: Int32Array, from: number, to: number): number {
	if ((from & 3) !== 0) return from;
	let at = from >> 2;
	const end = to >> 2;
	for (; at < end; at++) {
		const word = words[at]!;
		const quotes = word ^ 0x22222222;
		const backslashes = word ^ 0x5c5c5c5c;
		// A byte below n has its high bit set by subtracting n, unless it was set before.
		const controls = (word - 0x20202020) & ~word;
		const any = controls | ((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes);
		if ((any & 0x80808080) !== 0) break;
	}

	return at << 2;
}
