/** A place in a text: line and column from 1, the column in characters. */
export interface TextPlace {
	readonly line: number;
	readonly column: number;
}

/** Text that is no JSON, or not the JSON that is wanted, and where. */
export class JsonTextError extends Error {
	override readonly name = 'JsonTextError';
	readonly place: TextPlace;

	/** @param at index in the text, in UTF-16 units */
	constructor(message: string, text: string, at: number) {
		super(message);
		this.place = placeAt(text, at);
	}
}

/** A member of the outermost object, by where it stands; indexes in UTF-16 units. */
export interface JsonMember {
	readonly key: string;
	readonly keyStart: number;
	readonly valueStart: number;
	/** Index behind the value. */
	readonly valueEnd: number;
}

const blank = /[ \t\r\n]*/y;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const wordToken = /true|false|null/y;

/**
 * Finds the members of a JSON object in its text, so that one value can be changed and every other byte kept. Checks the
 * whole text: what passes is JSON.
 * @param text a byte order mark in front is passed over
 * @throws JsonTextError with line and column
 */
export function jsonMembers(text: string): JsonMember[] {
	const reader = new Reader(text);
	const members = reader.object();
	reader.end();
	return members;
}

/** Line and column of an index. */
export function placeAt(text: string, at: number): TextPlace {
	const before = text.slice(0, at);
	const lineStart = before.lastIndexOf('\n') + 1;
	return {line: before.split('\n').length, column: [...before.slice(lineStart)].length + 1};
}

/**
 * The text without what carries no meaning: blanks between tokens, and the members named. Two texts that come to the same
 * say the same, digit for digit; nothing is parsed into numbers, which would lose some.
 * @param members of this text
 * @param left keys of the members that are left out
 */
export function essence(text: string, members: readonly JsonMember[], left: ReadonlySet<string>): string {
	return members
		.filter(({key}) => !left.has(key))
		.map(({key, valueStart, valueEnd}) => `${JSON.stringify(key)}:${squeezed(text.slice(valueStart, valueEnd))}`)
		.join(',');
}

function squeezed(json: string): string {
	const parts: string[] = [];
	for (let at = 0; at < json.length; ) {
		const quote = json.indexOf('"', at);
		const end = quote === -1 ? json.length : stringEnd(json, quote)!;
		parts.push(json.slice(at, quote === -1 ? end : quote).replaceAll(/[ \t\r\n]/g, ''));
		if (quote !== -1) parts.push(json.slice(quote, end));
		at = end;
	}

	return parts.join('');
}

/**
 * Index behind a text that begins at its opening quote; undefined when it never ends or is not as JSON wants it. By hand:
 * a regular expression runs out of stack in texts of megabytes.
 */
function stringEnd(json: string, quote: number): number | undefined {
	for (let at = quote + 1; at < json.length; ) {
		const code = json.charCodeAt(at);
		if (code === 0x22) return at + 1;
		if (code < 0x20) return undefined;
		if (code === 0x5c) {
			escaped.lastIndex = at;
			const found = escaped.exec(json)?.[0];
			if (found === undefined) return undefined;
			at += found.length;
		} else {
			at++;
		}
	}

	return undefined;
}

class Reader {
	readonly #text: string;
	#at: number;

	constructor(text: string) {
		this.#text = text;
		this.#at = text.startsWith('\uFEFF') ? 1 : 0;
	}

	/** The members of the one object the text begins with.
	 * @throws JsonTextError where it is none
	 */
	object(): JsonMember[] {
		this.#skip();
		if (this.#text[this.#at] !== '{') throw this.#problem('a node is one JSON object, which begins with {');
		this.#at++;
		const members: JsonMember[] = [];
		this.#skip();
		if (this.#take('}')) return members;
		do {
			this.#skip();
			const keyStart = this.#at;
			const key = this.#key();
			this.#skip();
			const valueStart = this.#at;
			this.#value();
			members.push({key, keyStart, valueStart, valueEnd: this.#at});
			this.#skip();
		} while (this.#take(','));
		if (!this.#take('}')) throw this.#problem('expected , or } here');
		return members;
	}

	end(): void {
		this.#skip();
		if (this.#at < this.#text.length) throw this.#problem('more text follows after the end of the object');
	}

	/** A value of any kind; without recursion, for depth is in the hand of whoever wrote the file. */
	#value(): void {
		const closers: string[] = [];
		for (;;) {
			this.#skip();
			const opener = this.#text[this.#at];
			if (opener === '{' || opener === '[') {
				this.#at++;
				this.#skip();
				const closer = opener === '{' ? '}' : ']';
				if (!this.#take(closer)) {
					closers.push(closer);
					if (opener === '{') this.#key();
					continue;
				}
			} else {
				this.#plain();
			}

			for (;;) {
				const closer = closers.at(-1);
				if (closer === undefined) return;
				this.#skip();
				if (this.#take(',')) {
					this.#skip();
					if (closer === '}') this.#key();
					break;
				}

				if (!this.#take(closer)) throw this.#problem(`expected , or ${closer} here`);
				closers.pop();
			}
		}
	}

	#key(): string {
		const token = this.#string();
		if (token === undefined) throw this.#problem('expected a key in double quotes here');
		this.#skip();
		if (!this.#take(':')) throw this.#problem('expected : after the key');
		return JSON.parse(token) as string;
	}

	#plain(): void {
		const token = this.#string() ?? this.#match(numberToken) ?? this.#match(wordToken);
		if (token !== undefined) return;
		if (this.#at >= this.#text.length) throw this.#problem('the file ends in the middle of the object');
		throw this.#problem(
			this.#text[this.#at] === '"'
				? 'this text never ends, or holds a character that must be escaped'
				: 'expected a value here',
		);
	}

	#string(): string | undefined {
		const from = this.#at;
		const end = this.#text[from] === '"' ? stringEnd(this.#text, from) : undefined;
		if (end === undefined) return undefined;
		this.#at = end;
		return this.#text.slice(from, end);
	}

	#take(character: string): boolean {
		if (this.#text[this.#at] !== character) return false;
		this.#at++;
		return true;
	}

	#skip(): void {
		this.#match(blank);
	}

	#match(token: RegExp): string | undefined {
		token.lastIndex = this.#at;
		const found = token.exec(this.#text)?.[0];
		if (found !== undefined) this.#at += found.length;
		return found;
	}

	#problem(message: string): JsonTextError {
		return new JsonTextError(message, this.#text, this.#at);
	}
}
