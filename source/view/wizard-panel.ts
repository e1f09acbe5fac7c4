import {paintLines} from './pieces.js';
import {boundOffset, ruleLine, type TitledPanel, textPage, titleLine} from './text-window.js';
import {aboutLines} from './wizard-about.js';
import {stepsOf} from './wizard-draft.js';
import {formLines, wizardNote, wizardTitle} from './wizard-form.js';
import type {WizardSight} from './wizard-sight.js';

/** Lines of what is said that stay, however many steps there are. */
const leastAbout = 3;

/** The steps with what has been filled in, and below a rule what there is to say about the one the cursor is on. */
export function wizardPanel(sight: WizardSight): TitledPanel {
	const {width, rows, style, ui, facts, offset, state} = sight;
	const all = formLines(sight);
	const hasRule = rows > all.length + leastAbout;
	const room = hasRule ? all.length : Math.max(1, Math.min(all.length, rows - leastAbout));
	const at = stepsOf(ui, state.config).indexOf(ui.step);
	const top = Math.max(0, Math.min(at - Math.floor(room / 2), all.length - room));
	const form = paintLines(all.slice(top, top + room), width, style);
	const body = paintLines(aboutLines(sight), width, style);
	const page = Math.max(0, rows - form.length - (hasRule ? 1 : 0));
	const extent = {total: body.length, page: Math.max(1, page)};
	// Who has not scrolled sees the newest of what is being done.
	const isTail = ui.step === 'check' && facts.job !== undefined && offset === 0;
	const first = isTail ? Math.max(0, body.length - page) : boundOffset(offset, extent);
	const where = extent.total > extent.page && !isTail ? `   line ${first + 1} of ${extent.total}` : '';
	return {
		title: wizardTitle(sight),
		note: wizardNote(sight) + where,
		lines: [...form, ...(hasRule ? [ruleLine(width, style)] : []), ...body.slice(first, first + page)].slice(0, rows),
		body,
		extent,
	};
}

/**
 * The view as a whole: title, rule, panel.
 * @param rows lines of the screen for all of it
 * @returns exactly `rows` lines, painted
 */
export function wizardWindow({width, style}: WizardSight, panel: TitledPanel, rows: number): string[] {
	const page = textPage(rows);
	const lines = panel.lines.slice(0, page);
	const filled = [...lines, ...new Array<string>(Math.max(0, page - lines.length)).fill('')];
	if (page === rows) return filled;
	return [titleLine(panel.title, panel.note, width, style), ruleLine(width, style), ...filled];
}
