import {clean} from '../text/clean.js';

/** Characters of a title; what shows one has room for less. */
const maxTitle = 120;

/** The title of the terminal's window. */
export interface Title {
	/** Shows it unless it is shown already. */
	set(text: string): void;
	/** Puts back what was there before us; the next `set` shows its text again. */
	restore(): void;
}

/**
 * Keeps the window's title (OSC 2) and gives back what was there (the terminal's own stack of titles).
 * @param write gets bytes that belong between two frames
 */
export function createTitle(write: (bytes: string) => void): Title {
	let shown: string | undefined;
	return {
		set(text) {
			const title = clean(text, maxTitle);
			if (title === shown) return;
			write(`${shown === undefined ? '\u001B[22;0t' : ''}\u001B]2;${title}\u0007`);
			shown = title;
		},
		restore() {
			if (shown !== undefined) write('\u001B[23;0t');
			shown = undefined;
		},
	};
}
