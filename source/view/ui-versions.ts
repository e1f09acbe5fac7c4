import type {UiState} from './types.js';

/** What can happen to the view of held and earlier versions. */
export type VersionsAction =
	/** Begins with the list of a spoke's sessions; what was selected in the same spoke's stays. */
	| {readonly type: 'versions-spoke'; readonly spoke: string}
	/** The session under the cursor of the list. */
	| {readonly type: 'versions-session'; readonly path: string}
	/** The version under the cursor of a session's page. */
	| {readonly type: 'versions-version'; readonly version: string}
	/** What the next comparison is with; undefined: with the current version. */
	| {readonly type: 'versions-mark'; readonly version: string | undefined}
	| {readonly type: 'versions-level'; readonly level: UiState['versions']['level']};

const types: ReadonlySet<string> = new Set<VersionsAction['type']>([
	'versions-spoke',
	'versions-session',
	'versions-version',
	'versions-mark',
	'versions-level',
]);

/** Before any spoke's versions were looked at. */
export const noVersions: UiState['versions'] = {
	...{spoke: undefined, level: 'list', path: undefined, version: undefined, marked: undefined},
};

/** Whether this part of the reducer minds it. */
export function isVersionsAction(action: {readonly type: string}): action is VersionsAction {
	return types.has(action.type);
}

/** The part of the reducer that minds the view of held and earlier versions. */
export function reduceVersions(ui: UiState, action: VersionsAction): UiState {
	const {versions} = ui;
	switch (action.type) {
		case 'versions-spoke': {
			const {spoke} = action;
			const next = versions.spoke === spoke ? {...versions, level: 'list' as const} : {...noVersions, spoke};
			return fromStart({...ui, versions: next});
		}

		case 'versions-session': {
			const {path} = action;
			if (versions.path === path) return ui;
			return {...ui, versions: {...versions, path, version: undefined, marked: undefined}};
		}

		case 'versions-version': {
			return versions.version === action.version ? ui : {...ui, versions: {...versions, version: action.version}};
		}

		case 'versions-mark': {
			return versions.marked === action.version ? ui : {...ui, versions: {...versions, marked: action.version}};
		}

		case 'versions-level': {
			const {level} = action;
			return versions.level === level ? ui : fromStart({...ui, versions: {...versions, level}});
		}
	}
}

/** Another text begins at its beginning, and nothing is searched for in it yet. */
function fromStart(ui: UiState): UiState {
	return {...ui, offsets: {...ui.offsets, versions: 0}, search: {...ui.search, versions: ''}};
}
