/** What the round trip said of a spoke. Text of the spoke's, not neutralised. */
export interface SpokeAnswer {
	/** Printed before the first marker, by the spoke's shell. */
	readonly noise: string;
	/** The last value of a key; undefined when it is absent or empty. */
	one(key: string): string | undefined;
	/** Every value of a key. */
	all(key: string): readonly string[];
	/** A value as a number of at least zero; undefined when it is none. */
	number(key: string): number | undefined;
	/** The answer is complete. */
	readonly isWhole: boolean;
}

/** Longest value that is kept. */
const longest = 4096;

/**
 * Reads what the script printed; undefined when it never began, because something else was run in its place.
 * @param nonce the one in the script
 */
export function readAnswer(text: string, nonce: string): SpokeAnswer | undefined {
	const start = `\n===PIB_START_${nonce}===\n`;
	const unified = text.replaceAll('\r\n', '\n');
	const at = unified.indexOf(start);
	if (at < 0) return undefined;
	const body = unified.slice(at + start.length);
	const end = body.lastIndexOf(`===PIB_END_${nonce}===`);
	const values = new Map<string, string[]>();
	for (const line of (end < 0 ? body : body.slice(0, end)).split('\n')) {
		const [, key, value] = /^([a-z_]+)=(.*)$/.exec(line) ?? [];
		if (key === undefined || value === undefined || value === '') continue;
		values.set(key, [...(values.get(key) ?? []), value.slice(0, longest)]);
	}

	const one = (key: string) => values.get(key)?.at(-1);
	return {
		noise: unified.slice(0, at),
		one,
		all: key => values.get(key) ?? [],
		number(key) {
			const value = one(key);
			return value !== undefined && /^\d{1,18}$/.test(value) ? Number(value) : undefined;
		},
		isWhole: end >= 0,
	};
}

/** Room on a disk as `df -P` has it, in the units it was asked for; undefined when the line is no df's. */
export function readDf(line: string | undefined): {readonly total: number; readonly free: number} | undefined {
	const match = /\s(\d+)\s+\d+\s+(\d+)\s+\d+%\s/.exec(line ?? '');
	return match ? {total: Number(match[1]), free: Number(match[2])} : undefined;
}
