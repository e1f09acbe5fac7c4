import {useInput, usePaste} from 'ink';
import type {Dispatcher} from '../keys/dispatcher.js';
import {keyNames} from '../keys/names.js';

/**
 * The only place where a hub's keys are read: every active `useInput` sees every key, and one that comes and goes costs memory
 * (ink#978). A paste is kept apart, so that none of its letters is taken for a key.
 */
export function useKeymap(dispatcher: Dispatcher): void {
	useInput((input, key) => {
		for (const name of keyNames(input, key)) dispatcher.press(name);
	});
	usePaste(text => dispatcher.paste(text));
}
