import type {Cause} from '../causes.js';
import type {SpokeConfig} from '../config/types.js';
import {explainCause} from './causes/index.js';
import {namesOf} from './names.js';
import type {Fix} from './types.js';

/** What to try first, in one line: the first fix of the cause, with what configuration alone knows of the spoke. */
export function hintOf(cause: Cause, spoke: SpokeConfig): string | undefined {
	const [first] = explainCause(cause, namesOf(spoke)).fixes;
	return first && hintText(first);
}

/** A fix in one line: `give the spoke this hub's key: ssh-copy-id will@laptop`. */
function hintText({title, command, where}: Fix): string {
	// A name such as "macOS" or "SSH" keeps its spelling.
	const text = /^[A-Z][a-z]/.test(title) ? `${title[0]!.toLowerCase()}${title.slice(1)}` : title;
	const place = where === 'spoke' && !/\bspoke\b/.test(text) ? 'on the spoke: ' : '';
	return `${place}${text}${command === undefined ? '' : `: ${command}`}`;
}
