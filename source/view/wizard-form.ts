import {clean} from '../text/clean.js';
import {tilde} from '../text/format.js';
import {typed} from './edit-text.js';
import {type Line, type Piece, piece} from './pieces.js';
import {typingLine} from './prompt-lines.js';
import {draftOf, type WizardMethod, type WizardStep} from './ui-wizard.js';
import {cells, clip} from './width.js';
import {isTyped, ownText, stepsOf, textIn} from './wizard-draft.js';
import {isReached} from './wizard-reach.js';
import type {WizardSight} from './wizard-sight.js';

/** What a method is called at full length. */
export const methodTitles: Readonly<Record<WizardMethod, string>> = {
	rsync: 'rsync over ssh',
	syncthing: 'syncthing',
	manual: 'manual: a folder that something else fills',
};

const labels: Readonly<Record<WizardStep, string>> = {
	...{method: 'method', source: 'source', folder: 'folder', name: 'name'},
	...{reach: 'reach', key: 'key file', certificate: 'cert'},
	...{schedule: 'schedule', stale: 'late', enabled: 'enabled', check: 'check'},
};

const labelCells = 12;

/** What a step is called. */
function labelOf({ui}: Pick<WizardSight, 'ui'>, step: WizardStep): string {
	if (step === 'check' && ui.edits !== undefined) return 'save';
	return step === 'source' && draftOf(ui).method === 'syncthing' ? 'device' : labels[step];
}

/** `Add spoke`, or of which one something is changed. */
export function wizardTitle({ui}: WizardSight): Line {
	if (ui.edits === undefined) return [piece('Add spoke', 'title')];
	return [piece('Edit ', 'title'), piece(clean(ui.edits), 'title')];
}

/** `step 2 of 5: source`. */
export function wizardNote(sight: WizardSight): string {
	const steps = stepsOf(sight.ui, sight.state.config);
	return `step ${steps.indexOf(sight.ui.step) + 1} of ${steps.length}: ${labelOf(sight, sight.ui.step)}`;
}

/** A line for each step, with what has been filled in. */
export function formLines(sight: WizardSight): Line[] {
	const {ui, style, width} = sight;
	return stepsOf(ui, sight.state.config).map((step, index): Line => {
		const isHere = step === ui.step;
		const label = `${isHere ? style.glyph('cursor') : ' '} ${index + 1} ${labelOf(sight, step)}`.padEnd(labelCells + 2);
		const head = piece(label, isHere ? 'key' : 'label');
		if (!isHere || !isTyped(step)) return [head, valuePiece(sight, step, width - cells(label))];
		const typing = step === 'source' ? draftOf(ui).sources[draftOf(ui).method] : draftOf(ui).texts[step];
		const shown = typing ?? typed(textIn(ui, step, sight.facts, sight.state.config));
		return typingLine(label, shown, width, []);
	});
}

function valuePiece(sight: WizardSight, step: WizardStep, room: number): Piece {
	const {ui, facts, state, style} = sight;
	const draft = draftOf(ui);
	if (step === 'method') return piece(clip(methodTitles[draft.method], room, {ellipsis: style.glyph('ellipsis')}));
	if (step === 'enabled') return piece(draft.isEnabled ? 'yes' : 'no');
	if (step === 'check') return checkPiece(sight);
	const text = textIn(ui, step, facts, state.config).trim();
	const isOwn = ownText(draft, step) !== undefined && text !== '';
	const shown = text === '' ? placeholder(sight, step) : clean(isOwn ? text : tilde(text, sight.home));
	return piece(
		clip(shown, room, {isMiddle: step === 'folder', ellipsis: style.glyph('ellipsis')}),
		isOwn ? undefined : 'faint',
	);
}

function placeholder({ui, state}: WizardSight, step: WizardStep): string {
	const {tui} = state.config;
	if (step === 'schedule') return `as by default: ${tui.defaultSchedule ?? 'off'}`;
	if (step === 'stale') return 'as by default';
	if (step === 'reach') return "not: the spoke's part is made by hand";
	if (step === 'certificate') return 'one that this system trusts';
	const draft = draftOf(ui);
	if (step === 'source' && isReached(draft)) return 'read there';
	return step === 'source' && draft.method === 'manual' ? 'none: something else fills the folder' : '-';
}

function checkPiece({ui, facts: {job}}: WizardSight): Piece {
	if (!job) return piece(ui.edits === undefined ? 'not run yet' : 'nothing is written yet', 'faint');
	if (job.isRunning) return piece('runs', 'busy');
	if (job.result === 'done') return piece('done', 'ok');
	if (job.result === 'written') return piece('written; what followed needs a look', 'warn');
	return job.result === 'failed' ? piece('did not work out, nothing is written', 'bad') : piece('stopped', 'warn');
}
