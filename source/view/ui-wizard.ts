import type {Typing} from './prompt-types.js';
import type {UiState} from './types.js';

/** Methods a spoke can be added with. */
export const wizardMethods = ['rsync', 'syncthing', 'manual'] as const;
export type WizardMethod = (typeof wizardMethods)[number];

/** Ways to the spoke's own Syncthing: where it is, the file of its key, the SHA-256 of its certificate. */
export type ReachStep = 'reach' | 'key' | 'certificate';

/** What is filled in one after the other for a new spoke, and what can be changed of one that is there. */
export type WizardStep =
	| ReachStep
	| 'method'
	| 'source'
	| 'folder'
	| 'name'
	| 'schedule'
	| 'stale'
	| 'enabled'
	| 'check';

/** Steps in which text is typed. */
export type TypedStep = Exclude<WizardStep, 'method' | 'enabled' | 'check'>;

/** What has been filled in. */
export interface WizardDraft {
	readonly method: WizardMethod;
	/** What was typed as source, by method: who looks at another method loses nothing. */
	readonly sources: Readonly<Partial<Record<WizardMethod, Typing>>>;
	/** What was typed elsewhere; a step that is missing has what is worked out for it. */
	readonly texts: Readonly<Partial<Record<Exclude<TypedStep, 'source'>, Typing>>>;
	readonly isEnabled: boolean;
}

/** The wizard and the form: what the screen remembers of them until the dashboard closes. */
export interface WizardUi {
	/** The spoke that is changed; undefined: one is added. */
	readonly edits: string | undefined;
	readonly step: WizardStep;
	/** The spoke that is to be added. */
	readonly added: WizardDraft;
	/** What is to become of the one that is changed. */
	readonly edited: WizardDraft;
}

/** What can happen to the wizard. */
export type WizardAction =
	/** Goes on with the spoke that is to be added. */
	| {readonly type: 'wizard-add'}
	/** Begins with what is so of a spoke. */
	| {readonly type: 'wizard-edit'; readonly spoke: string; readonly draft: WizardDraft}
	| {readonly type: 'wizard-step'; readonly step: WizardStep}
	| {readonly type: 'wizard-method'; readonly method: WizardMethod}
	/** Undefined: what is worked out for it holds again. */
	| {readonly type: 'wizard-type'; readonly step: TypedStep; readonly typing: Typing | undefined}
	| {readonly type: 'wizard-enabled'; readonly isEnabled: boolean}
	/** The spoke is written: the next one begins anew. */
	| {readonly type: 'wizard-done'};

const types: ReadonlySet<string> = new Set<WizardAction['type']>([
	'wizard-add',
	'wizard-edit',
	'wizard-step',
	'wizard-method',
	'wizard-type',
	'wizard-enabled',
	'wizard-done',
]);

/** Nothing is filled in. */
const emptyDraft: WizardDraft = {method: 'rsync', sources: {}, texts: {}, isEnabled: true};

/** Before the wizard was opened. */
export const untouchedWizard: WizardUi = {edits: undefined, step: 'method', added: emptyDraft, edited: emptyDraft};

/** What is being filled in. */
export function draftOf({edits, added, edited}: WizardUi): WizardDraft {
	return edits === undefined ? added : edited;
}

/** Whether this part of the reducer minds it. */
export function isWizardAction(action: {readonly type: string}): action is WizardAction {
	return types.has(action.type);
}

/** The part of the reducer that minds the wizard. */
export function reduceWizard(ui: UiState, action: WizardAction): UiState {
	const wizard = changed(ui.wizard, action);
	if (wizard === ui.wizard) return ui;
	// What is said of another step begins at its beginning.
	const isElsewhere = wizard.step !== ui.wizard.step || wizard.edits !== ui.wizard.edits;
	const offsets = isElsewhere && ui.offsets.wizard !== 0 ? {...ui.offsets, wizard: 0} : ui.offsets;
	return {...ui, offsets, wizard};
}

function changed(wizard: WizardUi, action: WizardAction): WizardUi {
	switch (action.type) {
		case 'wizard-add': {
			return wizard.edits === undefined ? wizard : {...wizard, edits: undefined, step: 'method'};
		}

		case 'wizard-edit': {
			return {...wizard, edits: action.spoke, step: 'method', edited: action.draft};
		}

		case 'wizard-step': {
			return wizard.step === action.step ? wizard : {...wizard, step: action.step};
		}

		case 'wizard-method': {
			return withDraft(wizard, {method: action.method});
		}

		case 'wizard-type': {
			return typedInto(wizard, action.step, action.typing);
		}

		case 'wizard-enabled': {
			return withDraft(wizard, {isEnabled: action.isEnabled});
		}

		case 'wizard-done': {
			return {...untouchedWizard, edits: wizard.edits, step: wizard.step, edited: wizard.edited};
		}
	}
}

function typedInto(wizard: WizardUi, step: TypedStep, typing: Typing | undefined): WizardUi {
	const {method, sources, texts} = draftOf(wizard);
	if (step !== 'source') return withDraft(wizard, {texts: {...texts, [step]: typing}});
	return withDraft(wizard, {sources: {...sources, [method]: typing}});
}

function withDraft(wizard: WizardUi, change: Partial<WizardDraft>): WizardUi {
	const draft = {...draftOf(wizard), ...change};
	return wizard.edits === undefined ? {...wizard, added: draft} : {...wizard, edited: draft};
}
