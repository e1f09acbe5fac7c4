import {Box} from 'ink';
import {ScreenLine} from './screen-line.js';

/** Lines one below the other, each by its place on the screen: what scrolls is other text in the same places. */
export function ScreenLines({lines}: {readonly lines: readonly string[] /** Painted. */}) {
	return (
		<Box flexDirection="column" flexShrink={0}>
			{lines.map((text, place) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: the place is what a line of the screen is
				<ScreenLine key={place} text={text} />
			))}
		</Box>
	);
}
