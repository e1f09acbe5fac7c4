import {isFilledByHub} from '../sync/config/filled.js';
import type {UiState} from '../view/types.js';
import {comparable, isHeld, selectedSession, selectedVersion} from '../view/versions-items.js';
import type {SpokeVersions, VersionPair} from '../view/versions-sight.js';
import type {DispatchContext} from './context.js';

/** What keys can do with the versions of a spoke's sessions; none of it waits, none of it throws. */
export interface VersionActions {
	/** Reads them again. */
	readonly reloadVersions: (spoke: string) => void;
	/** Lays two files side by side. */
	readonly compareVersions: (spoke: string, pair: VersionPair, files: readonly [string, string]) => void;
	/** Releases single sessions: the hub's copies stay current. */
	readonly keepHubCopy: (spoke: string, paths: readonly string[]) => void;
	/** Makes what the spoke shows of a session current. */
	readonly acceptVersion: (spoke: string, path: string) => void;
	/**
	 * Brings a kept version back.
	 * @param file of the kept version, absolute
	 * @param to a file to write it into, `~/…` included; undefined: as the current version
	 */
	readonly restoreVersion: (spoke: string, file: string, to: string | undefined) => void;
}

/** What decides whether a key of the view of versions means something now. */
export interface VersionFacts {
	readonly level: UiState['versions']['level'];
	/** A session is under the cursor, or its page is open. */
	readonly hasSession: boolean;
	/** It is held. */
	readonly isHeld: boolean;
	/** What the spoke shows of it is on the hub, and the hub fills the folder. */
	readonly isAcceptable: boolean;
	/** The version under the cursor is a kept one. */
	readonly isKept: boolean;
	/** It may be put into the folder. */
	readonly isRestorable: boolean;
	/** Two versions of it can be read. */
	readonly isComparable: boolean;
}

/** The facts keys of the view depend on. */
export function versionFacts(ui: UiState, context: Pick<DispatchContext, 'state' | 'versions'>): VersionFacts {
	const versions = versionsHere(ui, context);
	const {level} = ui.versions;
	const session = selectedSession(versions, ui.versions);
	const spoke = context.state.spokes.find(({config}) => config.name === ui.selected);
	const isOurs = spoke !== undefined && isFilledByHub(spoke.config);
	const isKept = session !== undefined && level === 'session' && selectedVersion(session, ui.versions).kind === 'kept';
	return {
		level,
		hasSession: session !== undefined,
		isHeld: session !== undefined && isHeld(session),
		isAcceptable: isOurs && session?.held !== undefined && session.seenFile !== undefined,
		isKept,
		isRestorable: isOurs && isKept,
		isComparable: session !== undefined && comparable(session, ui.versions) !== undefined,
	};
}

/** The versions of the selected spoke, as far as they are what the view shows. */
export function versionsHere(ui: UiState, {versions}: Pick<DispatchContext, 'versions'>): SpokeVersions | undefined {
	return versions?.spoke === ui.selected ? versions : undefined;
}
