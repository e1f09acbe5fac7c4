import {boundOffset} from './text-window.js';
import {
	type Extent,
	hubRow,
	type PaneName,
	type TableRow,
	type ThemeName,
	type UiState,
	type ViewName,
} from './types.js';
import {type DiagnoseAction, isDiagnoseAction, reduceDiagnose} from './ui-diagnose.js';
import {isLogAction, type LogAction, reduceLog} from './ui-log.js';
import {isPromptAction, type PromptAction, reducePrompt} from './ui-prompt.js';
import {isTableAction, reduceTable, type TableAction} from './ui-table.js';
import {isToastAction, reduceToasts, type ToastAction} from './ui-toasts.js';
import {isVerifyAction, reduceVerify, untouchedVerify, type VerifyAction} from './ui-verify.js';
import {isVersionsAction, noVersions, reduceVersions, type VersionsAction} from './ui-versions.js';
import {isWizardAction, reduceWizard, untouchedWizard, type WizardAction} from './ui-wizard.js';

/** Everything that can happen to the screen's own state. */
export type UiAction =
	| TableAction
	| LogAction
	| DiagnoseAction
	| VerifyAction
	| VersionsAction
	| WizardAction
	| PromptAction
	| ToastAction
	/** A view on top of the others; one that is open already is gone back to. */
	| {readonly type: 'open'; readonly view: ViewName}
	/** One view back; does nothing in the last one. */
	| {readonly type: 'back'}
	| {readonly type: 'pane'; readonly pane: PaneName}
	| {readonly type: 'zoom'; readonly isZoomed: boolean}
	/** Pauses, or goes on. `now` in milliseconds since the epoch. */
	| {readonly type: 'pause'; readonly now: number}
	/** Scrolls a text to a line, as far as there is one. */
	| {readonly type: 'scroll'; readonly place: TextName; readonly to: number; readonly extent: Extent}
	/** What is searched for in a text. */
	| {readonly type: 'search'; readonly place: TextName; readonly text: string}
	| {readonly type: 'theme'; readonly theme: ThemeName};

type TextName = keyof UiState['offsets'];

/**
 * The screen as it opens.
 * @param start.rows as arranged for it; the first spoke of them is selected, else the hub
 */
export function initialUi(start: {readonly theme: ThemeName; readonly rows?: readonly TableRow[]}): UiState {
	const [first] = (start.rows ?? []).filter(({id}) => id !== hubRow);
	return {
		views: ['main'],
		selected: first?.id ?? hubRow,
		top: 0,
		marks: new Set(),
		sort: {column: 'state', isReversed: false},
		filter: '',
		isFaultsOnly: false,
		isWide: false,
		pausedSince: undefined,
		pane: 'table',
		isZoomed: false,
		offsets: {detail: 0, diagnose: 0, verify: 0, versions: 0, help: 0, config: 0, wizard: 0},
		log: {isFollowing: true, cursor: 0, pausedAt: 0, level: 'info', spoke: undefined, isWrapped: true, find: ''},
		search: {detail: '', diagnose: '', verify: '', versions: '', help: '', config: '', wizard: ''},
		diagnose: {spoke: undefined, step: undefined, isExpanded: false},
		verify: untouchedVerify,
		versions: noVersions,
		wizard: untouchedWizard,
		prompt: undefined,
		history: [],
		toasts: [],
		theme: start.theme,
	};
}

/** The state after an action; the very same object when nothing changed. */
export function reduceUi(ui: UiState, action: UiAction): UiState {
	if (isTableAction(action)) return reduceTable(ui, action);
	if (isLogAction(action)) return reduceLog(ui, action);
	if (isDiagnoseAction(action)) return reduceDiagnose(ui, action);
	if (isVerifyAction(action)) return reduceVerify(ui, action);
	if (isVersionsAction(action)) return reduceVersions(ui, action);
	if (isWizardAction(action)) return reduceWizard(ui, action);
	if (isPromptAction(action)) return reducePrompt(ui, action);
	if (isToastAction(action)) return reduceToasts(ui, action);
	switch (action.type) {
		case 'open': {
			return opened(ui, action.view);
		}

		case 'back': {
			return ui.views.length > 1 ? {...ui, views: ui.views.slice(0, -1)} : ui;
		}

		case 'pane': {
			return change(ui, {pane: action.pane});
		}

		case 'zoom': {
			return change(ui, {isZoomed: action.isZoomed});
		}

		case 'pause': {
			return {...ui, pausedSince: ui.pausedSince === undefined ? action.now : undefined};
		}

		case 'scroll': {
			const offset = boundOffset(action.to, action.extent);
			return offset === ui.offsets[action.place] ? ui : {...ui, offsets: {...ui.offsets, [action.place]: offset}};
		}

		case 'search': {
			const {place, text} = action;
			return ui.search[place] === text ? ui : {...ui, search: {...ui.search, [place]: text}};
		}

		case 'theme': {
			return change(ui, {theme: action.theme});
		}
	}
}

function opened(ui: UiState, view: ViewName): UiState {
	const at = ui.views.indexOf(view);
	if (at !== -1) return at === ui.views.length - 1 ? ui : {...ui, views: ui.views.slice(0, at + 1)};
	const views = [...ui.views, view];
	// Help and config are read from their beginning; help without the search of the last time.
	if (view === 'help') {
		return {...ui, views, offsets: {...ui.offsets, help: 0}, search: {...ui.search, help: ''}};
	}

	return {...ui, views, offsets: view === 'config' ? {...ui.offsets, config: 0} : ui.offsets};
}

function change(ui: UiState, facts: Partial<UiState>): UiState {
	const isSame = (Object.keys(facts) as Array<keyof UiState>).every(key => Object.is(ui[key], facts[key]));
	return isSame ? ui : {...ui, ...facts};
}
