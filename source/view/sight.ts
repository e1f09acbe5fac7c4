import type {Detail} from '../sync/detail.js';
import type {HubState, LogLine} from '../sync/state.js';
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
import {tablePage} from './table.js';
import {textExtent} from './text-window.js';
import type {Extent, PaneName, Prompt, Size, Style, TableRow, UiState} from './types.js';

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
	/** Milliseconds since the epoch; at most a second old while a diagnosis that is shown runs. */
	readonly clock: number;
	/** Absolute path of the user's home. */
	readonly home: string;
	/** Keys that the texts name; undefined: none does it. */
	readonly diagnoseKey: string | undefined;
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
	/** What the right pane of the main view shows: the log, or the diagnosis of the selected spoke. */
	readonly rightPane: 'log' | 'diagnose';
	/** The diagnosis as the screen has room for it; undefined: there is none. */
	diagnose(): {readonly sight: DiagnoseSight; readonly panel: DiagnosePanel} | undefined;
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
			return row ? detailed(row, input, detailWidth, ui.search.detail) : [];
		};

		// Whoever goes to the pane with tab wants the log: the diagnosis has a view of its own.
		const rightPane = input.diagnosis && layout.panes && layout.pane !== 'log' ? 'diagnose' : 'log';
		const diagnose = () => {
			if (!row || !input.diagnosis) return undefined;
			const isPane = isDetailPane && layout.panes !== undefined;
			const width = isPane ? layout.panes.right : size.columns;
			const rows = isPane ? pane : diagnosePage(viewRows);
			// The pane shows what matters most, whatever is looked at in the view.
			const [own, offset] = isPane ? [untouched, 0] : [ui.diagnose, ui.offsets.diagnose];
			return sighted(input, row, own, offset, isPane ? '' : ui.search.diagnose, width, rows);
		};

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
			text,
			log,
			extent(name) {
				// Panes have their titles in the divider above them.
				if (name === 'log') return {total: log().length, page: isDetailPane ? pane : logPage(viewRows)};
				if (name === 'diagnose') return diagnose()?.panel.extent ?? {total: 0, page: 1};
				const body = text(name);
				return isDetailPane ? {total: body.length, page: Math.max(1, pane)} : textExtent(body, viewRows);
			},
		};
	};
}

function pick({detail, state, now, style, releaseKey}: SightInput) {
	return {detail, state, now, style, releaseKey};
}

function seeDiagnosis(
	{diagnosis, now, clock, home, fixKey, expandKey, style}: SightInput,
	place: Pick<DiagnoseSight, 'row' | 'ui' | 'offset' | 'find' | 'width' | 'rows'>,
) {
	const sight: DiagnoseSight = {...diagnosis!, ...place, now, clock, home, fixKey, expandKey, style};
	return {sight, panel: diagnosePanel(sight)};
}

function firstRunOf({state, hasConfigFile}: SightInput): FirstRun | undefined {
	const {config, totals} = state;
	if (state.spokes.length > 0) return undefined;
	const own = totals && {folder: config.sessionsDir, sessions: totals.sessions};
	return {kind: hasConfigFile ? 'no-spokes' : 'config-missing', file: config.file, own};
}
