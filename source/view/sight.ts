import type {LogLine} from '../sync/state.js';
import {arrange} from './arrange.js';
import {configBody} from './config-body.js';
import {detailBody} from './detail-body.js';
import type {FirstRun} from './first-run.js';
import {bannerProblems} from './header.js';
import {type HelpSection, helpBody} from './help-body.js';
import {hasPanes, layoutOf, rowsOf} from './layout.js';
import {visibleLog} from './log-body.js';
import {filteredLog} from './log-filter.js';
import {lastAnswer} from './memo.js';
import {promptLines} from './prompt-lines.js';
import type {Prompt} from './prompt-types.js';
import {seeDiagnosis, seeVerify, seeVersions, seeWizard} from './sight-panels.js';
import type {Sight, SightInput, TextName} from './sight-types.js';
import {tablePage} from './table.js';
import {textExtent, textPage} from './text-window.js';
import type {PaneName, Size, Style, TableRow, UiState} from './types.js';
import {untouchedVerify} from './ui-verify.js';
import {isVerifyNewer} from './verify-known.js';
import {verifyOf} from './verify-sight.js';

/** No step was chosen. */
const untouched: UiState['diagnose'] = {spoke: undefined, step: undefined, isExpanded: false};

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
	const paged = lastAnswer(
		(lines: readonly LogLine[], ui: UiState['log'], width: number, rows: number, now: number, style: Style) =>
			visibleLog({lines, ui, width, rows, now, style}).map(({text}) => text),
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
			const rows = isPane ? pane : textPage(viewRows);
			// The pane shows what matters most, whatever is looked at in the view.
			const [own, offset] = isPane ? [untouched, 0] : [ui.diagnose, ui.offsets.diagnose];
			return sighted(input, row, own, offset, isPane ? '' : ui.search.diagnose, width, rows);
		};

		const verify = () => {
			if (!row) return undefined;
			const isPane = isDetailPane && layout.panes !== undefined;
			if (isPane) return verified(input, row, untouchedVerify, 0, '', layout.panes.right, pane, true);
			const {verify: own, offsets, search} = ui;
			return verified(input, row, own, offsets.verify, search.verify, size.columns, textPage(viewRows), false);
		};

		const versions = () =>
			row && versioned(input, row, ui.versions, ui.offsets.versions, ui.search.versions, textPage(viewRows));

		const wizard = () => filled(input, ui.wizard, ui.offsets.wizard, textPage(viewRows));
		const log = () => filteredLog(state.log, ui.log);
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
			logPage: (width, rows) => paged(state.log, ui.log, width, rows, input.now, style),
			extent(name) {
				// Panes have their titles in the divider above them.
				if (name === 'log') return {total: log().length, page: isDetailPane ? pane : textPage(viewRows)};
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
