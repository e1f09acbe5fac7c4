import {useInput} from 'ink';
import {keyNames} from '../keys/names.js';
import type {Terminal} from '../terminal/terminal.js';

/** What the keys of a screen without a hub do. */
interface ProblemKeys {
	readonly terminal: Terminal;
	readonly onExit: (status: number) => void;
	readonly onRetry: () => void;
}

/** Reads the keys of the screen that says why there is no hub: the table of keys acts on one, and there is none. */
export function useProblemKeys({terminal, onExit, onRetry}: ProblemKeys): void {
	useInput((input, key) => {
		for (const name of keyNames(input, key)) {
			if (name === 'q') onExit(0);
			else if (name === 'ctrl-c') onExit(130);
			else if (name === 'ctrl-z') void terminal.suspend();
			else if (name === 'ctrl-l') terminal.redraw();
			else if (name === 'r') onRetry();
		}
	});
}
