import type {RowId, UiState} from './types.js';

/** What can happen to the view of a verify. */
export type VerifyAction =
	/** The view is of a row; another one's begins with its groups. */
	| {readonly type: 'verify-of'; readonly of: RowId}
	/** Selects a group of findings. */
	| {readonly type: 'verify-group'; readonly group: string}
	/** Selects a finding of the group. */
	| {readonly type: 'verify-finding'; readonly finding: FindingChoice}
	/** The groups, the files of one, or one file. */
	| {readonly type: 'verify-level'; readonly level: VerifyLevel};

/** What is on the screen of a verify: its groups, the files of one of them, one of those. */
export type VerifyLevel = 'groups' | 'files' | 'file';

/** A finding as it was chosen: by what it is, and where it stood for when several say the same. */
export interface FindingChoice {
	readonly id: string;
	readonly at: number;
}

const types: ReadonlySet<string> = new Set<VerifyAction['type']>([
	'verify-of',
	'verify-group',
	'verify-finding',
	'verify-level',
]);

/** Nothing was chosen. */
export const untouchedVerify: UiState['verify'] = {
	of: undefined,
	level: 'groups',
	group: undefined,
	finding: undefined,
};

/** Whether this part of the reducer minds it. */
export function isVerifyAction(action: {readonly type: string}): action is VerifyAction {
	return types.has(action.type);
}

/** The part of the reducer that minds the view of a verify. */
export function reduceVerify(ui: UiState, action: VerifyAction): UiState {
	const verify = changed(ui.verify, action);
	if (verify === ui.verify) return ui;
	// Another text begins at its beginning.
	const offsets = ui.offsets.verify === 0 ? ui.offsets : {...ui.offsets, verify: 0};
	return {...ui, offsets, verify};
}

function changed(verify: UiState['verify'], action: VerifyAction): UiState['verify'] {
	switch (action.type) {
		case 'verify-of': {
			return verify.of === action.of ? verify : {...untouchedVerify, of: action.of};
		}

		case 'verify-group': {
			return verify.group === action.group ? verify : {...verify, group: action.group, finding: undefined};
		}

		case 'verify-finding': {
			const {id, at} = action.finding;
			const isSame = verify.finding?.id === id && verify.finding.at === at;
			return isSame ? verify : {...verify, finding: {id, at}};
		}

		case 'verify-level': {
			return verify.level === action.level ? verify : {...verify, level: action.level};
		}
	}
}
