import type {Detail} from '../sync/detail.js';
import type {HubState, LogLine} from '../sync/state.js';
import type {DiagnoseSight, SpokeDiagnosis} from './diagnose-sight.js';
import type {FirstRun} from './first-run.js';
import type {HelpSection} from './help-body.js';
import type {Layout} from './layout.js';
import type {Panel, TitledPanel} from './text-window.js';
import type {Extent, PaneName, Size, Style, TableRow, UiState} from './types.js';
import type {VerifyPanel} from './verify-panel.js';
import type {Compared, VerifyKeys, VerifySight} from './verify-sight.js';
import type {SpokeVersions, VersionKeys, VersionsSight} from './versions-sight.js';
import type {WizardFacts, WizardKeys, WizardSight} from './wizard-sight.js';

/** What a frame is made from beside the screen's own state. */
export interface SightInput {
	readonly state: HubState;
	/** Every row, in the order of config.yaml. */
	readonly all: readonly TableRow[];
	/** Of the selected row; undefined while it is read. */
	readonly detail: Detail | undefined;
	/** Milliseconds since the epoch. */
	readonly now: number;
	readonly size: Size;
	readonly style: Style;
	/** Keys of the view that help is about. */
	readonly helpSections: () => readonly HelpSection[];
	/** Command lines that help lists. */
	readonly commandLines: readonly {readonly keys: readonly string[]; readonly title: string}[];
	/** What is wrong with `tui.keys`. */
	readonly keyProblems: readonly string[];
	/** The key that releases held sessions; undefined: none does. */
	readonly releaseKey: string | undefined;
	/** Of the selected spoke; undefined: none was started. */
	readonly diagnosis: SpokeDiagnosis | undefined;
	/** Of the selected spoke; undefined: nothing was read. */
	readonly versions: SpokeVersions | undefined;
	/** The selected finding beside the other one of its pair; undefined: nothing was asked for. */
	readonly compared: Compared | undefined;
	/** When the dashboard was opened, in milliseconds since the epoch. */
	readonly openedAt: number;
	/** Keys that the view of a verify names. */
	readonly verifyKeys: VerifyKeys;
	/** The keys that act on them, and the one that shows them. */
	readonly versionKeys: VersionKeys;
	readonly versionsKey: string | undefined;
	/** What the wizard shows that was not typed, and the keys it names. */
	readonly wizard: WizardFacts;
	readonly wizardKeys: WizardKeys;
	/** The key that adds a spoke; undefined: none does. */
	readonly addKey: string | undefined;
	/** Milliseconds since the epoch; at most a second old while a diagnosis that is shown runs. */
	readonly clock: number;
	/** Absolute path of the user's home. */
	readonly home: string;
	/** Keys that the texts name; undefined: none does it. */
	readonly diagnoseKey: string | undefined;
	readonly verifyKey: string | undefined;
	readonly fixKey: string | undefined;
	readonly expandKey: string | undefined;
	/** Where leases are, absolute. */
	readonly runFolder: string;
	/** False while there is no config.yaml. */
	readonly hasConfigFile: boolean;
}

/** A text that can be scrolled. */
export type TextName = keyof UiState['offsets'];

/** What a panel is made from, and what it says. */
export interface Seen<From, Drawn> {
	readonly sight: From;
	readonly panel: Drawn;
}

/** One frame: what is where, and how much of it. What a part says is worked out when somebody asks. */
export interface Sight {
	readonly input: SightInput;
	readonly ui: UiState;
	readonly rows: readonly TableRow[];
	/** The selected row, also when a filter hides it. */
	readonly row: TableRow | undefined;
	/** Of the main view. */
	readonly layout: Layout;
	/** Panes of the main view there is room for. */
	readonly panes: readonly PaneName[];
	/** Rows of the table on the screen. */
	readonly tablePage: number;
	/** Lines of the other views, and those below them. */
	readonly viewRows: number;
	readonly bottomRows: number;
	/** What the prompt needs; empty without one. */
	readonly prompt: readonly string[];
	/** Lines a prompt may have. */
	readonly promptRows: number;
	/** Why there is no table; undefined where there is one. */
	readonly firstRun: FirstRun | undefined;
	/** What the right pane of the main view shows: the log, or the newer of diagnosis and verify of the selected row. */
	readonly rightPane: 'log' | 'diagnose' | 'verify';
	/** The diagnosis as the screen has room for it; undefined: there is none. */
	diagnose(): Seen<DiagnoseSight, Panel> | undefined;
	/** The verify as the screen has room for it; undefined: no row is selected. */
	verify(): Seen<VerifySight, VerifyPanel> | undefined;
	/** Held and earlier versions as the screen has room for them; undefined: no row is selected. */
	versions(): Seen<VersionsSight, TitledPanel> | undefined;
	/** The wizard as the screen has room for it. */
	wizard(): Seen<WizardSight, TitledPanel>;
	/** All lines of a text, painted. */
	text(name: TextName): readonly string[];
	/** Log lines that level and spoke let through. */
	log(): readonly LogLine[];
	/** The part of the log that a pane of so many cells and lines shows, painted. */
	logPage(width: number, rows: number): readonly string[];
	/** How much of a text or of the log there is and how much is on the screen, in lines. */
	extent(name: TextName | 'log'): Extent;
}
