let segmenter: Intl.Segmenter | undefined;

/** What a person takes for one character each, e.g. a letter and its combining accent. */
export function graphemes(text: string): string[] {
	// Almost every text; the segmenter's tables are loaded by whoever has another.
	if (/^[\t -~]*$/.test(text)) return text.split('');
	segmenter ??= new Intl.Segmenter(undefined, {granularity: 'grapheme'});
	return Array.from(segmenter.segment(text), ({segment}) => segment);
}
