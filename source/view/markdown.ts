import {clean} from '../text/clean.js';

/** Lines in a fence longer than any in the text, so that nothing in it can end it. */
export function fenced(text: string): string[] {
	const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
	const fence = '`'.repeat(longest + 1);
	return [fence, ...text.split('\n').map(line => clean(line, 4096)), fence];
}

/** Text on one line: what could be taken for Markdown or HTML is written so that it is not. */
export function inline(text: string): string {
	return clean(text, 4096).replaceAll(/[\\`*_[\]<>|#]/g, sign => `\\${sign}`);
}
