/** Levels that are followed: 8 MiB of memory. RFC 8259 lets a reader set a limit; a line beyond it is malformed. */
const deepest = 1 << 26;

/** The objects and arrays that are open, one bit each. */
export class Nesting {
	/** How many are open. */
	depth = 0;
	/** 1 for an object. */
	#levels = new Uint8Array(8);

	clear(): void {
		this.depth = 0;
	}

	/** @returns false when it would be too deep */
	open(isObject: boolean): boolean {
		const {depth} = this;
		if (depth >= deepest) return false;
		if (depth >> 3 >= this.#levels.length) {
			const grown = new Uint8Array(this.#levels.length * 2);
			grown.set(this.#levels);
			this.#levels = grown;
		}

		const bit = 1 << (depth & 7);
		if (isObject) this.#levels[depth >> 3]! |= bit;
		else this.#levels[depth >> 3]! &= ~bit;
		this.depth = depth + 1;
		return true;
	}

	close(): void {
		this.depth--;
	}

	/** Whether the innermost is an object; something must be open. */
	get isInObject(): boolean {
		const level = this.depth - 1;
		return ((this.#levels[level >> 3]! >> (level & 7)) & 1) === 1;
	}
}
