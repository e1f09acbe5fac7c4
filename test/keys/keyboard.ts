import {buildKeymap} from '../../source/keymap.js';
import type {DispatchContext} from '../../source/keys/context.js';
import {createDispatcher} from '../../source/keys/dispatcher.js';
import type {HubState} from '../../source/sync/state.js';
import {arrange} from '../../source/view/arrange.js';
import {filteredLog} from '../../source/view/log-filter.js';
import {buildRows} from '../../source/view/rows.js';
import type {UiState} from '../../source/view/types.js';
import {initialUi} from '../../source/view/ui.js';
import {createUiStore} from '../../source/view/ui-store.js';
import {noFacts} from '../../source/view/wizard-sight.js';
import {fakeHub, fakeNow} from '../lab/fake-state.js';

/** What a keyboard is plugged into. */
export interface KeyboardOptions {
	readonly state?: HubState;
	readonly keys?: Readonly<Record<string, readonly string[]>>;
	readonly context?: Partial<DispatchContext>;
}

/** Lines of every text there is to read. */
export const bodyLines: readonly string[] = Array.from({length: 100}, (_, index) =>
	index % 25 === 0 ? `line ${index} \u001B[1mneedle\u001B[22m` : `line ${index}`,
);

/** A dispatcher over a made-up hub, everything it asks of the world written down. */
export function openKeyboard(options: KeyboardOptions = {}) {
	const calls: Array<readonly [string, ...unknown[]]> = [];
	const noted =
		(name: string) =>
		(...parts: readonly unknown[]): void => {
			calls.push([name, ...parts]);
		};

	let state = options.state ?? fakeHub();
	const all = () => buildRows(state, fakeNow, undefined);
	const ui = createUiStore(initialUi({theme: 'auto', rows: arrange(all(), initialUi({theme: 'auto'}))}));
	const context = (): DispatchContext => ({
		state,
		rows: arrange(all(), ui.snapshot()),
		all: all(),
		log: filteredLog(state.log, ui.snapshot().log),
		panes: ['table', 'detail', 'log'],
		tablePage: 5,
		extent: place => ({total: place === 'log' ? state.log.length : bodyLines.length, page: 10}),
		lines: () => bodyLines,
		confirmExtent: {total: lengthOf(ui.snapshot()), page: 3},
		detail: undefined,
		diagnosis: undefined,
		versions: undefined,
		wizard: noFacts,
		home: '/home/will',
		isReadOnly: false,
		now: fakeNow,
		...options.context,
	});
	const settle = (): void => {
		const {rows, tablePage} = context();
		ui.settle({rows, names: state.spokes.map(({config}) => config.name), page: tablePage});
	};

	settle();
	const dispatcher = createDispatcher({
		keymap: () => buildKeymap(options.keys).keymap,
		ui,
		context,
		actions: {
			sync: noted('sync'),
			cancel: noted('cancel'),
			release: noted('release'),
			probe: noted('probe'),
			diagnose: noted('diagnose'),
			rediagnose: noted('rediagnose'),
			fix: noted('fix'),
			verify: noted('verify'),
			cancelVerify: noted('cancelVerify'),
			repair: noted('repair'),
			reloadVersions: noted('reloadVersions'),
			compareVersions: noted('compareVersions'),
			keepHubCopy: noted('keepHubCopy'),
			acceptVersion: noted('acceptVersion'),
			restoreVersion: noted('restoreVersion'),
			prepareWizard: noted('prepareWizard'),
			tryWish: noted('tryWish'),
			setUp: noted('setUp'),
			changeSpoke: noted('changeSpoke'),
			stopSetup: noted('stopSetup'),
			forgetSetup: noted('forgetSetup'),
			answerSetup: noted('answerSetup'),
			enableSpokes: noted('enableSpokes'),
			pauseDevice: noted('pauseDevice'),
			copy: noted('copy'),
			redraw: noted('redraw'),
			suspend: noted('suspend'),
			quit: noted('quit'),
			quitWhenDone: noted('quitWhenDone'),
		},
	});
	return {
		calls,
		context,
		dispatch: ui.dispatch,
		ui: (): UiState => ui.snapshot(),
		press(...keys: readonly string[]): void {
			for (const key of keys) dispatcher.press(key);
		},
		type(text: string): void {
			for (const character of text) dispatcher.press(character === ' ' ? 'space' : character);
		},
		paste: (text: string): void => dispatcher.paste(text),
		/** The engine published another state. */
		publish(next: HubState): void {
			state = next;
			settle();
		},
		/** What the newest toast says. */
		said: (): string | undefined => ui.snapshot().toasts.at(-1)?.text,
		/** Names of the rows on the screen. */
		names: (): string[] => context().rows.map(({name}) => name),
	};
}

/** Lines of what a confirmation tells. */
function lengthOf({prompt}: UiState): number {
	return prompt && 'lines' in prompt ? prompt.lines.length : 0;
}
