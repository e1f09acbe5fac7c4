import {clean} from '../text/clean.js';
import type {TableRow} from './types.js';

/**
 * What a filter lets through: rows with the text in name, state word, method or source, upper and lower case alike.
 * `!text` lets through those without it, `~state:late` those with that word, or one that begins so.
 * @returns undefined for an empty filter, which leaves nothing out
 */
export function rowFilter(filter: string): ((row: TableRow) => boolean) | undefined {
	const text = filter.trim().toLowerCase();
	if (text.startsWith('!')) {
		const inner = rowFilter(text.slice(1));
		return inner && (row => !inner(row));
	}

	if (text === '') return undefined;
	const word = /^~state:(.*)$/.exec(text)?.[1];
	if (word !== undefined) return row => row.word.startsWith(word);
	return row => searchedIn(row).includes(text);
}

/** Rows somebody should look at. */
export function isFault({tone}: TableRow): boolean {
	return tone === 'warn' || tone === 'bad';
}

function searchedIn({name, word, method, spoke}: TableRow): string {
	const source = spoke?.config.sourceText;
	// A line end between them: nobody types it, so nothing is found across two of them.
	return `${name}\n${word}\n${method}\n${source === undefined ? '' : clean(source)}`.toLowerCase();
}
