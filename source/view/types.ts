import type {Cause} from '../sync/causes.js';
import type {CheckId, FixAction} from '../sync/diagnosis/types.js';
import type {SpokeState} from '../sync/state.js';
import type {StateWord} from '../sync/status.js';

/** The row of the hub's own sessions; no spoke can have this name. */
export const hubRow = '(hub)';

/** A spoke's name, or `hubRow`. */
export type RowId = string;

/** What is on the screen. */
export type ViewName = 'main' | 'detail' | 'diagnose' | 'log' | 'help' | 'config';

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

/** A line of text being typed. */
export interface Typing {
	readonly text: string;
	/** In UTF-16 units, 0 to the length of the text. */
	readonly cursor: number;
}

/** Something a person can put on the clipboard. */
export interface CopyItem {
	/** The key that takes it. */
	readonly key: string;
	readonly label: string;
	readonly text: string;
}

/** What was asked and is not answered yet; takes every key until then. */
export type Prompt =
	| {
			readonly kind: 'filter' | 'find';
			readonly typing: Typing /** What it was before, for esc. */;
			readonly before: string;
	  }
	| {
			readonly kind: 'command';
			readonly typing: Typing;
			/** Where in the history; undefined: a new line. */
			readonly past: number | undefined;
			/** What tab goes through; undefined before the first tab. */
			readonly completion:
				| {readonly choices: readonly string[]; readonly at: number; readonly from: number}
				| undefined;
	  }
	| {
			readonly kind: 'confirm';
			readonly title: string;
			/** What will happen, to what: a line each, neutralised. */
			readonly lines: readonly string[];
			/** First line shown, when there are more than fit. */
			readonly offset: number;
			readonly action: ConfirmedAction;
	  }
	/** A confirmation for which a `y` is not enough. */
	| {
			readonly kind: 'typed';
			readonly title: string;
			readonly lines: readonly string[];
			readonly offset: number;
			readonly typing: Typing;
			/** What must be typed in full. */
			readonly expected: string;
			readonly action: ConfirmedAction;
	  }
	| {readonly kind: 'copy'; readonly items: readonly CopyItem[]}
	| {readonly kind: 'quit'; readonly jobs: number};

/** What a `y`, or a name typed in full, does. */
export type ConfirmedAction =
	| {readonly type: 'release'; readonly spokes: readonly string[]}
	| {readonly type: 'cancel'; readonly spokes: readonly string[]}
	/** `step`: the one to run again afterwards, with what depends on it. */
	| {
			readonly type: 'fix';
			readonly spoke: string;
			readonly action: FixAction;
			readonly step: CheckId | undefined;
	  };

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
	readonly offsets: Readonly<Record<'detail' | 'diagnose' | 'help' | 'config', number>>;
	readonly log: LogUi;
	/** What is searched for in help, and in detail by find. */
	readonly search: Readonly<Record<'detail' | 'diagnose' | 'help' | 'config', string>>;
	/** The panel of a diagnosis. */
	readonly diagnose: {
		/** Whose step was selected; of another spoke's diagnosis none is. */
		readonly spoke: string | undefined;
		/** Undefined: whichever matters most at the time. */
		readonly step: CheckId | undefined;
		/** The step is on the screen alone. */
		readonly isExpanded: boolean;
	};
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
