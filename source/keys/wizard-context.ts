import type {SpokeState} from '../sync/state.js';
import {hubRow, type UiState} from '../view/types.js';
import {draftOf} from '../view/ui-wizard.js';
import {type ChangeWish, choicesOf, type SetupWish} from '../view/wizard-draft.js';
import type {DispatchContext} from './context.js';

/** What keys can do to the spokes of the configuration; none of it waits, none of it throws. */
export interface WizardActions {
	/** Reads what the wizard offers: hosts, who knocks. */
	readonly prepareWizard: () => void;
	/** Works out what the configuration would get; `isLook`: and looks at the source. */
	readonly tryWish: (wish: SetupWish, options: {readonly isLook: boolean}) => void;
	/** Adds the spoke; `isChecked`: after everything about it was seen to. */
	readonly setUp: (wish: SetupWish, options: {readonly isChecked: boolean}) => void;
	readonly changeSpoke: (wish: ChangeWish) => void;
	/** Ends what is being set up; what was made of it is taken back. */
	readonly stopSetup: () => void;
	/** Forgets how the last one ended. */
	readonly forgetSetup: () => void;
	/** What a setup has asked. */
	readonly answerSetup: (isYes: boolean) => void;
	readonly enableSpokes: (names: readonly string[], isEnabled: boolean) => void;
	/** Pauses or resumes the devices its Syncthing folder is shared with. */
	readonly pauseDevice: (name: string, isPaused: boolean) => void;
}

/** What decides whether a key that is about the wizard means something now. */
export interface WizardKeyFacts {
	/** Nothing is more useful than to add a spoke: there is none, or one knocks. */
	readonly isWanted: boolean;
	/** A spoke is selected. */
	readonly canEdit: boolean;
	/** The selected spoke's Syncthing folder is shared with a device. */
	readonly hasDevice: boolean;
	/** Something is offered in this step. */
	readonly hasChoices: boolean;
	/** What is filled in can be written without a look at anything. */
	readonly canSave: boolean;
}

/** The facts keys that are about the wizard depend on. */
export function wizardKeyFacts(
	ui: UiState,
	{state, wizard}: Pick<DispatchContext, 'state' | 'wizard'>,
): WizardKeyFacts {
	const spoke = ui.selected === hubRow ? undefined : state.spokes.find(({config}) => config.name === ui.selected);
	const {step, edits} = ui.wizard;
	const isAdding = edits === undefined;
	return {
		isWanted: state.spokes.length === 0 || state.syncthing.some(({pendingDevices}) => pendingDevices.length > 0),
		canEdit: spoke !== undefined,
		hasDevice: devicesOf(spoke).length > 0,
		hasChoices: choicesOf(ui.wizard, wizard).length > 0 || step === 'method' || (step === 'source' && isAdding),
		canSave: isAdding && wizard.job === undefined && draftOf(ui.wizard).method !== 'syncthing',
	};
}

/** Devices a spoke's Syncthing folder is shared with. */
export function devicesOf(spoke: SpokeState | undefined) {
	return spoke?.facts.syncthing?.devices ?? [];
}
