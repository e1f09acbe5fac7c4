import assert from 'node:assert/strict';
import test from 'node:test';
import {Text} from 'ink';
import {useKeymap} from '../../source/hooks/use-keymap.js';
import {useToasts} from '../../source/hooks/use-toasts.js';
import {useUi} from '../../source/hooks/use-ui.js';
import type {Dispatcher} from '../../source/keys/dispatcher.js';
import {initialUi} from '../../source/view/ui.js';
import {createUiStore, type UiStore} from '../../source/view/ui-store.js';
import {waitFor} from '../lab/after.js';
import {openScreen} from '../lab/screen.js';

function Keys({dispatcher, seen}: {readonly dispatcher: Dispatcher; readonly seen: readonly string[]}) {
	useKeymap(dispatcher);
	return <Text>{`${seen.length}`}</Text>;
}

test('every byte a terminal sends is the key it stands for, several in one packet too', async t => {
	const seen: string[] = [];
	const dispatcher = {press: (key: string) => seen.push(key), paste: (text: string) => seen.push(`paste ${text}`)};
	const screen = openScreen(<Keys dispatcher={dispatcher} seen={seen} />, {scope: t});
	await screen.frame();
	await screen.send('jjj');
	await screen.send(':sync laptop\r');
	await screen.send('\u001B[A\u001B[B\u001BOA\u001B[5~\u001B[6~\u001B[H\u001B[F\u001B[1~\u001B[Z\t\r');
	await screen.send('\u007F\u001B[3~\u0003\u000C\u001A\u0015 G');
	await screen.send('\u001Bj');
	await screen.send('\u001B[200~q\nS\u001B[201~');
	assert.deepEqual(seen, [
		...['j', 'j', 'j'],
		...[':', 's', 'y', 'n', 'c', 'space', 'l', 'a', 'p', 't', 'o', 'p', 'enter'],
		...['up', 'down', 'up', 'pageup', 'pagedown', 'home', 'end', 'home', 'shift-tab', 'tab', 'enter'],
		...['backspace', 'delete', 'ctrl-c', 'ctrl-l', 'ctrl-z', 'ctrl-u', 'space', 'G'],
		...['esc', 'j'],
		'paste q\nS',
	]);
});

function Toasts({store}: {readonly store: UiStore}) {
	const toasts = useToasts(store, useUi(store).toasts);
	return <Text>{toasts.map(({text}) => text).join(' ') || 'nothing'}</Text>;
}

test('a toast is drawn at once and goes in its time; an error stays', async t => {
	const store = createUiStore(initialUi({theme: 'auto'}));
	const screen = openScreen(<Toasts store={store} />, {scope: t});
	await screen.waitFor('nothing');
	// Four seconds are up but for a moment.
	store.dispatch({type: 'toast', level: 'info', text: 'synced', now: Date.now() - 3800});
	store.dispatch({type: 'toast', level: 'error', text: 'failed', now: Date.now() - 60_000});
	// Of everything that was drawn: on a machine that stood still for a moment it is gone again at the first look.
	await waitFor(() => screen.output().includes('synced failed'), {message: 'both to be drawn'});
	await screen.waitFor(frame => !frame.includes('synced'));
	assert.match(await screen.frame(), /failed/);
	store.dispatch({type: 'seen'});
	await screen.waitFor('nothing');
});
