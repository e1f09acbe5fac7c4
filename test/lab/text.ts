/** A source of numbers that is the same for the same seed. */
export interface Random {
	/** At least 0, below 1. */
	next(): number;
	/** A whole number, at least 0, below `limit`. */
	below(limit: number): number;
	/** One of the list. */
	pick<T>(list: readonly T[]): T;
	/** That many lower-case hexadecimal digits. */
	hex(digits: number): string;
}

/** Mulberry32: 32 bits of state are plenty for test data. */
export function randomFrom(seed: number): Random {
	let state = seed >>> 0;
	const next = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const below = (limit: number) => Math.floor(next() * limit);
	return {
		next,
		below,
		pick: list => list[below(list.length)]!,
		hex(digits) {
			let text = '';
			while (text.length < digits)
				text += below(2 ** 24)
					.toString(16)
					.padStart(6, '0');
			return text.slice(0, digits);
		},
	};
}

const syllables =
	'ba be bi con de der dis en er fi for ga in ion ka la le ment mi na ne or pa pre pro ra re ri se sta ta ter ti tion to un ve'.split(
		' ',
	);
const words =
	`the a of to and in is that it for on with as this was be by at not are from or have an they which you we can if
	will all has more when one would there their what so out up about into than them only some could these other then
	also use two how our first way new because any give most us session file test function return value error module
	import export const await async promise buffer stream config schedule spoke hub index reader parser query branch
	commit merge server client request response header token cache update delete rename folder path line column`
		.split(/\s+/)
		.filter(Boolean);

let phrases: string[] | undefined;

/** Few words often, many rarely, as in any text: it compresses about as well as real sessions do. */
function phrasePool(): readonly string[] {
	if (phrases) return phrases;
	const random = randomFrom(20_260_121);
	const rare = Array.from({length: 4000}, () =>
		Array.from({length: 2 + random.below(3)}, () => random.pick(syllables)).join(''),
	);
	const word = () => (random.next() < 0.7 ? words[Math.floor(words.length * random.next() ** 2)]! : random.pick(rare));
	phrases = Array.from({length: 16_384}, () => [word(), word(), word()].join(' '));
	return phrases;
}

/** Running text of about that many characters. */
export function prose(random: Random, length: number): string {
	const pool = phrasePool();
	let text = '';
	while (text.length < length) text += `${pool[random.below(pool.length)]!}${random.next() < 0.15 ? '.\n' : ' '}`;
	return text.slice(0, length);
}

/** Something like TypeScript of about that many characters. */
export function code(random: Random, length: number): string {
	let text = '';
	while (text.length < length) {
		const [name, other] = [random.pick(words), random.pick(words)];
		text += `export async function ${name}${random.below(100)}(${other}: string): Promise<number> {\n\tconst ${name} = await ${random.pick(words)}.${random.pick(words)}(${other}, ${random.below(9999)});\n\tif (${name} !== undefined) return ${random.below(99)};\n\t// ${prose(random, 40)}\n\tthrow new Error('${prose(random, 24)}');\n}\n\n`;
	}

	return text.slice(0, length);
}

/** Output of tools: listings, JSON, compiler messages. */
export function toolOutput(random: Random, length: number): string {
	let text = '';
	while (text.length < length) {
		text += random.pick([
			() =>
				`-rw-r--r-- 1 will will ${random.below(99_999)} Jan ${1 + random.below(28)} 1${random.below(9)}:${10 + random.below(49)} source/${random.pick(words)}-${random.pick(words)}.ts\n`,
			() =>
				`${JSON.stringify({id: random.hex(12), name: random.pick(words), count: random.below(5000), tags: [random.pick(words), random.pick(words)]})}\n`,
			() =>
				`source/${random.pick(words)}.ts(${random.below(400)},${random.below(90)}): error TS${2000 + random.below(600)}: ${prose(random, 60)}\n`,
			() => `✔ ${prose(random, 50)} (${random.below(900)}.${random.below(999)}ms)\n`,
		])();
	}

	return text.slice(0, length);
}

/** Base64 that does not compress: an image, a thinking signature. */
export function noise(random: Random, bytes: number): string {
	const numbers = new Uint32Array(Math.ceil(bytes / 4));
	for (let index = 0; index < numbers.length; index++) numbers[index] = random.below(2 ** 32);
	return Buffer.from(numbers.buffer, 0, Math.floor(bytes)).toString('base64');
}
