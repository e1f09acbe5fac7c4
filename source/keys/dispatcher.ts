import type {Keymap} from '../keymap.js';
import {edited, inserted, typed} from '../view/edit-text.js';
import type {UiStore} from '../view/ui-store.js';
import {type Actions, type DispatchContext, keyContext, viewOf} from './context.js';
import {type Desk, deskOf, spokeNames} from './desk.js';
import {textOf} from './names.js';
import {explain, perform} from './perform.js';
import {isTyping, pastePrompt, pressPrompt} from './prompts.js';
import {search} from './searching.js';
import {pasteWizard, pressWizard} from './wizard.js';

export type {Actions, DispatchContext} from './context.js';

/** What a dispatcher is made of. */
export interface DispatcherParts {
	/** Asked at every key: the configuration may bind others while the screen is open. */
	readonly keymap: () => Keymap;
	readonly ui: UiStore;
	readonly actions: Actions;
	/** Asked at every key, also between keys of one packet. */
	readonly context: () => DispatchContext;
}

/** Where every key and every paste goes. */
export interface Dispatcher {
	/** @param key as `keyNames` spells it */
	press(key: string): void;
	/** @param text anything, as long as a clipboard is */
	paste(text: string): void;
}

/** Commands that a question on the screen does not keep from working. */
const always: ReadonlySet<string> = new Set(['quit-now', 'suspend', 'redraw']);

/** Makes the dispatcher: keys come in, the screen's state and the world hear of them. */
export function createDispatcher({keymap, ui, actions, context}: DispatcherParts): Dispatcher {
	const desk = deskOf(ui, actions, context);
	return {
		press(key) {
			desk.dispatch({type: 'seen'});
			press(desk, keymap(), key);
			settle(desk, ui);
		},
		paste(text) {
			paste(desk, text);
			settle(desk, ui);
		},
	};
}

/** The next key of the same packet must find the table as this one left it. */
function settle(desk: Desk, ui: UiStore): void {
	const {rows, tablePage} = desk.context();
	ui.settle({rows, names: spokeNames(desk), page: tablePage});
}

function press(desk: Desk, keymap: Keymap, key: string): void {
	const facts = keyContext(desk.ui(), desk.context());
	const {prompt} = desk.ui();
	const id = keymap.find(key, facts);
	if (id !== undefined && always.has(id) && textOf(key) === undefined) perform(desk, id, key);
	else if (prompt) pressPrompt(desk, prompt, key);
	else if (facts.view === 'help' && pressHelp(desk, keymap, key)) return;
	else if (facts.view === 'wizard' && !isHelpSign(keymap, key) && pressWizard(desk, key)) return;
	else if (id !== undefined) perform(desk, id, key);
	else {
		const idle = keymap.at(key, facts);
		if (idle !== undefined) explain(desk, idle);
	}
}

/** In the help every letter searches; a key that types nothing does what it does everywhere. */
function pressHelp(desk: Desk, keymap: Keymap, key: string): boolean {
	const text = textOf(key);
	const before = desk.ui().search.help;
	if (keymap.keysOf('help', 'help').includes(key)) {
		desk.dispatch({type: 'back'});
		return true;
	}

	// Who presses it is used to finding so; the search is on already.
	if (key === '/' && before === '') return true;
	const typing = text === undefined ? editedSearch(before, key) : inserted(typed(before), text);
	if (typing === undefined) return false;
	search(desk, typing.text);
	desk.dispatch({type: 'scroll', place: 'help', to: 0, extent: desk.context().extent('help')});
	return true;
}

/** The sign that asks for help is part of no name, host or path; a letter that was given that meaning is. */
function isHelpSign(keymap: Keymap, key: string): boolean {
	return keymap.keysOf('help', 'wizard').includes(key) && !/^[\w./~@:-]$/.test(key);
}

/** There is no cursor to move: only what takes something off the end edits. */
function editedSearch(text: string, key: string): ReturnType<typeof edited> {
	return key === 'backspace' || key === 'ctrl-w' ? edited(typed(text), key) : undefined;
}

function paste(desk: Desk, text: string): void {
	const {prompt, search: before} = desk.ui();
	if (isTyping(prompt)) pastePrompt(desk, prompt, text);
	else if (!prompt && viewOf(desk.ui()) === 'help') search(desk, inserted(typed(before.help), text).text);
	else if (!prompt && viewOf(desk.ui()) === 'wizard') pasteWizard(desk, text);
	else desk.say('warn', 'pasted text is ignored here; : opens the command line');
}
