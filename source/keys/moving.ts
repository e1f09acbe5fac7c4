import type {Step} from '../view/ui-table.js';
import {keyContext, placeOf} from './context.js';
import type {Desk} from './desk.js';
import {selectStep} from './diagnosing.js';
import {selectFinding} from './verify.js';
import {verifyPlace} from './verify-context.js';
import {selectVersion} from './versions.js';

/** Commands that move, and by how much of a page or how many lines. */
const moves = {
	up: {lines: -1, pages: 0},
	down: {lines: 1, pages: 0},
	'page-up': {lines: 0, pages: -1},
	'page-down': {lines: 0, pages: 1},
	'half-up': {lines: 0, pages: -0.5},
	'half-down': {lines: 0, pages: 0.5},
	top: 'top',
	bottom: 'bottom',
} as const;

export type MoveId = keyof typeof moves;

/** Whether a command moves. */
export function isMove(id: string): id is MoveId {
	return Object.hasOwn(moves, id);
}

/** Moves the cursor of the table, the log or the steps of a diagnosis, or scrolls the text that is read. */
export function move(desk: Desk, id: MoveId): void {
	const context = desk.context();
	const place = placeOf(desk.ui(), context.panes);
	if (place === 'table') {
		const page = context.tablePage;
		desk.dispatch({type: 'move', rows: context.rows, page, by: stepOf(id, page)});
		return;
	}

	const lines = moves[id];
	const isStep = typeof lines === 'string' || lines.pages === 0;
	if (place === 'diagnose' && isStep && !keyContext(desk.ui(), context).isExpanded) {
		selectStep(desk, typeof lines === 'string' ? lines : lines.lines);
		return;
	}

	const extent = context.extent(place);
	const by = stepOf(id, extent.page);
	if (place === 'verify' && verifyPlace(desk.ui(), context).level !== 'file') {
		selectFinding(desk, by);
		return;
	}

	if (place === 'versions' && desk.ui().versions.level !== 'compare') {
		selectVersion(desk, by);
		return;
	}

	if (place === 'log') {
		desk.dispatch({type: 'log-move', lines: context.log, by});
		return;
	}

	const to = by === 'top' ? 0 : by === 'bottom' ? extent.total : desk.ui().offsets[place] + by;
	desk.dispatch({type: 'scroll', place, to, extent});
}

function stepOf(id: MoveId, page: number): Step {
	const step = moves[id];
	if (typeof step === 'string') return step;
	// At least one line, also where a page has but one.
	return step.lines + Math.sign(step.pages) * Math.max(1, Math.floor(Math.abs(step.pages) * page)) || 0;
}
