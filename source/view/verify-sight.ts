import type {SessionComparison} from '../sync/conflicts/compare-sessions.js';
import type {HubState} from '../sync/state.js';
import type {VerifyState} from '../sync/verify/types.js';
import {hubRow, type RowId, type Style, type TableRow, type UiState} from './types.js';

/** Two sessions of a pair, entry by entry; a text says why they cannot be compared. */
export type Compared = 'reading' | SessionComparison | {readonly problem: string};

/** What the view of a verify is made from. */
export interface VerifySight {
	/** The row as it is now. */
	readonly row: TableRow;
	readonly verify: VerifyState;
	/** Of the selected finding with the other one of its pair; undefined: there is none to compare with. */
	readonly compared: Compared | undefined;
	/** Milliseconds since the epoch. */
	readonly now: number;
	readonly ui: UiState['verify'];
	/** First line shown of a single file's page. */
	readonly offset: number;
	/** What is marked where it occurs. */
	readonly find: string;
	readonly keys: VerifyKeys;
	readonly width: number;
	/** Lines there are, without the title. */
	readonly rows: number;
	readonly style: Style;
}

/** Keys that the texts name; undefined: none does it. */
export interface VerifyKeys {
	readonly again: string | undefined;
	readonly deep: string | undefined;
	readonly inspect: string | undefined;
	readonly repair: string | undefined;
}

/** Absolute path of a row's sessions on the hub; what is no spoke's name is the hub itself. */
export function rootOf({config, spokes}: Pick<HubState, 'config' | 'spokes'>, id: RowId): string {
	const spoke = id === hubRow ? undefined : spokes.find(one => one.config.name === id);
	return spoke?.config.path ?? config.sessionsDir;
}

/** What is known of the verifies of a row; undefined for a spoke that is gone. */
export function verifyOf(
	{spokes, ownVerify}: Pick<HubState, 'spokes' | 'ownVerify'>,
	id: RowId,
): VerifyState | undefined {
	return id === hubRow ? ownVerify : spokes.find(({config}) => config.name === id)?.verify;
}
