import {promptLines} from '../view/prompt-lines.js';
import type {Prompt} from '../view/prompt-types.js';
import type {Style} from '../view/types.js';
import {ScreenLines} from './screen-lines.js';

/** What a prompt is drawn from. */
interface PromptViewProps {
	readonly prompt: Prompt;
	/** Cells of a line. */
	readonly width: number;
	/** Lines there are for it, at most; it takes as many as it needs. */
	readonly maxRows: number;
	readonly style: Style;
}

/** What is asked and not answered yet: a line being typed, a confirmation, a menu. */
export function PromptView({prompt, width, maxRows, style}: PromptViewProps) {
	return <ScreenLines lines={promptLines(prompt, style, width, maxRows)} />;
}
