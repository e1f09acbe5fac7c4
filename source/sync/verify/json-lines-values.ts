/** Bytes of a value that are kept: an id or a time of pi has 40 at most. */
const kept = 4096;

/** A value of a line that was asked for. */
class Slot {
	readonly bytes = Buffer.allocUnsafeSlow(kept);
	length = 0;
	isString = false;
	isNumber = false;
}

const names = ['type', 'id', 'timestamp', 'version', 'kind'] as const;
type Name = (typeof names)[number];

const spelled = names.map(name => Buffer.from(name));
const backslash = 0x5c;

/**
 * Strings and numbers of a line's own keys, taken over as bytes while the line passes by; of a key that is named twice
 * the last one counts, as in `JSON.parse`. A string of more than 4 KiB is kept by its beginning.
 */
export class TopValues {
	readonly #slots = names.map(() => new Slot());
	readonly #key = new Slot();
	#open = this.#key;

	/** Forgets the line before. */
	clear(): void {
		for (const slot of this.#slots) {
			slot.length = 0;
			slot.isString = false;
			slot.isNumber = false;
		}

		this.startKey();
	}

	startKey(): void {
		this.#key.length = 0;
		this.#open = this.#key;
	}

	/** The next bytes of the key or value that is open. */
	append(bytes: Buffer, from: number, to: number): void {
		const {length, bytes: into} = this.#open;
		const end = Math.min(kept, length + to - from);
		for (let at = length, source = from; at < end; at++, source++) into[at] = bytes[source]!;
		this.#open.length = end;
	}

	/** @returns true when the value of this key is wanted; what it was before is forgotten */
	endKey(): boolean {
		const {length, bytes} = this.#key;
		// All names with each character escaped are shorter than this.
		if (length > 60) return false;
		const index = !hasEscape(this.#key) ? find(bytes, length) : names.indexOf(decode(this.#key) as Name);
		if (index === -1) return false;
		this.#open = this.#slots[index]!;
		this.#open.length = 0;
		this.#open.isString = false;
		this.#open.isNumber = false;
		return true;
	}

	endString(): void {
		this.#open.isString = true;
	}

	endNumber(): void {
		this.#open.isNumber = true;
	}

	/** The key's string; undefined when it is none. */
	text(name: Name): string | undefined {
		const slot = this.#slot(name);
		return slot.isString ? decode(slot) : undefined;
	}

	/** The key's number; undefined when it is none. */
	number(name: Name): number | undefined {
		const slot = this.#slot(name);
		return slot.isNumber ? Number(slot.bytes.toString('latin1', 0, slot.length)) : undefined;
	}

	#slot(name: Name): Slot {
		return this.#slots[names.indexOf(name)]!;
	}
}

function hasEscape({bytes, length}: Slot): boolean {
	for (let at = 0; at < length; at++) if (bytes[at] === backslash) return true;
	return false;
}

function find(bytes: Buffer, length: number): number {
	for (let index = 0; index < spelled.length; index++) {
		const name = spelled[index]!;
		if (name.length !== length) continue;
		let at = 0;
		while (at < length && bytes[at] === name[at]) at++;
		if (at === length) return index;
	}

	return -1;
}

function decode({bytes, length}: Slot): string {
	const text = bytes.toString('utf8', 0, length);
	if (!text.includes('\\')) return text;
	try {
		return JSON.parse(`"${text}"`) as string;
	} catch {
		// Kept by its beginning, which may end within an escape.
		return text;
	}
}
