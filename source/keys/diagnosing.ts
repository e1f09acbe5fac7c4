import {describeFix} from '../sync/diagnosis/fixes/describe.js';
import type {Diagnosis, Fix} from '../sync/diagnosis/types.js';
import type {SpokeState} from '../sync/state.js';
import {clean} from '../text/clean.js';
import {blamedStep, nextFailed, runnableFixes, selectedStep} from '../view/diagnose-step.js';
import {typed} from '../view/edit-text.js';
import type {Prompt} from '../view/prompt-types.js';
import {cursorAt} from '../view/ui-log.js';
import {placeOf, selectedRow} from './context.js';
import type {Desk} from './desk.js';

/** Opens the diagnosis of the selected spoke, or of the one the line of the log is of. */
export function diagnose(desk: Desk): void {
	const context = desk.context();
	const ui = desk.ui();
	if (placeOf(ui, context.panes) !== 'log') {
		diagnoseSpoke(desk, selectedRow(ui, context)?.spoke);
		return;
	}

	const line = context.log[cursorAt(context.log, ui.log)];
	const spoke = context.state.spokes.find(({config}) => config.name === line?.spoke);
	if (spoke) diagnoseSpoke(desk, spoke);
	else desk.say('warn', 'this line is not of a spoke: nothing to diagnose');
}

/** Opens the diagnosis of a spoke; what was found earlier is shown again. */
export function diagnoseSpoke(desk: Desk, spoke: SpokeState | undefined): void {
	if (!spoke) {
		explainDiagnose(desk);
		return;
	}

	const {name} = spoke.config;
	desk.dispatch({type: 'select', id: name});
	desk.actions.diagnose(name);
	const {diagnose: before} = desk.ui();
	if (before.spoke !== name) desk.dispatch({type: 'diagnose-step', spoke: name, step: undefined});
	desk.dispatch({type: 'diagnose-expand', isExpanded: false});
	desk.dispatch({type: 'search', place: 'diagnose', text: ''});
	desk.dispatch({type: 'open', view: 'diagnose'});
}

/** Says why there is nothing to diagnose. */
export function explainDiagnose(desk: Desk): void {
	const isHub = selectedRow(desk.ui(), desk.context()) !== undefined;
	desk.say('warn', isHub ? "these are the hub's own sessions: nothing to diagnose" : 'no spoke is selected');
}

/** Runs the selected step again, or all. */
export function rerun(desk: Desk, isAll: boolean): void {
	const context = desk.context();
	const name = selectedRow(desk.ui(), context)?.spoke?.config.name;
	if (name === undefined) return;
	const {diagnosis} = context;
	const step = isAll || !diagnosis ? undefined : selectedStep(diagnosis, desk.ui().diagnose)?.id;
	desk.actions.rediagnose(name, step);
}

/** Selects the next step that did not pass. */
export function goToFailed(desk: Desk): void {
	const {diagnosis} = desk.context();
	if (!diagnosis) return;
	const step = nextFailed(diagnosis, selectedStep(diagnosis, desk.ui().diagnose)?.id);
	desk.dispatch({type: 'diagnose-step', spoke: diagnosis.spoke, step});
}

/** Selects a step so many lines further, or the first or last one. */
export function selectStep(desk: Desk, by: number | 'top' | 'bottom'): void {
	const {diagnosis} = desk.context();
	if (!diagnosis || diagnosis.checks.length === 0) return;
	const {checks, spoke} = diagnosis;
	const at = checks.findIndex(({id}) => id === selectedStep(diagnosis, desk.ui().diagnose)?.id);
	const last = checks.length - 1;
	const to = by === 'top' ? 0 : by === 'bottom' ? last : Math.max(0, Math.min(last, at + by));
	desk.dispatch({type: 'diagnose-step', spoke, step: checks[to]!.id});
}

/** The selected step on the whole screen, or the list again. */
export function expand(desk: Desk): void {
	const {diagnosis} = desk.context();
	if (!diagnosis) return;
	const {diagnose: before} = desk.ui();
	// Whoever looks at one step closely goes on looking at that one, whatever else fails meanwhile.
	const step = selectedStep(diagnosis, before)?.id;
	const isExpanded = before.isExpanded && before.spoke === diagnosis.spoke;
	desk.dispatch({type: 'diagnose-step', spoke: diagnosis.spoke, step});
	desk.dispatch({type: 'diagnose-expand', isExpanded: !isExpanded});
}

/** Copies the command of a fix; of one that is no command, what is to be done. */
export function copyFix(desk: Desk, number: number): void {
	const fix = desk.context().diagnosis?.fixes[number - 1];
	if (fix) desk.actions.copy(fixText(fix), `fix ${number}`);
	else desk.say('warn', `there is no fix ${number}`);
}

/** What of a fix is worth copying. */
export function fixText({command, title}: Fix): string {
	return command ?? title;
}

/**
 * Asks whether a fix is to be run, and shows exactly what that would do.
 * @param number as shown; undefined: the first that can be run from here
 */
export function askFix(desk: Desk, number?: number): void {
	const {diagnosis} = desk.context();
	const runnable = diagnosis ? runnableFixes(diagnosis) : [];
	const wanted = number === undefined ? runnable[0] : runnable.find(one => one.number === number);
	if (!diagnosis || !wanted) {
		explainFix(desk, diagnosis);
		return;
	}

	desk.dispatch({type: 'prompt', prompt: fixPrompt(diagnosis, wanted, runnable)});
}

function fixPrompt(
	diagnosis: Diagnosis,
	{number, fix}: ReturnType<typeof runnableFixes>[number],
	runnable: ReturnType<typeof runnableFixes>,
): Prompt {
	const {spoke} = diagnosis;
	const {lines: told, needsTyped} = describeFix(fix.action!, spoke);
	const title = clean(`Run fix ${number} of ${spoke}: ${fix.title}?`);
	const others = runnable.filter(one => one.number !== number);
	const action = {type: 'fix', spoke, action: fix.action!, step: blamedStep(diagnosis)?.id} as const;
	if (needsTyped !== undefined) {
		return {kind: 'typed', title, lines: told, offset: 0, typing: typed(''), expected: needsTyped, action};
	}

	const further = others.map(one => clean(`${one.number} instead: ${one.fix.title}`));
	return {kind: 'confirm', title, lines: [...told, ...further], offset: 0, action};
}

/** Says why no fix can be run. */
export function explainFix(desk: Desk, diagnosis: Diagnosis | undefined = desk.context().diagnosis): void {
	if (!diagnosis || diagnosis.fixes.length === 0) desk.say('warn', 'there is nothing to fix');
	else desk.say('warn', 'none of these can be run from here: y copies them');
}
