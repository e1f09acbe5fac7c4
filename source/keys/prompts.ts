import {edited, inserted, typed} from '../view/edit-text.js';
import type {ConfirmedAction, Prompt, Typing} from '../view/prompt-types.js';
import {hubRow} from '../view/types.js';
import {pressCommand} from './command-prompt.js';
import {placeOf, searchOf} from './context.js';
import type {Desk} from './desk.js';
import {askFix} from './diagnosing.js';
import {isMove, move} from './moving.js';
import {textOf} from './names.js';
import {firstMatch, search} from './searching.js';
import {isVersionAction, versionConfirmed, writeVersion} from './versions.js';

type TypingPrompt = Extract<Prompt, {typing: Typing}>;

/** Asks what the table is to be filtered by. */
export function askFilter(desk: Desk): void {
	const before = desk.ui().filter;
	desk.dispatch({type: 'prompt', prompt: {kind: 'filter', typing: typed(before), before}});
}

/** Asks what to find where the keys go. */
export function askFind(desk: Desk): void {
	const before = searchOf(desk.ui(), placeOf(desk.ui(), desk.context().panes));
	desk.dispatch({type: 'prompt', prompt: {kind: 'find', typing: typed(before), before}});
}

/** Asks for a command. */
export function askCommand(desk: Desk): void {
	desk.dispatch({
		type: 'prompt',
		prompt: {kind: 'command', typing: typed(''), past: undefined, completion: undefined},
	});
}

/** Whether text is being typed. */
export function isTyping(prompt: Prompt | undefined): prompt is TypingPrompt {
	return prompt !== undefined && 'typing' in prompt;
}

/** A key while something is asked: it is the answer's, never a command's. */
export function pressPrompt(desk: Desk, prompt: Prompt, key: string): void {
	switch (prompt.kind) {
		case 'filter':
		case 'find': {
			pressSearch(desk, prompt, key);
			return;
		}

		case 'command': {
			if (!pressCommand(desk, prompt, key)) edit(desk, prompt, key);
			return;
		}

		case 'confirm': {
			pressConfirm(desk, prompt, key);
			return;
		}

		case 'typed': {
			pressTyped(desk, prompt, key);
			return;
		}

		case 'file': {
			if (key === 'esc' || (key === 'enter' && writeVersion(desk, prompt))) close(desk);
			else if (key !== 'enter') edit(desk, prompt, key);
			return;
		}

		case 'copy': {
			// The key that opened the menu takes what stands first in it.
			const item = prompt.items.find(one => one.key === key) ?? (key === 'y' ? prompt.items[0] : undefined);
			if (item) desk.actions.copy(item.text, item.label);
			if (item || key === 'esc' || key === 'q') close(desk);
			return;
		}

		case 'quit': {
			if (!['w', 'x', 'esc', 'n'].includes(key)) return;
			close(desk);
			if (key === 'w') desk.actions.quitWhenDone();
			else if (key === 'x') desk.actions.quit(0);
		}
	}
}

/** Text that is pasted while text is typed. */
export function pastePrompt(desk: Desk, prompt: TypingPrompt, text: string): void {
	type(desk, prompt, inserted(prompt.typing, text));
}

function pressSearch(desk: Desk, prompt: Extract<Prompt, {kind: 'filter' | 'find'}>, key: string): void {
	if (key === 'enter') {
		close(desk);
		if (prompt.kind === 'find') firstMatch(desk);
		return;
	}

	if (key === 'esc') {
		close(desk);
		look(desk, prompt, prompt.before);
		return;
	}

	const id = {pageup: 'page-up', pagedown: 'page-down'}[key] ?? key;
	// What is found can be walked while it is typed.
	if (isMove(id) && textOf(key) === undefined) move(desk, id);
	else edit(desk, prompt, key);
}

function pressConfirm(desk: Desk, prompt: Extract<Prompt, {kind: 'confirm'}>, key: string): void {
	if (scrollConfirm(desk, prompt, {k: 'up', j: 'down'}[key] ?? key)) return;
	// Enter is what a hand presses without looking: it cancels like every other key.
	close(desk);
	if (key === 'y') confirmed(desk, prompt.action);
	else if (prompt.action.type === 'setup-answer') desk.actions.answerSetup(false);
	else if (prompt.action.type === 'fix' && /^[1-9]$/.test(key)) askFix(desk, Number(key));
}

function pressTyped(desk: Desk, prompt: Extract<Prompt, {kind: 'typed'}>, key: string): void {
	if (scrollConfirm(desk, prompt, key)) return;
	if (key === 'esc') {
		close(desk);
	} else if (key !== 'enter') {
		edit(desk, prompt, key);
	} else if (prompt.typing.text === prompt.expected) {
		close(desk);
		confirmed(desk, prompt.action);
	}
}

function scrollConfirm(desk: Desk, prompt: Extract<Prompt, {kind: 'confirm' | 'typed'}>, key: string): boolean {
	const {total, page: shown} = desk.context().confirmExtent;
	const page = Math.max(1, shown);
	const by = {up: -1, down: 1, pageup: -page, pagedown: page}[key];
	if (by === undefined) return false;
	desk.dispatch({type: 'confirm-offset', offset: Math.max(0, Math.min(prompt.offset + by, total - page))});
	return true;
}

/** Does what was agreed to, as far as there still is something to do it to. */
function confirmed(desk: Desk, action: ConfirmedAction): void {
	const isThere = (name: string) => desk.context().state.spokes.some(({config}) => config.name === name);
	if (action.type === 'fix') {
		if (isThere(action.spoke)) desk.actions.fix(action.spoke, action.action, action.step);
		return;
	}

	if (action.type === 'setup-answer') {
		desk.actions.answerSetup(true);
		return;
	}

	if (action.type === 'pause-device') {
		if (isThere(action.spoke)) desk.actions.pauseDevice(action.spoke, action.isPaused);
		return;
	}

	if (action.type === 'repair') {
		if (action.of === hubRow || isThere(action.of)) desk.actions.repair(action.of, action.paths);
		return;
	}

	if (isVersionAction(action)) {
		if (isThere(action.spoke)) versionConfirmed(desk, action);
		return;
	}

	const names = action.spokes.filter(isThere);
	if (names.length === 0) return;
	if (action.type === 'enable') desk.actions.enableSpokes(names, action.isEnabled);
	else if (action.type === 'release') desk.actions.release(names);
	else desk.actions.cancel(names);
}

function edit(desk: Desk, prompt: TypingPrompt, key: string): void {
	const text = textOf(key);
	const typing = text === undefined ? edited(prompt.typing, key) : inserted(prompt.typing, text);
	if (typing === undefined) return;
	// Nothing left to take away: whoever goes on wants out.
	if (key === 'backspace' && prompt.typing.text === '') {
		close(desk);
		if (isSearch(prompt)) look(desk, prompt, '');
		return;
	}

	type(desk, prompt, typing);
}

function type(desk: Desk, prompt: TypingPrompt, typing: Typing): void {
	if (typing === prompt.typing) return;
	desk.dispatch({type: 'typing', typing});
	if (isSearch(prompt)) look(desk, prompt, typing.text);
}

function isSearch({kind}: TypingPrompt): boolean {
	return kind === 'filter' || kind === 'find';
}

/** Shows at once what a filter or a search is about. */
function look(desk: Desk, prompt: TypingPrompt, text: string): void {
	if (prompt.kind === 'filter') desk.dispatch({type: 'filter', text});
	else search(desk, text);
}

function close(desk: Desk): void {
	desk.dispatch({type: 'prompt', prompt: undefined});
}
