import type {ContentMark} from './scan-types.js';

/** Finds runs of NUL bytes, which no JSON holds: what a power loss leaves where data had not reached the disk. */
export class NulRuns {
	#first: {readonly offset: number; readonly line: number} | undefined;
	/** End of the first run. */
	#end = 0;
	#count = 0;
	#isInside = false;

	/**
	 * @param bytes what follows the piece before
	 * @param base offset of its first byte
	 * @param lines lines that have ended before it
	 */
	feed(bytes: Buffer, base: number, lines: number): void {
		const from = this.#isInside ? 0 : bytes.indexOf(0);
		if (from === -1) return;
		// Byte by byte from here on: searching anew behind every run would be slow in a file that alternates.
		for (let at = from; at < bytes.length; at++) {
			const isNul = bytes[at] === 0;
			if (isNul && !this.#isInside) {
				this.#count++;
				this.#first ??= {offset: base + at, line: lines + 1 + linesWithin(bytes, at)};
			}

			if (isNul && this.#count === 1) this.#end = base + at + 1;
			this.#isInside = isNul;
		}
	}

	/** What was found; undefined when there is no NUL byte. */
	get mark(): ContentMark | undefined {
		if (!this.#first) return undefined;
		const {offset, line} = this.#first;
		return {kind: 'nul-run', offset, line, length: this.#end - offset, count: this.#count};
	}
}

function linesWithin(bytes: Buffer, end: number): number {
	let lines = 0;
	for (let at = bytes.indexOf(0x0a); at !== -1 && at < end; at = bytes.indexOf(0x0a, at + 1)) lines++;
	return lines;
}
