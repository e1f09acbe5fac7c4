/** What may follow the first byte of a multi-byte character: how many bytes, and the bounds of the very next. */
interface Sequence {
	readonly rest: number;
	readonly low: number;
	readonly high: number;
}

/** By first byte; undefined for one that cannot be the first (Unicode 16, table 3-7). */
const sequences: ReadonlyArray<Sequence | undefined> = Array.from({length: 256}, (_, first) => {
	if (first >= 0xc2 && first <= 0xdf) return {rest: 1, low: 0x80, high: 0xbf};
	if (first >= 0xe0 && first <= 0xef) {
		return {rest: 2, low: first === 0xe0 ? 0xa0 : 0x80, high: first === 0xed ? 0x9f : 0xbf};
	}

	if (first >= 0xf0 && first <= 0xf4) {
		return {rest: 3, low: first === 0xf0 ? 0x90 : 0x80, high: first === 0xf4 ? 0x8f : 0xbf};
	}

	return undefined;
});

/** Where the last character of a piece begins when the piece ends before it does; the piece's length otherwise. */
export function wholeCharacters(bytes: Uint8Array): number {
	for (let back = 1; back <= Math.min(3, bytes.length); back++) {
		const byte = bytes[bytes.length - back]!;
		if (byte < 0x80) break;
		const sequence = sequences[byte];
		if (sequence) return sequence.rest >= back ? bytes.length - back : bytes.length;
	}

	return bytes.length;
}

/** A multi-byte character that is followed byte by byte. */
export class Character {
	/** Bytes it still lacks. */
	rest = 0;
	#low = 0;
	#high = 0;

	get isOpen(): boolean {
		return this.rest > 0;
	}

	/** @returns false when no character begins with this byte */
	start(byte: number): boolean {
		const sequence = sequences[byte];
		if (!sequence) return false;
		this.rest = sequence.rest;
		this.#low = sequence.low;
		this.#high = sequence.high;
		return true;
	}

	/** @returns false when the byte is not the character's next: it ends unfinished */
	goOn(byte: number): boolean {
		const isNext = byte >= this.#low && byte <= this.#high;
		this.rest = isNext ? this.rest - 1 : 0;
		this.#low = 0x80;
		this.#high = 0xbf;
		return isNext;
	}
}
