// What JSON.stringify leaves as it is and a terminal may obey: DEL and C1, bidirectional and zero-width characters, line
// and paragraph separators, tags.
const unsafe = /[\u007F-\u009F]|[\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * One line of JSON that is safe on a terminal, however hostile the names in it: what a terminal would obey is escaped,
 * which every reader of JSON turns back into the very same text.
 */
export function jsonLine(value: unknown): string {
	const text = JSON.stringify(value).replace(unsafe, character =>
		[...Array(character.length).keys()]
			.map(index => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
			.join(''),
	);
	return `${text}\n`;
}
