import type {Prompt, Typing} from './prompt-types.js';
import type {UiState} from './types.js';

/** What can happen to a question on the screen. */
export type PromptAction =
	/** Asks; undefined: the question is answered or withdrawn. */
	| {readonly type: 'prompt'; readonly prompt: Prompt | undefined}
	/** The text of the prompt is another; forgets what tab went through. */
	| {readonly type: 'typing'; readonly typing: Typing}
	/** Tab put a choice into the command line. */
	| {
			readonly type: 'completed';
			readonly typing: Typing;
			readonly completion: Extract<Prompt, {kind: 'command'}>['completion'];
	  }
	/** A line of the history, an index; undefined: back to an empty line. */
	| {readonly type: 'recall'; readonly past: number | undefined}
	/** First line shown of what a confirmation lists. */
	| {readonly type: 'confirm-offset'; readonly offset: number}
	/** Remembers an entered command line. */
	| {readonly type: 'entered'; readonly line: string};

const types: ReadonlySet<string> = new Set<PromptAction['type']>([
	'prompt',
	'typing',
	'completed',
	'recall',
	'confirm-offset',
	'entered',
]);

/** Whether this part of the reducer minds it. */
export function isPromptAction(action: {readonly type: string}): action is PromptAction {
	return types.has(action.type);
}

/** Command lines remembered. */
const historyLines = 100;

/** The part of the reducer that minds questions. */
export function reducePrompt(ui: UiState, action: PromptAction): UiState {
	const {prompt, history} = ui;
	switch (action.type) {
		case 'prompt': {
			return prompt === action.prompt ? ui : {...ui, prompt: action.prompt};
		}

		case 'typing': {
			if (prompt?.kind === 'command') {
				return {...ui, prompt: {...prompt, typing: action.typing, completion: undefined}};
			}

			return prompt?.kind === 'filter' || prompt?.kind === 'find' || prompt?.kind === 'typed' || prompt?.kind === 'file'
				? {...ui, prompt: {...prompt, typing: action.typing}}
				: ui;
		}

		case 'completed': {
			if (prompt?.kind !== 'command') return ui;
			return {...ui, prompt: {...prompt, typing: action.typing, completion: action.completion}};
		}

		case 'recall': {
			if (prompt?.kind !== 'command') return ui;
			const text = action.past === undefined ? '' : (history[action.past] ?? '');
			const typing = {text, cursor: text.length};
			return {...ui, prompt: {...prompt, typing, past: action.past, completion: undefined}};
		}

		case 'confirm-offset': {
			return (prompt?.kind === 'confirm' || prompt?.kind === 'typed') && prompt.offset !== action.offset
				? {...ui, prompt: {...prompt, offset: action.offset}}
				: ui;
		}

		case 'entered': {
			if (action.line === '' || history.at(-1) === action.line) return ui;
			return {...ui, history: [...history, action.line].slice(-historyLines)};
		}
	}
}
