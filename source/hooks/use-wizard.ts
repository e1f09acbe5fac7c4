import {useEffect, useState, useSyncExternalStore} from 'react';
import type {HubScene} from '../terminal/scene.js';
import type {UiState} from '../view/types.js';
import type {UiStore} from '../view/ui-store.js';
import {draftOf} from '../view/ui-wizard.js';
import type {WizardFacts} from '../view/wizard-sight.js';
import {Wizard} from './wizard.js';

/** What the wizard is bound to. */
interface WizardBinding {
	readonly scene: HubScene;
	readonly ui: UiStore;
	readonly uiState: UiState;
	/** The terminal has no block characters. */
	readonly isAscii: boolean;
}

/** What a command asks stands on the screen as a question; anything but a `y` is a no. */
class Questions {
	readonly #ui: UiStore;
	#answer: ((isYes: boolean) => void) | undefined;

	constructor(ui: UiStore) {
		this.#ui = ui;
	}

	async ask(question: string, lines: readonly string[], signal: AbortSignal): Promise<boolean> {
		const title = question.replace(/\s*\[y\/N\]\s*$/, '').replace(/:\s*$/, '');
		const {promise, resolve} = Promise.withResolvers<boolean>();
		const prompt = {kind: 'confirm', title, lines, offset: 0, action: {type: 'setup-answer'}} as const;
		const withdraw = () => {
			if (this.#ui.snapshot().prompt === prompt) this.#ui.dispatch({type: 'prompt', prompt: undefined});
			resolve(false);
		};
		this.#answer = resolve;
		signal.addEventListener('abort', withdraw, {once: true});
		this.#ui.dispatch({type: 'prompt', prompt});
		if (signal.aborted) withdraw();
		try {
			return await promise;
		} finally {
			signal.removeEventListener('abort', withdraw);
			this.#answer = undefined;
		}
	}

	readonly answer = (isYes: boolean): void => this.#answer?.(isYes);
}

/** The wizard, and what it shows that was not typed; follows who knocks while that is on the screen. */
export function useWizard({scene, ui, uiState, isAscii}: WizardBinding): {
	readonly wizard: Wizard;
	readonly facts: WizardFacts;
	/** Answers what was asked last. */
	readonly answer: (isYes: boolean) => void;
} {
	const [{wizard, questions}] = useState(() => {
		const asking = new Questions(ui);
		const ask: Questions['ask'] = async (question, lines, signal) => asking.ask(question, lines, signal);
		return {wizard: new Wizard({scene, isAscii, ask}), questions: asking};
	});
	useEffect(() => () => wizard.close(), [wizard]);
	const facts = useSyncExternalStore(wizard.subscribe, wizard.snapshot);
	const isShown = uiState.views.at(-1) === 'wizard';
	const isFollowing = isShown && draftOf(uiState.wizard).method === 'syncthing';
	useEffect(() => {
		if (!isFollowing) return;
		const ending = new AbortController();
		void wizard.follow(ending.signal);
		return () => ending.abort(new DOMException('not shown any more', 'AbortError'));
	}, [wizard, isFollowing]);
	return {wizard, facts, answer: questions.answer};
}
