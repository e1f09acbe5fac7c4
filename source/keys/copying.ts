import {logLine} from '../sync/log.js';
import {shellQuote} from '../sync/process.js';
import type {LogLine, SpokeState} from '../sync/state.js';
import {failureOf} from '../sync/store/facts.js';
import {clean, cleanLines} from '../text/clean.js';
import {evidenceText, reportMarkdown} from '../view/diagnose-report.js';
import {selectedStep} from '../view/diagnose-step.js';
import type {CopyItem} from '../view/prompt-types.js';
import {cursorAt} from '../view/ui-log.js';
import {type Place, placeOf, selectedRow} from './context.js';
import type {Desk} from './desk.js';
import {fixText} from './diagnosing.js';
import {copyVerifyReport, verifyCopies} from './verify.js';
import {versionCopies} from './versions.js';

/** Copies the line of the log under the cursor, or asks what of the selected row is wanted. */
export function copy(desk: Desk): void {
	const context = desk.context();
	const ui = desk.ui();
	const place = placeOf(ui, context.panes);
	if (place === 'log') {
		const line = context.log[cursorAt(context.log, ui.log)];
		if (line) desk.actions.copy(logText(line), 'the line');
		else desk.say('warn', 'the log is empty');
		return;
	}

	const found = itemsAt(desk, place);
	const items = found.length > 0 ? found : place === 'config' ? configItems(desk) : rowItems(desk);
	if (items.length === 0) desk.say('warn', 'no spoke is selected');
	else desk.dispatch({type: 'prompt', prompt: {kind: 'copy', items}});
}

/** What the view that is looked at has to offer beyond the row. */
function itemsAt(desk: Desk, place: Place): CopyItem[] {
	if (place === 'diagnose') return diagnosisItems(desk);
	if (place === 'verify') return verifyCopies(desk);
	return place === 'versions' ? versionCopies(desk) : [];
}

/** Copies every line that the log shows or could be scrolled to; of a diagnosis or a verify the whole report. */
export function copyAll(desk: Desk): void {
	const {log, diagnosis, wizard, panes} = desk.context();
	const place = placeOf(desk.ui(), panes);
	if (place === 'verify') {
		copyVerifyReport(desk);
		return;
	}

	if (place === 'diagnose') {
		if (diagnosis) desk.actions.copy(reportMarkdown(diagnosis), 'the report');
		return;
	}

	if (place === 'wizard') {
		const lines = wizard.job?.lines ?? [];
		if (lines.length > 0) desk.actions.copy(lines.map(({text}) => text).join('\n'), 'what was said');
		else desk.say('warn', 'nothing was said yet');
		return;
	}

	if (log.length === 0) desk.say('warn', 'the log is empty');
	else desk.actions.copy(log.map(logText).join('\n'), log.length === 1 ? '1 line' : `${log.length} lines`);
}

function logText(line: LogLine): string {
	const {level} = line;
	// A command as it can be run again.
	return level === 'CMD' ? line.text : logLine({...line, level});
}

function rowItems(desk: Desk): CopyItem[] {
	const context = desk.context();
	const row = selectedRow(desk.ui(), context);
	if (!row) return [];
	const {config} = context.state;
	return row.spoke ? spokeItems(row.spoke) : [item('n', 'name', config.hubName), item('p', 'path', config.sessionsDir)];
}

function diagnosisItems(desk: Desk): CopyItem[] {
	const {diagnosis} = desk.context();
	if (!diagnosis) return [];
	const step = selectedStep(diagnosis, desk.ui().diagnose);
	const seen = step ? evidenceText(step) : '';
	return [
		...diagnosis.fixes
			.slice(0, 9)
			.map((fix, at) => ({key: String(at + 1), label: `fix ${at + 1}`, text: cleanLines(fixText(fix))})),
		...(step && seen !== '' ? [{key: 'e', label: clean(`what ${step.title} has seen`), text: seen}] : []),
		{key: 'r', label: 'the report', text: reportMarkdown(diagnosis)},
	];
}

function configItems(desk: Desk): CopyItem[] {
	const {config} = desk.context().state;
	return [
		item('c', 'config.yaml', config.file),
		item('p', 'sessions', config.sessionsDir),
		item('s', 'synced sessions', config.syncedSessionsDir),
		item('d', 'database', config.databaseDir),
	];
}

function spokeItems(spoke: SpokeState): CopyItem[] {
	const {config} = spoke;
	const failure = lastFailure(spoke);
	const login = loginCommand(spoke);
	return [
		item('n', 'name', config.name),
		...(config.sourceText === undefined ? [] : [item('s', 'source', config.sourceText)]),
		item('p', 'path', config.path),
		...(failure === undefined ? [] : [{...item('e', 'last error', ''), text: failure}]),
		...(login === undefined ? [] : [item('h', 'ssh command', login)]),
		item('r', 'sync command', `pi-brain-tui sync run ${shellQuote([config.name])}`),
	];
}

function item(key: string, label: string, text: string): CopyItem {
	return {key, label, text: clean(text, 4096)};
}

function lastFailure({config, facts, recentFailures}: SpokeState): string | undefined {
	const failure = failureOf(facts) ?? facts.hold;
	const [run] = recentFailures;
	const {cause, message, detail} = failure ?? {cause: run?.cause, message: run?.message, detail: run?.detail};
	if (message === undefined) return undefined;
	const evidence = detail === undefined || detail === '' || detail === message ? '' : `\n${detail}`;
	return cleanLines(`${config.name}: ${message} [${cause}]${evidence}`);
}

/** The login a person would try by hand. */
function loginCommand({config: {source, port, sshKey, sshConfig}}: SpokeState): string | undefined {
	if (source?.kind !== 'ssh') return undefined;
	const words = [
		'ssh',
		...(sshConfig === undefined ? [] : ['-F', sshConfig]),
		...(sshKey === undefined ? [] : ['-i', sshKey]),
		...(port === undefined ? [] : ['-p', String(port)]),
		source.user === undefined ? source.host : `${source.user}@${source.host}`,
	];
	return shellQuote(words);
}
