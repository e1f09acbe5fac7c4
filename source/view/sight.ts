import type {Detail} from '../sync/detail.js';
import type {HubState, LogLine} from '../sync/state.js';
import {noVerify} from '../sync/verify/types.js';
import {arrange} from './arrange.js';
import {configBody} from './config-body.js';
import {detailBody} from './detail-body.js';
import {type DiagnosePanel, diagnosePage, diagnosePanel} from './diagnose-panel.js';
import type {DiagnoseSight, SpokeDiagnosis} from './diagnose-sight.js';
import type {FirstRun} from './first-run.js';
import {bannerProblems} from './header.js';
import {type HelpSection, helpBody} from './help-body.js';
import {hasPanes, type Layout, layoutOf, rowsOf} from './layout.js';
import {logPage} from './log-body.js';
import {filteredLog} from './log-filter.js';
import {lastAnswer} from './memo.js';
import {promptLines} from './prompt-lines.js';
import type {Prompt} from './prompt-types.js';
import {tablePage} from './table.js';
import {textExtent} from './text-window.js';
import type {Extent, PaneName, Size, Style, TableRow, UiState} from './types.js';
import {untouchedVerify} from './ui-verify.js';
import {isVerifyNewer} from './verify-known.js';
import {type VerifyPanel, verifyPage, verifyPanel} from './verify-panel.js';
import {type Compared, type VerifyKeys, type VerifySight, verifyOf} from './verify-sight.js';
import {type VersionsPanel, versionsPage, versionsPanel} from './versions-panel.js';
import type {SpokeVersions, VersionKeys, VersionsSight} from './versions-sight.js';
import {type WizardPanel, wizardPage, wizardPanel} from './wizard-panel.js';
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

/** No step was chosen. */
const untouched: UiState['diagnose'] = {spoke: undefined, step: undefined, isExpanded: false};

/** A text that can be scrolled. */
export type TextName = keyof UiState['offsets'];

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
	diagnose(): {readonly sight: DiagnoseSight; readonly panel: DiagnosePanel} | undefined;
	/** The verify as the screen has room for it; undefined: no row is selected. */
	verify(): {readonly sight: VerifySight; readonly panel: VerifyPanel} | undefined;
	/** Held and earlier versions as the screen has room for them; undefined: no row is selected. */
	versions(): {readonly sight: VersionsSight; readonly panel: VersionsPanel} | undefined;
	/** The wizard as the screen has room for it. */
	wizard(): {readonly sight: WizardSight; readonly panel: WizardPanel};
	/** All lines of a text, painted. */
	text(name: TextName): readonly string[];
	/** Log lines that level and spoke let through. */
	log(): readonly LogLine[];
	/** How much of a text or of the log there is and how much is on the screen, in lines. */
	extent(name: TextName | 'log'): Extent;
}

/**
 * Makes frames one after the other. What did not change from one to the next is not worked out anew: a key costs what
 * it changes, however many spokes there are.
 */
export function createSights(): (input: SightInput, ui: UiState) => Sight {
	const arranged = lastAnswer(
		(rows: readonly TableRow[], sort: UiState['sort'], filter: string, isFaultsOnly: boolean) =>
			arrange(rows, {sort, filter, isFaultsOnly}),
	);
	const prompted = lastAnswer((prompt: Prompt | undefined, style: Style, width: number, rows: number) =>
		prompt ? promptLines(prompt, style, width, rows) : [],
	);
	const laidOut = lastAnswer(
		(size: Size, pane: PaneName, isZoomed: boolean, rows: number, problems: number, prompt: number) =>
			layoutOf(size, {pane, isZoomed}, {rows, problems, prompt}),
	);
	const detailed = lastAnswer((row: TableRow, input: SightInput, width: number, find: string) =>
		detailBody({...pick(input), row, width, find}),
	);
	const helped = lastAnswer((input: SightInput, sections: readonly HelpSection[], search: string) =>
		helpBody({sections, commands: input.commandLines, search, width: input.size.columns, style: input.style}),
	);
	const configured = lastAnswer((input: SightInput, find: string) =>
		configBody({...input, width: input.size.columns, find}),
	);
	const sighted = lastAnswer(
		(
			input: SightInput,
			row: TableRow,
			ui: UiState['diagnose'],
			offset: number,
			find: string,
			width: number,
			rows: number,
		) => seeDiagnosis(input, {row, ui, offset, find, width, rows}),
	);
	const verified = lastAnswer(
		(
			input: SightInput,
			row: TableRow,
			ui: UiState['verify'],
			offset: number,
			find: string,
			width: number,
			rows: number,
			isPane: boolean,
		) => seeVerify(input, {row, ui, offset, find, width, rows}, isPane),
	);
	const versioned = lastAnswer(
		(input: SightInput, row: TableRow, ui: UiState['versions'], offset: number, find: string, rows: number) =>
			seeVersions(input, {row, ui, offset, find, rows}),
	);
	const filled = lastAnswer((input: SightInput, ui: UiState['wizard'], offset: number, rows: number) =>
		seeWizard(input, {ui, offset, rows}),
	);
	const logged = lastAnswer((lines: readonly LogLine[], level: UiState['log']['level'], spoke: string | undefined) =>
		filteredLog(lines, {level, spoke}),
	);

	return (input, ui) => {
		const {size, state, style, all} = input;
		const rows = arranged(all, ui.sort, ui.filter, ui.isFaultsOnly);
		const problems = bannerProblems(state.problems).length;
		// The header and two rows stay: what is asked is asked about one of them.
		const promptRows = Math.max(1, size.rows - 3);
		const prompt = prompted(ui.prompt, style, size.columns, promptRows);
		const layout = laidOut(size, ui.pane, ui.isZoomed, all.length, problems, prompt.length);
		const row = rows.find(({id}) => id === ui.selected) ?? all.find(({id}) => id === ui.selected);
		const bottomRows = size.rows < 4 ? 0 : prompt.length > 0 ? prompt.length : size.rows >= 12 ? 2 : 1;
		const viewRows = size.rows - bottomRows;
		const isDetailPane = ui.views.at(-1) === 'main';
		const zoomed = rowsOf(layout, 'zoomed');
		const pane = zoomed > 0 ? zoomed : rowsOf(layout, 'panes');
		const detailWidth = isDetailPane && layout.panes ? layout.panes.left : size.columns;
		const text = (name: TextName): readonly string[] => {
			if (name === 'help') return helped(input, input.helpSections(), ui.search.help);
			if (name === 'config') return configured(input, ui.search.config);
			if (name === 'diagnose') return diagnose()?.panel.body ?? [];
			if (name === 'verify') return verify()?.panel.body ?? [];
			if (name === 'versions') return versions()?.panel.body ?? [];
			if (name === 'wizard') return wizard().panel.body;
			return row ? detailed(row, input, detailWidth, ui.search.detail) : [];
		};

		// Whoever goes to the pane with tab wants the log: diagnosis and verify have views of their own.
		const rightPane = layout.panes && layout.pane !== 'log' ? newerOf(input, row) : 'log';
		const diagnose = () => {
			if (!row || !input.diagnosis) return undefined;
			const isPane = isDetailPane && layout.panes !== undefined;
			const width = isPane ? layout.panes.right : size.columns;
			const rows = isPane ? pane : diagnosePage(viewRows);
			// The pane shows what matters most, whatever is looked at in the view.
			const [own, offset] = isPane ? [untouched, 0] : [ui.diagnose, ui.offsets.diagnose];
			return sighted(input, row, own, offset, isPane ? '' : ui.search.diagnose, width, rows);
		};

		const verify = () => {
			if (!row) return undefined;
			const isPane = isDetailPane && layout.panes !== undefined;
			if (isPane) return verified(input, row, untouchedVerify, 0, '', layout.panes.right, pane, true);
			const {verify: own, offsets, search} = ui;
			return verified(input, row, own, offsets.verify, search.verify, size.columns, verifyPage(viewRows), false);
		};

		const versions = () =>
			row && versioned(input, row, ui.versions, ui.offsets.versions, ui.search.versions, versionsPage(viewRows));

		const wizard = () => filled(input, ui.wizard, ui.offsets.wizard, wizardPage(viewRows));
		const log = () => logged(state.log, ui.log.level, ui.log.spoke);
		return {
			input,
			ui,
			rows,
			row,
			layout,
			panes: hasPanes(size) ? ['table', 'detail', 'log'] : ['table'],
			tablePage: tablePage(rowsOf(layout, 'table')),
			viewRows,
			bottomRows,
			prompt,
			promptRows,
			firstRun: firstRunOf(input),
			rightPane,
			diagnose,
			verify,
			versions,
			wizard,
			text,
			log,
			extent(name) {
				// Panes have their titles in the divider above them.
				if (name === 'log') return {total: log().length, page: isDetailPane ? pane : logPage(viewRows)};
				if (name === 'diagnose') return diagnose()?.panel.extent ?? {total: 0, page: 1};
				if (name === 'verify') return verify()?.panel.extent ?? {total: 0, page: 1};
				if (name === 'versions') return versions()?.panel.extent ?? {total: 0, page: 1};
				if (name === 'wizard') return wizard().panel.extent;
				const body = text(name);
				return isDetailPane ? {total: body.length, page: Math.max(1, pane)} : textExtent(body, viewRows);
			},
		};
	};
}

function pick({detail, state, now, style, releaseKey, versions, versionsKey}: SightInput) {
	return {detail, state, now, style, releaseKey, versions, versionsKey};
}

function seeDiagnosis(
	{diagnosis, now, clock, home, fixKey, expandKey, style}: SightInput,
	place: Pick<DiagnoseSight, 'row' | 'ui' | 'offset' | 'find' | 'width' | 'rows'>,
) {
	const sight: DiagnoseSight = {...diagnosis!, ...place, now, clock, home, fixKey, expandKey, style};
	return {sight, panel: diagnosePanel(sight)};
}

function seeVersions(
	{versions, versionKeys: keys, now, home, style, size}: SightInput,
	place: Pick<VersionsSight, 'row' | 'ui' | 'offset' | 'find' | 'rows'>,
) {
	const own = versions?.spoke === place.row.id ? versions : undefined;
	const sight: VersionsSight = {...place, versions: own, keys, now, home, width: size.columns, style};
	return {sight, panel: versionsPanel(sight)};
}

function seeWizard(
	{state, wizard: facts, wizardKeys: keys, home, style, size}: SightInput,
	place: Pick<WizardSight, 'ui' | 'offset' | 'rows'>,
) {
	const sight: WizardSight = {...place, state, facts, keys, home, width: size.columns, style};
	return {sight, panel: wizardPanel(sight)};
}

function seeVerify(
	{state, compared, verifyKeys, now, style}: SightInput,
	place: Pick<VerifySight, 'row' | 'ui' | 'offset' | 'find' | 'width' | 'rows'>,
	isPane: boolean,
) {
	const verify = verifyOf(state, place.row.id) ?? noVerify;
	// Beside the table the keys that look into a finding do something else.
	const keys = isPane ? {...verifyKeys, inspect: undefined, repair: undefined} : verifyKeys;
	const sight: VerifySight = {...place, verify, compared, keys, now, style};
	return {sight, panel: verifyPanel(sight)};
}

function newerOf({state, diagnosis, openedAt}: SightInput, row: TableRow | undefined): Sight['rightPane'] {
	const verify = row && verifyOf(state, row.id);
	if (verify && isVerifyNewer(verify, diagnosis?.diagnosis, openedAt)) return 'verify';
	return diagnosis ? 'diagnose' : 'log';
}

function firstRunOf({state, hasConfigFile, addKey}: SightInput): FirstRun | undefined {
	const {config, totals} = state;
	if (state.spokes.length > 0) return undefined;
	const own = totals && {folder: config.sessionsDir, sessions: totals.sessions};
	return {kind: hasConfigFile ? 'no-spokes' : 'config-missing', file: config.file, own, addKey};
}
