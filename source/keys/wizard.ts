import {edited, inserted, typed} from '../view/edit-text.js';
import {draftOf, type TypedStep, type WizardStep, wizardMethods} from '../view/ui-wizard.js';
import {
	changeOf,
	choicesOf,
	draftOfSpoke,
	firstProblem,
	isTyped,
	keepsSource,
	ownText,
	problemOf,
	stepsOf,
	textIn,
	wholeSource,
	wishOf,
} from '../view/wizard-draft.js';
import {isWritten} from '../view/wizard-sight.js';
import {selectedRow} from './context.js';
import type {Desk} from './desk.js';
import {textOf} from './names.js';
import {explainWizard} from './wizard-asks.js';

/** Goes on with the spoke that is to be added. */
export function openWizard(desk: Desk): void {
	desk.dispatch({type: 'wizard-add'});
	desk.dispatch({type: 'open', view: 'wizard'});
	desk.actions.forgetSetup();
	desk.actions.prepareWizard();
	tryOut(desk, false);
}

/** Opens the form of the selected spoke with what is so of it. */
export function openForm(desk: Desk): void {
	const {state} = desk.context();
	const spoke = selectedRow(desk.ui(), desk.context())?.spoke?.config;
	if (!spoke) {
		explainWizard(desk);
		return;
	}

	if (spoke.invalid !== undefined || spoke.method === 'api') {
		const why = spoke.invalid === undefined ? 'its method has no form' : 'it is wrong in config.yaml';
		desk.say('warn', `${spoke.name}: ${why}; put it right there`);
		return;
	}

	desk.dispatch({type: 'wizard-edit', spoke: spoke.name, draft: draftOfSpoke(spoke, state.config)});
	desk.dispatch({type: 'open', view: 'wizard'});
	desk.actions.forgetSetup();
	desk.actions.prepareWizard();
}

/**
 * A key in the wizard that types, edits or chooses.
 * @returns false for one that does what the table of keys says
 */
export function pressWizard(desk: Desk, key: string): boolean {
	if (isBusy(desk)) return false;
	const {wizard} = desk.ui();
	const {step} = wizard;
	if (step === 'method') return chooseMethod(desk, key);
	if (step === 'enabled') {
		if (!['space', 'left', 'right', 'y', 'n'].includes(key)) return textOf(key) !== undefined;
		const isEnabled = key === 'y' || (key !== 'n' && !draftOf(wizard).isEnabled);
		desk.dispatch({type: 'wizard-enabled', isEnabled});
		return true;
	}

	if (!isTyped(step)) return false;
	const text = textOf(key);
	const before = typingOf(desk, step);
	const after = text === undefined ? edited(before, key) : inserted(before, text);
	if (after === undefined) return false;
	desk.dispatch({type: 'wizard-type', step, typing: after});
	return true;
}

/** Text that is pasted into a step. */
export function pasteWizard(desk: Desk, text: string): void {
	const {step} = desk.ui().wizard;
	if (isBusy(desk) || !isTyped(step)) return;
	desk.dispatch({type: 'wizard-type', step, typing: inserted(typingOf(desk, step), text.trim())});
}

/** One step on, as far as this one is filled in; the last one does it. */
export function nextStep(desk: Desk): void {
	const {wizard: facts, state} = desk.context();
	const {wizard} = desk.ui();
	if (isBusy(desk)) {
		desk.say('info', 'this is under way; esc stops it');
		return;
	}

	if (wizard.step === 'check') {
		finish(desk);
		return;
	}

	settleText(desk);
	const {home} = desk.context();
	const isKept = wizard.step === 'source' && keepsSource(wizard, state.config);
	const problem = isKept ? undefined : problemOf(desk.ui().wizard, wizard.step, facts, state.config, home);
	if (problem === undefined) walk(desk, 1);
	else desk.say('warn', problem);
}

/** So many steps on or back, whatever is filled in. */
export function walk(desk: Desk, by: 1 | -1): void {
	if (isBusy(desk)) return;
	const {wizard} = desk.ui();
	const steps = stepsOf(wizard, desk.context().state.config);
	const to = steps[Math.max(0, Math.min(steps.length - 1, steps.indexOf(wizard.step) + by))]!;
	goTo(desk, to);
}

/** The one above or below: a method, else a step. */
export function walkOrChoose(desk: Desk, by: 1 | -1): void {
	if (desk.ui().wizard.step === 'method') chooseMethod(desk, by === 1 ? 'j' : 'k');
	else walk(desk, by);
}

/** Puts the next of what is offered into the step; where nothing is offered, looks at the source. */
export function chooseNext(desk: Desk): void {
	const {wizard} = desk.ui();
	if (isBusy(desk)) return;
	if (wizard.step === 'method') {
		chooseMethod(desk, 'j');
		return;
	}

	const choices = choicesOf(wizard, desk.context().wizard);
	const {step} = wizard;
	if (step !== 'source' && step !== 'reach') return;
	const own = ownText(draftOf(wizard), step)?.trim() ?? '';
	const at = choices.indexOf(own);
	// What begins as it was typed is meant first.
	const meant = at === -1 && own !== '' ? choices.find(choice => choice.startsWith(own)) : undefined;
	const chosen = meant ?? (at === -1 && own !== '' ? undefined : choices[(at + 1) % choices.length]);
	if (chosen !== undefined) desk.dispatch({type: 'wizard-type', step, typing: typed(chosen)});
	tryOut(desk, 'again');
}

/** Writes what is filled in without a look at anything. */
export function saveUnchecked(desk: Desk): void {
	settleText(desk);
	if (hasProblem(desk)) return;
	goTo(desk, 'check');
	add(desk, false);
}

/** Leaves the wizard: what runs is stopped first; what was typed stays until the dashboard closes. */
export function leaveWizard(desk: Desk): void {
	if (isBusy(desk)) {
		desk.actions.stopSetup();
		desk.say('info', 'stopping; what config.yaml does not have yet is taken back');
		return;
	}

	close(desk);
}

/** What is written is not filled in any more. */
function close(desk: Desk): void {
	const isDone = isWritten(desk.context().wizard.job);
	if (isDone && desk.ui().wizard.edits === undefined) desk.dispatch({type: 'wizard-done'});
	desk.dispatch({type: 'back'});
	if (isDone) desk.actions.forgetSetup();
}

/** Tries again, writes it, or closes what is done. */
function finish(desk: Desk): void {
	const {wizard: facts, state} = desk.context();
	const {wizard} = desk.ui();
	if (isWritten(facts.job)) {
		close(desk);
		return;
	}

	if (hasProblem(desk)) return;
	if (wizard.edits === undefined) {
		add(desk, true);
		return;
	}

	const change = changeOf(wizard, facts, state.config);
	if (change) desk.actions.changeSpoke(change);
	else desk.say('info', 'nothing was changed');
}

/** As soon as the spoke is there its name is taken: what was worked out stands from now on. */
function add(desk: Desk, isChecked: boolean): void {
	const {wizard: facts, state} = desk.context();
	const wish = wishOf(desk.ui().wizard, facts, state.config);
	desk.dispatch({type: 'wizard-type', step: 'name', typing: typed(wish.name)});
	desk.actions.setUp(wish, {isChecked});
}

/** Says what is wrong, and goes there. */
function hasProblem(desk: Desk): boolean {
	const {wizard: facts, state, home} = desk.context();
	const problem = firstProblem(desk.ui().wizard, facts, state.config, home);
	if (!problem) return false;
	desk.dispatch({type: 'wizard-step', step: problem.step});
	desk.say('warn', problem.text);
	return true;
}

function goTo(desk: Desk, step: WizardStep): void {
	const before = desk.ui().wizard.step;
	settleText(desk);
	desk.dispatch({type: 'wizard-step', step});
	// How it ended is about what was filled in then.
	if (before === 'check' && step !== 'check') desk.actions.forgetSetup();
	tryOut(desk, before === 'source');
}

/** @param isLook also at the source, unless it was looked at; `again`: in any case */
function tryOut(desk: Desk, isLook: boolean | 'again'): void {
	const {wizard: facts, state} = desk.context();
	const {wizard} = desk.ui();
	if (wizard.edits !== undefined) return;
	const wish = wishOf(wizard, facts, state.config);
	desk.actions.tryWish(wish, {isLook: isLook === 'again' || (isLook && facts.look?.of !== wish.source)});
}

/** What was emptied has what is worked out for it again; a host alone becomes a whole source. */
function settleText(desk: Desk): void {
	const {wizard} = desk.ui();
	const {step} = wizard;
	if (!isTyped(step)) return;
	const draft = draftOf(wizard);
	const own = ownText(draft, step);
	if (own === undefined) return;
	const text = step === 'source' ? wholeSource(draft.method, own) : own.trim();
	const isDerived = text === '' && wizard.edits === undefined;
	if (isDerived) desk.dispatch({type: 'wizard-type', step, typing: undefined});
	else if (text !== own) desk.dispatch({type: 'wizard-type', step, typing: typed(text)});
}

function chooseMethod(desk: Desk, key: string): boolean {
	const {method} = draftOf(desk.ui().wizard);
	const at = wizardMethods.indexOf(method);
	const by = {j: 1, k: -1, right: 1, left: -1, space: 1}[key];
	const numbered = /^[1-9]$/.test(key) ? Number(key) - 1 : undefined;
	const to = by === undefined ? numbered : (at + by + wizardMethods.length) % wizardMethods.length;
	const chosen = to === undefined ? undefined : wizardMethods[to];
	if (chosen === undefined) return textOf(key) !== undefined;
	desk.dispatch({type: 'wizard-method', method: chosen});
	return true;
}

function typingOf(desk: Desk, step: TypedStep) {
	const {wizard: facts, state} = desk.context();
	const {wizard} = desk.ui();
	const draft = draftOf(wizard);
	const own = step === 'source' ? draft.sources[draft.method] : draft.texts[step];
	return own ?? typed(textIn(wizard, step, facts, state.config));
}

function isBusy(desk: Desk): boolean {
	return desk.context().wizard.job?.isRunning ?? false;
}
