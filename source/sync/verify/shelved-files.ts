/** A file of a session root, as one `lstat` shows it. */
export interface Shelved {
	/** Bytes. */
	readonly size: number;
	/** Milliseconds since the epoch. */
	readonly mtimeMs: number;
	/** When it was last written, renamed or linked, whatever its own time says. */
	readonly ctimeMs: number;
	readonly inode: number;
}

/** Numbers of one file. */
const columns = 4;

/**
 * Files by path, in the order they were added. Their numbers lie side by side: of a hundred thousand files an object for
 * each keeps the collector busy for longer than the rows of all of them take to read.
 */
export class ShelvedFiles implements Iterable<[path: string, file: Shelved]> {
	readonly #indexes = new Map<string, number>();
	#numbers = new Float64Array(256 * columns);

	get size(): number {
		return this.#indexes.size;
	}

	/** Adds a file whose path was not added before. */
	add(path: string, {size, mtimeMs, ctimeMs, inode}: Shelved): void {
		const at = this.#indexes.size * columns;
		if (at === this.#numbers.length) {
			const larger = new Float64Array(at * 2);
			larger.set(this.#numbers);
			this.#numbers = larger;
		}

		this.#indexes.set(path, at / columns);
		this.#numbers[at] = size;
		this.#numbers[at + 1] = mtimeMs;
		this.#numbers[at + 2] = ctimeMs;
		this.#numbers[at + 3] = inode;
	}

	has(path: string): boolean {
		return this.#indexes.has(path);
	}

	/** Its place in the order, from 0. */
	indexOf(path: string): number | undefined {
		return this.#indexes.get(path);
	}

	get(path: string): Shelved | undefined {
		const index = this.#indexes.get(path);
		return index === undefined ? undefined : this.at(index);
	}

	/** @param index as `indexOf` says */
	at(index: number): Shelved {
		const at = index * columns;
		const numbers = this.#numbers;
		return {size: numbers[at]!, mtimeMs: numbers[at + 1]!, ctimeMs: numbers[at + 2]!, inode: numbers[at + 3]!};
	}

	/** Bytes of the file at a place. */
	sizeAt(index: number): number {
		return this.#numbers[index * columns]!;
	}

	/** Its time, milliseconds since the epoch. */
	mtimeAt(index: number): number {
		return this.#numbers[index * columns + 1]!;
	}

	/** When it was last written, renamed or linked, milliseconds since the epoch. */
	ctimeAt(index: number): number {
		return this.#numbers[index * columns + 2]!;
	}

	/** Paths, in their order. */
	keys(): Iterable<string> {
		return this.#indexes.keys();
	}

	*[Symbol.iterator](): Iterator<[path: string, file: Shelved]> {
		for (const [path, index] of this.#indexes) yield [path, this.at(index)];
	}
}
