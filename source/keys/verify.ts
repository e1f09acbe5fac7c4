import {shown} from '../sync/sessions/tree.js';
import {type Finding, noVerify} from '../sync/verify/types.js';
import {clean} from '../text/clean.js';
import {countOf, formatBytes, formatCount} from '../text/format.js';
import type {CopyItem} from '../view/prompt-types.js';
import {boundOffset} from '../view/text-window.js';
import type {RowId} from '../view/types.js';
import {groupsOf, idOf} from '../view/verify-groups.js';
import {findingMarkdown, verifyMarkdown} from '../view/verify-report.js';
import {rootOf, verifyOf} from '../view/verify-sight.js';
import {selectedRow, targetsOf, viewOf} from './context.js';
import type {Desk} from './desk.js';
import {askCancel} from './jobs.js';
import {repairsAt, verifyPlace, verifyTargets} from './verify-context.js';

/** Opens the verify of the selected row and starts one of it, or of all that are marked. */
export function startVerify(desk: Desk, isDeep: boolean): void {
	const ui = desk.ui();
	const context = desk.context();
	const targets = verifyTargets(ui, context);
	if (viewOf(ui) === 'verify') begin(desk, targets, isDeep);
	else verifyRows(desk, targets, isDeep);
}

/** Starts verifies and opens the one of the selected row, or of the first. */
export function verifyRows(desk: Desk, ids: readonly RowId[], isDeep: boolean): void {
	const [first] = ids;
	if (first === undefined) {
		desk.say('warn', 'no spoke is selected');
		return;
	}

	const selected = desk.ui().selected;
	const opened = ids.includes(selected) ? selected : first;
	desk.dispatch({type: 'select', id: opened});
	desk.dispatch({type: 'verify-of', of: opened});
	desk.dispatch({type: 'verify-level', level: 'groups'});
	desk.dispatch({type: 'search', place: 'verify', text: ''});
	desk.dispatch({type: 'open', view: 'verify'});
	begin(desk, ids, isDeep);
}

/** Verifies again, as closely as the last time. */
export function verifyAgain(desk: Desk): void {
	const {selected} = desk.ui();
	begin(desk, [selected], verifyOf(desk.context().state, selected)?.report?.isDeep ?? false);
}

function begin(desk: Desk, ids: readonly RowId[], isDeep: boolean): void {
	const {state} = desk.context();
	// A deep one that is asked for while a quick one runs follows it.
	const free = ids.filter(id => {
		const {progress, isDeep: isRunningDeep} = verifyOf(state, id) ?? noVerify;
		return progress === undefined || (isDeep && isRunningDeep !== true);
	});
	if (free.length > 0) desk.actions.verify(free, {isDeep});
	else desk.say('info', 'a verify runs already; x ends it');
}

/** Ends what runs of what a key acts on. */
export function cancelVerify(desk: Desk): void {
	const {state} = desk.context();
	const running = verifyTargets(desk.ui(), desk.context()).filter(id => verifyOf(state, id)?.progress !== undefined);
	desk.actions.cancelVerify(running);
	desk.say('info', `ending ${running.length === 1 ? 'the verify' : `${formatCount(running.length)} verifies`}`);
}

/** Says why there is nothing to end. */
export function explainCancel(desk: Desk): void {
	const context = desk.context();
	const targets = targetsOf(desk.ui(), context);
	if (viewOf(desk.ui()) === 'verify' || targets.length === 0) desk.say('info', 'no verify runs here');
	else if (context.isReadOnly) desk.say('warn', 'read-only: nothing is changed from here');
	else askCancel(desk, targets);
}

/** One level further: the files of the group, then one of them. */
export function inspect(desk: Desk): void {
	const {level, group, finding, at} = verifyPlace(desk.ui(), desk.context());
	if (!group || !finding || level === 'file') return;
	desk.dispatch({type: 'verify-of', of: desk.ui().selected});
	desk.dispatch({type: 'verify-group', group: group.id});
	desk.dispatch({type: 'verify-finding', finding: {id: idOf(finding), at}});
	desk.dispatch({type: 'verify-level', level: level === 'groups' ? 'files' : 'file'});
}

/**
 * One level back.
 * @returns false in the groups, which are left like every view
 */
export function leaveInspection(desk: Desk): boolean {
	const {level} = verifyPlace(desk.ui(), desk.context());
	if (level === 'groups') return false;
	desk.dispatch({type: 'verify-level', level: level === 'file' ? 'files' : 'groups'});
	return true;
}

/** Selects a group or a finding so many lines further, or the first or last one. */
export function selectFinding(desk: Desk, by: number | 'top' | 'bottom'): void {
	goToFinding(desk, by === 'top' ? 0 : by === 'bottom' ? Number.MAX_SAFE_INTEGER : findingLineAt(desk) + by);
}

/** Selects the group or finding on a line of the list, as far as there is one. */
export function goToFinding(desk: Desk, line: number): void {
	const {selected} = desk.ui();
	const report = verifyOf(desk.context().state, selected)?.report;
	const {level, group} = verifyPlace(desk.ui(), desk.context());
	if (!report || !group) return;
	desk.dispatch({type: 'verify-of', of: selected});
	if (level === 'groups') {
		const groups = groupsOf(report);
		desk.dispatch({type: 'verify-group', group: groups[boundOffset(line, {total: groups.length, page: 1})]!.id});
	} else {
		const at = boundOffset(line, {total: group.findings.length, page: 1});
		desk.dispatch({type: 'verify-finding', finding: {id: idOf(group.findings[at]!), at}});
	}
}

/** The line of the list the cursor is on. */
export function findingLineAt(desk: Desk): number {
	const {level, group, at} = verifyPlace(desk.ui(), desk.context());
	if (level !== 'groups') return at;
	const report = verifyOf(desk.context().state, desk.ui().selected)?.report;
	return report
		? Math.max(
				0,
				groupsOf(report).findIndex(({id}) => id === group?.id),
			)
		: 0;
}

/** Asks whether what is damaged is repaired, and shows what would be done to which file. */
export function askRepair(desk: Desk): void {
	const context = desk.context();
	const findings = repairsAt(desk.ui(), context);
	const row = selectedRow(desk.ui(), context);
	if (findings.length === 0 || !row) {
		explainRepair(desk);
		return;
	}

	const paths = [...new Set(findings.map(({path}) => path))];
	desk.dispatch({
		type: 'prompt',
		prompt: {
			kind: 'confirm',
			title: `Repair ${countOf(paths.length, 'damaged session')} of ${row.name}?`,
			lines: [
				...findings.map(repairLine),
				row.spoke?.config.source === undefined
					? 'Something else fills this folder: nothing is written there, you are told where the true bytes are.'
					: 'Bytes are only taken that match the ledger. Each damaged copy stays as an earlier version.',
			],
			offset: 0,
			action: {type: 'repair', of: row.id, paths},
		},
	});
}

function repairLine({path, repair, ledger}: Finding): string {
	const from = repair === 'spoke' ? 'from the spoke' : 'from a kept version';
	const bytes = ledger ? `, ${formatBytes(ledger.bytes)}` : '';
	return clean(`  ${shown(path)}: its true bytes ${from}${bytes}`, 4096);
}

/** Says why nothing can be repaired. */
export function explainRepair(desk: Desk): void {
	const verify = verifyOf(desk.context().state, desk.ui().selected);
	if (verify?.progress) desk.say('warn', 'a verify runs: repair when it has ended');
	else if (!verify?.report?.counts.some(({severity}) => severity === 'damage')) desk.say('info', 'nothing is damaged');
	else desk.say('warn', 'where the true bytes of this are is not known: look for them in a backup');
}

/** What of the selected finding, and of the whole report, is worth copying. */
export function verifyCopies(desk: Desk): CopyItem[] {
	const {state} = desk.context();
	const {selected} = desk.ui();
	const report = verifyOf(state, selected)?.report;
	if (!report) return [];
	const {level, finding} = verifyPlace(desk.ui(), desk.context());
	const own = finding && level !== 'groups' ? findingCopies(finding, rootOf(state, selected)) : [];
	return [...own, {key: 'r', label: 'the report', text: verifyMarkdown(report, state.config.hubName)}];
}

function findingCopies(finding: Finding, root: string): CopyItem[] {
	const {path, generation, kind} = finding;
	const text = (one: string) => clean(shown(one), 4096);
	return [
		...(kind === 'node-conflict' ? [] : [{key: 'p', label: 'path', text: text(`${root}/${path}`)}]),
		{key: 'n', label: 'session', text: text(path)},
		...(generation === undefined ? [] : [{key: 'g', label: 'kept version', text: text(generation)}]),
		{key: 'f', label: 'the finding', text: findingMarkdown(finding).join('\n')},
	];
}

/** Copies the whole report as Markdown. */
export function copyVerifyReport(desk: Desk): void {
	const {state} = desk.context();
	const report = verifyOf(state, desk.ui().selected)?.report;
	if (report) desk.actions.copy(verifyMarkdown(report, state.config.hubName), 'the report');
	else desk.say('warn', 'there is no report yet');
}
