import type {CheckId} from '../sync/diagnosis/types.js';
import type {UiState} from './types.js';

/** What can happen to the panel of a diagnosis. */
export type DiagnoseAction =
	/** Selects a step of a spoke's diagnosis; undefined: whichever matters most at the time. */
	| {readonly type: 'diagnose-step'; readonly spoke: string; readonly step: CheckId | undefined}
	/** The selected step on the whole screen, or the list again. */
	| {readonly type: 'diagnose-expand'; readonly isExpanded: boolean};

const types: ReadonlySet<string> = new Set<DiagnoseAction['type']>(['diagnose-step', 'diagnose-expand']);

/** Whether this part of the reducer minds it. */
export function isDiagnoseAction(action: {readonly type: string}): action is DiagnoseAction {
	return types.has(action.type);
}

/** The part of the reducer that minds the panel of a diagnosis. */
export function reduceDiagnose(ui: UiState, action: DiagnoseAction): UiState {
	const {diagnose} = ui;
	// Another text begins at its beginning.
	const offsets = ui.offsets.diagnose === 0 ? ui.offsets : {...ui.offsets, diagnose: 0};
	switch (action.type) {
		case 'diagnose-step': {
			const {spoke, step} = action;
			if (diagnose.spoke === spoke && diagnose.step === step) return ui;
			const isExpanded = diagnose.spoke === spoke && diagnose.isExpanded;
			return {...ui, offsets, diagnose: {spoke, step, isExpanded}};
		}

		case 'diagnose-expand': {
			const {isExpanded} = action;
			return diagnose.isExpanded === isExpanded ? ui : {...ui, offsets, diagnose: {...diagnose, isExpanded}};
		}
	}
}
