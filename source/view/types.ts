import type {Cause} from '../sync/causes.js';
import type {CheckId} from '../sync/diagnosis/types.js';
import type {SpokeState} from '../sync/state.js';
import type {StateWord} from '../sync/status.js';
import type {Prompt} from './prompt-types.js';
import type {FindingChoice, VerifyLevel} from './ui-verify.js';
import type {WizardUi} from './ui-wizard.js';

/** The row of the hub's own sessions; no spoke can have this name. */
export const hubRow = '(hub)';

/** A spoke's name, or `hubRow`. */
export type RowId = string;

/** Everything that can be on the screen. */
export const viewNames = [
	'main',
	'detail',
	'diagnose',
	'verify',
	'versions',
	'log',
	'help',
	'config',
	'wizard',
] as const;

/** What is on the screen. */
export type ViewName = (typeof viewNames)[number];

/** The parts of the main view a person can walk between with tab. */
export type PaneName = 'table' | 'detail' | 'log';

/** What the table can be sorted by; `state`: worst first. */
export const sortColumns = [
	'state',
	'name',
	'seen',
	'synced',
	'newest',
	'sessions',
	'added',
	'size',
	'errors',
] as const;
export type SortColumn = (typeof sortColumns)[number];

/** How bad a row is, in the colour's and the glyph's words. */
export type Tone = 'ok' | 'busy' | 'warn' | 'bad' | 'off' | 'unknown';

/** One row of the table, as facts: nothing in it depends on the width of the screen. Times in milliseconds since the epoch. */
export interface TableRow {
	readonly id: RowId;
	/** Neutralised. */
	readonly name: string;
	readonly method: string;
	/** `hub` for the hub itself. */
	readonly word: StateWord | 'hub';
	readonly tone: Tone;
	/** What the state cell says beside the glyph, at its longest: `syncing 42% 3.1 MB/s 40 s`, `unreachable TCP_REFUSED`. Begins with the word. */
	readonly stateText: string;
	/** Why, in one line, neutralised; undefined where all is well. */
	readonly reason: string | undefined;
	readonly cause: Cause | undefined;
	readonly isConnected: boolean;
	readonly seenAt: number | undefined;
	readonly syncedAt: number | undefined;
	readonly newestAt: number | undefined;
	/** Undefined while its folder has not been counted. */
	readonly sessions: number | undefined;
	readonly bytes: number | undefined;
	/** Sessions that arrived in the last 24 hours; undefined: not known. */
	readonly added: number | undefined;
	/** Failed runs of the last 24 hours; undefined where nothing is counted (disabled, the hub). */
	readonly errors: number | undefined;
	readonly nextRun: number | undefined;
	/** What is known is older than it should be: times get a `~`. */
	readonly isStale: boolean;
	/** Somebody else's program writes into its folder. */
	readonly isForeign: boolean;
	/** 0 is worst. */
	readonly severity: number;
	/** Undefined for the hub. */
	readonly spoke: SpokeState | undefined;
}

/** A line under the table that goes away by itself; errors stay until a key. */
export interface Toast {
	readonly id: number;
	readonly level: 'info' | 'warn' | 'error';
	/** Neutralised. */
	readonly text: string;
	/** Milliseconds since the epoch; undefined: until a key. */
	readonly until: number | undefined;
}

/** The log pane. */
export interface LogUi {
	readonly isFollowing: boolean;
	/** Of the line the cursor is on; meaningless while following. */
	readonly cursor: number;
	/** `seq` of the newest line when following stopped, for "12 new". */
	readonly pausedAt: number;
	/** The least a line must be; `all` shows commands too. */
	readonly level: 'all' | 'info' | 'warn' | 'error';
	/** Undefined: every spoke. */
	readonly spoke: string | undefined;
	readonly isWrapped: boolean;
	readonly find: string;
}

/** Everything the screen remembers that the engine does not know: immutable, replaced as a whole. */
export interface UiState {
	/** Never empty; the last one is on the screen. */
	readonly views: readonly ViewName[];
	/** Follows the spoke, not the row. */
	readonly selected: RowId;
	/** First row of the table on the screen, as far as the next frame can keep it. */
	readonly top: number;
	readonly marks: ReadonlySet<string>;
	readonly sort: {readonly column: SortColumn; readonly isReversed: boolean};
	/** As typed after `/`; a leading `!` inverts it, `~state:WORD` asks for a word. */
	readonly filter: string;
	readonly isFaultsOnly: boolean;
	readonly isWide: boolean;
	/** Since when what is on the screen is not renewed; undefined: it is live. Milliseconds since the epoch. */
	readonly pausedSince: number | undefined;
	readonly pane: PaneName;
	readonly isZoomed: boolean;
	/** First line shown of the text in a view or pane. */
	readonly offsets: Readonly<
		Record<'detail' | 'diagnose' | 'verify' | 'versions' | 'help' | 'config' | 'wizard', number>
	>;
	readonly log: LogUi;
	/** What is searched for in help, and in detail by find. */
	readonly search: Readonly<
		Record<'detail' | 'diagnose' | 'verify' | 'versions' | 'help' | 'config' | 'wizard', string>
	>;
	/** The panel of a diagnosis. */
	readonly diagnose: {
		/** Whose step was selected; of another spoke's diagnosis none is. */
		readonly spoke: string | undefined;
		/** Undefined: whichever matters most at the time. */
		readonly step: CheckId | undefined;
		/** The step is on the screen alone. */
		readonly isExpanded: boolean;
	};
	/** The view of a verify. */
	readonly verify: {
		/** Whose findings were chosen from; of another row's none were. */
		readonly of: RowId | undefined;
		readonly level: VerifyLevel;
		/** The selected group; undefined: the worst. */
		readonly group: string | undefined;
		/** The selected finding of it; undefined: the first. */
		readonly finding: FindingChoice | undefined;
	};
	/** The view of held and earlier versions. */
	readonly versions: {
		/** Whose sessions were chosen from; of another spoke's none were. */
		readonly spoke: string | undefined;
		/** The sessions, the versions of one of them, two of those side by side. */
		readonly level: 'list' | 'session' | 'compare';
		/** Of the session under the cursor, or whose page is open; undefined: the first. */
		readonly path: string | undefined;
		/** The version under the cursor of its page: `current`, `spoke`, or the file of a kept one; undefined: current. */
		readonly version: string | undefined;
		/** What the next comparison is with, spelled alike; undefined: with the current version. */
		readonly marked: string | undefined;
	};
	/** The wizard, and the form that changes a spoke. */
	readonly wizard: WizardUi;
	readonly prompt: Prompt | undefined;
	/** Command lines entered so far, oldest first. */
	readonly history: readonly string[];
	readonly toasts: readonly Toast[];
	readonly theme: ThemeName;
}

/** The themes, in the order `T` goes through them. */
export const themeNames = ['auto', 'mono', 'high-contrast', 'light', 'dark'] as const;
export type ThemeName = (typeof themeNames)[number];

/** What a piece of text is, for its colour. */
export type Role = Tone | 'title' | 'label' | 'key' | 'faint' | 'strong' | 'selected' | 'match';

/** Signs that differ between UTF-8 and ASCII; each is one to two cells wide, and always the same number in one mode. */
export type GlyphName =
	| Tone
	| 'cursor'
	| 'mark'
	| 'rule'
	| 'bar'
	| 'ellipsis'
	| 'up'
	| 'down'
	| 'cellOk'
	| 'cellBig'
	| 'cellFailed'
	| 'cellNone';

/** How text is drawn: colours of a theme, signs of a terminal. Views ask it and never write an escape sequence themselves. */
export interface Style {
	readonly theme: ThemeName;
	readonly isAscii: boolean;
	/** Text in its colours. What it opens it closes one by one, so that roles can be nested. */
	paint(role: Role, text: string): string;
	glyph(name: GlyphName): string;
}

/** Cells of the terminal. */
export interface Size {
	readonly columns: number;
	readonly rows: number;
}

/** How much text there is and how much of it is on the screen: what scrolling is bounded by. In lines. */
export interface Extent {
	readonly total: number;
	readonly page: number;
}
