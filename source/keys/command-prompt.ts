import {type CommandRequest, completions, parseCommandLine} from '../view/command-line.js';
import type {Prompt} from '../view/prompt-types.js';
import type {Desk} from './desk.js';
import {spokeNames} from './desk.js';
import {runRequest} from './requests.js';

type CommandPrompt = Extract<Prompt, {kind: 'command'}>;

/**
 * A key in the command line.
 * @returns false for one that only edits the text
 */
export function pressCommand(desk: Desk, prompt: CommandPrompt, key: string): boolean {
	switch (key) {
		case 'enter': {
			enter(desk, prompt.typing.text);
			return true;
		}

		case 'esc': {
			desk.dispatch({type: 'prompt', prompt: undefined});
			return true;
		}

		case 'tab': {
			complete(desk, prompt, 1);
			return true;
		}

		case 'shift-tab': {
			complete(desk, prompt, -1);
			return true;
		}

		case 'up':
		case 'down': {
			recall(desk, prompt, key === 'up' ? -1 : 1);
			return true;
		}

		default: {
			return false;
		}
	}
}

function enter(desk: Desk, line: string): void {
	const request: CommandRequest = parseCommandLine(line, spokeNames(desk));
	desk.dispatch({type: 'prompt', prompt: undefined});
	desk.dispatch({type: 'entered', line: line.trim()});
	runRequest(desk, request);
}

function complete(desk: Desk, prompt: CommandPrompt, direction: 1 | -1): void {
	const {typing, completion} = prompt;
	const found = completion ?? {...completions(typing.text, typing.cursor, spokeNames(desk)), at: -1};
	const {choices, from} = found;
	if (choices.length === 0) {
		desk.say('warn', 'nothing to complete here');
		return;
	}

	const first = direction === 1 ? 0 : choices.length - 1;
	const at = completion ? (completion.at + direction + choices.length) % choices.length : first;
	// What is certain is written with the space behind it; the next word can be typed at once.
	const text = choices.length === 1 ? `${choices[0]} ` : choices[at]!;
	const after = typing.text.slice(typing.cursor);
	const before = typing.text.slice(0, from) + text;
	desk.dispatch({
		type: 'completed',
		typing: {text: before + after, cursor: before.length},
		completion: choices.length === 1 ? undefined : {choices, at, from},
	});
}

function recall(desk: Desk, {past}: CommandPrompt, direction: 1 | -1): void {
	const {history} = desk.ui();
	if (past === undefined && direction === 1) return;
	const next = (past ?? history.length) + direction;
	if (next < 0) return;
	desk.dispatch({type: 'recall', past: next >= history.length ? undefined : next});
}
