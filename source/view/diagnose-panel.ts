import {outcomeDetails, outcomeLines} from './diagnose-outcome.js';
import type {DiagnoseSight} from './diagnose-sight.js';
import {selectedStep} from './diagnose-step.js';
import {diagnoseNote, diagnoseTitle, evidenceLines, type StepLine, stepLines} from './diagnose-steps.js';
import {type Line, paintLines, piece} from './pieces.js';
import {boundOffset, type Panel, ruleLine, textPage, titleLine} from './text-window.js';

/** Lines of what a step has seen that stay on the screen while there are fixes to read. */
const leastEvidence = 3;
/** Lines of the list that stay, whatever else there is. */
const leastSteps = 3;
/** Lines of the outcome that stay: the cause and the first fix. */
const leastOutcome = 3;

/**
 * The steps with what the selected one has seen below it, then the cause and the fixes. Where that is too much, steps
 * that tell nothing share lines, then notes and reasons go, then the rest is cut: the expanded step has all of it.
 */
export function diagnosePanel(sight: DiagnoseSight): Panel {
	if (sight.ui.isExpanded && sight.ui.spoke === sight.diagnosis.spoke) return expandedPanel(sight);
	const {rows, width, style, diagnosis, ui} = sight;
	const selected = selectedStep(diagnosis, ui);
	const evidence = evidenceLines(selected, sight);
	const {steps, outcome} = shared(sight, Math.min(leastEvidence, evidence.length), selected?.id);
	const below = outcome.length === 0 ? 0 : outcome.length + 1;
	const page = Math.max(0, Math.min(evidence.length, rows - steps.length - below));
	const extent = {total: evidence.length, page: Math.max(1, page)};
	// Who has not scrolled sees the newest of what still comes in.
	const isTail = selected?.status === 'running' && sight.offset === 0;
	const first = isTail ? Math.max(0, evidence.length - page) : boundOffset(sight.offset, extent);
	const at = steps.findIndex(({id}) => id === selected?.id) + 1;
	const lines = steps.map(({line}) => line);
	const body = paintLines(evidence, width, style);
	const note =
		page > 0 && evidence.length > page ? `${first + 1}-${first + page} of ${evidence.length} lines` : undefined;
	const upper = [
		...paintLines(lines.slice(0, at), width, style),
		...body.slice(first, first + page),
		...paintLines(lines.slice(at), width, style),
	];
	const blanks = outcome.length === 0 ? 0 : Math.max(0, rows - upper.length - below);
	return {
		lines: [
			...upper,
			...(outcome.length === 0 ? [] : [outcomeRule(width, style, note)]),
			...paintLines(outcome, width, style),
			...new Array<string>(blanks).fill(''),
		].slice(0, Math.max(0, rows)),
		body,
		extent,
	};
}

function outcomeRule(width: number, style: DiagnoseSight['style'], note: string | undefined): string {
	if (note === undefined || note.length + 4 > width) return ruleLine(width, style);
	return `${ruleLine(width - note.length - 1, style)} ${style.paint('faint', note)}`;
}

/** As much of the steps and of the outcome as there is room for beside the lines of evidence. */
function shared(
	sight: DiagnoseSight,
	evidence: number,
	selected: Parameters<typeof stepLines>[1],
): {readonly steps: readonly StepLine[]; readonly outcome: readonly Line[]} {
	for (const detail of outcomeDetails) {
		const outcome = outcomeLines(sight, detail);
		const room = sight.rows - evidence - (outcome.length === 0 ? 0 : outcome.length + 1);
		const steps = stepLines(sight, selected, room);
		if (steps.length <= room) return {steps, outcome};
	}

	const steps = stepLines(sight, selected, 0);
	const outcome = outcomeLines(sight, 'fixes');
	const room = sight.rows - evidence - (outcome.length === 0 ? 0 : 1);
	const outcomeRows = Math.min(outcome.length, Math.max(leastOutcome, room - steps.length));
	const stepRows = Math.max(Math.min(leastSteps, steps.length), Math.min(steps.length, room - outcomeRows));
	return {steps: around(steps, selected, stepRows), outcome: cut(outcome, outcomeRows, sight)};
}

function around(steps: readonly StepLine[], selected: StepLine['id'] | undefined, rows: number): readonly StepLine[] {
	const at = steps.findIndex(({id}) => id === selected);
	const first = Math.max(0, Math.min(at - Math.floor(rows / 2), steps.length - rows));
	return steps.slice(first, first + rows);
}

function cut(lines: readonly Line[], rows: number, {expandKey}: DiagnoseSight): readonly Line[] {
	if (lines.length <= rows) return lines;
	const kept = lines.slice(0, Math.max(0, rows - 1));
	const where = expandKey === undefined ? '' : `: ${expandKey} shows all`;
	return [...kept, [piece(`       … ${lines.length - kept.length} more lines${where}`, 'faint')]];
}

/** One step with everything it has run and seen, then the outcome in full: a text that scrolls as a whole. */
function expandedPanel(sight: DiagnoseSight): Panel {
	const {rows, width, style, diagnosis, ui, offset} = sight;
	const selected = selectedStep(diagnosis, ui);
	const step = stepLines(sight, selected?.id, Number.POSITIVE_INFINITY).find(({id}) => id === selected?.id);
	const outcome = outcomeLines(sight);
	const body = paintLines(
		[
			...(step ? [step.line] : []),
			...evidenceLines(selected, sight),
			...(outcome.length === 0 ? [] : [[], ...outcome]),
		],
		width,
		style,
	);
	const extent = {total: body.length, page: Math.max(1, rows)};
	const first = boundOffset(offset, extent);
	return {lines: body.slice(first, first + rows), body, extent};
}

/**
 * The diagnosis as a view: title, rule, panel.
 * @param sight undefined while there is none
 * @param rows lines of the screen for all of it
 * @returns exactly `rows` lines, painted
 */
export function diagnoseWindow(sight: DiagnoseSight, panel: Panel, rows: number): string[] {
	const {width, style} = sight;
	const page = textPage(rows);
	const lines = panel.lines.slice(0, page);
	const blanks = new Array<string>(Math.max(0, page - lines.length)).fill('');
	if (page === rows) return [...lines, ...blanks];
	return [
		titleLine(diagnoseTitle(sight), diagnoseNote(sight), width, style),
		ruleLine(width, style),
		...lines,
		...blanks,
	];
}
