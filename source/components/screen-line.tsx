import {Text} from 'ink';
import {memo} from 'react';

/** A line of the screen: drawn again only when its text is another one. */
export const ScreenLine = memo(function ScreenLine({
	text,
}: {
	readonly text: string /** Painted, at most as wide as the screen. */;
}) {
	// Ink gives an empty text no line at all.
	return <Text wrap="truncate">{text === '' ? ' ' : text}</Text>;
});
